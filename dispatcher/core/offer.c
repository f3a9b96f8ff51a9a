/* Refusals are found in the order of enum refusal, so that a rider hears the first reason. */
#include "core/offer.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/explain.h"
#include "core/live.h"
#include "core/spot.h"
#include "core/terms.h"

/* The places within the walks: at an end where nobody may stop there may be some all the same. */
static void look_around(struct core *core, const struct trip *trip, struct offer *offer,
                        bool from_allowed, bool to_allowed)
{
    struct meeting_wish wish = {
        .end = MEETING_PICKUP,
        .point = trip->from.point,
        .asked = offer->request.pickup.place,
        .asked_allowed = from_allowed,
        .beyond = offer->request.dropoff.place,
        .walk_max_m = trip->walk_max_m,
    };
    meeting_find_places(core, &wish, &offer->from);
    wish = (struct meeting_wish){
        .end = MEETING_DROPOFF,
        .point = trip->to.point,
        .asked = offer->request.dropoff.place,
        .asked_allowed = to_allowed,
        .beyond = offer->request.pickup.place,
        .walk_max_m = trip->walk_max_m,
    };
    meeting_find_places(core, &wish, &offer->to);
}

static enum refusal resolve_places(struct core *core, const struct trip *trip, struct offer *offer,
                                   struct alternative *alternative)
{
    static const enum refusal reasons[][2] = {
        [SPOT_OFF_ROAD] = {REFUSAL_FROM_OFF_ROAD, REFUSAL_TO_OFF_ROAD},
        [SPOT_OUTSIDE] = {REFUSAL_FROM_OUTSIDE, REFUSAL_TO_OUTSIDE},
        [SPOT_NO_STOPPING] = {REFUSAL_FROM_NO_STOPPING, REFUSAL_TO_NO_STOPPING},
    };
    const enum spot_verdict from = spot_kerb(core, &trip->from, &offer->request.pickup.place);
    const enum spot_verdict to = spot_kerb(core, &trip->to, &offer->request.dropoff.place);
    if (from != SPOT_OFF_ROAD && to != SPOT_OFF_ROAD && trip_may_walk(trip)) {
        look_around(core, trip, offer, from == SPOT_ALLOWED, to == SPOT_ALLOWED);
    }
    for (int verdict = SPOT_OFF_ROAD; verdict <= SPOT_NO_STOPPING; verdict++) {
        if (from == (enum spot_verdict)verdict && offer->from.count == 0) {
            alternative->has_point = spot_nearest(core, trip->from.point, &alternative->point);
            return reasons[verdict][0];
        }
        if (to == (enum spot_verdict)verdict && offer->to.count == 0) {
            alternative->has_point = spot_nearest(core, trip->to.point, &alternative->point);
            return reasons[verdict][1];
        }
    }
    const bool same = road_place_equal(offer->request.pickup.place, offer->request.dropoff.place);
    return same ? REFUSAL_SAME_PLACE : REFUSAL_NONE;
}

/* The shortest drive between two places, and its fare. */
struct priced {
    int64_t direct_ms;
    int64_t direct_m;
    struct fare fare;
};

/* The fare is that of the cheapest kind of vehicle that the fleet has for the party. It rests on
 * what the fleet is, never on which vehicle is free: so no demand can raise it. Where none fits,
 * which is refused later, the cheapest kind of all is taken. */
static bool price_kinds(const struct core *core, struct fare_trip trip,
                        const struct plan_item *pickup, struct fare *best)
{
    const bool small = state_fits(core->state, POLICY_SMALL, pickup->seats, pickup->wheelchairs);
    const bool large = state_fits(core->state, POLICY_LARGE, pickup->seats, pickup->wheelchairs);
    const bool considered[POLICY_KIND_COUNT] = {
        [POLICY_SMALL] = small || !large,
        [POLICY_LARGE] = large || !small,
    };
    bool found = false;
    for (int kind = 0; kind < POLICY_KIND_COUNT; kind++) {
        struct fare fare;
        trip.kind = (enum policy_kind)kind;
        if (!considered[kind]) {
            continue;
        }
        if (fare_quote(core->config.policy, &trip, &fare) != TARIFF_OK) {
            return false;
        }
        if (!found || fare_due_pence(&fare) < fare_due_pence(best)) {
            *best = fare;
            found = true;
        }
    }
    return found;
}

