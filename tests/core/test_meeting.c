/* Meeting points in drawn towns: which places are in question, that the best of them is found, and
 * that nobody walks who did not agree to. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/random.h"
#include "core/meeting.h"
#include "core/spot.h"
#include "tests/core/service.h"

/* A grid of 200 m with one-ways, a river that one bridge (i-o) crosses, and an island of one-ways.
 */
#define TOWN                                                                                       \
    "a-b>c-d-e\n"                                                                                  \
    "| | | ^ |\n"                                                                                  \
    "f-g<h-i<j\n"                                                                                  \
    "      |  \n"                                                                                  \
    "k-l-m-o-p\n"                                                                                  \
    "| | v | |\n"                                                                                  \
    "q>r-s-t-u\n"
#define LETTERS "abcdefghijklmopqrstu"

static char letter_at(const struct service *s, struct road_place place)
{
    if (place.arc != ROAD_NONE) {
        return '*';
    }
    return (char)s->town->graph.names[place.node];
}

static struct meeting_places places_near(struct service *s, enum meeting_end end, char asked,
                                         char beyond, int32_t walk_max_m)
{
    const uint32_t node = town_node(s->town, asked);
    const struct meeting_wish wish = {
        .end = end,
        .point = s->town->graph.points[node],
        .asked = road_place_at_node(node),
        .asked_allowed = spot_judge(s->core, road_place_at_node(node)) == SPOT_ALLOWED,
        .beyond = road_place_at_node(town_node(s->town, beyond)),
        .walk_max_m = walk_max_m,
    };
    struct meeting_places places;
    meeting_find_places(s->core, &wish, &places);
    return places;
}

static bool holds(const struct service *s, const struct meeting_places *places, char letter)
{
    for (uint32_t i = 0; i < places->count; i++) {
        if (letter_at(s, places->places[i].place) == letter) {
            return true;
        }
    }
    return false;
}

/* Nobody stops at `letter`. The zones point into `zone` and `corners`. */
static void forbid(struct service *s, char letter, struct zone *zone, struct geo_point *corners)
{
    static const uint32_t ring_first[] = {0, 4};
    *zone = (struct zone){.id = 1, .kind = ZONE_NO_STOPPING, .first_ring = 0, .ring_count = 1};
    corners[0] = town_point(s->town, letter, -50, -50);
    corners[1] = town_point(s->town, letter, 50, -50);
    corners[2] = town_point(s->town, letter, 50, 50);
    corners[3] = town_point(s->town, letter, -50, 50);
    s->zones = (struct zones){1, 1, zone, ring_first, corners};
}

Test(meeting, people_walk_against_one_ways_and_not_over_water)
{
    struct service *s = service_open(TOWN);
    service_begin(s);
    struct meeting_places places = places_near(s, MEETING_PICKUP, 'g', 'u', 300);
    cr_expect_eq(places.count, 4);
    cr_expect_eq(letter_at(s, places.places[0].place), 'g');
    cr_expect(holds(s, &places, 'h'), "against the one-way from h");
    cr_expect(holds(s, &places, 'b') && holds(s, &places, 'f'));
    cr_expect(!holds(s, &places, 'l'), "no street leads there within the walk");
    for (uint32_t i = 1; i < places.count; i++) {
        /* 200 m, drawn to some centimetres, times 1.3; at 1.2 m/s. */
        cr_expect(places.places[i].walk_m == 260 || places.places[i].walk_m == 261);
        cr_expect_eq(places.places[i].walk_ms, places.places[i].walk_m == 260 ? 216667 : 217500);
    }
    places = places_near(s, MEETING_PICKUP, 'i', 'a', 300);
    cr_expect(holds(s, &places, 'o'), "over the bridge");
    places = places_near(s, MEETING_PICKUP, 'g', 'u', 259);
    cr_expect_eq(places.count, 1);
    service_free(s);
}

