#include "core/rebalance.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"

#include "crowd.h"
#include "fine_cells.h"

#define LINE "a--b--c--d--e--f\n"
#define TOWN                                                                                       \
    "a--b--c--d--e\n"                                                                              \
    "|  |  |  |  |\n"                                                                              \
    "f--g>>h--i--j\n"                                                                              \
    "|  |  |  ^  |\n"                                                                              \
    "k--l--m--n--o\n"
#define TOWN_NODES    15
#define PERIOD_MS     60000
#define VEHICLE_MILLI 3000 /* requests that call for one vehicle */

static struct service *open_town(const char *map, int64_t rebalance_ms)
{
    struct service *s = service_open(map);
    s->config.rebalance_ms = rebalance_ms;
    s->cars_turn = true;
    fine_cells_make(&s->town->network.areas, &s->town->network);
    service_begin(s);
    return s;
}

static void close_town(struct service *s)
{
    fine_cells_free(&s->town->network.areas);
    service_free(s);
}

static uint32_t area_of(const struct service *s, uint32_t node)
{
    return road_cells_of(&s->core->network->areas, road_place_at_node(node));
}

/* So many requests were made at a node. */
static void demand(struct service *s, uint32_t node, int64_t milli)
{
    const uint32_t area = area_of(s, node);
    demand_advance(&s->core->rebalance.demand, s->now_ms);
    s->core->rebalance.demand.recent_milli[area] = milli;
    s->core->rebalance.known[area] = true;
    s->core->rebalance.places[area] = road_place_at_node(node);
}

/* A round, now. */
static void round_now(struct service *s)
{
    s->core->rebalance.due_ms = 0;
    service_step(s, &(struct event){.kind = EVENT_WAKE});
}

static bool goes_to(const struct service *s, uint32_t vehicle, char letter)
{
    const struct plan *plan = &s->core->plans[vehicle];
    const struct fact_plan *durable = &state_vehicle(s->core->state, vehicle)->plan;
    const struct road_place place = town_place(s->town, (char[]){letter, '\0'}, 0);
    return plan->rests && plan->under_way && road_place_equal(plan->rest, place) &&
           durable->rests && road_place_equal(durable->rest, place);
}

static uint32_t count_going(const struct service *s)
{
    uint32_t count = 0;
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        count += s->core->plans[v].rests && s->core->plans[v].under_way;
    }
    return count;
}

Test(rebalance, demand_draws_as_many_idle_vehicles_as_it_needs_once)
{
    struct service *s = open_town(LINE, PERIOD_MS);
    for (uint32_t i = 1; i <= 5; i++) {
        service_vehicle(s, i, i <= 4 ? 'a' : 'b', 4, 0);
    }
    demand(s, town_node(s->town, 'f'), 2 * VEHICLE_MILLI + 1500);
    round_now(s);
    cr_expect_eq(count_going(s), 2);
    cr_expect(goes_to(s, 4, 'f')); /* the nearest is one of them */
    round_now(s);                  /* those on their way count */
    cr_expect_eq(count_going(s), 2);
    service_run(s, 300); /* there */
    cr_expect_eq(count_going(s), 0);
    round_now(s);
    cr_expect_eq(count_going(s), 0);
    close_town(s);
}

Test(rebalance, nobody_is_sent_where_it_is_switched_off)
{
    struct service *s = open_town(LINE, 0);
    service_vehicle(s, 1, 'a', 4, 0);
    demand(s, town_node(s->town, 'f'), 10 * VEHICLE_MILLI);
    round_now(s);
    service_run(s, 1000);
    cr_expect_eq(count_going(s), 0);
    cr_expect_eq(core_seq(s->core), 4); /* started, policy adopted, month begun, enrolled */
    close_town(s);
}

Test(rebalance, no_area_gives_what_it_needs_itself)
{
    struct service *s = open_town(LINE, PERIOD_MS);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'a', 4, 0);
    service_vehicle(s, 3, 'a', 4, 0);
    demand(s, town_node(s->town, 'a'), VEHICLE_MILLI); /* less than that once it has faded */
    demand(s, town_node(s->town, 'f'), 3 * VEHICLE_MILLI);
    round_now(s);
    cr_expect_eq(count_going(s), 2);
    close_town(s);
}

Test(rebalance, who_is_busy_or_out_of_shift_or_not_heard_is_not_sent)
{
    struct service *s = open_town(LINE, PERIOD_MS);
    for (uint32_t i = 1; i <= 5; i++) {
        service_vehicle(s, i, 'a', 4, 0);
    }
    service_book(s, .from = "b", .to = "c");
    cr_assert_eq(s->core->plans[0].stop_count, 2);
    s->core->plans[1].until_ms = s->now_ms;
    s->core->plans[2].from_ms = s->now_ms + 1;
    service_step(s, &(struct event){.kind = EVENT_GONE, .gone = {4}});
    demand(s, town_node(s->town, 'f'), 5 * VEHICLE_MILLI);
    round_now(s);
    cr_expect_eq(count_going(s), 1);
    cr_expect(goes_to(s, 4, 'f'));
    close_town(s);
}

