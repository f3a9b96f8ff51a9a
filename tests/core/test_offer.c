/* Every reason to refuse a ride, and what is offered instead. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "tests/core/service.h"

#define MAP "a--b--c--d--e\n"

struct row {
    struct service_trip trip;
    enum refusal reason;
};

/* Corners of a box of some metres around nodes. */
static void box(const struct service *s, struct geo_point *corners, char from, char to)
{
    corners[0] = town_point(s->town, from, -50, -50);
    corners[1] = town_point(s->town, to, 50, -50);
    corners[2] = town_point(s->town, to, 50, 50);
    corners[3] = town_point(s->town, from, -50, 50);
}

Test(offer, names_the_first_reason_to_refuse)
{
    struct service *s = service_open(MAP);
    s->config.max_wait_ms = 60000;
    struct geo_point corners[8]; /* service from a to d, nobody stops at c */
    box(s, corners, 'a', 'd');
    box(s, corners + 4, 'c', 'c');
    const uint32_t ring_first[] = {0, 4, 8};
    const struct zone zones[] = {
        {.id = 1, .kind = ZONE_SERVICE, .first_ring = 0, .ring_count = 1},
        {.id = 2, .kind = ZONE_NO_STOPPING, .first_ring = 1, .ring_count = 1}};
    s->zones = (struct zones){2, 2, zones, ring_first, corners};
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const struct row rows[] = {
        {{.from = "e", .to = "a"}, REFUSAL_FROM_OUTSIDE},
        {{.from = "a", .to = "e"}, REFUSAL_TO_OUTSIDE},
        {{.from = "c", .to = "a"}, REFUSAL_FROM_NO_STOPPING},
        {{.from = "a", .to = "c"}, REFUSAL_TO_NO_STOPPING},
        {{.from = "a", .to = "a"}, REFUSAL_SAME_PLACE},
        {{.from = "a", .to = "b", .from_s = 100, .pickup_by_s = 50}, REFUSAL_TIME_PASSED},
        {{.from = "a", .to = "b", .from_s = 100, .arrive_by_s = 50}, REFUSAL_TIME_PASSED},
        {{.from = "a", .to = "b", .from_s = 8 * 86400}, REFUSAL_TOO_FAR_AHEAD},
        {{.from = "a", .to = "b", .party = 5}, REFUSAL_NO_VEHICLE_FITS},
        {{.from = "a", .to = "b", .wheelchairs = 1}, REFUSAL_NO_VEHICLE_FITS},
        {{.from = "d", .to = "b"}, REFUSAL_NO_VEHICLE_IN_TIME},
        {{.from = "a", .to = "b", .agreed_pence = 149}, REFUSAL_FARE_CHANGED},
        {{.from = "a", .to = "b", .agreed_pence = 150}, REFUSAL_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint64_t ride = service_book_trip(s, &rows[i].trip);
        const struct alternative *alternative = &s->answer.refused.alternative;
        cr_assert_eq(ride != 0, rows[i].reason == REFUSAL_NONE, "row %zu", i);
        if (ride != 0) {
            continue;
        }
        cr_assert_eq(s->answer.refused.reason, rows[i].reason, "row %zu: %d", i,
                     s->answer.refused.reason);
        cr_assert_eq(alternative->has_point, rows[i].reason <= REFUSAL_TO_NO_STOPPING);
        cr_assert(!alternative->has_point ||
                  zones_judge(&s->zones, alternative->point) == ZONE_ALLOWED);
        cr_assert_eq(alternative->pickup_ms != 0, rows[i].reason == REFUSAL_NO_VEHICLE_IN_TIME);
        cr_assert_eq(alternative->fare_pence != 0, rows[i].reason == REFUSAL_FARE_CHANGED);
    }
    service_free(s);
}

static enum refusal quote(struct service *s, struct geo_point from, struct geo_point to)
{
    const struct event event = {
        .kind = EVENT_QUOTE,
        .request = {3},
        .quote = {.rider = {0, 1},
                  .trip = {.from = {from, SPOT_NO_NODE}, .to = {to, SPOT_NO_NODE}, .party = 1}}};
    service_step(s, &event);
    return s->answer.kind == MESSAGE_QUOTE ? REFUSAL_NONE : s->answer.refused.reason;
}

Test(offer, takes_points_near_a_road_and_offers_the_nearest_road_to_others)
{
    struct service *s = service_open(MAP);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    const struct geo_point near = town_point(s->town, 'b', 40, 20);
    const struct geo_point far = town_point(s->town, 'b', 40, 900);
    const struct geo_point there = town_point(s->town, 'd', 40, -30);
    cr_assert_eq(quote(s, near, there), REFUSAL_NONE);
    cr_assert_eq(quote(s, far, there), REFUSAL_FROM_OFF_ROAD);
    cr_assert(s->answer.refused.alternative.has_point);
    const struct geo_point instead = s->answer.refused.alternative.point;
    cr_assert_eq(quote(s, there, far), REFUSAL_TO_OFF_ROAD);
    cr_assert_eq(quote(s, instead, there), REFUSAL_NONE);
    service_free(s);
}

Test(offer, refuses_where_closures_leave_no_way)
{
    struct service *s = service_open(MAP);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    (void)road_metric_set(&s->town->network.metric, town_arc(s->town, "cd"), ROAD_CLOSED);
    cr_assert_eq(service_book(s, .from = "b", .to = "d"), 0);
    cr_assert_eq(s->answer.refused.reason, REFUSAL_NO_WAY);
    service_free(s);
}

Test(offer, is_busy_when_no_more_rides_can_be_held)
{
    struct service *s = service_open(MAP);
    s->config.limits.riders_max = 1;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "b", .to = "d", .rider = 1), 0);
    cr_assert_eq(service_book(s, .from = "b", .to = "d", .rider = 2), 0);
    cr_assert_eq(s->answer.refused.reason, REFUSAL_BUSY);
    service_free(s);
}