/* By a plain closure over all arcs, to be compared with the walk. */
static uint32_t oracle_reach(const struct service *s, uint32_t node, int32_t walk_max_m, bool *in)
{
    const struct road_graph *graph = &s->town->graph;
    uint32_t count = 1;
    bool grows = true;
    in[node] = true;
    while (grows) {
        grows = false;
        for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
            for (int turned = 0; turned < 2; turned++) {
                const uint32_t from = turned == 1 ? graph->head[arc] : graph->tail[arc];
                const uint32_t to = turned == 1 ? graph->tail[arc] : graph->head[arc];
                const int64_t mm = geo_distance_mm(graph->points[node], graph->points[to]);
                if (in[from] && !in[to] && mm * 13 <= (int64_t)walk_max_m * 10000) {
                    in[to] = true;
                    count++;
                    grows = true;
                }
            }
        }
    }
    return count;
}

static int64_t oracle_estimate(const struct service *s, enum meeting_end end, uint32_t asked,
                               uint32_t node, uint32_t beyond)
{
    const struct road_graph *graph = &s->town->graph;
    const struct core_weights *weights = &s->config.weights;
    const bool begins = end == MEETING_PICKUP;
    const int64_t walk_ms =
        node == asked ? 0
                      : meeting_walk_ms(meeting_walk_m(graph->points[asked], graph->points[node]));
    const int64_t drive_ms =
        road_query_time(s->town->network.query, road_place_at_node(begins ? node : beyond),
                        road_place_at_node(begins ? beyond : node));
    return weights->wait_s * (begins ? walk_ms / 2 : walk_ms) +
           (weights->vehicle_s + weights->ride_s) * drive_ms;
}

/* The places must be the kerb asked for and the best others: none that is left out is better. */
static void expect_places(struct service *s, enum meeting_end end, char asked, char beyond,
                          int32_t walk_max_m)
{
    const struct meeting_places places = places_near(s, end, asked, beyond, walk_max_m);
    const uint32_t from = town_node(s->town, asked);
    const uint32_t to = town_node(s->town, beyond);
    const uint32_t node_count = s->town->graph.node_count;
    bool in[64] = {false};
    uint32_t allowed = 0;
    (void)oracle_reach(s, from, walk_max_m, in);
    for (uint32_t node = 0; node < node_count; node++) {
        in[node] = in[node] && spot_judge(s->core, road_place_at_node(node)) == SPOT_ALLOWED;
        allowed += in[node];
    }
    cr_assert_eq(places.count, allowed < MEETING_PLACES_MAX ? allowed : MEETING_PLACES_MAX);
    cr_assert(!in[from] || places.places[0].place.node == from);
    for (uint32_t i = 0; i < places.count; i++) {
        const uint32_t node = places.places[i].place.node;
        cr_assert(in[node], "%c to %c: %c", asked, beyond, (int)s->town->graph.names[node]);
        in[node] = false;
        cr_assert_eq(places.places[i].estimate, oracle_estimate(s, end, from, node, to));
        cr_assert_leq(places.places[i].walk_m, walk_max_m);
    }
    for (uint32_t node = 0; node < node_count; node++) { /* what is left is not better */
        const struct meeting_place *last = &places.places[places.count > 0 ? places.count - 1 : 0];
        const int64_t estimate = in[node] ? oracle_estimate(s, end, from, node, to) : INT64_MAX;
        cr_assert(!in[node] || estimate > last->estimate ||
                  (estimate == last->estimate && node > last->place.node));
    }
}