Test(rebalance, who_goes_to_rest_is_booked_from_where_it_can_next_turn)
{
    static const struct row {
        const char *from;
        const char *pickup;
    } rows[] = {{"c", "pick-up at 60\n"}, {"d", "pick-up at 90\n"}, {"b", "pick-up at 90\n"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct service *s = open_town(LINE, PERIOD_MS);
        service_vehicle(s, 1, 'a', 4, 0);
        demand(s, town_node(s->town, 'f'), VEHICLE_MILLI);
        round_now(s);
        cr_assert(goes_to(s, 0, 'f'));
        service_run(s, 40); /* between b and c */
        service_forget(s);
        cr_assert_neq(service_book(s, .from = rows[i].from, .to = "a"), 0);
        cr_expect_not_null(strstr(s->trace, rows[i].pickup), "row %zu: %s", i, s->trace);
        cr_expect_not(s->core->plans[0].rests);
        close_town(s);
    }
}

Test(rebalance, a_recovered_core_knows_where_vehicles_rest)
{
    struct service *s = open_town(LINE, PERIOD_MS);
    service_vehicle(s, 1, 'a', 4, 0);
    demand(s, town_node(s->town, 'f'), VEHICLE_MILLI);
    round_now(s);
    service_run(s, 40);
    const struct event hello = crowd_hello(s, 1); /* it can turn at c */
    service_restart(s);
    service_step(s, &hello);
    cr_expect(goes_to(s, 0, 'f'));
    const struct plan *plan = &s->core->plans[0];
    cr_expect_eq(plan->start.node, town_node(s->town, 'c'));
    cr_expect_eq(plan->start_ms + plan->rest_leg_ms, SERVICE_START_MS + 150000);
    service_run(s, 1000);
    round_now(s);
    cr_expect(road_place_equal(plan->start, town_place(s->town, "f", 0)));
    close_town(s);
}

/* ---- The floor ---- */

static struct service *open_floor(int64_t floor_ms)
{
    struct service *s = service_open(LINE);
    s->config.rebalance_ms = PERIOD_MS;
    s->config.floor_ms = floor_ms;
    s->cars_turn = true;
    fine_cells_make(&s->town->network.areas, &s->town->network);
    service_begin(s);
    return s;
}

Test(rebalance, an_area_out_of_everybodys_reach_gets_the_nearest_vehicle)
{
    struct service *s = open_floor(60000); /* two streets */
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'b', 4, 0);
    demand(s, town_node(s->town, 'f'), 1); /* hardly anybody, ever */
    round_now(s);
    cr_expect(goes_to(s, 1, 'f'));
    cr_expect_eq(count_going(s), 1);
    service_run(s, 1000);
    cr_expect_eq(count_going(s), 0);
    close_town(s);
}

Test(rebalance, without_a_floor_a_quiet_area_gets_nobody)
{
    struct service *s = open_floor(0);
    service_vehicle(s, 1, 'a', 4, 0);
    demand(s, town_node(s->town, 'f'), 1);
    round_now(s);
    cr_expect_eq(count_going(s), 0);
    close_town(s);
}

Test(rebalance, who_alone_keeps_a_floor_is_not_drawn_away_by_demand)
{
    struct service *s = open_floor(30000);
    service_vehicle(s, 1, 'a', 4, 0);
    demand(s, town_node(s->town, 'a'), 1);
    demand(s, town_node(s->town, 'd'), 9 * VEHICLE_MILLI);
    round_now(s);
    cr_expect_eq(count_going(s), 0);
    service_vehicle(s, 2, 'b', 4, 0); /* two may, but for one */
    round_now(s);
    cr_expect_eq(count_going(s), 1);
    close_town(s);
}

Test(rebalance, one_vehicle_keeps_the_floor_of_all_areas_in_its_reach)
{
    struct service *s = open_floor(60000);
    service_vehicle(s, 1, 'c', 4, 0);
    service_vehicle(s, 2, 'f', 4, 0);
    for (const char *letter = "abcde"; *letter != '\0'; letter++) {
        demand(s, town_node(s->town, *letter), 1);
    }
    round_now(s);
    cr_expect_eq(count_going(s), 0);
    close_town(s);
}

/* ---- What is learnt ---- */

/* Ten hours of rides, and then another core, which remembers `rides_max` of them. Returns how many
 * hours it knows, each as the first core did. */
