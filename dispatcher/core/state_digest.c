/* Each record is hashed field by field, never as bytes: padding has no meaning. Ended rides carry
 * their place in the order of forgetting. */
#include "core/state_digest.h"

#include "core/digest.h"
#include "core/state_inside.h"
#include "core/state_payments.h"
#include "core/state_refusals.h"

_Static_assert(TRIP_WALK_MAX_M < 4096, "twelve bits of a word below");

/* What each record's hash begins with; the ledger has numbers of its own below these. */
enum record {
    RECORD_COUNTERS = 16,
    RECORD_RIDER,
    RECORD_VEHICLE,
    RECORD_ACTIVE,
    RECORD_ENDED,
    RECORD_CLOSURE,
};

static uint64_t add_place(uint64_t digest, const struct road_place *place)
{
    digest = digest_add(digest, (uint64_t)place->node << 32 | place->arc);
    return digest_add_signed(digest, place->along_permille);
}

static uint64_t add_spot(uint64_t digest, const struct spot *spot)
{
    digest = digest_add_signed(digest, spot->point.lat_e7);
    digest = digest_add_signed(digest, spot->point.lon_e7);
    return digest_add(digest, spot->node);
}

uint64_t state_digest_add_trip(uint64_t digest, const struct trip *trip)
{
    digest = add_spot(digest, &trip->from);
    digest = add_spot(digest, &trip->to);
    /* What later releases know besides is 0 in older snapshots, and must not change their sums. */
    digest = digest_add(digest, (uint64_t)trip->walk_max_m << 32 | (uint64_t)trip->party << 16 |
                                    (uint64_t)trip->wheelchairs << 8 | (trip->accessible ? 2 : 0) |
                                    (trip->shared ? 1 : 0));
    digest = digest_add_signed(digest, trip->pickup_from_ms);
    digest = digest_add_signed(digest, trip->pickup_by_ms);
    return digest_add_signed(digest, trip->arrive_by_ms);
}

uint64_t state_digest_add_option(uint64_t digest, const struct reason_option *option)
{
    digest = digest_add(digest, option->vehicle.value);
    digest = digest_add_signed(digest, option->vehicle_ms);
    digest = digest_add_signed(digest, option->wait_ms);
    digest = digest_add_signed(digest, option->ride_ms);
    digest = digest_add_signed(digest, option->others_wait_ms);
    digest = digest_add_signed(digest, option->others_ride_ms);
    digest = digest_add_signed(digest, option->pickup_ms);
    return digest_add_signed(digest, option->cost);
}

/* Nothing where there is none, so that a state of before has the digest it had. */
static uint64_t add_reason(uint64_t digest, const struct reason *reason)
{
    for (uint32_t i = 0; i < reason->option_count; i++)
        digest = state_digest_add_option(digest, &reason->options[i]);
    if (reason->moved_count == 0)
        return digest;
    digest = digest_add(digest, reason->moved_count);
    digest = digest_add_signed(digest, reason->moved_ms);
    digest = digest_add(digest, (uint64_t)reason->moved.move << 32 | reason->moved.from.value);
    digest = digest_add_signed(digest, reason->moved.saved_vehicle_ms);
    digest = digest_add_signed(digest, reason->moved.saved_cost);
    return state_digest_add_option(digest, &reason->moved.option);
}

static uint64_t add_bill(uint64_t digest, const struct bill *bill)
{
    digest = digest_add_signed(digest, bill->travel_day);
    digest = digest_add_signed(digest, bill->vat_permille);
    digest = digest_add_signed(digest, bill->cap_saved_pence);
    digest = digest_add_signed(digest, bill->compensation_pence);
    digest = digest_add_signed(digest, bill->fee_pence);
    digest = digest_add_signed(digest, bill->refunded_pence);
    digest = digest_add(digest, bill->transfer);
    digest = digest_add(digest, (uint64_t)bill->refund_count << 2 | (bill->is_out ? 2 : 0) |
                                    (bill->unposted ? 1 : 0));
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        digest = digest_add(digest, bill->refunds[i].key.high);
        digest = digest_add(digest, bill->refunds[i].key.low);
        digest = digest_add_signed(digest, bill->refunds[i].asked_pence);
        digest = digest_add_signed(digest, bill->refunds[i].refund_pence);
        digest = digest_add_signed(digest, bill->refunds[i].adjusted_pence);
    }
    return digest;
}