Test(meeting, places_are_those_that_a_search_of_all_nodes_finds)
{
    static const int32_t walks_m[] = {1, 260, 400, 600, 1000};
    struct service *s = service_open(TOWN);
    struct zone zone;
    struct geo_point corners[4];
    forbid(s, 'h', &zone, corners);
    service_begin(s);
    for (const char *asked = LETTERS; *asked != '\0'; asked++) {
        for (const char *beyond = LETTERS; *beyond != '\0'; beyond++) {
            for (size_t w = 0; w < sizeof walks_m / sizeof *walks_m && *asked != *beyond; w++) {
                expect_places(s, MEETING_PICKUP, *asked, *beyond, walks_m[w]);
                expect_places(s, MEETING_DROPOFF, *asked, *beyond, walks_m[w]);
            }
        }
    }
    service_free(s);
}

Test(meeting, the_kerb_across_the_street_is_in_question)
{
    struct service *s = service_open("a---b---c\n");
    service_begin(s);
    const struct meeting_wish wish = {
        .end = MEETING_PICKUP,
        .point = town_point(s->town, 'a', 200, 3),
        .asked = town_place(s->town, "ab", 500),
        .asked_allowed = true,
        .beyond = road_place_at_node(town_node(s->town, 'c')),
        .walk_max_m = 50,
    };
    struct meeting_places places;
    meeting_find_places(s->core, &wish, &places);
    cr_assert_eq(places.count, 2);
    cr_expect(road_place_equal(places.places[1].place, town_place(s->town, "ba", 500)));
    cr_expect(places.places[1].walk_m >= 1 && places.places[1].walk_m <= 5);
    service_free(s);
}

Test(meeting, motorways_and_trunk_roads_are_not_walked)
{
    struct service *s = service_open("a-b-c-d\n");
    service_begin(s);
    cr_expect_eq(places_near(s, MEETING_PICKUP, 'b', 'd', 300).count, 3);
    uint8_t *classes = (uint8_t *)(uintptr_t)s->town->graph.class;
    classes[town_arc(s->town, "bc")] = ROAD_CLASS_TRUNK;
    classes[town_arc(s->town, "cb")] = ROAD_CLASS_MOTORWAY;
    const struct meeting_places places = places_near(s, MEETING_PICKUP, 'b', 'd', 300);
    cr_expect_eq(places.count, 2);
    cr_expect(holds(s, &places, 'a'));
    service_free(s);
}

/* ---- The best pair ---- */

/* Every pair by itself and in full, and then the least: as meeting_find() should have it. */
static bool oracle_find(struct service *s, const struct insertion_request *asked,
                        const struct meeting_places *from, const struct meeting_places *to,
                        struct meeting_choice *choice)
{
    const struct core_weights *weights = &s->config.weights;
    choice->cost = INT64_MAX;
    for (uint32_t i = 0; i < from->count; i++) {
        for (uint32_t j = 0; j < to->count; j++) {
            const struct meeting_place *a = &from->places[i];
            const struct meeting_place *b = &to->places[j];
            int better = 0; /* pairs that promise more, ties to the order */
            for (uint32_t k = 0; k < from->count * to->count; k++) {
                const uint32_t ki = k / to->count;
                const uint32_t kj = k % to->count;
                const int64_t less =
                    from->places[ki].estimate + to->places[kj].estimate - a->estimate - b->estimate;
                const bool first = from->places[ki].walk_m + to->places[kj].walk_m == 0;
                better += first || less < 0 || (less == 0 && (ki < i || (ki == i && kj < j)));
            }
            struct meeting_choice found = {.from = *a, .to = *b};
            if ((a->walk_m + b->walk_m > 0 && better >= MEETING_PAIRS_MAX) ||
                !meeting_request(s->core, asked, a, b, &found.request) ||
                !insertion_find(s->core->search, &s->core->fleet, &found.request, &s->core->config,
                                &found.best)) {
                continue;
            }
            found.cost = found.best.cost + weights->wait_s * (a->walk_ms + b->walk_ms);
            const int32_t walk_m = a->walk_m + b->walk_m;
            if (found.cost < choice->cost ||
                (found.cost == choice->cost && walk_m < choice->from.walk_m + choice->to.walk_m)) {
                *choice = found;
            }
        }
    }
    return choice->cost != INT64_MAX;
}

