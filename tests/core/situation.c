#include "situation.h"

#include <string.h>

int64_t situation_drive_ms(const struct situation *s, struct road_place from, struct road_place to)
{
    return s->town->times_ms[from.node][to.node];
}

uint32_t situation_put(struct plan_item *stops, uint32_t count, uint32_t at,
                       const struct plan_item *item)
{
    memmove(&stops[at + 1], &stops[at], (count - at) * sizeof *stops);
    stops[at] = *item;
    return count + 1;
}

static int64_t max_ms(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool situation_chance(struct random *random, uint64_t percent)
{
    return random_below(random, 100) < percent;
}

static struct road_place any_place(struct random *random)
{
    return road_place_at_node((uint32_t)random_below(random, SMALL_TOWN_NODES));
}

static void make_party(const struct situation *s, struct random *random, struct plan_item *pickup,
                       struct plan_item *dropoff)
{
    const uint8_t wheelchairs = situation_chance(random, 20) ? 1 : 0;
    pickup->kind = STOP_PICKUP;
    dropoff->kind = STOP_DROPOFF;
    pickup->wheelchairs = dropoff->wheelchairs = wheelchairs;
    pickup->seats = dropoff->seats = (uint8_t)random_between(random, wheelchairs ? 0 : 1, 3);
    pickup->shared = dropoff->shared = situation_chance(random, 85);
    pickup->dwell_ms = plan_dwell_ms(&s->config, STOP_PICKUP, wheelchairs);
    dropoff->dwell_ms = plan_dwell_ms(&s->config, STOP_DROPOFF, wheelchairs);
    pickup->latest_ms = dropoff->latest_ms = INT64_MAX;
    pickup->ride_max_ms = dropoff->ride_max_ms = INT64_MAX;
    pickup->place = any_place(random);
    do {
        dropoff->place = any_place(random);
    } while (dropoff->place.node == pickup->place.node);
    pickup->earliest_ms = s->now_ms - random_between(random, 0, 300000);
    if (situation_chance(random, 15)) {
        pickup->earliest_ms = s->now_ms + random_between(random, 0, 300000);
    }
}

/* Stops of `rides` riders, some already aboard, in random order. */
static void make_stops(const struct situation *s, struct random *random, struct plan *plan,
                       uint32_t rides, uint64_t first_ride)
{
    plan->stop_count = 0;
    for (uint32_t r = 0; r < rides; r++) {
        struct plan_item pickup = {.ride = {first_ride + r}};
        struct plan_item dropoff = {.ride = {first_ride + r}};
        make_party(s, random, &pickup, &dropoff);
        const uint32_t at = (uint32_t)random_between(
            random, situation_chance(random, 50) ? 0 : plan->stop_count, plan->stop_count);
        plan->stop_count = (uint8_t)situation_put(plan->stops, plan->stop_count, at, &dropoff);
        const bool may_sit = plan->parties_aboard == 0 ||
                             (plan->parties_aboard == 1 && dropoff.shared && !plan->private_aboard);
        if (may_sit && situation_chance(random, 40)) {
            plan->parties_aboard++;
            plan->seats_aboard = (uint8_t)(plan->seats_aboard + dropoff.seats);
            plan->wheelchairs_aboard = (uint8_t)(plan->wheelchairs_aboard + dropoff.wheelchairs);
            plan->private_aboard = plan->private_aboard || !dropoff.shared;
            continue;
        }
        plan->stop_count = (uint8_t)situation_put(plan->stops, plan->stop_count,
                                                  (uint32_t)random_between(random, 0, at), &pickup);
    }
}

/* Limits a little beyond what the timetable needs; now and then one that is broken already. */
static void set_limits(struct random *random, struct plan *plan)
{
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        struct plan_item *item = &plan->stops[i];
        const int64_t slack = situation_chance(random, 5)    ? -random_between(random, 1, 60000)
                              : situation_chance(random, 30) ? random_between(random, 0, 20000)
                                                             : random_between(random, 0, 300000);
        if (situation_chance(random, 60)) {
            item->latest_ms = item->arrive_ms + slack;
        }
        for (uint32_t p = 0; p < i; p++) {
            if (plan->stops[p].ride.value == item->ride.value && situation_chance(random, 60)) {
                item->ride_max_ms = item->arrive_ms - plan->stops[p].depart_ms + slack;
            }
        }
    }
}