/* Ditto, for a ride whose policy is not known. */
static uint64_t add_fare(uint64_t digest, const struct ride *ride)
{
    const struct tariff_lines *lines = &ride->fare.lines;
    if (ride->policy == 0)
        return digest;
    digest =
        digest_add(digest, (uint64_t)ride->fare.class << 48 | (uint64_t)ride->fare.scheme << 40 |
                               (uint64_t)ride->fare.kind << 32 | ride->policy);
    digest = digest_add_signed(digest, lines->base_pence);
    digest = digest_add_signed(digest, lines->distance_pence);
    digest = digest_add_signed(digest, lines->time_pence);
    digest = digest_add_signed(digest, lines->minimum_pence);
    digest = digest_add_signed(digest, lines->single_cap_pence);
    digest = digest_add_signed(digest, lines->national_cap_pence);
    digest = digest_add_signed(digest, lines->off_peak_pence);
    return digest_add_signed(digest, lines->concession_pence);
}

static uint64_t ride_digest(const struct ride *ride, uint64_t begin)
{
    uint64_t digest = digest_add(begin, ride->id.value);
    digest = digest_add(digest, ride->rider.high);
    digest = digest_add(digest, ride->rider.low);
    digest = digest_add(digest, ride->key.high);
    digest = digest_add(digest, ride->key.low);
    digest = state_digest_add_trip(digest, &ride->trip);
    digest = add_place(digest, &ride->from);
    digest = add_place(digest, &ride->to);
    digest =
        digest_add(digest, (uint64_t)ride->state << 32 | (uint64_t)ride->walk_to_m << 20 |
                               (uint64_t)ride->walk_from_m << 8 | (uint64_t)ride->cancelled_by);
    digest = digest_add(digest, ride->vehicle.value);
    digest = digest_add_signed(digest, ride->booked_ms);
    digest = digest_add_signed(digest, ride->earliest_ms);
    digest = digest_add_signed(digest, ride->pickup_latest_ms);
    digest = digest_add_signed(digest, ride->dropoff_latest_ms);
    digest = digest_add_signed(digest, ride->ride_max_ms);
    digest = digest_add_signed(digest, ride->promised_ms);
    digest = digest_add_signed(digest, ride->direct_ms);
    digest = digest_add_signed(digest, ride->direct_m);
    digest = add_fare(digest, ride);
    digest = digest_add_signed(digest, ride->fare_pence);
    digest = digest_add_signed(digest, ride->quote_pence);
    digest = digest_add(digest, ride->hold);
    digest = digest_add_signed(digest, ride->charged_pence);
    digest = digest_add_signed(digest, ride->arrived_ms);
    digest = digest_add_signed(digest, ride->boarded_ms);
    digest = digest_add_signed(digest, ride->alighted_ms);
    digest = digest_add_signed(digest, ride->ended_ms);
    digest = add_bill(digest, &ride->bill);
    return add_reason(digest, &ride->reason);
}

static uint64_t list_digest(const struct state *state, const struct state_list *list,
                            enum record record)
{
    uint64_t digest = 0;
    uint64_t place = 0;
    for (uint32_t slot = list->oldest; slot != STATE_NO_SLOT; slot = state->slots[slot].newer)
        digest += ride_digest(&state->slots[slot].ride, digest_add(record, place++));
    return digest;
}

static bool rider_class_is_set(const struct rider_class *class)
{
    return class->class != 0 || class->scheme != 0 || class->class_until_day != 0 ||
           class->scheme_until_day != 0;
}

static uint64_t rider_digest(const struct state_rider *rider)
{
    uint64_t digest = digest_add(RECORD_RIDER, rider->number);
    digest = digest_add(digest, rider->id.high);
    digest = digest_add(digest, rider->id.low);
    for (uint32_t i = 0; i < CAPS_WEEKS; i++) {
        const struct caps_week *week = &rider->caps.weeks[i];
        digest = digest_add_signed(digest, week->week);
        digest = digest_add_signed(digest, week->charged_pence);
        for (uint32_t day = 0; day < CAPS_DAYS; day++)
            digest = digest_add_signed(digest, week->fares_pence[day]);
    }
    if (!rider_class_is_set(&rider->class))
        return digest;
    digest = digest_add(digest, (uint64_t)rider->class.class << 8 | rider->class.scheme);
    digest = digest_add_signed(digest, rider->class.class_until_day);
    return digest_add_signed(digest, rider->class.scheme_until_day);
}

