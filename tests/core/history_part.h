/* The parts of random histories that draw only where they are asked for (struct history). */
#ifndef TESTS_CORE_HISTORY_PART_H
#define TESTS_CORE_HISTORY_PART_H

#include "tests/core/history.h"

/* A visit planned, begun or ended by one of the vehicles. */
struct fact history_part_visit(struct history *history);

/* Of a few riders, some not known; mostly what the rider's last payment allows. */
struct fact history_part_payment(struct history *history);

/* A month begun; or a settlement proposed or approved, mostly of the month that is due. */
struct fact history_part_settlement(struct history *history);

/* Zones or waiting places, now and then of no kind. */
struct fact history_part_places(struct history *history);

#endif