/* A visit in a gap, maybe the one under way. */
static void make_visit(const struct situation *s, struct random *random, struct plan *plan)
{
    int32_t parties = plan->parties_aboard;
    uint32_t gaps[PLAN_STOPS_MAX + 1];
    uint32_t gap_count = 0;
    for (uint32_t i = 0; i <= plan->stop_count; i++) {
        if (parties == 0) {
            gaps[gap_count++] = i;
        }
        parties += i < plan->stop_count ? plan_parties_change(plan->stops[i].kind) : 0;
    }
    if (gap_count == 0 || plan->stop_count + 3 > PLAN_STOPS_MAX) {
        return;
    }
    const uint32_t at = gaps[random_below(random, gap_count)];
    struct plan_item visit = {
        .kind = situation_chance(random, 70) ? STOP_CHARGE : STOP_CLEAN,
        .place = any_place(random),
        .latest_ms = INT64_MAX,
        .ride_max_ms = INT64_MAX,
        .dwell_ms = (int32_t)random_between(random, 0, 200) * 1000,
    };
    if (situation_chance(random, 30)) {
        visit.place = at > 0 ? plan->stops[at - 1].place : plan->start;
    }
    if (situation_chance(random, 50)) {
        visit.earliest_ms = s->now_ms + random_between(random, 0, 400000);
    }
    plan->plug_w = random_between(random, 1, 50) * 1000;
    plan->visiting = at == 0 && plan->standing && situation_chance(random, 50);
    if (plan->visiting) {
        visit.place = plan->start;
    }
    plan->stop_count = (uint8_t)situation_put(plan->stops, plan->stop_count, at, &visit);
}

static void make_battery(const struct situation *s, struct random *random, struct plan *plan)
{
    plan->battery_mwh = random_between(random, 5000, 20000) * 1000;
    plan->charge_mwh = random_between(random, 0, 4000) * 1000;
    plan->charge_ms = s->now_ms - random_between(random, 0, 90000);
}

void situation_energy(struct random *random, struct core_config *config,
                      struct station stations[SITUATION_STATIONS_MAX])
{
    static const struct calendar calendar = {.count = 1};
    const uint32_t count = (uint32_t)random_below(random, SITUATION_STATIONS_MAX + 1);
    config->calendar = &calendar;
    config->energy.drive_wh_per_km = random_between(random, 0, 300);
    config->energy.reserve_permille = random_between(random, 0, 150);
    for (uint32_t hour = 0; hour < ENERGY_HOURS; hour++) {
        config->energy.auxiliary_w[hour] = random_between(random, 0, 20000);
    }
    for (uint32_t i = 0; i < count; i++) {
        stations[i] = (struct station){.id = i,
                                       .place = any_place(random),
                                       .plugs = 1,
                                       .power_w = situation_chance(random, 80) ? 10000 : 0};
    }
    config->stations = (struct stations){.count = count, .items = stations};
}

