#include "road/speeds.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "road/metric.h"

#define NODES 1001
#define ARCS  (NODES - 1)
#define HOUR  8

/* A road of 1000 arcs one after another, 10 to 29 s each, of every class in turn. */
struct street {
    struct road_graph graph;
    uint32_t tail[ARCS];
    uint32_t head[ARCS];
    uint32_t length_m[ARCS];
    uint32_t free_ms[ARCS];
    uint8_t class[ARCS];
    struct arena arena;
    void *block;
    struct road_speeds speeds;
    struct random random;
};

static void make(struct street *street, const struct road_speeds_profile *profile)
{
    random_init(&street->random, 1);
    street->graph = (struct road_graph){.node_count = NODES,
                                        .arc_count = ARCS,
                                        .tail = street->tail,
                                        .head = street->head,
                                        .length_m = street->length_m,
                                        .free_ms = street->free_ms,
                                        .class = street->class};
    for (uint32_t arc = 0; arc < ARCS; arc++) {
        street->tail[arc] = arc;
        street->head[arc] = arc + 1;
        street->length_m[arc] = 100;
        street->free_ms[arc] = 10000 + arc % 20 * 1000;
        street->class[arc] = (uint8_t)(arc % ROAD_SPEEDS_CLASSES);
    }
    const size_t size = road_speeds_cost(&street->graph);
    street->block = calloc(1, size);
    arena_init(&street->arena, street->block, size);
    cr_assert(road_speeds_init(&street->speeds, &street->arena, &street->graph, profile));
    cr_assert_leq(size, 16 * NODES + 64);
}

/* Drive `count` arcs from `first` on, at `permille` of the free-flow speed. */
static bool drive(struct street *street, uint32_t first, size_t count, int64_t permille)
{
    uint32_t arcs[ARCS];
    int64_t free_ms = 0;
    for (size_t i = 0; i < count; i++) {
        arcs[i] = first + (uint32_t)i;
        free_ms += street->free_ms[arcs[i]];
    }
    return road_speeds_see(&street->speeds, road_place_at_node(first),
                           road_place_at_node(first + (uint32_t)count), arcs, count,
                           free_ms * 1000 / permille, HOUR);
}

Test(speeds, are_free_flow_where_nothing_is_known)
{
    static struct street street;
    static uint32_t weights_ms[ARCS];
    make(&street, NULL);
    for (uint32_t slot = 0; slot < ROAD_SPEEDS_SLOTS; slot++) {
        road_speeds_fill(&street.speeds, slot, weights_ms);
        cr_assert_arr_eq(weights_ms, street.free_ms, sizeof weights_ms);
        cr_assert_eq(road_speeds_weight(&street.speeds, slot, slot), street.free_ms[slot]);
    }
    free(street.block);
}

Test(speeds, follow_a_profile_by_class_and_hour)
{
    static struct street street;
    struct road_speeds_profile profile;
    road_speeds_profile_free(&profile);
    profile.permille[3][HOUR] = 500;
    profile.permille[4][HOUR] = ROAD_SPEEDS_PERMILLE_MIN;
    cr_assert(road_speeds_profile_valid(&profile));
    make(&street, &profile);
    for (uint32_t arc = 0; arc < 70; arc++) {
        const uint32_t times = arc % 7 == 3 ? 2 : arc % 7 == 4 ? 10 : 1;
        cr_assert_eq(road_speeds_weight(&street.speeds, arc, HOUR), street.free_ms[arc] * times);
        cr_assert_eq(road_speeds_weight(&street.speeds, arc, HOUR + 1), street.free_ms[arc]);
    }
    free(street.block);
    static const uint16_t bad[] = {0, ROAD_SPEEDS_PERMILLE_MIN - 1, 1001, UINT16_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        profile.permille[6][23] = bad[i];
        cr_assert_not(road_speeds_profile_valid(&profile));
    }
}

/* All drives at half the speed: their class is soon known, also on roads that nobody drove. */
Test(speeds, learn_an_hour_from_drives_and_leave_the_others)
{
    static struct street street;
    make(&street, NULL);
    for (int i = 0; i < 300; i++) {
        cr_assert(drive(&street, (uint32_t)random_below(&street.random, 500), 20, 500));
    }
    cr_assert_eq(street.speeds.seen_count, 300);
    uint64_t sum_permille = 0;
    /* Single roads are known less well than all together. */
    for (uint32_t arc = 0; arc < ARCS; arc++) {
        const uint32_t ms = road_speeds_weight(&street.speeds, arc, HOUR);
        sum_permille += ms * UINT64_C(1000) / street.free_ms[arc];
        cr_assert(ms >= street.free_ms[arc] * 17 / 10 && ms <= street.free_ms[arc] * 23 / 10,
                  "arc %u: %u of %u", arc, ms, street.free_ms[arc]);
        cr_assert_eq(road_speeds_weight(&street.speeds, arc, HOUR - 1), street.free_ms[arc]);
    }
    cr_assert(sum_permille >= 1950 * ARCS && sum_permille <= 2030 * ARCS, "%d permille",
              (int)(sum_permille / ARCS));
    for (int i = 0; i < 900; i++) { /* the jam is over */
        (void)drive(&street, (uint32_t)random_below(&street.random, 500), 20, 1000);
    }
    sum_permille = 0;
    for (uint32_t arc = 0; arc < ARCS; arc++) {
        sum_permille +=
            road_speeds_weight(&street.speeds, arc, HOUR) * UINT64_C(1000) / street.free_ms[arc];
    }
    cr_assert_leq(sum_permille, 1030 * ARCS, "%d permille", (int)(sum_permille / ARCS));
    free(street.block);
}