/* Soft limits: nobody is refused for lateness, and what is planned is what is promised. */
Test(offer, promises_later_where_limits_are_soft)
{
    struct service *s = service_open(MAP);
    s->config.max_wait_ms = 60000;
    s->config.limits_soft = true;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_assert_neq(service_book(s, .from = "d", .to = "b"), 0);
    const struct ride *ride = core_ride(s->core, (struct ride_id){1});
    cr_assert_eq(ride->pickup_latest_ms, SERVICE_START_MS + 90000);
    cr_assert_eq(ride->promised_ms, ride->pickup_latest_ms);
    service_free(s);
}

/* ---- What a fare depends on ---- */

#define STREETS                                                                                    \
    "a--b--c--d--e--f\n"                                                                           \
    "|  |  |  |  |  |\n"                                                                           \
    "g--h--i--j--k--l\n"

/* Small and large vehicles, each with tariffs of its own, and an off-peak time from 12:00 on. */
static struct service *open_priced(void)
{
    struct service *s = service_open(STREETS);
    for (uint32_t i = 0; i < s->policy.tariff_count; i++) {
        struct policy_tariff *row = &s->policy.tariffs[i];
        row->tariff.per_km_pence = row->kind == POLICY_LARGE ? 200 : 100;
        row->tariff.single_cap_pence = 900;
        row->tariff.base_pence = row->shared ? 100 : 250;
        row->off_peak_permille = 300;
        row->off_peak = (struct policy_hours){
            .count = 1, .windows = {{.weekdays = true, .from_minute = 720, .until_minute = 1440}}};
    }
    s->config.limits_soft = true;
    s->config.limits.rides_max = 400;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'f', 8, 2);
    service_vehicle(s, 3, 'k', 12, 0);
    for (uint32_t i = 4; i <= SERVICE_CARS_MAX; i++) {
        service_vehicle(s, i, (char)('a' + i), i % 2 == 0 ? 4 : 8, 2);
    }
    return s;
}