static void expect_best(struct service *s, struct random *random)
{
    const char from = LETTERS[random_below(random, sizeof LETTERS - 1)];
    const char to = LETTERS[random_below(random, sizeof LETTERS - 1)];
    const int32_t walk_m = (int32_t)random_between(random, 0, 900);
    if (from == to) {
        return;
    }
    struct insertion_request asked = {
        .pickup = {.kind = STOP_PICKUP, .seats = 1, .shared = true},
        .dropoff = {.kind = STOP_DROPOFF, .seats = 1, .shared = true}};
    asked.pickup.earliest_ms = s->core->now_ms;
    asked.pickup.latest_ms = s->core->now_ms + 600000;
    asked.dropoff.latest_ms = random_below(random, 2) == 0 ? INT64_MAX : s->core->now_ms + 900000;
    asked.dropoff.ride_max_ms = 600000;
    asked.pickup.place = road_place_at_node(town_node(s->town, from));
    asked.dropoff.place = road_place_at_node(town_node(s->town, to));
    const struct meeting_places begins = places_near(s, MEETING_PICKUP, from, to, walk_m);
    const struct meeting_places ends = places_near(s, MEETING_DROPOFF, to, from, walk_m);
    struct meeting_choice got = {0};
    struct meeting_choice meant = {0};
    const bool found = oracle_find(s, &asked, &begins, &ends, &meant);
    cr_assert_eq(meeting_find(s->core, &asked, &begins, &ends, &got), found);
    if (found) {
        cr_assert_eq(got.cost, meant.cost);
        cr_assert(road_place_equal(got.from.place, meant.from.place));
        cr_assert(road_place_equal(got.to.place, meant.to.place));
        cr_assert(!insertion_precedes(&got.best, &meant.best));
        cr_assert(!insertion_precedes(&meant.best, &got.best));
    }
}

Test(meeting, the_best_pair_is_the_one_that_trying_all_finds)
{
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct service *s = service_open(TOWN);
        struct zone zone;
        struct geo_point corners[4];
        struct random random;
        random_init(&random, seed);
        s->config.limits_soft = seed % 4 == 0;
        forbid(s, LETTERS[seed], &zone, corners);
        service_begin(s);
        for (uint32_t number = 1; number <= 3; number++) {
            service_vehicle(s, number, LETTERS[random_below(&random, sizeof LETTERS - 1)], 4, 0);
        }
        for (int64_t turn = 1; turn <= 60; turn++) {
            const char from[2] = {LETTERS[random_below(&random, sizeof LETTERS - 1)], '\0'};
            const char to[2] = {LETTERS[random_below(&random, sizeof LETTERS - 1)], '\0'};
            service_book(s, .from = from, .to = to, .walk_m = turn % 2 == 0 ? 400 : 0);
            for (int i = 0; i < 6; i++) {
                expect_best(s, &random);
            }
            service_run(s, turn * 45);
        }
        service_free(s);
    }
}

/* ---- A ride ---- */

/* c is in a lane of one-ways: to come to it a vehicle drives round the block, to b it does not. */
#define LOOP                                                                                       \
    "a-b-d--e--f--g\n"                                                                             \
    "  ^ v        |\n"                                                                             \
    "  h<c--------i\n"

static const struct ride *last_ride(const struct service *s)
{
    const uint64_t next = state_counters(s->core->state)->next_ride;
    return core_ride(s->core, (struct ride_id){next - 1});
}