/* One slow road among others of its class. */
Test(speeds, learn_a_single_road)
{
    static struct street street;
    static uint32_t weights_ms[ARCS];
    make(&street, NULL);
    for (int i = 0; i < 40; i++) {
        cr_assert(drive(&street, 70, 1, 250));
        cr_assert(drive(&street, 77, 1, 1000));
        cr_assert(drive(&street, 84, 7, 1000));
    }
    road_speeds_fill(&street.speeds, HOUR, weights_ms);
    cr_assert(weights_ms[70] >= street.free_ms[70] * 39 / 10);
    cr_assert(weights_ms[77] <= street.free_ms[77] * 12 / 10, "%u", weights_ms[77]);
    for (uint32_t arc = 0; arc < ARCS; arc++) {
        cr_assert_eq(weights_ms[arc], road_speeds_weight(&street.speeds, arc, HOUR));
    }
    free(street.block);
}

/* Whatever is seen, no road is faster than free flow or slower than a tenth of it. */
Test(speeds, stay_between_free_flow_and_a_tenth_of_it)
{
    static struct street street;
    static uint32_t weights_ms[ARCS];
    make(&street, NULL);
    for (int i = 0; i < 20000; i++) {
        const int64_t permille = random_between(&street.random, 20, 3000);
        (void)drive(&street, (uint32_t)random_below(&street.random, ARCS - 30),
                    1 + random_below(&street.random, 30), permille);
        if (i % 500 == 0) {
            road_speeds_enter(&street.speeds, HOUR);
        }
        if (i % 100 == 0) {
            road_speeds_fill(&street.speeds, HOUR, weights_ms);
            for (uint32_t arc = 0; arc < ARCS; arc++) {
                cr_assert_geq(weights_ms[arc], street.free_ms[arc]);
                cr_assert_leq(weights_ms[arc], 10 * street.free_ms[arc]);
                cr_assert(road_metric_weight_valid(weights_ms[arc]));
            }
        }
    }
    free(street.block);
}

/* The table is far too small for all roads in all hours: it keeps those that are seen often. */
Test(speeds, keep_the_roads_that_are_driven_most)
{
    static struct street street;
    make(&street, NULL);
    for (int day = 0; day < 40; day++) {
        for (uint32_t arc = 0; arc < ARCS; arc++) {
            const uint32_t arcs[1] = {arc};
            const uint32_t slot = (uint32_t)random_below(&street.random, ROAD_SPEEDS_SLOTS);
            (void)road_speeds_see(&street.speeds, road_place_at_node(arc),
                                  road_place_at_node(arc + 1), arcs, 1, street.free_ms[arc], slot);
        }
        for (int i = 0; i < 30; i++) {
            cr_assert(drive(&street, 140, 1, 200));
        }
    }
    cr_assert_geq(road_speeds_weight(&street.speeds, 140, HOUR), street.free_ms[140] * 45 / 10);
    free(street.block);
}

Test(speeds, see_parts_of_arcs_and_ignore_what_says_nothing)
{
    static struct street street;
    make(&street, NULL);
    const uint32_t arcs[2] = {19, 20};
    const struct road_place from = {ROAD_NONE, 19, 500};
    const struct road_place to = {ROAD_NONE, 20, 500};
    const int64_t free_ms = street.free_ms[19] / 2 + street.free_ms[20] / 2;
    struct road_speeds *speeds = &street.speeds;
    cr_assert_not(road_speeds_see(speeds, from, to, arcs, 2, 0, HOUR));
    cr_assert_not(road_speeds_see(speeds, from, to, arcs, 2, 8 * free_ms + 1, HOUR), "it stood");
    cr_assert_not(road_speeds_see(speeds, from, from, arcs, 0, 5000, HOUR));
    const struct road_place near = {ROAD_NONE, 19, 700};
    cr_assert_not(road_speeds_see(speeds, from, near, arcs, 1, 9000, HOUR), "too short");
    cr_assert_eq(speeds->seen_count, 0);
    for (int i = 0; i < 60; i++) {
        cr_assert(road_speeds_see(speeds, from, to, arcs, 2, 2 * free_ms, HOUR));
    }
    cr_assert_geq(road_speeds_weight(speeds, 19, HOUR), street.free_ms[19] * 19 / 10);
    cr_assert_leq(road_speeds_weight(speeds, 19, HOUR), street.free_ms[19] * 21 / 10);
    free(street.block);
}

/* An hour that nobody has driven in yet is as bad as the one before, against what was given. */
Test(speeds, carry_what_was_learnt_into_the_next_hour)
{
    static struct street street;
    struct road_speeds_profile profile;
    road_speeds_profile_free(&profile);
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++) {
        profile.permille[class][HOUR + 1] = 500;
    }
    make(&street, &profile);
    for (int i = 0; i < 400; i++) {
        (void)drive(&street, (uint32_t)random_below(&street.random, 500), 20, 500);
    }
    road_speeds_enter(&street.speeds, HOUR + 1);
    const uint32_t arc = 990; /* which nobody drove */
    const uint32_t ms = road_speeds_weight(&street.speeds, arc, HOUR + 1);
    cr_assert(ms >= street.free_ms[arc] * 36 / 10 && ms <= street.free_ms[arc] * 42 / 10);
    road_speeds_enter(&street.speeds, HOUR); /* a day later it is known from the day before */
    cr_assert_geq(road_speeds_weight(&street.speeds, arc, HOUR), street.free_ms[arc] * 18 / 10);
    free(street.block);
}
