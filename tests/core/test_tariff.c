#include <criterion/criterion.h>
#include <signal.h>

#include "core/tariff.h"

static const struct tariff usual = {
    .base_pence = 150,
    .per_km_pence = 60,
    .per_minute_pence = 15,
    .minimum_pence = 250,
    .single_cap_pence = 1200,
};

Test(tariff, rounds_once_at_the_end_half_a_penny_up)
{
    static const struct {
        int64_t per_km;
        int64_t per_minute;
        int64_t distance_m;
        int64_t duration_ms;
        int64_t pence;
    } rows[] = {
        {0, 0, 0, 0, 0},
        {100, 0, 4, 0, 0},       /* 0.4 */
        {100, 0, 5, 0, 1},       /* 0.5 */
        {100, 0, 14, 0, 1},      /* 1.4 */
        {100, 0, 15, 0, 2},      /* 1.5 */
        {0, 1, 0, 29999, 0},     /* 0.49998 */
        {0, 1, 0, 30000, 1},     /* 0.5 */
        {0, 1, 0, 89999, 1},     /* 1.49998 */
        {100, 1, 4, 6000, 1},    /* 0.4 + 0.1: rounded apart they would be 0 */
        {100, 1, 4, 5999, 0},    /* just below */
        {100, 1, 6, 36000, 1},   /* 0.6 + 0.6: rounded apart they would be 2 */
        {1, 0, 999999, 0, 1000}, /* 999.999 */
        {100000, 0, 1000000, 0, 100000000},
        {0, 100000, 0, INT64_C(86400000), 144000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tariff tariff = {
            .per_km_pence = rows[i].per_km,
            .per_minute_pence = rows[i].per_minute,
            .single_cap_pence = TARIFF_RATE_MAX_PENCE,
        };
        struct tariff_trip trip = {rows[i].distance_m, rows[i].duration_ms};
        int64_t want =
            rows[i].pence < TARIFF_RATE_MAX_PENCE ? rows[i].pence : TARIFF_RATE_MAX_PENCE;
        int64_t fare = -1;
        cr_assert_eq(tariff_quote(&tariff, &trip, &fare), TARIFF_OK);
        cr_assert_eq(fare, want, "row %zu: %lld", i, (long long)fare);
    }
}

Test(tariff, keeps_between_the_minimum_and_the_single_cap)
{
    static const struct {
        int64_t distance_m;
        int64_t duration_ms;
        int64_t pence;
    } rows[] = {
        {0, 0, 250},           {1000, 60000, 250}, /* 225 */
        {1000, 160000, 250},   {1000, 164000, 251},
        {5000, 600000, 600},   {15000, 600000, 1200},
        {15000, 600001, 1200}, {TARIFF_DISTANCE_MAX_M, TARIFF_DURATION_MAX_MS, 1200},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tariff_trip trip = {rows[i].distance_m, rows[i].duration_ms};
        int64_t fare = -1;
        cr_assert_eq(tariff_quote(&usual, &trip, &fare), TARIFF_OK);
        cr_assert_eq(fare, rows[i].pence, "row %zu: %lld", i, (long long)fare);
    }
}

Test(tariff, refuses_a_trip_that_is_too_long)
{
    static const struct tariff_trip trips[] = {
        {TARIFF_DISTANCE_MAX_M + 1, 0},
        {0, TARIFF_DURATION_MAX_MS + 1},
        {INT64_MAX, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof trips / sizeof trips[0]; i++) {
        int64_t fare = -7;
        cr_assert_eq(tariff_quote(&usual, &trips[i], &fare), TARIFF_TOO_LONG);
        cr_assert_eq(fare, -7);
    }
}

Test(tariff, aborts_on_a_negative_distance, .signal = SIGABRT)
{
    struct tariff_trip trip = {-1, 0};
    int64_t fare;
    cr_assert_eq(tariff_quote(&usual, &trip, &fare), TARIFF_OK);
}

Test(tariff, aborts_on_a_minimum_above_the_cap, .signal = SIGABRT)
{
    struct tariff tariff = {.minimum_pence = 2, .single_cap_pence = 1};
    struct tariff_trip trip = {1, 1};
    int64_t fare;
    cr_assert_eq(tariff_quote(&tariff, &trip, &fare), TARIFF_OK);
}
