#include "core/parking.h"

#include <criterion/criterion.h>

#include "base/random.h"

#include "fine_cells.h"
#include "service.h"

#define LINE      "a--b--c--d--e--f\n"
#define PERIOD_MS 60000
#define LOTS_MAX  4

static const char *const town = "a--b--c--d--e\n"
                                "|  |  |  |  |\n"
                                "f--g>>h--i--j\n"
                                "|  |  |  ^  |\n"
                                "k--l--m--n--o\n";

struct lot {
    char letter;
    uint32_t room;
};

static struct parking list[LOTS_MAX];

/* Begin with these waiting places; letters ascend, as nodes do. */
static void begin_lots(struct service *s, const struct lot *lots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (struct parking){
            .place = road_place_at_node(town_node(s->town, lots[i].letter)),
            .room = lots[i].room,
            .kind = PARKING_KERB,
        };
    }
    s->config.rebalance_ms = PERIOD_MS;
    s->config.parking = list;
    s->config.parking_count = count;
    s->cars_turn = true;
    fine_cells_make(&s->town->network.areas, &s->town->network);
    service_begin(s);
}

static struct service *open_lots(const char *map, const struct lot *lots, uint32_t count)
{
    struct service *s = service_open(map);
    begin_lots(s, lots, count);
    return s;
}

static void close_lots(struct service *s)
{
    fine_cells_free(&s->town->network.areas);
    service_free(s);
}

static bool rests_at(const struct service *s, uint32_t vehicle, char letter)
{
    const struct fact_plan *plan = &state_vehicle(s->core->state, vehicle)->plan;
    return plan->rests && plan->rest.node == town_node(s->town, letter);
}

/* Its shift is over so many seconds after the start. */
static void end_shift(struct service *s, uint32_t number, char home, int64_t until_s)
{
    service_step(s, &(struct event){
                        .kind = EVENT_ENROL,
                        .enrol = {.vehicle = {number},
                                  .seats = 4,
                                  .until_ms = SERVICE_START_MS + until_s * 1000,
                                  .home = {s->town->graph.points[town_node(s->town, home)],
                                           town_node(s->town, home)}},
                    });
}

Test(parking, idle_vehicles_wait_at_the_nearest_places_with_room)
{
    static const struct lot lots[] = {{'b', 1}, {'e', 2}};
    struct service *s = open_lots(LINE, lots, 2);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'c', 4, 0);
    service_run(s, 200);
    cr_expect(rests_at(s, 0, 'b'));
    cr_expect(rests_at(s, 1, 'e'));
    cr_expect_eq(s->core->plans[0].start.node, town_node(s->town, 'b'));
    const uint64_t seq = core_seq(s->core);
    service_run(s, 2000);
    cr_expect_eq(core_seq(s->core), seq); /* and stay */
    cr_expect_eq(s->core->rebalance.lots.full_count, 0);
    close_lots(s);
}

Test(parking, who_is_at_a_place_is_told_to_stay_there)
{
    static const struct lot lots[] = {{'c', 1}};
    struct service *s = open_lots(LINE, lots, 1);
    service_vehicle(s, 1, 'c', 4, 0);
    service_run(s, 100);
    cr_expect(rests_at(s, 0, 'c'));
    cr_expect_not(s->core->plans[0].under_way);
    close_lots(s);
}

Test(parking, when_all_are_full_a_vehicle_stays_and_that_is_counted)
{
    static const struct lot lots[] = {{'b', 1}};
    struct service *s = open_lots(LINE, lots, 1);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'f', 4, 0);
    service_run(s, 59); /* the first round is at once */
    cr_expect(rests_at(s, 0, 'b'));
    cr_expect_not(state_vehicle(s->core->state, 1)->plan.rests);
    cr_expect_gt(s->core->rebalance.lots.full_count, 0);
    cr_expect_eq(service_statistics(s).parking_full_count, s->core->rebalance.lots.full_count);
    close_lots(s);
}

