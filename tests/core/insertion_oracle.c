#include "insertion_oracle.h"

#include <criterion/criterion.h>
#include <string.h>

struct verdict {
    bool feasible;
    int64_t cost;
    int64_t driven_ms; /* the vehicle's time: drives and stands */
    int64_t arrive_ms[PLAN_STOPS_MAX + 2];
    int64_t depart_ms[PLAN_STOPS_MAX + 2];
};

static int64_t max_ms(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When a stand ends: riders taken one by one in the order in which they may board. */
static int64_t oracle_stand_end(const struct situation *s, const struct plan_item *stops,
                                uint32_t first, uint32_t end, int64_t arrive, int64_t depart)
{
    bool done[PLAN_STOPS_MAX] = {false};
    int64_t come = arrive;
    int64_t lasted = depart; /* the stand, before those came who come then */
    for (uint32_t n = first; n < end; n++) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = first; i < end; i++) {
            if (!done[i] && (next == UINT32_MAX || max_ms(stops[i].earliest_ms, arrive) <
                                                       max_ms(stops[next].earliest_ms, arrive))) {
                next = i;
            }
        }
        done[next] = true;
        const struct plan_item *item = &stops[next];
        const int64_t extra = item->wheelchairs > 0 ? s->config.wheelchair_extra_ms : 0;
        const int64_t dwell =
            extra + (item->kind == STOP_PICKUP ? s->config.pickup_ms : s->config.dropoff_ms);
        if (item->earliest_ms > come) {
            come = item->earliest_ms; /* the next moment at which some come */
            lasted = depart;
        }
        if (item->earliest_ms <= arrive) {
            depart = max_ms(depart, arrive + dwell);
        } else if (item->earliest_ms > lasted) {
            depart = max_ms(depart, item->earliest_ms + dwell);
        } else {
            depart = max_ms(depart, item->earliest_ms + extra);
        }
    }
    return depart;
}

static void oracle_times(const struct situation *s, const struct plan *plan,
                         const struct plan_item *stops, uint32_t count, struct verdict *verdict)
{
    int64_t now = max_ms(plan->start_ms, plan->from_ms);
    int parties = plan->parties_aboard;
    struct road_place at = plan->start;
    verdict->driven_ms = 0;
    for (uint32_t first = 0; first < count;) {
        uint32_t end = first;
        while (end < count && stops[end].place.node == stops[first].place.node) {
            end++;
        }
        int64_t arrive = now + situation_drive_ms(s, at, stops[first].place);
        int64_t boards = INT64_MAX;
        for (uint32_t i = first; i < end; i++) {
            boards = stops[i].earliest_ms < boards ? stops[i].earliest_ms : boards;
        }
        verdict->driven_ms += situation_drive_ms(s, at, stops[first].place);
        if (parties == 0) {
            arrive = max_ms(arrive, boards); /* just in time */
        }
        int64_t depart = arrive;
        if (first == 0 && plan->standing && stops[0].place.node == plan->start.node) {
            arrive = plan->stand_from_ms;
            depart = plan->start_ms;
        }
        const int64_t stands = max_ms(now, arrive);
        depart = oracle_stand_end(s, stops, first, end, arrive, depart);
        at = stops[first].place;
        verdict->driven_ms += depart - stands; /* at the stand, from when it was free or came */
        now = depart;
        for (; first < end; first++) {
            verdict->arrive_ms[first] = arrive;
            verdict->depart_ms[first] = depart;
            parties += stops[first].kind == STOP_PICKUP ? 1 : -1;
        }
    }
}

/* Who is aboard after `last` stops: is there room and privacy? */
static bool oracle_room(const struct plan *plan, const struct plan_item *stops, uint32_t last)
{
    int seats = plan->seats_aboard;
    int wheelchairs = plan->wheelchairs_aboard;
    int parties = plan->parties_aboard;
    int private_parties = plan->private_aboard ? 1 : 0;
    for (uint32_t i = 0; i < last; i++) {
        const int sign = stops[i].kind == STOP_PICKUP ? 1 : -1;
        seats += sign * stops[i].seats;
        wheelchairs += sign * stops[i].wheelchairs;
        parties += sign;
        private_parties += stops[i].shared ? 0 : sign;
    }
    return seats <= plan->seats && wheelchairs <= plan->wheelchair_spaces &&
           (private_parties == 0 || parties == 1);
}

/* The price of driving these stops; with `request` its own limits may be soft. */
static struct verdict oracle_price(const struct situation *s, const struct plan *plan,
                                   const struct plan_item *stops, uint32_t count,
                                   struct ride_id request)
{
    struct verdict verdict = {.feasible = true};
    oracle_times(s, plan, stops, count, &verdict);
    const int64_t begin = max_ms(plan->start_ms, plan->from_ms);
    const struct core_weights *weights = &s->config.weights;
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_item *item = &stops[i];
        const bool soft = s->config.limits_soft && item->ride.value == request.value;
        int64_t late = max_ms(verdict.arrive_ms[i] - item->latest_ms, 0);
        int64_t weight = weights->wait_s;
        if (item->kind == STOP_PICKUP) {
            verdict.cost += weights->wait_s * (verdict.depart_ms[i] - item->earliest_ms);
            verdict.feasible = verdict.feasible && verdict.depart_ms[i] <= plan->until_ms;
        } else {
            int64_t from = begin;
            weight = 10 * weights->ride_s;
            for (uint32_t p = 0; p < i; p++) {
                if (stops[p].ride.value == item->ride.value) {
                    from = verdict.depart_ms[p];
                    late += max_ms(verdict.arrive_ms[i] - from - item->ride_max_ms, 0);
                }
            }
            verdict.cost += weights->ride_s * (verdict.arrive_ms[i] - from);
        }
        verdict.feasible =
            verdict.feasible && (late == 0 || soft) && oracle_room(plan, stops, i + 1);
        verdict.cost += soft ? weight * late : 0;
    }
    if (count > 0) {
        verdict.cost += weights->vehicle_s * verdict.driven_ms;
    }
    return verdict;
}

