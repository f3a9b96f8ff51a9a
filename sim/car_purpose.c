#include "sim/car_purpose.h"

/* Does a drive to rest lead to a depot? Where vehicles wait anywhere there are none. */
static bool is_depot(const struct car *car, const struct car_street *street, uint32_t node,
                     int64_t now_ms)
{
    const struct scenario *scenario = street->scenario;
    const struct scenario_vehicle *vehicle = car->duty->vehicle;
    if (scenario->config.parking_count == 0) {
        return false;
    }
    const uint32_t lot = parking_watch_lot(scenario, node);
    return (lot != PARKING_NONE && scenario->config.parking[lot].kind == PARKING_DEPOT) ||
           (node == vehicle->home.node && now_ms >= scenario_moment_ms(scenario, vehicle->until_s));
}

enum record_purpose car_purpose(const struct car *car, const struct car_street *street, uint32_t to,
                                int64_t now_ms)
{
    const struct message_plan *plan = &car->duty->plan;
    if (plan->stop_count == 0) {
        return is_depot(car, street, to, now_ms) ? RECORD_DEPOT : RECORD_REBALANCE;
    }
    const enum stop_kind kind = plan->stops[0].kind;
    return kind == STOP_CHARGE ? RECORD_CHARGE : fact_is_visit(kind) ? RECORD_DEPOT : RECORD_PICKUP;
}