static enum refusal price(struct core *core, const struct offer *offer, struct priced *priced)
{
    const struct road_place from = offer->request.pickup.place;
    const struct road_place to = offer->request.dropoff.place;
    struct fare_trip trip = offer->asked;
    int64_t length_mm = 0;
    priced->direct_ms = road_query_time(core->network->query, from, to);
    if (!road_query_length(core->network->query, from, to, &length_mm)) {
        return REFUSAL_NO_WAY;
    }
    priced->direct_m = (length_mm + 500) / 1000; /* half a metre up */
    trip.distance_m = priced->direct_m;
    trip.duration_ms = priced->direct_ms;
    return price_kinds(core, trip, &offer->request.pickup, &priced->fare) ? REFUSAL_NONE
                                                                          : REFUSAL_TOO_LONG;
}

/* The most that the rider pays, by the caps as they stand, and which of them lowers it. */
static void charge(const struct core *core, struct rider_id rider, const struct priced *priced,
                   struct offer *offer)
{
    const struct state_rider *known = state_rider(core->state, rider);
    const struct cap_account none = {0};
    const struct cap_account *account = known != NULL ? &known->caps : &none;
    const int32_t day = offer->asked.day;
    const struct caps_rule rule = terms_caps(core, known, day);
    struct caps_rule day_alone = rule;
    day_alone.week_pence = CAP_NONE_PENCE;
    const int64_t due_pence = fare_due_pence(&priced->fare);
    offer->direct_ms = priced->direct_ms;
    offer->direct_m = priced->direct_m;
    offer->fare = priced->fare;
    offer->quote_pence = caps_charge(&rule, account, day, due_pence);
    offer->cap = QUOTE_CAP_NONE;
    if (offer->quote_pence < due_pence) {
        const bool by_day = caps_charge(&day_alone, account, day, due_pence) == offer->quote_pence;
        offer->cap = by_day ? QUOTE_CAP_DAY : QUOTE_CAP_WEEK;
    }
}

/* What the fare is worked out from, but for the drive. */
static enum refusal ask_fare(const struct core *core, struct rider_id rider,
                             const struct trip *trip, struct offer *offer)
{
    const struct calendar *calendar = core->config.calendar;
    const struct state_rider *known = state_rider(core->state, rider);
    const int64_t asked_ms = offer->request.pickup.earliest_ms;
    offer->asked.day = calendar_travel_day(calendar, asked_ms);
    offer->asked.civil = calendar_civil(calendar, asked_ms);
    offer->asked.shared = trip->shared;
    offer->asked.class = state_rider_class(known, offer->asked.day);
    offer->asked.scheme = state_rider_scheme(known, offer->asked.day);
    return policy_holds(core->config.policy, offer->asked.day) ? REFUSAL_NONE
                                                               : REFUSAL_TOO_FAR_AHEAD;
}

/* Door to door, whether or not the rider walks: the limits of the ride and the most it costs. */
static enum refusal price_asked(struct core *core, struct rider_id rider, const struct trip *trip,
                                struct offer *offer)
{
    struct priced priced;
    enum refusal reason = ask_fare(core, rider, trip, offer);
    if (reason == REFUSAL_NONE) {
        reason = price(core, offer, &priced);
    }
    if (reason == REFUSAL_NONE) {
        offer->request.direct_ms = priced.direct_ms;
        charge(core, rider, &priced, offer);
    }
    return reason;
}

/* Who walks pays the cheaper of the fare door to door and that between the meeting points. */
static void price_chosen(struct core *core, struct rider_id rider, struct offer *offer)
{
    struct priced priced;
    if ((offer->walk_from_m > 0 || offer->walk_to_m > 0) &&
        price(core, offer, &priced) == REFUSAL_NONE &&
        fare_due_pence(&priced.fare) < fare_due_pence(&offer->fare)) {
        charge(core, rider, &priced, offer);
    }
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
    return state_fits(core->state, POLICY_SMALL, pickup->seats, pickup->wheelchairs) ||
           state_fits(core->state, POLICY_LARGE, pickup->seats, pickup->wheelchairs);
}

