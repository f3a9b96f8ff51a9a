/* Times that happened come from the ride, times expected from its vehicle's timetable. */
#include "core/view.h"

#include <string.h>

#include "base/bound.h"
#include "core/explain.h"
#include "core/terms.h"

static void show_vehicle_of(const struct core *core, const struct ride *ride,
                            struct ride_view *view)
{
    const uint32_t index = state_vehicle_index(core->state, ride->vehicle);
    if (index == UINT32_MAX) {
        return;
    }
    if (core->vehicles[index].heard_ms > 0) {
        view->vehicle_point = road_place_point(core->network->graph, core->vehicles[index].place);
    }
    const struct plan *plan = &core->plans[index];
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->ride.value != ride->id.value || plan_is_cut_off(plan, i)) {
            continue; /* behind closed roads nobody knows when: times stay 0 */
        }
        if (item->kind == STOP_DROPOFF) {
            view->dropoff_ms = item->arrive_ms;
        } else if (ride->arrived_ms == 0) {
            /* A rider who joins a stand, or whose vehicle comes early, is met when they come. */
            view->pickup_ms =
                bound_most(item->arrive_ms, bound_most(ride->earliest_ms, ride->booked_ms));
        }
    }
}

void view_policy(const struct core *core, uint32_t number, struct policy_name *name)
{
    const struct fact_snapshot_policy *kept = state_policies_find(core->state, number);
    memset(name, 0, sizeof *name);
    if (kept != NULL) {
        memcpy(name->id, kept->policy.id, sizeof name->id);
        memcpy(name->hash, kept->policy.hash, sizeof name->hash);
    }
}

void view_name(const char *name, char text[POLICY_ID_MAX])
{
    const size_t length = strlen(name);
    CHECK(length < POLICY_ID_MAX);
    memset(text, 0, POLICY_ID_MAX);
    memcpy(text, name, length + 1);
}

void view_ride(const struct core *core, const struct ride *ride, struct ride_view *view)
{
    const struct road_graph *graph = core->network->graph;
    memset(view, 0, sizeof *view);
    view->ride = ride->id;
    view->state = ride->state;
    view->vehicle = ride->vehicle;
    view->from = road_place_point(graph, ride->from);
    view->to = road_place_point(graph, ride->to);
    view->party = ride->trip.party;
    view->wheelchairs = ride->trip.wheelchairs;
    view->booked_ms = ride->booked_ms;
    view->promised_ms = ride->promised_ms;
    view->pickup_ms = ride->arrived_ms;
    view->dropoff_ms = ride->alighted_ms;
    view->quote_pence = ride->quote_pence;
    view->charged_pence = ride->charged_pence;
    view->reason = explain_to_rider(ride);
    view->walk_from_m = ride->walk_from_m;
    view->walk_to_m = ride->walk_to_m;
    view->fee_pence = ride->bill.fee_pence;
    view_policy(core, ride->policy, &view->policy);
    if (ride->state == RIDE_BOOKED || ride->state == RIDE_ARRIVED || ride->state == RIDE_ABOARD) {
        show_vehicle_of(core, ride, view);
    }
    if (ride->state == RIDE_BOOKED || ride->state == RIDE_ARRIVED) {
        view->be_there_by_ms = bound_most(view->pickup_ms, ride->earliest_ms);
        view->cancel_fee_pence = terms_cancel_pence(core, ride);
    }
}

void view_explanation(const struct ride *ride, struct explanation_view *view)
{
    memset(view, 0, sizeof *view);
    view->ride = ride->id;
    view->state = ride->state;
    view->vehicle = ride->vehicle;
    view->booked_ms = ride->booked_ms;
    view->reason = ride->reason;
}

void view_vehicle(const struct core *core, uint32_t index, struct vehicle_view *view)
{
    const struct fact_vehicle *enrolled = &state_vehicle(core->state, index)->enrolled;
    const struct live *live = &core->vehicles[index];
    const struct plan *plan = &core->plans[index];
    memset(view, 0, sizeof *view);
    view->vehicle = enrolled->vehicle;
    view->link = live->link;
    view->point = road_place_point(core->network->graph, live->place);
    view->heard_ms = live->heard_ms;
    view->battery_permille = live->battery_permille;
    view->help_since_ms = live->help_since_ms;
    view->seats = enrolled->seats;
    view->wheelchair_spaces = enrolled->wheelchair_spaces;
    view->people_aboard = (uint8_t)(plan->seats_aboard + plan->wheelchairs_aboard);
    view->stop_count = plan->stop_count;
    if (plan->stop_count > 0) {
        view->next_ride = plan->stops[0].ride;
        view->next_stop = plan->stops[0].kind;
    }
}

void view_payment(const struct core *core, const struct state_rider *rider,
                  struct payment_view *view)
{
    memset(view, 0, sizeof *view);
    if (rider == NULL) {
        return;
    }
    view->account = LEDGER_RIDERS + rider->number;
    view->owed_pence = state_rider_owed_pence(core->state, rider);
    view->is_agreed = rider->payment.agreement[0] != '\0';
    view->last = rider->payment.last;
}

void view_statistics(const struct core *core, struct statistics_view *view)
{
    const struct state *state = core->state;
    const struct fact_snapshot *counters = state_counters(state);
    memset(view, 0, sizeof *view);
    view->epoch = counters->epoch;
    view->facts = counters->seq;
    view->booked_count = counters->booked_count;
    for (uint32_t reason = 0; reason < REFUSAL_COUNT; reason++) {
        view->refused_count += counters->refused_count[reason];
    }
    view->alighted_count = counters->alighted_count;
    view->cancelled_count = counters->cancelled_count;
    view->no_show_count = counters->no_show_count;
    view->waiting_count =
        state_ride_count(state, RIDE_BOOKED) + state_ride_count(state, RIDE_ARRIVED);
    view->aboard_count = state_ride_count(state, RIDE_ABOARD);
    uint32_t by_link[VEHICLE_SILENT + 1] = {0};
    for (uint32_t i = 0; i < state_vehicle_count(state); i++) {
        by_link[core->vehicles[i].link]++;
    }
    view->vehicles_online = by_link[VEHICLE_ONLINE];
    view->vehicles_silent = by_link[VEHICLE_SILENT];
    view->vehicles_offline = by_link[VEHICLE_OFFLINE];
    view->charged_pence = counters->charged_pence;
    view->cap_saved_pence = counters->cap_saved_pence;
    view->held_pence = ledger_account(state_ledger(state), LEDGER_FARE_INCOME).credits_pending;
    view->ledger_difference_pence = ledger_difference_pence(state_ledger(state));
    view->reports_rejected = core->reports_rejected;
    view->parking_full_count = core->rebalance.lots.full_count;
    view->payments_open = state_payments_open(core->state);
    view->closure_count = state_closures_count(core->state);
}
