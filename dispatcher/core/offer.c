/* Refusals are found in the order of enum refusal, so that a rider hears the first reason. */
#include "core/offer.h"

#include <string.h>

#include "base/check.h"
#include "core/explain.h"
#include "core/live.h"
#include "core/spot.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static enum refusal resolve_places(const struct core *core, const struct trip *trip,
                                   struct offer *offer, struct alternative *alternative)
{
    static const enum refusal reasons[][2] = {
        [SPOT_OFF_ROAD] = {REFUSAL_FROM_OFF_ROAD, REFUSAL_TO_OFF_ROAD},
        [SPOT_OUTSIDE] = {REFUSAL_FROM_OUTSIDE, REFUSAL_TO_OUTSIDE},
        [SPOT_NO_STOPPING] = {REFUSAL_FROM_NO_STOPPING, REFUSAL_TO_NO_STOPPING},
    };
    const enum spot_verdict from = spot_kerb(core, &trip->from, &offer->request.pickup.place);
    const enum spot_verdict to = spot_kerb(core, &trip->to, &offer->request.dropoff.place);
    for (int verdict = SPOT_OFF_ROAD; verdict <= SPOT_NO_STOPPING; verdict++) {
        if (from == (enum spot_verdict)verdict) {
            alternative->has_point = spot_nearest(core, trip->from.point, &alternative->point);
            return reasons[verdict][0];
        }
        if (to == (enum spot_verdict)verdict) {
            alternative->has_point = spot_nearest(core, trip->to.point, &alternative->point);
            return reasons[verdict][1];
        }
    }
    const bool same = road_place_equal(offer->request.pickup.place, offer->request.dropoff.place);
    return same ? REFUSAL_SAME_PLACE : REFUSAL_NONE;
}

static enum refusal price(struct core *core, struct rider_id rider, struct offer *offer)
{
    const struct road_place from = offer->request.pickup.place;
    const struct road_place to = offer->request.dropoff.place;
    int64_t length_mm = 0;
    offer->request.direct_ms = road_query_time(core->network->query, from, to);
    if (!road_query_length(core->network->query, from, to, &length_mm)) {
        return REFUSAL_NO_WAY;
    }
    offer->direct_m = (length_mm + 500) / 1000; /* half a metre up */
    const struct tariff_trip trip = {.distance_m = offer->direct_m,
                                     .duration_ms = offer->request.direct_ms};
    if (tariff_quote(&core->config.tariff, &trip, &offer->fare_pence) != TARIFF_OK) {
        return REFUSAL_TOO_LONG;
    }
    const struct state_rider *known = state_rider(core->state, rider);
    const struct cap_account none = {0};
    const int32_t day =
        calendar_travel_day(core->config.calendar, offer->request.pickup.earliest_ms);
    offer->quote_pence = caps_charge(&core->config.caps, known != NULL ? &known->caps : &none, day,
                                     offer->fare_pence);
    return REFUSAL_NONE;
}

/* Windows as the service promises them; the ride's limit needs its price's direct time. */
static void set_limits(const struct core *core, const struct trip *trip, struct offer *offer)
{
    const struct core_config *config = &core->config;
    struct plan_item *pickup = &offer->request.pickup;
    struct plan_item *dropoff = &offer->request.dropoff;
    pickup->latest_ms =
        trip->pickup_by_ms > 0 ? trip->pickup_by_ms : pickup->earliest_ms + config->max_wait_ms;
    dropoff->latest_ms = trip->arrive_by_ms > 0 ? trip->arrive_by_ms : INT64_MAX;
    dropoff->ride_max_ms = offer->request.direct_ms * config->max_ride_permille / 1000 +
                           config->max_ride_extra_ms; /* rounded down */
}

static enum refusal check_times(const struct core *core, const struct trip *trip,
                                int64_t earliest_ms)
{
    if (trip->pickup_by_ms != 0 && trip->pickup_by_ms < earliest_ms) {
        return REFUSAL_TIME_PASSED;
    }
    if (trip->arrive_by_ms != 0 && trip->arrive_by_ms < earliest_ms) {
        return REFUSAL_TIME_PASSED;
    }
    if (earliest_ms > core->now_ms + BOOK_AHEAD_MAX_MS) {
        return REFUSAL_TOO_FAR_AHEAD;
    }
    return REFUSAL_NONE;
}