Test(meeting, a_rider_is_met_where_they_agree_to_walk_and_boards_no_earlier)
{
    struct service *s = service_open(LOOP);
    s->config.weights.wait_s = 0; /* so that the walk is worth it */
    service_begin(s);
    service_vehicle(s, 1, 'b', 4, 0);
    const uint64_t id = service_book(s, .from = "a", .to = "g", .walk_m = 300);
    cr_assert_neq(id, 0);
    const struct ride *ride = last_ride(s);
    const int64_t there_ms = SERVICE_START_MS + 217500;
    cr_assert_eq(letter_at(s, ride->from), 'b');
    cr_expect_eq(ride->walk_from_m, 261);
    cr_expect_eq(ride->earliest_ms, there_ms);
    cr_expect_eq(ride->trip.from.node, town_node(s->town, 'a'), "as asked for");
    cr_expect_eq(s->answer.ride.walk_from_m, 261);
    cr_expect_eq(s->answer.ride.walk_to_m, ride->walk_to_m);
    cr_expect_eq(s->answer.ride.be_there_by_ms, there_ms);
    const struct geo_point met = road_place_point(&s->town->graph, ride->from);
    cr_expect_eq(s->answer.ride.from.lon_e7, met.lon_e7);
    service_run(s, 217);
    cr_expect_eq(last_ride(s)->boarded_ms, 0);
    service_run(s, 1200);
    cr_expect_eq(last_ride(s)->state, RIDE_ALIGHTED);
    cr_expect_geq(last_ride(s)->boarded_ms, there_ms);
    service_free(s);
}

Test(meeting, nobody_walks_who_did_not_agree_or_needs_access)
{
    const struct service_trip trips[] = {
        {.from = "a", .to = "g"},
        {.from = "a", .to = "g", .walk_m = 259},
        {.from = "a", .to = "g", .walk_m = 1000, .wheelchairs = 1},
        {.from = "a", .to = "g", .walk_m = 1000, .party = 2, .wheelchairs = 1},
        {.from = "a", .to = "g", .walk_m = 1000, .accessible = true},
    };
    for (size_t i = 0; i < sizeof trips / sizeof *trips; i++) {
        struct service *s = service_open(LOOP);
        s->config.weights.wait_s = 0;
        service_begin(s);
        service_vehicle(s, 1, 'b', 4, 2);
        cr_assert_neq(service_book_trip(s, &trips[i]), 0, "row %zu", i);
        const struct ride *ride = last_ride(s);
        cr_expect_eq(letter_at(s, ride->from), 'a', "row %zu", i);
        cr_expect_eq(letter_at(s, ride->to), 'g', "row %zu", i);
        cr_expect(ride->walk_from_m == 0 && ride->walk_to_m == 0);
        cr_expect_eq(ride->earliest_ms, SERVICE_START_MS);
        service_free(s);
    }
}

Test(meeting, who_may_not_be_met_where_they_are_can_walk_out_of_the_zone)
{
    struct service *s = service_open("a-b-c--d--e\n");
    struct zone zone;
    struct geo_point corners[4];
    forbid(s, 'b', &zone, corners);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 1);
    cr_expect_eq(service_book(s, .from = "b", .to = "e"), 0);
    cr_expect_eq(s->answer.refused.reason, REFUSAL_FROM_NO_STOPPING);
    cr_expect_eq(service_book(s, .from = "b", .to = "e", .walk_m = 200), 0, "not far enough");
    cr_expect_eq(s->answer.refused.reason, REFUSAL_FROM_NO_STOPPING);
    cr_expect_eq(service_book(s, .from = "e", .to = "b", .walk_m = 300, .wheelchairs = 1), 0);
    cr_expect_eq(s->answer.refused.reason, REFUSAL_TO_NO_STOPPING);
    cr_assert_neq(service_book(s, .from = "b", .to = "e", .walk_m = 300), 0);
    cr_expect_eq(letter_at(s, last_ride(s)->from), 'c');
    cr_assert_neq(service_book(s, .from = "e", .to = "b", .walk_m = 300), 0);
    cr_expect_eq(letter_at(s, last_ride(s)->to), 'c');
    service_free(s);
}