/* Nothing where there is none, as with reasons. */
static uint64_t add_visit(uint64_t digest, const struct state_vehicle *vehicle)
{
    const struct visit *visit = &vehicle->visit;
    if (vehicle->cleaned_ms != 0 || vehicle->inspected_ms != 0) {
        digest = digest_add_signed(digest, vehicle->cleaned_ms);
        digest = digest_add_signed(digest, vehicle->inspected_ms);
    }
    if (visit->kind == 0)
        return digest;
    digest = digest_add(digest, (uint64_t)visit->kind << 32 | visit->station);
    digest = add_place(digest, &visit->place);
    digest = digest_add_signed(digest, visit->from_ms);
    digest = digest_add_signed(digest, visit->latest_ms);
    digest = digest_add_signed(digest, visit->dwell_ms);
    digest = digest_add_signed(digest, visit->power_w);
    return digest_add_signed(digest, visit->begun_ms);
}

static uint64_t vehicle_digest(const struct state_vehicle *vehicle, uint32_t index)
{
    const struct fact_vehicle *enrolled = &vehicle->enrolled;
    const struct fact_plan *plan = &vehicle->plan;
    uint64_t digest = digest_add(RECORD_VEHICLE, index);
    digest = digest_add(digest, enrolled->vehicle.value);
    digest = digest_add(digest, (uint64_t)enrolled->designed_for << 48 |
                                    (uint64_t)enrolled->battery_wh << 16 |
                                    (uint64_t)enrolled->seats << 8 | enrolled->wheelchair_spaces);
    digest = digest_add_signed(digest, enrolled->from_ms);
    digest = digest_add_signed(digest, enrolled->until_ms);
    digest = add_place(digest, &enrolled->home);
    digest = digest_add(digest, plan->vehicle.value);
    digest = digest_add(digest, plan->plan_id);
    digest = digest_add(digest, plan->revision);
    digest = digest_add(digest, plan->stop_count);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        digest = digest_add(digest, plan->stops[i].ride.value);
        digest = digest_add(digest, (uint64_t)plan->stops[i].kind);
    }
    digest = add_visit(digest, vehicle);
    return plan->rests ? add_place(digest, &plan->rest) : digest;
}

static uint64_t counters_digest(const struct state *state)
{
    const struct fact_snapshot *counters = &state->counters;
    uint64_t digest = digest_add_signed(RECORD_COUNTERS, state->at_ms);
    digest = digest_add(digest, counters->seq);
    digest = digest_add(digest, counters->epoch);
    digest = digest_add(digest, counters->network_digest);
    digest = digest_add(digest, counters->next_ride);
    digest = digest_add(digest, counters->next_transfer);
    digest = digest_add(digest, counters->booked_count);
    for (uint32_t reason = 0; reason < REFUSAL_COUNT; reason++)
        digest = digest_add(digest, counters->refused_count[reason]);
    digest = digest_add(digest, counters->alighted_count);
    digest = digest_add(digest, counters->cancelled_count);
    digest = digest_add(digest, counters->no_show_count);
    digest = digest_add_signed(digest, counters->charged_pence);
    digest = digest_add_signed(digest, counters->cap_saved_pence);
    return counters->next_payment > 1 ? digest_add(digest, counters->next_payment) : digest;
}

static uint64_t closure_digest(const struct closure *closure, uint32_t position)
{
    uint64_t digest = digest_add(RECORD_CLOSURE, (uint64_t)position << 32 | closure->arc);
    digest = digest_add(digest, closure->by.high);
    digest = digest_add(digest, closure->by.low);
    digest = digest_add_signed(digest, closure->closed_ms);
    for (const char *at = closure->reason; *at != '\0'; at++)
        digest = digest_add(digest, (unsigned char)*at);
    return digest;
}

/* What there is none of adds nothing: the digests of journals without it stay as they were. */
uint64_t state_digest(const struct state *state)
{
    uint64_t digest = counters_digest(state) + ledger_digest(state->ledger);
    digest += state_refusals_digest(state);
    digest += state_policies_digest(state);
    digest += state_payments_digest(state);
    digest += state_work_digest(state);
    digest += state_settlement_digest(state);
    digest += list_digest(state, &state->active, RECORD_ACTIVE);
    digest += list_digest(state, &state->ended, RECORD_ENDED);
    for (uint32_t i = 0; i < state->rider_count; i++)
        digest += rider_digest(&state->riders[i]);
    for (uint32_t i = 0; i < state->vehicle_count; i++)
        digest += vehicle_digest(&state->vehicles[i], i);
    for (uint32_t i = 0; i < state->closure_count; i++)
        digest += closure_digest(&state->closures[i], i);
    return digest;
}
