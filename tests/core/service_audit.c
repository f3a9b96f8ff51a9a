#include "tests/core/service_audit.h"

#include "base/check.h"

static void audit_plan(const struct service *service, uint32_t index)
{
    const struct plan *plan = &service->core->plans[index];
    const struct fact_plan *durable = &state_vehicle(service->core->state, index)->plan;
    int seats = plan->seats_aboard;
    int wheelchairs = plan->wheelchairs_aboard;
    CHECK(plan->stop_count == durable->stop_count);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        const struct ride *ride = core_ride(service->core, item->ride);
        CHECK(item->ride.value == durable->stops[i].ride.value);
        CHECK(item->kind == durable->stops[i].kind);
        if (fact_is_visit(item->kind)) {
            CHECK(seats == 0 && wheelchairs == 0);
            continue;
        }
        CHECK(ride != NULL && ride->vehicle.value == durable->vehicle.value);
        CHECK(item->kind != STOP_PICKUP || ride->state != RIDE_ABOARD);
        seats += item->kind == STOP_PICKUP ? item->seats : -item->seats;
        wheelchairs += item->kind == STOP_PICKUP ? item->wheelchairs : -item->wheelchairs;
        CHECK(seats <= plan->seats && wheelchairs <= plan->wheelchair_spaces);
    }
    CHECK(seats == 0 && wheelchairs == 0);
}

/* Has the vehicle a slot here, and kept it? One that was held up comes when it comes. */
static bool has_slot(const struct visit *visit, const struct station *station)
{
    return visit->kind != 0 && visit->station == station->id && visit->begun_ms <= visit->latest_ms;
}

/* When the vehicle comes, or may come at the earliest. */
static int64_t comes_ms(const struct visit *visit)
{
    return visit->begun_ms != 0 ? visit->begun_ms : visit->from_ms;
}

/* However late within their slots the vehicles come: is there a plug for each? */
static void audit_slots(const struct service *service, const struct station *station)
{
    const struct state *state = service->core->state;
    for (uint32_t i = 0; i < state_vehicle_count(state); i++) {
        const struct visit *one = &state_vehicle(state, i)->visit;
        uint32_t count = 0;
        for (uint32_t j = 0; has_slot(one, station) && j < state_vehicle_count(state); j++) {
            const struct visit *other = &state_vehicle(state, j)->visit;
            const int64_t latest_ms = other->begun_ms != 0 ? other->begun_ms : other->latest_ms;
            count += has_slot(other, station) && comes_ms(other) <= comes_ms(one) &&
                     comes_ms(one) <= latest_ms + other->dwell_ms;
        }
        CHECK(count <= station->plugs);
    }
}

void service_audit(const struct service *service)
{
    const struct state *state = service->core->state;
    const struct statistics_view view = service_statistics(service);
    int64_t held_pence = 0;
    uint32_t waiting = 0;
    const uint64_t next = state_counters(state)->next_ride;
    for (uint64_t id = 1; id < next; id++) {
        const struct ride *ride = core_ride(service->core, (struct ride_id){id});
        if (ride == NULL) {
            continue;
        }
        const bool active = ride->state < RIDE_ALIGHTED;
        CHECK((ride->hold != 0) == (active && ride->quote_pence > 0));
        CHECK(ride->charged_pence <= ride->quote_pence);
        held_pence += active ? ride->quote_pence : 0;
        waiting += ride->state == RIDE_BOOKED || ride->state == RIDE_ARRIVED;
    }
    CHECK(view.ledger_difference_pence == 0);
    CHECK(view.held_pence == held_pence);
    CHECK(view.waiting_count == waiting);
    for (uint32_t i = 0; i < state_vehicle_count(state); i++) {
        audit_plan(service, i);
    }
    for (uint32_t i = 0; i < service->config.stations.count; i++) {
        audit_slots(service, &service->config.stations.items[i]);
    }
}