static bool fleet_fits(const struct core *core, const struct plan_item *pickup)
{
    const uint32_t count = state_vehicle_count(core->state);
    for (uint32_t i = 0; i < count; i++) {
        const struct plan *plan = &core->plans[i];
        if (pickup->seats <= plan->seats && pickup->wheelchairs <= plan->wheelchair_spaces) {
            return true;
        }
    }
    return false;
}

/* Where plans may be improved, a waiting rider may make room. */
static bool find_by_ejection(struct core *core, struct offer *offer)
{
    offer->ejects = core->config.improve_searches > 0 && !core->config.limits_soft &&
                    eject_find(core, &offer->request, &core->strict, &offer->eject);
    if (offer->ejects) {
        offer->best = offer->eject.insertion;
    }
    return offer->ejects;
}

static enum refusal find_vehicle(struct core *core, struct offer *offer,
                                 struct alternative *alternative)
{
    if (!insertion_find(core->search, &core->fleet, &offer->request, &core->config, &offer->best) &&
        !find_by_ejection(core, offer)) {
        if (!fleet_fits(core, &offer->request.pickup)) {
            explain_refusal(core, &offer->request, alternative, &offer->why);
            return REFUSAL_NO_VEHICLE_FITS;
        }
        const int64_t alternative_ms =
            insertion_alternative_ms(core->search, &core->fleet, &offer->request, &core->config);
        if (alternative_ms < ROAD_UNREACHABLE_MS + core->now_ms) {
            alternative->pickup_ms = later(alternative_ms, offer->request.pickup.earliest_ms);
        }
        explain_refusal(core, &offer->request, alternative, &offer->why);
        return REFUSAL_NO_VEHICLE_IN_TIME;
    }
    /* Soft limits: what is planned now is what is promised. */
    const struct insertion *best = &offer->best;
    struct plan_item *pickup = &offer->request.pickup;
    struct plan_item *dropoff = &offer->request.dropoff;
    pickup->latest_ms = later(pickup->latest_ms, best->pickup_arrive_ms);
    dropoff->latest_ms = later(dropoff->latest_ms, best->dropoff_arrive_ms);
    dropoff->ride_max_ms =
        later(dropoff->ride_max_ms, best->dropoff_arrive_ms - best->pickup_depart_ms);
    offer->pickup_ms = later(best->pickup_arrive_ms, pickup->earliest_ms);
    return REFUSAL_NONE;
}

enum refusal offer_make(struct core *core, struct rider_id rider, const struct trip *trip,
                        int64_t agreed_pence, struct offer *offer, struct alternative *alternative)
{
    memset(offer, 0, sizeof *offer);
    memset(alternative, 0, sizeof *alternative);
    struct plan_item *pickup = &offer->request.pickup;
    struct plan_item *dropoff = &offer->request.dropoff;
    pickup->kind = STOP_PICKUP;
    dropoff->kind = STOP_DROPOFF;
    pickup->seats = dropoff->seats = (uint8_t)(trip->party - trip->wheelchairs);
    pickup->wheelchairs = dropoff->wheelchairs = trip->wheelchairs;
    pickup->shared = dropoff->shared = trip->shared;
    pickup->earliest_ms = later(core->now_ms, trip->pickup_from_ms);

    enum refusal reason = resolve_places(core, trip, offer, alternative);
    if (reason == REFUSAL_NONE) {
        reason = price(core, rider, offer);
    }
    if (reason == REFUSAL_NONE) {
        reason = check_times(core, trip, pickup->earliest_ms);
    }
    if (reason == REFUSAL_NONE) {
        set_limits(core, trip, offer);
        core_phase_done(&core->config, CORE_PHASE_PRICE);
        reason = find_vehicle(core, offer, alternative);
    }
    if (reason == REFUSAL_NONE && offer->quote_pence > agreed_pence) {
        alternative->fare_pence = offer->quote_pence;
        reason = REFUSAL_FARE_CHANGED;
    }
    if (reason == REFUSAL_NONE && !state_has_room(core->state, rider)) {
        reason = REFUSAL_BUSY;
    }
    return reason;
}