/* A vehicle somewhere on its way; false when its random plan does not hold. */
static bool try_vehicle(const struct situation *s, struct random *random, struct plan *plan,
                        uint64_t first_ride)
{
    *plan = (struct plan){.start = any_place(random),
                          .start_ms = s->now_ms + random_between(random, -90, 20) * 1000,
                          .from_ms = situation_chance(random, 10) ? s->now_ms + 60000 : 0,
                          .until_ms = INT64_MAX,
                          .seats = (uint8_t)random_between(random, 1, 6),
                          .wheelchair_spaces = situation_chance(random, 40) ? 1 : 0};
    if (situation_chance(random, 20)) {
        plan->standing = true;
        plan->from_ms = 0;
        plan->start_ms = s->now_ms + random_between(random, 0, 20) * 1000;
        plan->stand_from_ms = s->now_ms - random_between(random, 0, 30) * 1000;
    }
    const uint32_t rides =
        (uint32_t)(situation_chance(random, 4) ? 7 : random_between(random, 0, 4));
    make_stops(s, random, plan, rides, first_ride);
    if (situation_chance(random, 30)) {
        make_visit(s, random, plan);
    }
    if (situation_chance(random, 50)) {
        make_battery(s, random, plan);
    }
    if (rides == 7) {
        plan->seats = SEATS_MAX;
        plan->wheelchair_spaces = SEATS_MAX;
    }
    struct road_place at = plan->start;
    for (uint32_t i = 0; i < plan->stop_count; i++) {
        plan->stops[i].leg_ms = situation_drive_ms(s, at, plan->stops[i].place);
        at = plan->stops[i].place;
    }
    if (plan->seats_aboard > plan->seats || plan->wheelchairs_aboard > plan->wheelchair_spaces ||
        !plan_schedule(plan, &s->config)) {
        return false;
    }
    set_limits(random, plan);
    (void)plan_schedule(plan, &s->config);
    if (situation_chance(random, 25)) {
        plan->until_ms = plan->start_ms;
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            plan->until_ms = max_ms(plan->until_ms, plan->stops[i].depart_ms);
        }
        plan->until_ms += random_between(random, 0, 120000);
    }
    if (plan->stop_count == 0 && situation_chance(random, 50)) {
        const struct road_place rest = any_place(random);
        plan_send_to_rest(plan, rest, situation_drive_ms(s, plan->start, rest));
    }
    return true;
}

void situation_vehicle(const struct situation *s, struct random *random, struct plan *plan,
                       uint64_t first_ride)
{
    while (!try_vehicle(s, random, plan, first_ride)) {
    }
}

void situation_config(struct situation *s, struct random *random)
{
    static const int64_t dwells[] = {0, 10000, 30000, 60000};
    s->config = (struct core_config){
        .weights = {.vehicle_s = (int32_t)random_between(random, 0, 3),
                    .wait_s = (int32_t)random_between(random, 0, 3),
                    .ride_s = (int32_t)random_between(random, 0, 3)},
        .pickup_ms = dwells[random_below(random, 4)],
        .dropoff_ms = dwells[random_below(random, 4)],
        .wheelchair_extra_ms = situation_chance(random, 50) ? 25000 : 0,
        .limits_soft = situation_chance(random, 30),
    };
}

void situation_request(struct situation *s, struct random *random)
{
    s->request = (struct insertion_request){.direct_ms = 0};
    struct plan_item *pickup = &s->request.pickup;
    struct plan_item *dropoff = &s->request.dropoff;
    pickup->ride.value = dropoff->ride.value = 1000;
    make_party(s, random, pickup, dropoff);
    if (situation_chance(random, 70)) {
        pickup->earliest_ms = s->now_ms;
    }
    s->request.direct_ms = situation_drive_ms(s, pickup->place, dropoff->place);
    if (situation_chance(random, 70)) {
        pickup->latest_ms =
            max_ms(pickup->earliest_ms, s->now_ms) + random_between(random, 0, 300000);
    }
    if (situation_chance(random, 50)) {
        dropoff->ride_max_ms = s->request.direct_ms + random_between(random, 0, 100000);
    }
    if (situation_chance(random, 30)) {
        dropoff->latest_ms =
            pickup->earliest_ms + s->request.direct_ms + random_between(random, 0, 300000);
    }
}

void situation_make(struct situation *s, struct random *random, struct small_town *town)
{
    *s = (struct situation){.town = town, .now_ms = SITUATION_NOW_MS};
    situation_config(s, random);
    s->count = (uint32_t)random_between(random, 1, SITUATION_VEHICLES_MAX);
    for (uint32_t v = 0; v < s->count; v++) {
        s->usable[v] = situation_chance(random, 95);
        situation_vehicle(s, random, &s->plans[v], 1 + 10 * v);
        if (v > 0 && situation_chance(random, 10)) {
            s->plans[v] = s->plans[v - 1]; /* a tie */
        }
    }
    situation_request(s, random);
}
