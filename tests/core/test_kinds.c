/* The table of kinds, seats and spaces against a look at every vehicle. */
#include <criterion/criterion.h>

#include "base/random.h"
#include "core/kinds.h"

#define VEHICLES 40

Test(kinds, designed_for_is_what_the_fleet_says_or_seats_and_spaces)
{
    const struct fact_vehicle bus = {.seats = 8, .wheelchair_spaces = 2};
    const struct fact_vehicle van = {.seats = 6, .wheelchair_spaces = 1, .designed_for = 12};
    const struct fact_vehicle car = {.seats = 4, .wheelchair_spaces = 1};
    cr_assert_eq(kinds_designed_for(&bus), 10);
    cr_assert_eq(kinds_designed_for(&van), 12);
    cr_assert_eq(kinds_designed_for(&car), 5);
}

Test(kinds, fit_as_a_look_at_every_vehicle_says)
{
    static struct kinds kinds;
    static struct fact_vehicle vehicles[VEHICLES];
    struct random random;
    random_init(&random, 11);
    for (int i = 0; i < VEHICLES; i++)
        kinds_add(&kinds, &vehicles[i]);
    for (int step = 0; step < 3000; step++) {
        struct fact_vehicle *vehicle = &vehicles[random_below(&random, VEHICLES)];
        kinds_remove(&kinds, vehicle);
        vehicle->seats =
            (uint8_t)(random_below(&random, 200) == 0 ? SEATS_MAX : random_below(&random, 9));
        vehicle->wheelchair_spaces = (uint8_t)random_below(&random, 4);
        vehicle->designed_for = (uint8_t)random_below(&random, 16);
        kinds_add(&kinds, vehicle);
        const uint32_t seats = (uint32_t)random_below(&random, 10);
        const uint32_t spaces = (uint32_t)random_below(&random, 5);
        for (int kind = 0; kind < POLICY_KIND_COUNT; kind++) {
            bool fits = false;
            for (int i = 0; i < VEHICLES; i++)
                fits |= policy_kind(kinds_designed_for(&vehicles[i])) == (enum policy_kind)kind &&
                        vehicles[i].seats >= seats && vehicles[i].wheelchair_spaces >= spaces;
            cr_assert_eq(kinds_fit(&kinds, (enum policy_kind)kind, seats, spaces), fits);
        }
    }
}
