/* What a car drives for, as the record has it. */
#ifndef SIM_CAR_PURPOSE_H
#define SIM_CAR_PURPOSE_H

#include "sim/car.h"

/* What an empty drive to this node is for, by the car's plan. */
enum record_purpose car_purpose(const struct car *car, const struct car_street *street, uint32_t to,
                                int64_t now_ms);

#endif
