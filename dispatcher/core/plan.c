/* The timetable of a plan, worked out stand by stand in driving order, then checked stop by stop.
 */
#include "core/plan.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"

static int64_t wheelchair_ms(const struct core_config *config, uint8_t wheelchairs)
{
    return wheelchairs > 0 ? config->wheelchair_extra_ms : 0;
}

int32_t plan_dwell_ms(const struct core_config *config, enum stop_kind kind, uint8_t wheelchairs)
{
    const int64_t dwell_ms = kind == STOP_PICKUP ? config->pickup_ms : config->dropoff_ms;
    return (int32_t)(dwell_ms + wheelchair_ms(config, wheelchairs));
}

/* The stops first .. end - 1 share one stand that begins at arrive_ms and lasts to depart_ms even
 * without them. Who is there when it begins takes their dwell time from then; who comes later
 * prolongs it if it would have ended before, or by what a wheelchair takes. */
static int64_t stand_end(const struct plan *plan, uint32_t first, uint32_t end, int64_t arrive_ms,
                         int64_t depart_ms, const struct core_config *config)
{
    for (uint32_t i = first; i < end; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->earliest_ms <= arrive_ms && arrive_ms + item->dwell_ms > depart_ms) {
            depart_ms = arrive_ms + item->dwell_ms;
        }
    }
    int64_t come_ms = arrive_ms; /* who comes until then has been let in */
    for (;;) {
        int64_t next_ms = INT64_MAX; /* when the next of them come, and what they take then */
        int64_t dwell_ms = 0;
        int64_t extra_ms = 0;
        for (uint32_t i = first; i < end; i++) {
            const struct plan_item *item = &plan->stops[i];
            if (item->earliest_ms <= come_ms || item->earliest_ms > next_ms) {
                continue;
            }
            if (item->earliest_ms < next_ms) {
                dwell_ms = extra_ms = 0;
            }
            next_ms = item->earliest_ms;
            dwell_ms = bound_most(dwell_ms, item->dwell_ms);
            extra_ms = bound_most(extra_ms, wheelchair_ms(config, item->wheelchairs));
        }
        if (next_ms == INT64_MAX) {
            return depart_ms;
        }
        depart_ms =
            next_ms > depart_ms ? next_ms + dwell_ms : bound_most(depart_ms, next_ms + extra_ms);
        come_ms = next_ms;
    }
}

int64_t plan_begin_ms(const struct plan *plan)
{
    return bound_most(plan->start_ms, plan->from_ms);
}

/* Is the stand that begins at the stop `first` the one that is under way? */
static bool joins(const struct plan *plan, uint32_t first)
{
    return first == 0 && plan->standing && road_place_equal(plan->stops[0].place, plan->start) &&
           plan->visiting == fact_is_visit(plan->stops[0].kind);
}

/* The end of the stand that begins at the stop `first`. */
static uint32_t stand_stops(const struct plan *plan, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < plan->stop_count && plan_shares_stand(&plan->stops[end - 1], &plan->stops[end])) {
        end++;
    }
    return end;
}

static void fill_timetable(struct plan *plan, const struct core_config *config)
{
    int64_t now_ms = plan_begin_ms(plan);
    int32_t parties = plan->parties_aboard;
    uint32_t first = 0;
    while (first < plan->stop_count) {
        const bool joined = joins(plan, first);
        const uint32_t end = stand_stops(plan, first);
        int64_t arrive_ms = joined ? plan->stand_from_ms : now_ms + plan->stops[first].leg_ms;
        if (!joined && parties == 0) { /* just in time for the first who may board */
            int64_t boards_ms = INT64_MAX;
            for (uint32_t i = first; i < end; i++) {
                const int64_t earliest_ms = plan->stops[i].earliest_ms;
                boards_ms = earliest_ms < boards_ms ? earliest_ms : boards_ms;
            }
            arrive_ms = bound_most(arrive_ms, boards_ms);
        }
        now_ms =
            stand_end(plan, first, end, arrive_ms, joined ? plan->start_ms : arrive_ms, config);
        for (; first < end; first++) {
            plan->stops[first].arrive_ms = arrive_ms;
            plan->stops[first].depart_ms = now_ms;
            parties += plan_parties_change(plan->stops[first].kind);
        }
    }
}

/* The pick-up of the drop-off at `dropoff`, or NULL when the rider is aboard. */
static const struct plan_item *pickup_of(const struct plan *plan, uint32_t dropoff)
{
    for (uint32_t i = dropoff; i > 0; i--) {
        const struct plan_item *item = &plan->stops[i - 1];
        if (item->ride.value == plan->stops[dropoff].ride.value && item->kind == STOP_PICKUP) {
            return item;
        }
    }
    return NULL;
}

static bool keeps_times(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->arrive_ms > item->latest_ms) {
            return false;
        }
        if (item->kind == STOP_PICKUP) {
            if (item->depart_ms > plan->until_ms) {
                return false;
            }
            continue;
        }
        const struct plan_item *pickup = item->kind == STOP_DROPOFF ? pickup_of(plan, i) : NULL;
        if (pickup != NULL && item->arrive_ms - pickup->depart_ms > item->ride_max_ms) {
            return false;
        }
    }
    return true;
}