Test(parking, who_leaves_for_a_rider_makes_room_and_who_waits_to_does_not)
{
    static const struct lot lots[] = {{'b', 1}};
    struct service *s = open_lots(LINE, lots, 1);
    service_vehicle(s, 1, 'b', 4, 0);
    service_run(s, 70);
    service_vehicle(s, 2, 'f', 4, 0);
    cr_assert_neq(service_book(s, .from = "c", .to = "d", .from_s = 1000), 0);
    const uint32_t chosen = s->core->plans[0].stop_count > 0 ? 0 : 1;
    cr_assert_eq(chosen, 0); /* it is nearer */
    service_run(s, 900);
    cr_expect_not(s->core->plans[0].under_way); /* it still stands where there is room for one */
    cr_expect_not(state_vehicle(s->core->state, 1)->plan.rests);
    service_run(s, 1300);
    cr_expect(rests_at(s, 1, 'b'));
    close_lots(s);
}

Test(parking, at_the_end_of_its_shift_a_vehicle_goes_home_and_takes_no_room_there)
{
    static const struct lot lots[] = {{'a', 1}, {'f', 1}};
    struct service *s = open_lots(LINE, lots, 2);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'a', 4, 0);
    service_run(s, 300);
    cr_assert(rests_at(s, 0, 'a'));
    cr_assert(rests_at(s, 1, 'f'));
    end_shift(s, 2, 'a', 330);
    service_run(s, 600);
    cr_expect(rests_at(s, 0, 'a')); /* it keeps its room */
    cr_expect(rests_at(s, 1, 'a'));
    cr_expect_eq(s->core->plans[1].start.node, town_node(s->town, 'a'));
    const uint64_t seq = core_seq(s->core);
    service_run(s, 1200);
    cr_expect_eq(core_seq(s->core), seq);
    close_lots(s);
}

Test(parking, a_recovered_core_knows_who_takes_room)
{
    static const struct lot lots[] = {{'b', 2}, {'e', 1}};
    struct service *s = open_lots(LINE, lots, 2);
    for (uint32_t i = 1; i <= 3; i++) {
        service_vehicle(s, i, 'a', 4, 0);
    }
    service_run(s, 300);
    service_restart(s);
    service_step(s, &(struct event){.kind = EVENT_WAKE});
    cr_expect_eq(s->core->rebalance.lots.taken[0], 2);
    cr_expect_eq(s->core->rebalance.lots.taken[1], 1);
    cr_expect_eq(s->core->rebalance.lots.full_count, 0);
    close_lots(s);
}

Test(parking, names_what_is_wrong_with_a_list)
{
    const struct parking good = {.place = road_place_at_node(3), .room = 1, .kind = PARKING_DEPOT};
    struct parking rows[4][2] = {{good, good}, {good, good}, {good, good}, {good, good}};
    for (int i = 0; i < 4; i++) {
        rows[i][1].place.node = 4;
    }
    cr_expect_null(parking_fault(rows[0], 2));
    rows[0][1].room = 0;
    rows[1][1].room = PARKING_ROOM_MAX + 1;
    rows[2][1].kind = 0;
    rows[3][1].place.node = 3;
    for (int i = 0; i < 4; i++) {
        cr_expect_not_null(parking_fault(rows[i], 2), "row %d", i);
        cr_expect_null(parking_fault(rows[i], 1), "row %d", i);
    }
    cr_expect_not_null(parking_fault(rows[0], PARKING_MAX + 1));
}

/* ---- Against the optimum ---- */

