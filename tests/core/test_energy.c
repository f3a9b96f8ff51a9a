/* Reckoned by hand; that the search agrees with a slow reckoning is test_insertion.c's to show. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "core/energy.h"
#include "tests/town.h"

static const struct calendar calendar = {.count = 1};

struct scene {
    struct town *town;
    struct station station;
    struct core_config config;
    struct arena arena;
    struct energy energy;
    void *memory;
};

/* 300 m and 30 s between neighbours; 200 Wh/km and, from 01:00 UTC on, 3.6 kW: a drive takes 60 and
 * 30 Wh. The charger at d gives 36 kW: 10 Wh a second. */
static void open_scene(struct scene *scene)
{
    scene->town = town_from_map("a--b--c--d\n", true);
    scene->station = (struct station){.id = 1, .plugs = 1, .power_w = 36000};
    scene->station.place = town_place(scene->town, "d", 0);
    scene->config = (struct core_config){
        .calendar = &calendar,
        .energy = {.drive_wh_per_km = 200, .reserve_permille = 100, .charge_below_permille = 500},
        .stations = {.count = 1, .items = &scene->station},
    };
    for (uint32_t hour = 1; hour < ENERGY_HOURS; hour++) {
        scene->config.energy.auxiliary_w[hour] = 3600;
    }
    const size_t size = energy_cost(&scene->config);
    scene->memory = calloc(1, size);
    arena_init(&scene->arena, scene->memory, size);
    cr_assert(energy_init(&scene->energy, &scene->arena, &scene->config, &scene->town->network));
}

static void close_scene(struct scene *scene)
{
    town_free(scene->town);
    free(scene->memory);
}

static void add(struct scene *scene, struct plan *plan, enum stop_kind kind, const char *place)
{
    const struct road_place from =
        plan->stop_count == 0 ? plan->start : plan->stops[plan->stop_count - 1].place;
    struct plan_item *item = &plan->stops[plan->stop_count++];
    *item = (struct plan_item){.ride = {kind == STOP_CHARGE ? 0u : 1u},
                               .kind = kind,
                               .place = town_place(scene->town, place, 0),
                               .latest_ms = INT64_MAX,
                               .ride_max_ms = INT64_MAX,
                               .dwell_ms = 10000};
    item->leg_ms = road_query_time(scene->town->network.query, from, item->place);
}

/* From a, at `start_ms`, with so much above the reserve of 1 kWh. */
static struct plan begin(struct scene *scene, int64_t start_ms, int64_t spare_wh)
{
    return (struct plan){.start = town_place(scene->town, "a", 0),
                         .start_ms = start_ms,
                         .until_ms = INT64_MAX,
                         .seats = 4,
                         .battery_mwh = 10000000,
                         .charge_mwh = (1000 + spare_wh) * 1000,
                         .charge_ms = start_ms};
}

#define NIGHT_MS 0                       /* no auxiliaries */
#define DAY_MS   (INT64_C(12) * 3600000) /* 1 Wh a second */

static bool holds(struct scene *scene, struct plan *plan)
{
    cr_assert(plan_schedule(plan, &scene->config));
    return energy_holds(&scene->energy, plan);
}

/* a -> b, 10 s, -> c, 10 s, and on to d: 180 Wh, and by day 90 and 20 s more. */
Test(energy, drives_stands_and_the_way_to_the_charger_count)
{
    struct scene scene;
    open_scene(&scene);
    const struct row {
        int64_t start_ms;
        int64_t needs_wh;
    } rows[] = {{NIGHT_MS, 180}, {DAY_MS, 180 + 90 + 20}};
    for (size_t i = 0; i < 2; i++) {
        for (int64_t lacks = 0; lacks < 2; lacks++) {
            struct plan plan = begin(&scene, rows[i].start_ms, rows[i].needs_wh - lacks);
            add(&scene, &plan, STOP_PICKUP, "b");
            add(&scene, &plan, STOP_DROPOFF, "c");
            cr_expect_eq(holds(&scene, &plan), lacks == 0, "row %zu lacks %ld", i, (long)lacks);
        }
    }
    close_scene(&scene);
}

/* Charging at d for 10 s gives 100 Wh, for what comes behind; and no more than the battery holds.
 */
Test(energy, what_is_charged_counts_for_what_comes_behind)
{
    struct scene scene;
    open_scene(&scene);
    struct plan plan = begin(&scene, NIGHT_MS, 180);
    add(&scene, &plan, STOP_CHARGE, "d");
    plan.plug_w = 36000;
    cr_expect(holds(&scene, &plan));
    cr_expect_eq(energy_left_mwh(&scene.energy, &plan), 1000000 + 100000);
    add(&scene, &plan, STOP_PICKUP, "d");  /* a stand of its own */
    add(&scene, &plan, STOP_DROPOFF, "c"); /* there and back: 120 */
    cr_expect_not(holds(&scene, &plan));
    plan.stops[0].dwell_ms = 12000;
    cr_expect(holds(&scene, &plan));
    plan.stops[0].dwell_ms = 1800000;
    cr_expect(holds(&scene, &plan));
    cr_expect_eq(energy_left_mwh(&scene.energy, &plan), 10000000 - 60000);
    close_scene(&scene);
}

/* Under way since 15 s: half of the drive to b is behind it when it tells its charge. */
Test(energy, what_was_driven_before_the_charge_was_told_counts_no_more)
{
    struct scene scene;
    open_scene(&scene);
    for (int64_t lacks = 0; lacks < 2; lacks++) {
        struct plan plan = begin(&scene, NIGHT_MS, 150 - lacks);
        plan.parties_aboard = 1;
        add(&scene, &plan, STOP_DROPOFF, "b");
        plan.under_way = true;
        plan.charge_ms = 15000;
        cr_expect_eq(holds(&scene, &plan), lacks == 0);
    }
    close_scene(&scene);
}

Test(energy, nothing_limits_a_vehicle_whose_charge_is_not_known)
{
    struct scene scene;
    open_scene(&scene);
    struct plan plan = begin(&scene, NIGHT_MS, -900);
    plan.battery_mwh = 0;
    add(&scene, &plan, STOP_PICKUP, "d");
    add(&scene, &plan, STOP_DROPOFF, "a");
    cr_expect(holds(&scene, &plan));
    cr_expect_not(energy_is_low(&scene.energy, &plan));
    plan.battery_mwh = 10000000;
    cr_expect_not(holds(&scene, &plan));
    scene.energy.is_ignored = true;
    cr_expect(holds(&scene, &plan));
    close_scene(&scene);
}

Test(energy, is_low_where_some_stop_leaves_less_than_that)
{
    struct scene scene;
    open_scene(&scene);
    struct plan plan = begin(&scene, NIGHT_MS, 4060); /* half, and a drive */
    cr_expect_not(energy_is_low(&scene.energy, &plan));
    add(&scene, &plan, STOP_PICKUP, "b");
    cr_expect(holds(&scene, &plan));
    cr_expect_not(energy_is_low(&scene.energy, &plan));
    add(&scene, &plan, STOP_DROPOFF, "c");
    cr_expect(holds(&scene, &plan));
    cr_expect(energy_is_low(&scene.energy, &plan));
    close_scene(&scene);
}