/* The best insertion, between the places asked for or between others that the rider walks to. */
static bool find_best(struct core *core, const struct trip *trip, struct offer *offer)
{
    struct meeting_choice choice;
    if (!trip_may_walk(trip)) {
        return insertion_find(core->search, &core->fleet, &offer->request, &core->config,
                              &offer->best);
    }
    if (!meeting_find(core, &offer->request, &offer->from, &offer->to, &choice)) {
        return false;
    }
    offer->request = choice.request;
    offer->best = choice.best;
    offer->walk_from_m = choice.from.walk_m;
    offer->walk_to_m = choice.to.walk_m;
    return true;
}

/* Is the place asked for one of the places in question? It is where nobody walks. */
static bool holds_asked(const struct meeting_places *places)
{
    return places->count == 0 || places->places[0].walk_m == 0;
}

/* Where plans may be improved, a waiting rider may make room, for a ride from door to door. */
static bool find_by_ejection(struct core *core, struct offer *offer)
{
    offer->ejects = core->config.improve_searches > 0 && !core->config.limits_soft &&
                    holds_asked(&offer->from) && holds_asked(&offer->to) &&
                    eject_find(core, &offer->request, &core->strict, &offer->eject);
    if (offer->ejects) {
        offer->best = offer->eject.insertion;
    }
    return offer->ejects;
}

static enum refusal find_vehicle(struct core *core, const struct trip *trip, struct offer *offer,
                                 struct alternative *alternative)
{
    if (!find_best(core, trip, offer) && !find_by_ejection(core, offer)) {
        if (!fleet_fits(core, &offer->request.pickup)) {
            explain_refusal(core, &offer->request, alternative, &offer->why);
            return REFUSAL_NO_VEHICLE_FITS;
        }
        const int64_t alternative_ms =
            insertion_alternative_ms(core->search, &core->fleet, &offer->request, &core->config);
        if (alternative_ms < ROAD_UNREACHABLE_MS + core->now_ms) {
            alternative->pickup_ms = bound_most(alternative_ms, offer->request.pickup.earliest_ms);
        }
        explain_refusal(core, &offer->request, alternative, &offer->why);
        return REFUSAL_NO_VEHICLE_IN_TIME;
    }
    /* Soft limits: what is planned now is what is promised. */
    const struct insertion *best = &offer->best;
    struct plan_item *pickup = &offer->request.pickup;
    struct plan_item *dropoff = &offer->request.dropoff;
    pickup->latest_ms = bound_most(pickup->latest_ms, best->pickup_arrive_ms);
    dropoff->latest_ms = bound_most(dropoff->latest_ms, best->dropoff_arrive_ms);
    dropoff->ride_max_ms =
        bound_most(dropoff->ride_max_ms, best->dropoff_arrive_ms - best->pickup_depart_ms);
    offer->pickup_ms = bound_most(best->pickup_arrive_ms, pickup->earliest_ms);
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
    pickup->dwell_ms = plan_dwell_ms(&core->config, STOP_PICKUP, trip->wheelchairs);
    dropoff->dwell_ms = plan_dwell_ms(&core->config, STOP_DROPOFF, trip->wheelchairs);
    pickup->earliest_ms = bound_most(core->now_ms, trip->pickup_from_ms);

    enum refusal reason = resolve_places(core, trip, offer, alternative);
    if (reason == REFUSAL_NONE) {
        reason = price_asked(core, rider, trip, offer);
    }
    if (reason == REFUSAL_NONE) {
        reason = check_times(core, trip, pickup->earliest_ms);
    }
    if (reason == REFUSAL_NONE) {
        set_limits(core, trip, offer);
        core_phase_done(&core->config, CORE_PHASE_PRICE);
        reason = find_vehicle(core, trip, offer, alternative);
    }
    if (reason == REFUSAL_NONE) {
        price_chosen(core, rider, offer);
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
