/* What a car sends over its link to the dispatcher: reports of stops, and where it is. */
#ifndef SIM_CAR_LINK_H
#define SIM_CAR_LINK_H

#include "sim/car.h"

/* Something happened at a stop. */
void car_link_report(struct car *car, const struct car_street *street, enum report_kind kind,
                     struct ride_id ride, enum stop_kind stop, int64_t now_ms);

/* Where it is, or where and when it can turn. */
void car_link_position(struct car *car, const struct car_street *street, int64_t now_ms);

/* The first leg of the drive whose end is not passed yet; the last, once all are. */
const struct car_leg *car_link_ahead(struct car *car, int64_t now_ms);

/* Take of the battery what the first so many legs of the drive need. */
void car_link_spend(struct car *car, const struct car_street *street, uint32_t driven_count);

#endif