/* A quote for somebody who has not paid anything, `hours` ahead or now; all 0 if refused. */
static struct message_quote quoted(struct service *s, char from, char to, uint8_t party,
                                   bool shared, int64_t hours)
{
    const uint32_t a = town_node(s->town, from);
    const uint32_t b = town_node(s->town, to);
    const struct event event = {
        .kind = EVENT_QUOTE,
        .request = {3},
        .quote = {.rider = {9, 9},
                  .trip = {.from = {s->town->graph.points[a], a},
                           .to = {s->town->graph.points[b], b},
                           .party = party,
                           .shared = shared,
                           .pickup_from_ms = hours == 0 ? 0 : SERVICE_START_MS + hours * 3600000}}};
    service_step(s, &event);
    return s->answer.kind == MESSAGE_QUOTE ? s->answer.quote : (struct message_quote){0};
}

static const struct {
    char from, to;
    uint8_t party;
    bool shared;
    int64_t hours;
    enum policy_kind kind; /* the cheapest that the fleet has for the party */
} asked[] = {
    {'a', 'f', 1, true, 0, POLICY_SMALL},  {'l', 'g', 3, false, 0, POLICY_SMALL},
    {'b', 'k', 6, true, 0, POLICY_LARGE},  {'a', 'l', 1, true, 5, POLICY_SMALL},
    {'e', 'g', 8, false, 5, POLICY_LARGE},
};
#define ASKED (sizeof asked / sizeof *asked)

static struct message_quote quote_asked(struct service *s, size_t i)
{
    return quoted(s, asked[i].from, asked[i].to, asked[i].party, asked[i].shared, asked[i].hours);
}

Test(offer, no_demand_can_raise_a_fare)
{
    struct service *s = open_priced();
    struct message_quote empty[ASKED];
    struct random random;
    uint32_t booked = 0;
    uint32_t quotes = 0;
    int64_t worst_wait_ms = 0;
    random_init(&random, 5);
    for (size_t i = 0; i < ASKED; i++) {
        empty[i] = quote_asked(s, i);
        cr_assert_eq(empty[i].fare.kind, asked[i].kind, "trip %zu", i);
        cr_assert_eq(empty[i].quote_pence, empty[i].fare_pence);
        cr_assert_eq(empty[i].fare.lines.off_peak_pence > 0, asked[i].hours > 0);
    }
    for (int step = 1; step <= 2500; step++) {
        const char from[] = {(char)('a' + random_below(&random, 12)), '\0'};
        const char to[] = {(char)('a' + random_below(&random, 12)), '\0'};
        booked += service_book(s, .from = from, .to = to, .rider = 1 + random_below(&random, 60),
                               .party = (uint8_t)(1 + random_below(&random, 4)),
                               .private = random_below(&random, 3) == 0) != 0;
        service_run(s, 5 * step); /* 08:00 to 11:28 */
        service_forget(s);
        for (size_t i = 0; step % 10 == 0 && i < ASKED; i++) {
            const struct message_quote now = quote_asked(s, i);
            if (now.direct_m == 0) {
                continue; /* nothing can come at all, at no fare */
            }
            quotes++;
            cr_assert_eq(now.fare_pence, empty[i].fare_pence, "step %d, trip %zu", step, i);
            cr_assert_eq(now.quote_pence, empty[i].quote_pence);
            cr_assert_eq(memcmp(&now.fare, &empty[i].fare, sizeof now.fare), 0);
            const int64_t wait_ms = now.pickup_ms - s->now_ms;
            worst_wait_ms =
                asked[i].hours == 0 && wait_ms > worst_wait_ms ? wait_ms : worst_wait_ms;
        }
    }
    cr_assert_gt(booked, 400, "%u", booked); /* of 2,500 who asked */
    cr_assert_gt(quotes, 200, "%u", quotes);
    cr_assert_gt(worst_wait_ms, 600000); /* there was no vehicle to be had for long */
    service_free(s);
}