static bool keeps_room(const struct plan *plan)
{
    int32_t seats = plan->seats_aboard;
    int32_t wheelchairs = plan->wheelchairs_aboard;
    int32_t parties = plan->parties_aboard;
    bool private_aboard = plan->private_aboard;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (fact_is_visit(item->kind)) {
            if (parties > 0) {
                return false;
            }
            continue;
        }
        if (item->kind == STOP_DROPOFF) {
            seats -= item->seats;
            wheelchairs -= item->wheelchairs;
            parties--;
            private_aboard = private_aboard && parties > 0;
            continue;
        }
        if (private_aboard || (!item->shared && parties > 0)) {
            return false;
        }
        seats += item->seats;
        wheelchairs += item->wheelchairs;
        parties++;
        private_aboard = !item->shared;
        if (seats > plan->seats || wheelchairs > plan->wheelchair_spaces) {
            return false;
        }
    }
    return true;
}

bool plan_schedule(struct plan *plan, const struct core_config *config)
{
    CHECK(plan->stop_count <= PLAN_STOPS_MAX);
    fill_timetable(plan, config);
    return keeps_times(plan) && keeps_room(plan);
}

/* How long the vehicle waits with nobody aboard before it sets off for its stands. */
static int64_t waits_ms(const struct plan *plan)
{
    int64_t waits = 0;
    int64_t free_ms = plan_begin_ms(plan);
    uint32_t first = 0;
    while (first < plan->stop_count) {
        const struct plan_item *item = &plan->stops[first];
        if (!joins(plan, first)) {
            waits += item->arrive_ms - item->leg_ms - free_ms;
        }
        free_ms = item->depart_ms;
        first = stand_stops(plan, first);
    }
    return waits;
}

struct plan_parts plan_parts(const struct plan *plan)
{
    struct plan_parts parts = {0};
    if (plan->stop_count == 0) {
        return parts;
    }
    const int64_t from_ms = plan_begin_ms(plan);
    parts.vehicle_ms = plan->stops[plan->stop_count - 1].depart_ms - from_ms - waits_ms(plan);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->kind == STOP_PICKUP) {
            parts.wait_ms += item->depart_ms - item->earliest_ms;
        }
        if (item->kind != STOP_DROPOFF) {
            continue;
        }
        const struct plan_item *pickup = pickup_of(plan, i);
        parts.ride_ms += item->arrive_ms - (pickup != NULL ? pickup->depart_ms : from_ms);
    }
    return parts;
}

int64_t plan_weigh(const struct plan_parts *parts, const struct core_config *config)
{
    return config->weights.vehicle_s * parts->vehicle_ms + config->weights.wait_s * parts->wait_ms +
           config->weights.ride_s * parts->ride_ms;
}

int64_t plan_cost(const struct plan *plan, const struct core_config *config)
{
    const struct plan_parts parts = plan_parts(plan);
    return plan_weigh(&parts, config);
}

uint32_t plan_visit(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        if (fact_is_visit(plan->stops[i].kind)) {
            return i;
        }
    }
    return UINT32_MAX;
}

bool plan_is_cut_off(const struct plan *plan, uint32_t at)
{
    CHECK(at < plan->stop_count);
    for (uint32_t i = 0; i <= at; i++) {
        if (plan->stops[i].leg_ms >= PLAN_LEG_MAX_MS) {
            return true;
        }
    }
    return false;
}

uint32_t plan_leading(const struct plan *plan)
{
    return plan->stop_count == 0 ? 0 : stand_stops(plan, 0);
}

uint32_t plan_stand_pending(const struct plan *plan)
{
    return plan->stop_count > 0 && joins(plan, 0) ? stand_stops(plan, 0) : 0;
}

int64_t plan_leaves_ms(const struct plan *plan, uint32_t at)
{
    CHECK(at < plan->stop_count);
    const struct plan_item *item = &plan->stops[at];
    const bool within = at > 0 && plan_shares_stand(&plan->stops[at - 1], item);
    return item->arrive_ms - (within || joins(plan, at) ? 0 : item->leg_ms);
}

/* The start of a vehicle without stops: where it rests, once it is there; until then where it left
 * for it. */
static int64_t start_at_rest(struct plan *plan, int64_t now_ms)
{
    if (plan->under_way && now_ms >= plan->start_ms + plan->rest_leg_ms) {
        plan->start = plan->rest;
        plan->under_way = false;
    }
    return plan->under_way ? plan->start_ms : bound_most(plan->start_ms, now_ms);
}

/* The start of a plan that is not in a stand, at `now_ms`. */
static int64_t start_on_the_way(struct plan *plan, int64_t now_ms)
{
    if (plan->stop_count == 0) {
        return start_at_rest(plan, now_ms);
    }
    plan->under_way = now_ms >= plan_leaves_ms(plan, 0);
    if (!plan->under_way) {
        return bound_most(plan->start_ms, now_ms);
    }
    const int64_t leaves_ms = plan_leaves_ms(plan, 0);
    return bound_most(bound_most(plan->start_ms, leaves_ms), now_ms - plan->stops[0].leg_ms);
}

