#include "outlook.h"

#include <criterion/criterion.h>

#include "core/live.h"

void outlook_note(const struct service *service, struct outlook *outlook)
{
    outlook->count = 0;
    for (uint32_t v = 0; v < service->core->fleet.count; v++) {
        struct plan plan = service->core->plans[v];
        plan_refresh(&plan, service->now_ms, &service->core->strict);
        for (uint32_t i = 0; i < plan.stop_count; i++) {
            const struct plan_item *item = &plan.stops[i];
            const struct ride *ride = core_ride(service->core, item->ride);
            cr_assert_not_null(ride);
            outlook->stops[outlook->count++] = (struct outlook_stop){
                .ride = item->ride,
                .kind = item->kind,
                /* Who may not board yet when it comes loses nothing where it comes just then. */
                .arrive_ms =
                    item->arrive_ms > item->earliest_ms ? item->arrive_ms : item->earliest_ms,
                .vehicle = ride->vehicle,
                .moved_count = ride->reason.moved_count,
            };
        }
    }
}

static void expect_reason(const struct service *service, const struct ride *ride,
                          const struct outlook_stop *before)
{
    const struct reason *reason = &ride->reason;
    if (ride->vehicle.value != before->vehicle.value) {
        cr_assert_eq(reason->moved_count, before->moved_count + 1);
    }
    if (reason->moved_count != before->moved_count) {
        cr_assert_eq(reason->moved_ms, service->now_ms);
        cr_assert_eq(reason->moved.from.value, before->vehicle.value);
        cr_assert_eq(reason->moved.option.vehicle.value, ride->vehicle.value);
    }
}

void outlook_expect(const struct service *service, const struct outlook *outlook)
{
    for (uint32_t i = 0; i < outlook->count; i++) {
        const struct outlook_stop *stop = &outlook->stops[i];
        const struct ride *ride = core_ride(service->core, stop->ride);
        const uint32_t index = state_vehicle_index(service->core->state, ride->vehicle);
        const struct plan *plan = &service->core->plans[index];
        const uint32_t at = live_stop(plan, stop->ride, stop->kind);
        cr_assert_lt(at, plan->stop_count);
        expect_reason(service, ride, stop);
        cr_assert(plan->stops[at].arrive_ms <= stop->arrive_ms ||
                      (ride->trip.wheelchairs == 0 && ride->trip.party < 3),
                  "ride %lu, stop %d: %ld s later at %ld", (unsigned long)stop->ride.value,
                  stop->kind, (long)((plan->stops[at].arrive_ms - stop->arrive_ms) / 1000),
                  (long)((service->now_ms - SERVICE_START_MS) / 1000));
    }
}
