#include "sim/parking_watch.h"

#include <criterion/criterion.h>

static const struct parking lots[] = {
    {.place = {.node = 3, .arc = ROAD_NONE}, .room = 1, .kind = PARKING_KERB},
    {.place = {.node = 5, .arc = ROAD_NONE}, .room = 2, .kind = PARKING_DEPOT},
};

/* Three vehicles whose home is node 3 and whose shift ends after 1,000 seconds. */
static void open_watch(struct scenario *scenario, struct scenario_vehicle *vehicles,
                       struct parking_watch *watch)
{
    *scenario = (struct scenario){.vehicle_count = 3, .vehicles = vehicles};
    scenario->config.parking = lots;
    scenario->config.parking_count = 2;
    for (uint32_t i = 0; i < 3; i++) {
        vehicles[i] = (struct scenario_vehicle){.id = i + 1, .home = {.node = 3}, .until_s = 1000};
    }
    parking_watch_init(watch, scenario);
}

static bool sends(struct parking_watch *watch, uint32_t vehicle, uint32_t node, int64_t at_ms)
{
    uint32_t lot = 0;
    const struct fact_plan plan = {
        .vehicle = {vehicle}, .rests = true, .rest = {.node = node, .arc = ROAD_NONE}};
    return parking_watch_plan(watch, &plan, at_ms, &lot);
}

Test(parking_watch, finds_one_vehicle_too_many_in_plans_and_in_the_street)
{
    static struct scenario scenario;
    static struct scenario_vehicle vehicles[3];
    struct parking_watch watch;
    uint32_t lot = 0;
    open_watch(&scenario, vehicles, &watch);
    cr_expect(sends(&watch, 1, 3, 0));
    cr_expect_not(sends(&watch, 2, 3, 0));
    cr_expect(sends(&watch, 2, 5, 0));
    cr_expect(sends(&watch, 3, 5, 0));
    cr_expect(sends(&watch, 1, 4, 0)); /* no waiting place */
    cr_expect_not(sends(&watch, 1, 5, 0));
    cr_expect(parking_watch_waits(&watch, (struct vehicle_id){1}, 3, true, 0, &lot));
    cr_expect(
        parking_watch_waits(&watch, (struct vehicle_id){2}, 3, false, 0, &lot)); /* by chance */
    cr_expect_not(parking_watch_waits(&watch, (struct vehicle_id){2}, 3, true, 0, &lot));
    cr_expect_eq(lot, 0);
    parking_watch_leaves(&watch, (struct vehicle_id){1}, 0);
    cr_expect(parking_watch_waits(&watch, (struct vehicle_id){2}, 3, true, 0, &lot));
    parking_watch_free(&watch);
}

Test(parking_watch, at_home_after_its_shift_a_vehicle_takes_no_room)
{
    static struct scenario scenario;
    static struct scenario_vehicle vehicles[3];
    struct parking_watch watch;
    open_watch(&scenario, vehicles, &watch);
    cr_expect(sends(&watch, 1, 3, 999999));
    cr_expect_not(sends(&watch, 2, 3, 999999));
    cr_expect(sends(&watch, 2, 3, 1000000));
    cr_expect(sends(&watch, 3, 3, 1000000));
    parking_watch_free(&watch);
}

Test(parking_watch, measures_how_long_idle_vehicles_wait_elsewhere)
{
    static struct scenario scenario;
    static struct scenario_vehicle vehicles[3];
    struct parking_watch watch;
    uint32_t lot = 0;
    open_watch(&scenario, vehicles, &watch);
    const struct vehicle_id one = {1};
    cr_expect(parking_watch_waits(&watch, one, 7, false, 1000, &lot));
    cr_expect(parking_watch_waits(&watch, one, 7, false, 5000, &lot)); /* still the same wait */
    parking_watch_leaves(&watch, one, 31000);
    cr_expect_eq(watch.street_max_ms, 30000);
    cr_expect(parking_watch_waits(&watch, one, 7, false, 40000, &lot));
    parking_watch_books(&watch, one, 60000); /* from here on it waits for a rider */
    parking_watch_leaves(&watch, one, 200000);
    cr_expect(parking_watch_waits(&watch, one, 5, true, 300000, &lot));
    parking_watch_leaves(&watch, one, 900000);
    cr_expect_eq(watch.street_max_ms, 30000);
    parking_watch_free(&watch);
}