/* The plan's stops, with limits that are broken already taken as they are. */
static void oracle_relaxed(const struct plan *plan, struct plan_item *stops)
{
    memcpy(stops, plan->stops, sizeof plan->stops);
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        stops[i].latest_ms = max_ms(stops[i].latest_ms, plan->stops[i].arrive_ms);
        for (uint32_t p = 0; p < i; p++) {
            if (stops[p].ride.value == stops[i].ride.value) {
                stops[i].ride_max_ms = max_ms(stops[i].ride_max_ms,
                                              plan->stops[i].arrive_ms - plan->stops[p].depart_ms);
            }
        }
    }
}

/* All that is feasible in one vehicle, in the order of ties. */
static void oracle_vehicle(const struct situation *s, uint32_t vehicle,
                           insertion_oracle_visit *visit, void *user)
{
    struct plan_item old[PLAN_STOPS_MAX];
    struct plan ahead = s->plans[vehicle]; /* where one under way can turn */
    oracle_relaxed(&ahead, old);
    if (ahead.under_way &&
        (ahead.stop_count == 0 || ahead.stops[0].place.node != s->request.pickup.place.node)) {
        cr_assert(plan_advance(&ahead, s->now_ms, &s->town->network.drive));
    }
    for (uint32_t p = s->plans[vehicle].committed; p <= ahead.stop_count; p++) {
        const struct plan *plan = p == 0 ? &ahead : &s->plans[vehicle];
        const int64_t before =
            oracle_price(s, plan, old, plan->stop_count, (struct ride_id){UINT64_MAX}).cost;
        for (uint32_t d = p; d <= plan->stop_count; d++) {
            struct plan_item stops[PLAN_STOPS_MAX + 2];
            memcpy(stops, old, sizeof old);
            uint32_t count = situation_put(stops, plan->stop_count, p, &s->request.pickup);
            count = situation_put(stops, count, d + 1, &s->request.dropoff);
            const struct verdict verdict =
                oracle_price(s, plan, stops, count, s->request.pickup.ride);
            const int64_t cost = verdict.cost - before;
            if (verdict.feasible) {
                visit(user, &(struct insertion){.cost = cost,
                                                .vehicle = vehicle,
                                                .pickup_at = (uint8_t)p,
                                                .dropoff_at = (uint8_t)d,
                                                .pickup_arrive_ms = verdict.arrive_ms[p],
                                                .pickup_depart_ms = verdict.depart_ms[p],
                                                .dropoff_arrive_ms = verdict.arrive_ms[d + 1]});
            }
        }
    }
}

static bool is_asked(const struct situation *s, uint32_t vehicle)
{
    const struct plan *plan = &s->plans[vehicle];
    const struct plan_item *pickup = &s->request.pickup;
    return s->usable[vehicle] && pickup->seats <= plan->seats &&
           pickup->wheelchairs <= plan->wheelchair_spaces && plan->stop_count + 2 <= PLAN_STOPS_MAX;
}

void insertion_oracle_all(const struct situation *s, insertion_oracle_visit *visit, void *user)
{
    for (uint32_t v = 0; v < s->count; v++) {
        if (is_asked(s, v)) {
            oracle_vehicle(s, v, visit, user);
        }
    }
}

static void keep_best(void *user, const struct insertion *candidate)
{
    struct insertion *best = user;
    if (candidate->cost < best->cost) { /* visited in the order of ties */
        *best = *candidate;
    }
}

void insertion_oracle_vehicle(const struct situation *s, uint32_t vehicle, struct insertion *best)
{
    oracle_vehicle(s, vehicle, keep_best, best);
}

bool insertion_oracle_find(const struct situation *s, struct insertion *best)
{
    *best = (struct insertion){.cost = INT64_MAX, .vehicle = UINT32_MAX};
    insertion_oracle_all(s, keep_best, best);
    return best->vehicle != UINT32_MAX;
}

int64_t insertion_oracle_alternative_ms(const struct situation *s)
{
    const struct plan_item *pickup = &s->request.pickup;
    int64_t best_ms = INT64_MAX;
    for (uint32_t v = 0; v < s->count; v++) {
        const struct plan *plan = &s->plans[v];
        if (!is_asked(s, v)) {
            continue;
        }
        struct road_place from = plan->start;
        int64_t free_ms = max_ms(plan->start_ms, plan->from_ms);
        if (plan->stop_count > 0) {
            from = plan->stops[plan->stop_count - 1].place;
            free_ms = plan->stops[plan->stop_count - 1].depart_ms;
        } else if (plan->under_way) { /* it can certainly be met where it is going to rest */
            from = plan->rest;
            free_ms += plan->rest_leg_ms;
        }
        const int64_t arrive_ms = free_ms + situation_drive_ms(s, from, pickup->place);
        if (max_ms(arrive_ms, pickup->earliest_ms) + pickup->dwell_ms <= plan->until_ms) {
            best_ms = arrive_ms < best_ms ? arrive_ms : best_ms;
        }
    }
    return best_ms;
}
