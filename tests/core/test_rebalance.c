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
    s->core->rebalance.demand_milli[area] = milli;
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
    cr_expect_eq(core_seq(s->core), 3); /* started, policy adopted, enrolled */
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
