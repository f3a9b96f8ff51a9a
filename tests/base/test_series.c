#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/series.h"

#define PLACES 100

/* The model: which number is at each place, 0 none. */
static void check_all(const struct series *series, const uint64_t *numbers)
{
    for (uint32_t i = 0; i < PLACES; i++) {
        uint32_t place = PLACES;
        cr_assert(numbers[i] == 0 || (series_get(series, numbers[i], &place) && place == i));
    }
}

Test(series, finds_what_was_put_in_and_not_taken_out)
{
    static const uint64_t steps[] = {1, 2, 64, UINT64_C(1) << 20}; /* dense, and not at all */
    struct random random;
    random_init(&random, 4);
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        struct arena arena;
        size_t size = series_cost(PLACES);
        arena_init(&arena, calloc(1, size), size);
        struct series series;
        series_init(&series, &arena, PLACES);
        uint64_t numbers[PLACES] = {0};
        uint64_t next = 1;
        for (int round = 0; round < 5000; round++) {
            uint32_t place = (uint32_t)random_below(&random, PLACES);
            uint32_t found = PLACES;
            cr_assert_not(series_get(&series, next, &found));
            cr_assert_eq(found, PLACES);
            if (numbers[place] != 0) {
                series_remove(&series, place);
                cr_assert_not(series_get(&series, numbers[place], &found));
                numbers[place] = 0;
            } else {
                series_put(&series, next, place);
                numbers[place] = next;
                next += steps[s];
            }
            if (round % 50 == 0)
                check_all(&series, numbers);
        }
        free(arena.block);
    }
}