/* The least driving that brings as many vehicles as there is room for to a slot, over all ways. */
static int64_t least_driving(const struct service *s, const char *slots, uint32_t slot_count)
{
    const uint32_t vehicles = s->core->fleet.count;
    const uint32_t placed = slot_count < vehicles ? slot_count : vehicles;
    int64_t least[1 << SERVICE_CARS_MAX]; /* by the slots taken by the vehicles so far */
    int64_t best = INT64_MAX;
    for (uint32_t set = 0; set < UINT32_C(1) << slot_count; set++) {
        least[set] = set == 0 ? 0 : INT64_MAX;
    }
    for (uint32_t v = 0; v < vehicles; v++) {
        for (uint32_t set = UINT32_C(1) << slot_count; set-- > 0;) {
            for (uint32_t slot = 0; slot < slot_count; slot++) {
                const uint32_t without = set & ~(UINT32_C(1) << slot);
                if (without == set || least[without] == INT64_MAX) {
                    continue;
                }
                const int64_t ms =
                    least[without] +
                    road_query_time(s->town->network.query, s->core->plans[v].start,
                                    road_place_at_node(town_node(s->town, slots[slot])));
                least[set] = ms < least[set] ? ms : least[set];
            }
        }
    }
    for (uint32_t set = 0; set < UINT32_C(1) << slot_count; set++) {
        if ((uint32_t)__builtin_popcount(set) == placed && least[set] < best) {
            best = least[set];
        }
    }
    return best;
}

Test(parking, all_together_drive_as_little_as_possible_and_no_place_is_too_full)
{
    struct random random;
    uint32_t scarce = 0;
    random_init(&random, 41);
    for (int t = 0; t < 150; t++) {
        static const char letters[] = "abcdefghijklmno";
        struct lot lots[LOTS_MAX];
        char slots[SERVICE_CARS_MAX];
        uint32_t slot_count = 0;
        const uint32_t count = (uint32_t)random_between(&random, 1, LOTS_MAX);
        uint32_t from = 0;
        for (uint32_t i = 0; i < count; i++) { /* ascending */
            const uint32_t at = from + (uint32_t)random_below(&random, 3);
            lots[i] = (struct lot){letters[at], (uint32_t)random_between(&random, 1, 2)};
            from = at + 1;
            for (uint32_t r = 0; r < lots[i].room; r++) {
                slots[slot_count++] = letters[at];
            }
        }
        struct service *s = open_lots(town, lots, count);
        for (uint32_t v = 1; v <= 5; v++) {
            service_vehicle(s, v, letters[random_below(&random, 15)], 4, 0);
        }
        const int64_t expected = least_driving(s, slots, slot_count);
        service_step(s, &(struct event){.kind = EVENT_WAKE});
        int64_t driving_ms = 0;
        uint32_t sent[LOTS_MAX] = {0};
        uint32_t sent_count = 0;
        for (uint32_t v = 0; v < 5; v++) {
            for (uint32_t i = 0; i < count; i++) {
                sent[i] += rests_at(s, v, lots[i].letter);
            }
            if (s->core->plans[v].rests) {
                driving_ms += s->core->plans[v].rest_leg_ms;
                sent_count++;
            }
        }
        for (uint32_t i = 0; i < count; i++) {
            cr_assert_leq(sent[i], lots[i].room);
        }
        cr_assert_eq(sent_count, slot_count < 5 ? slot_count : 5);
        cr_assert_eq(driving_ms, expected, "town %d: %ld, not %ld", t, (long)driving_ms,
                     (long)expected);
        scarce += slot_count < 5;
        close_lots(s);
    }
    cr_assert_gt(scarce, 20);
    cr_assert_lt(scarce, 130);
}

Test(parking, another_list_sends_those_elsewhere_whose_place_is_gone)
{
    static const struct lot lots[] = {{'b', 1}, {'e', 1}};
    static struct parking other[1];
    struct service *s = service_open(LINE);
    s->config.parking_changes = true;
    begin_lots(s, lots, 2);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'f', 4, 0);
    service_run(s, 200);
    cr_assert(rests_at(s, 0, 'b') && rests_at(s, 1, 'e'));
    other[0] = (struct parking){
        .place = road_place_at_node(town_node(s->town, 'c')), .room = 2, .kind = PARKING_DEPOT};
    const struct event event = {.kind = EVENT_SET_PARKING,
                                .request = {5},
                                .places = {.parking = other, .parking_count = 1, .reason = "c"}};
    service_step(s, &event);
    service_run(s, 500);
    cr_expect(rests_at(s, 0, 'c'));
    cr_expect(rests_at(s, 1, 'c'));
    cr_expect_eq(parking_free(&s->core->rebalance.lots, 0), 0);
    close_lots(s);
}