/* The only small vehicle is busy for an hour: whoever rides in the dear one pays as in that. */
Test(offer, a_ride_costs_what_the_cheapest_kind_that_fits_would_cost)
{
    struct service *s = service_open("a--b--c--d\n");
    for (uint32_t i = 0; i < s->policy.tariff_count; i++) {
        s->policy.tariffs[i].tariff.base_pence =
            s->policy.tariffs[i].kind == POLICY_LARGE ? 280 : 150;
    }
    service_begin(s);
    service_vehicle(s, 1, 'a', 12, 0);
    cr_expect_eq(quoted(s, 'a', 'b', 1, true, 0).fare.lines.base_pence,
                 280); /* there is no other */
    service_vehicle(s, 2, 'd', 4, 0);
    const struct message_quote cheap = quoted(s, 'a', 'b', 1, true, 0);
    cr_expect_eq(cheap.fare.lines.base_pence, 150);
    cr_expect_eq(cheap.pickup_ms, s->now_ms); /* by the large one, which stands there */
    cr_expect_eq(quoted(s, 'a', 'b', 5, true, 0).fare.lines.base_pence, 280);
    service_free(s);
}

Test(offer, keeps_how_the_fare_came_about_and_the_policy_with_the_ride)
{
    struct service *s = open_priced();
    const uint64_t id = service_book(s, .from = "a", .to = "f", .from_s = 5 * 3600);
    const struct ride *ride = core_ride(s->core, (struct ride_id){id});
    cr_assert_not_null(ride);
    cr_expect_eq(ride->policy, 1);
    cr_expect_str_eq(state_policies_find(s->core->state, 1)->policy.id, "default");
    cr_expect_eq(tariff_fare_pence(&ride->fare.lines), ride->fare_pence);
    cr_expect_gt(ride->fare.lines.off_peak_pence, 0);
    snprintf(s->policy.row.id, sizeof s->policy.row.id, "other");
    service_restart(s);
    cr_expect_eq(state_policies_last(s->core->state)->policy.number, 2);
    service_restart(s); /* the same again is not adopted again */
    cr_expect_eq(state_policies_last(s->core->state)->policy.number, 2);
    service_free(s);
}

Test(offer, refuses_a_day_for_which_no_fare_is_decided)
{
    struct service *s = service_open(MAP);
    const int32_t today = calendar_travel_day(&s->calendar, SERVICE_START_MS);
    s->policy.row.until_day = today;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    cr_expect_neq(service_book(s, .from = "a", .to = "b", .from_s = 20 * 3600), 0); /* 04:00 */
    cr_expect_eq(service_book(s, .from = "a", .to = "b", .from_s = 21 * 3600, .rider = 2), 0);
    cr_expect_eq(s->answer.refused.reason, REFUSAL_TOO_FAR_AHEAD);
    service_free(s);
}

Test(offer, says_which_cap_makes_a_quote_less)
{
    static const struct {
        int64_t day_cap, week_cap, quote;
        enum quote_cap cap;
    } rows[] = {
        {CAP_NONE_PENCE, CAP_NONE_PENCE, 160, QUOTE_CAP_NONE},
        {160, 160, 160, QUOTE_CAP_NONE},
        {85, CAP_NONE_PENCE, 85, QUOTE_CAP_DAY},
        {CAP_NONE_PENCE, 85, 85, QUOTE_CAP_WEEK},
        {85, 85, 85, QUOTE_CAP_DAY},
        {90, 85, 85, QUOTE_CAP_WEEK},
        {0, 85, 0, QUOTE_CAP_DAY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct service *s = service_open(MAP);
        s->policy.caps[0].caps = (struct caps){rows[i].day_cap, rows[i].week_cap};
        service_begin(s);
        service_vehicle(s, 1, 'a', 4, 0);
        const struct message_quote quote = quoted(s, 'b', 'd', 1, true, 0);
        cr_expect_eq(quote.quote_pence, rows[i].quote, "row %zu", i);
        cr_expect_eq(quote.cap, rows[i].cap, "row %zu: %d", i, quote.cap);
        cr_expect_eq(quote.cap_saved_pence, 160 - rows[i].quote);
        service_free(s);
    }
}
