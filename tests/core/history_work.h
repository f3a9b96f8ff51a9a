/* The part of random histories that is what the fleet costs. */
#ifndef TESTS_CORE_HISTORY_WORK_H
#define TESTS_CORE_HISTORY_WORK_H

#include "tests/core/history.h"

/* A round of work, whose costs follow from it but for a few; or the transfers that the last one
 * waits for. */
struct fact history_work_draw(struct history *history);

#endif