/* Who is set down a walk away is on foot at their destination by the time they gave. */
Test(meeting, arriving_on_foot_counts)
{
    struct service *s = service_open("a-b-c--d--e\n");
    struct zone zone;
    struct geo_point corners[4];
    forbid(s, 'b', &zone, corners);
    service_begin(s);
    service_vehicle(s, 1, 'e', 4, 0);
    /* 30 s to board, 60 s to c, 217.5 s on foot. */
    cr_expect_eq(service_book(s, .from = "e", .to = "b", .walk_m = 300, .arrive_by_s = 307), 0);
    cr_assert_neq(service_book(s, .from = "e", .to = "b", .walk_m = 300, .arrive_by_s = 308), 0);
    cr_expect_eq(last_ride(s)->dropoff_latest_ms, SERVICE_START_MS + 308000 - 217500);
    service_free(s);
}

static int64_t quote(struct service *s, char from, char to, int32_t walk_m)
{
    const struct road_graph *graph = &s->town->graph;
    const uint32_t a = town_node(s->town, from);
    const uint32_t b = town_node(s->town, to);
    const struct event event = {.kind = EVENT_QUOTE,
                                .request = {3},
                                .quote = {.rider = {0, 1},
                                          .trip = {.from = {graph->points[a], a},
                                                   .to = {graph->points[b], b},
                                                   .party = 1,
                                                   .walk_max_m = walk_m}}};
    service_step(s, &event);
    return s->answer.kind == MESSAGE_QUOTE ? s->answer.quote.fare_pence : -1;
}

Test(meeting, nobody_pays_more_for_walking)
{
    struct service *s = service_open(TOWN);
    s->config.weights.wait_s = 0;
    service_begin(s);
    service_vehicle(s, 1, 'g', 4, 0);
    uint32_t walks = 0;
    uint32_t cheaper = 0;
    for (const char *from = LETTERS; *from != '\0'; from++) {
        for (const char *to = LETTERS; *to != '\0'; to++) {
            if (*from == *to) {
                continue;
            }
            const int64_t door_pence = quote(s, *from, *to, 0);
            cr_expect(s->answer.quote.walk_from_m == 0 && s->answer.quote.walk_to_m == 0);
            const int64_t walk_pence = quote(s, *from, *to, 300);
            cr_assert(door_pence >= 0 && walk_pence >= 0);
            cr_expect_leq(walk_pence, door_pence);
            walks += s->answer.quote.walk_from_m + s->answer.quote.walk_to_m > 0;
            cheaper += walk_pence < door_pence;
        }
    }
    cr_expect(walks > 0 && cheaper > 0);
    service_free(s);
}

/* The first vehicle falls silent: another takes the ride, from the place that the rider was told.
 */
Test(meeting, a_ride_that_is_moved_keeps_its_meeting_point)
{
    struct service *s = service_open(LOOP);
    s->config.weights.wait_s = 0;
    service_begin(s);
    service_vehicle(s, 1, 'b', 4, 0);
    service_vehicle(s, 2, 'g', 4, 0);
    cr_assert_neq(service_book(s, .from = "a", .to = "g", .walk_m = 300), 0);
    cr_assert_eq(letter_at(s, last_ride(s)->from), 'b');
    cr_assert_eq(last_ride(s)->vehicle.value, 1);
    const struct ride before = *last_ride(s);
    service_car(s, 1)->muted = true;
    service_run(s, 60);
    cr_assert_eq(last_ride(s)->vehicle.value, 2);
    cr_expect(road_place_equal(last_ride(s)->from, before.from));
    cr_expect(road_place_equal(last_ride(s)->to, before.to));
    cr_expect_eq(last_ride(s)->earliest_ms, before.earliest_ms);
    service_restart(s);
    cr_expect(road_place_equal(last_ride(s)->from, before.from));
    cr_expect_eq(last_ride(s)->walk_from_m, before.walk_from_m);
    cr_expect_eq(last_ride(s)->trip.walk_max_m, 300);
    service_free(s);
}