static uint32_t learn_again(uint32_t rides_max)
{
    struct random random;
    uint32_t hours = 0;
    struct service *s = service_open(LINE);
    s->config.rebalance_ms = PERIOD_MS;
    s->config.limits.rides_max = rides_max;
    s->cars_turn = true;
    fine_cells_make(&s->town->network.areas, &s->town->network);
    service_begin(s);
    random_init(&random, 3);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'd', 4, 0);
    service_vehicle(s, 3, 'f', 4, 0);
    for (int i = 0; i < 120; i++) {
        const char from[2] = {(char)('a' + random_below(&random, 6)), '\0'};
        const char to[2] = {(char)(from[0] == 'f' ? 'a' : from[0] + 1), '\0'};
        cr_assert_neq(service_book(s, .from = from, .to = to), 0);
        service_run(s, 300 * (i + 1));
        service_forget(s);
    }
    const struct demand learnt = s->core->rebalance.demand;
    service_restart(s);
    const struct demand *again = &s->core->rebalance.demand;
    for (uint32_t slot = 0; slot < DEMAND_SLOTS; slot++) {
        hours += again->days[slot] > 0;
        for (uint32_t area = 0; area < again->area_count; area++) {
            cr_assert_eq(again->usual_milli[slot][area],
                         again->days[slot] > 0 ? learnt.usual_milli[slot][area] : 0);
        }
    }
    for (uint32_t area = 0; area < again->area_count; area++) {
        cr_expect_eq(again->counted[area], learnt.counted[area]);
        cr_expect(s->core->rebalance.known[area]);
    }
    close_town(s);
    return hours;
}

Test(rebalance, a_recovered_core_learns_again_from_the_rides_it_remembers)
{
    cr_expect_eq(learn_again(1024), 9); /* all but the first, which was not seen whole */
    cr_expect_eq(learn_again(64), 5);   /* five hours and a bit are 64 rides */
}

/* ---- Against the optimum ---- */

/* The least driving that brings a vehicle to every place, over all ways to choose them. */
static int64_t least_driving(const struct service *s, const uint32_t *places, uint32_t count)
{
    const uint32_t vehicles = s->core->fleet.count;
    int64_t least[1 << SERVICE_CARS_MAX]; /* by the set of vehicles that are sent */
    for (uint32_t set = 0; set < UINT32_C(1) << vehicles; set++) {
        const uint32_t sent = (uint32_t)__builtin_popcount(set);
        least[set] = set == 0 ? 0 : INT64_MAX;
        for (uint32_t v = 0; sent <= count && v < vehicles; v++) {
            if ((set >> v & 1) == 0) {
                continue;
            }
            const int64_t ms = least[set & ~(UINT32_C(1) << v)] +
                               road_query_time(s->town->network.query, s->core->plans[v].start,
                                               road_place_at_node(places[sent - 1]));
            least[set] = ms < least[set] ? ms : least[set];
        }
    }
    int64_t best = INT64_MAX;
    for (uint32_t set = 0; set < UINT32_C(1) << vehicles; set++) {
        if ((uint32_t)__builtin_popcount(set) == count && least[set] < best) {
            best = least[set];
        }
    }
    return best;
}

Test(rebalance, all_vehicles_together_drive_as_little_as_possible)
{
    struct random random;
    uint32_t sent_count = 0;
    random_init(&random, 77);
    for (int t = 0; t < 60; t++) {
        struct service *s = open_town(TOWN, PERIOD_MS);
        uint32_t places[SERVICE_CARS_MAX];
        uint32_t lacking = 0;
        bool taken[ROAD_AREAS_MAX] = {false};
        for (uint32_t i = 1; i <= 6; i++) {
            const uint32_t node = (uint32_t)random_below(&random, TOWN_NODES);
            service_vehicle(s, i, (char)s->town->graph.names[node], 4, 0);
            taken[area_of(s, node)] = true;
        }
        for (uint32_t n = 0; n < TOWN_NODES && lacking < 4; n++) {
            const uint32_t node = (uint32_t)random_below(&random, TOWN_NODES);
            const int64_t wanted = random_between(&random, 1, 2);
            if (!taken[area_of(s, node)]) { /* areas with vehicles need none */
                taken[area_of(s, node)] = true;
                demand(s, node, wanted * VEHICLE_MILLI);
                for (int64_t i = 0; i < wanted; i++) {
                    places[lacking++] = node;
                }
            }
        }
        const int64_t expected = least_driving(s, places, lacking);
        round_now(s);
        int64_t driving_ms = 0;
        uint32_t sent = 0;
        for (uint32_t v = 0; v < s->core->fleet.count; v++) {
            const struct plan *plan = &s->core->plans[v];
            if (plan->rests) {
                driving_ms += plan->rest_leg_ms;
                sent++;
            }
        }
        cr_assert_eq(sent, lacking, "%u of %u", sent, lacking);
        cr_assert_eq(driving_ms, expected, "%ld, not %ld", (long)driving_ms, (long)expected);
        sent_count += sent;
        close_town(s);
    }
    cr_assert_gt(sent_count, 100);
}
