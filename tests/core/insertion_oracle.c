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
        const int64_t dwell = fact_is_visit(item->kind)   ? item->dwell_ms
                              : item->kind == STOP_PICKUP ? extra + s->config.pickup_ms
                                                          : extra + s->config.dropoff_ms;
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

static int oracle_sign(enum stop_kind kind)
{
    return kind == STOP_PICKUP ? 1 : kind == STOP_DROPOFF ? -1 : 0;
}

/* Stops in a row at one place, but visits stand alone. */
static bool oracle_one_stand(const struct plan_item *a, const struct plan_item *b)
{
    return a->place.node == b->place.node && oracle_sign(a->kind) != 0 && oracle_sign(b->kind) != 0;
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
        while (end < count && (end == first || oracle_one_stand(&stops[first], &stops[end]))) {
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
        if (first == 0 && plan->standing && stops[0].place.node == plan->start.node &&
            plan->visiting == fact_is_visit(stops[0].kind)) {
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
            parties += oracle_sign(stops[first].kind);
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
        const int sign = oracle_sign(stops[i].kind);
        if (sign == 0 && parties > 0) {
            return false;
        }
        seats += sign * stops[i].seats;
        wheelchairs += sign * stops[i].wheelchairs;
        parties += sign;
        private_parties += stops[i].shared ? 0 : sign;
    }
    return seats <= plan->seats && wheelchairs <= plan->wheelchair_spaces &&
           (private_parties == 0 || parties == 1);
}

static int64_t oracle_up(int64_t value, int64_t divisor)
{
    return (value + divisor - 1) / divisor;
}

static int64_t oracle_auxiliary_mwh(const struct situation *s, int64_t duration, int64_t at)
{
    const uint32_t hour = calendar_hour(s->config.calendar, at);
    return oracle_up(s->config.energy.auxiliary_w[hour] * duration, 3600);
}

/* What a drive takes, of which `left` of its `whole` duration is still to come. */
static int64_t oracle_drive_mwh(const struct situation *s, struct road_place from,
                                struct road_place to, int64_t left, int64_t at)
{
    uint32_t arcs[SMALL_TOWN_NODES];
    size_t count = 0;
    int64_t length_mm = 0;
    const int64_t whole = situation_drive_ms(s, from, to);
    if (whole == 0) {
        return 0;
    }
    cr_assert_eq(road_query_path(s->town->network.query, from, to, arcs, SMALL_TOWN_NODES, &count),
                 ROAD_PATH_OK);
    for (size_t i = 0; i < count; i++) {
        length_mm += (int64_t)s->town->graph.length_m[arcs[i]] * 1000;
    }
    length_mm = oracle_up(length_mm * left, whole);
    return oracle_up(length_mm * s->config.energy.drive_wh_per_km, 1000) +
           oracle_auxiliary_mwh(s, left, at);
}

/* The drive to the nearest charger. */
static int64_t oracle_reach_mwh(const struct situation *s, struct road_place from, int64_t at)
{
    const struct station *nearest = NULL;
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; i < s->config.stations.count; i++) {
        const struct station *station = &s->config.stations.items[i];
        const int64_t time = situation_drive_ms(s, from, station->place);
        if (station->power_w > 0 && time < least) {
            least = time;
            nearest = station;
        }
    }
    return nearest == NULL ? 0 : oracle_drive_mwh(s, from, nearest->place, least, at);
}

/* Does the battery last? */
static bool oracle_energy(const struct situation *s, const struct plan *plan,
                          const struct plan_item *stops, uint32_t count,
                          const struct verdict *verdict)
{
    const int64_t reserve = plan->battery_mwh / 1000 * s->config.energy.reserve_permille;
    int64_t charge = plan->charge_mwh;
    struct road_place at = plan->start;
    if (!s->has_batteries || plan->battery_mwh == 0 || count == 0) {
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        const int64_t arrive = verdict->arrive_ms[i];
        const int64_t depart = verdict->depart_ms[i];
        int64_t left = situation_drive_ms(s, at, stops[i].place);
        if (i == 0 && plan->under_way && plan->charge_ms > plan->start_ms) {
            left = max_ms(left - (plan->charge_ms - plan->start_ms), 0);
        }
        charge -= oracle_drive_mwh(s, at, stops[i].place, left, arrive);
        if (charge < reserve) {
            return false;
        }
        at = stops[i].place;
        if (i + 1 < count && oracle_one_stand(&stops[i], &stops[i + 1])) {
            continue;
        }
        const int64_t stood = max_ms(depart - max_ms(arrive, plan->charge_ms), 0);
        if (stops[i].kind == STOP_CHARGE) {
            charge += plan->plug_w * stood / 3600;
            charge = charge < plan->battery_mwh ? charge : plan->battery_mwh;
        } else if (!fact_is_visit(stops[i].kind)) {
            charge -= oracle_auxiliary_mwh(s, stood, arrive);
        }
        if (charge < reserve) {
            return false;
        }
    }
    if (stops[count - 1].kind != STOP_CHARGE) {
        charge -= oracle_reach_mwh(s, at, verdict->depart_ms[count - 1]);
    }
    return charge >= reserve;
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
        } else if (item->kind == STOP_DROPOFF) {
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
            if (verdict.feasible && oracle_energy(s, plan, stops, count, &verdict)) {
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