void plan_refresh(struct plan *plan, int64_t now_ms, const struct core_config *config)
{
    const uint32_t pending = plan_stand_pending(plan);
    int64_t start_ms = bound_most(plan->start_ms, now_ms);
    plan->committed = (uint8_t)pending;
    if (pending > 0 && now_ms <= plan->stops[0].depart_ms) {
        start_ms = plan->start_ms; /* it waits for those who come later: they take their time */
    }
    if (plan->standing && pending == 0 && now_ms >= plan->start_ms) {
        plan->standing = false; /* the stand is over: it is about to leave, or stays idle */
        plan->start_ms = start_ms;
        (void)plan_schedule(plan, config);
    }
    if (!plan->standing) {
        start_ms = start_on_the_way(plan, now_ms);
    } else if (plan->stop_count > 0) {
        plan->under_way = false;
    }
    if (start_ms != plan->start_ms) {
        plan->start_ms = start_ms;
        (void)plan_schedule(plan, config);
    }
    if (plan->under_way && plan->stop_count > 0 &&
        plan->stops[0].arrive_ms <= now_ms + PLAN_COMMIT_MS) {
        plan->committed = (uint8_t)plan_leading(plan); /* it may be there before it hears */
    }
}

void plan_send_to_rest(struct plan *plan, struct road_place rest, int64_t leg_ms)
{
    CHECK(plan->stop_count == 0);
    plan->rests = true;
    plan->rest = rest;
    plan->rest_leg_ms = leg_ms;
    plan->under_way = true;
    plan->seen_ms = 0;
}

bool plan_find_turn(const struct plan *plan, int64_t now_ms, struct road_drive *drive,
                    struct plan_turn *turn)
{
    CHECK(plan->under_way);
    const bool stops = plan->stop_count > 0;
    const struct road_place to = stops ? plan->stops[0].place : plan->rest;
    const int64_t leg_ms = stops ? plan->stops[0].leg_ms : plan->rest_leg_ms;
    int64_t reached_ms = 0;
    struct road_place place = plan->start;
    if (now_ms >= plan->start_ms) { /* it has left the start */
        const int64_t driven_ms = bound_most(now_ms - plan->start_ms, 1);
        if (!road_drive_ahead(drive, plan->start, to, driven_ms, &place, &reached_ms) ||
            reached_ms > leg_ms) {
            return false;
        }
    }
    *turn = (struct plan_turn){
        .place = place, .at_ms = plan->start_ms + reached_ms, .leg_ms = leg_ms - reached_ms};
    return true;
}

bool plan_advance(struct plan *plan, int64_t now_ms, struct road_drive *drive)
{
    struct plan_turn turn;
    if (!plan_find_turn(plan, now_ms, drive, &turn)) {
        return false;
    }
    int64_t *leg_ms = plan->stop_count > 0 ? &plan->stops[0].leg_ms : &plan->rest_leg_ms;
    plan->start = turn.place;
    plan->start_ms = turn.at_ms;
    *leg_ms = turn.leg_ms;
    return true;
}

/* Take one stop out and join the legs before and after it. */
static void take_out(struct plan *plan, uint32_t at, struct road_query *query)
{
    plan->stop_count--;
    memmove(&plan->stops[at], &plan->stops[at + 1],
            (size_t)(plan->stop_count - at) * sizeof *plan->stops);
    if (at < plan->stop_count) {
        const struct road_place from = at == 0 ? plan->start : plan->stops[at - 1].place;
        plan->stops[at].leg_ms = plan_leg_ms(road_query_time(query, from, plan->stops[at].place));
    }
}

bool plan_withdraw(struct plan *plan, uint32_t pickup, uint32_t dropoff, int64_t now_ms,
                   const struct core_config *config, struct road_drive *drive)
{
    CHECK(pickup <= dropoff && dropoff < plan->stop_count);
    CHECK(pickup < dropoff || fact_is_visit(plan->stops[pickup].kind));
    plan_refresh(plan, now_ms, config);
    const uint32_t next = pickup > 0 ? 0 : dropoff != 1 ? 1 : 2; /* the first stop that is left */
    const bool turns =
        plan->under_way && (next == plan->stop_count ||
                            !road_place_equal(plan->stops[next].place, plan->stops[0].place));
    if (turns && !plan_advance(plan, now_ms, drive)) {
        return false;
    }
    const int64_t first_leg_ms = plan->stops[0].leg_ms;
    take_out(plan, dropoff, drive->query);
    if (pickup < dropoff) {
        take_out(plan, pickup, drive->query);
    }
    if (plan->under_way && !turns) {
        plan->stops[0].leg_ms = first_leg_ms; /* it goes on as it was */
    }
    plan->under_way = plan->under_way && plan->stop_count > 0;
    (void)plan_schedule(plan, config);
    plan_refresh(plan, now_ms, config);
    return true;
}
