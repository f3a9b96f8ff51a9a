#include <criterion/criterion.h>
#include <signal.h>

#include "base/random.h"
#include "core/tariff.h"

/* A trip that nothing but the tariff rules. */
static struct tariff_trip plain(int64_t distance_m, int64_t duration_ms)
{
    return (struct tariff_trip){.distance_m = distance_m,
                                .duration_ms = duration_ms,
                                .national_cap_pence = TARIFF_NO_CAP_PENCE,
                                .rider_permille = TARIFF_ALL_PERMILLE};
}

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
        struct tariff_trip trip = plain(rows[i].distance_m, rows[i].duration_ms);
        int64_t want =
            rows[i].pence < TARIFF_RATE_MAX_PENCE ? rows[i].pence : TARIFF_RATE_MAX_PENCE;
        struct tariff_lines lines;
        cr_assert_eq(tariff_quote(&tariff, &trip, &lines), TARIFF_OK);
        int64_t fare = tariff_fare_pence(&lines);
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
        struct tariff_trip trip = plain(rows[i].distance_m, rows[i].duration_ms);
        struct tariff_lines lines;
        cr_assert_eq(tariff_quote(&usual, &trip, &lines), TARIFF_OK);
        int64_t fare = tariff_fare_pence(&lines);
        cr_assert_eq(fare, rows[i].pence, "row %zu: %lld", i, (long long)fare);
    }
}

Test(tariff, refuses_a_trip_that_is_too_long)
{
    static const struct tariff_trip trips[] = {
        {.distance_m = TARIFF_DISTANCE_MAX_M + 1},
        {.duration_ms = TARIFF_DURATION_MAX_MS + 1},
        {.distance_m = INT64_MAX, .duration_ms = INT64_MAX},
    };
    for (size_t i = 0; i < sizeof trips / sizeof trips[0]; i++) {
        struct tariff_lines lines = {.base_pence = -7};
        cr_assert_eq(tariff_quote(&usual, &trips[i], &lines), TARIFF_TOO_LONG);
        cr_assert_eq(lines.base_pence, -7);
    }
}

Test(tariff, aborts_on_a_negative_distance, .signal = SIGABRT)
{
    struct tariff_trip trip = plain(-1, 0);
    struct tariff_lines lines;
    cr_assert_eq(tariff_quote(&usual, &trip, &lines), TARIFF_OK);
}

Test(tariff, aborts_on_a_minimum_above_the_cap, .signal = SIGABRT)
{
    struct tariff tariff = {.minimum_pence = 2, .single_cap_pence = 1};
    struct tariff_trip trip = plain(1, 1);
    struct tariff_lines lines;
    cr_assert_eq(tariff_quote(&tariff, &trip, &lines), TARIFF_OK);
}

Test(tariff, names_what_made_the_fare)
{
    static const struct {
        int64_t distance_m;
        int64_t duration_ms;
        int64_t national;
        int64_t off_peak;
        int64_t rider;
        struct tariff_lines lines;
    } rows[] = {
        {0, 0, TARIFF_NO_CAP_PENCE, 0, 1000, {.base_pence = 150, .minimum_pence = 100}},
        {5000,
         600000,
         TARIFF_NO_CAP_PENCE,
         0,
         1000,
         {.base_pence = 150, .distance_pence = 300, .time_pence = 150}},
        {5000,
         600000,
         300,
         0,
         1000,
         {.base_pence = 150, .distance_pence = 300, .time_pence = 150, .national_cap_pence = 300}},
        {5000,
         600000,
         300,
         200,
         0,
         {.base_pence = 150,
          .distance_pence = 300,
          .time_pence = 150,
          .national_cap_pence = 300,
          .off_peak_pence = 60,
          .concession_pence = 240}},
        {30000,
         600000,
         2000,
         0,
         500,
         {.base_pence = 150,
          .distance_pence = 1800,
          .time_pence = 150,
          .single_cap_pence = 900,
          .concession_pence = 600}},
        /* 251 pence at a tenth off are 225.9; half of 226 is 113 */
        {1000,
         164000,
         TARIFF_NO_CAP_PENCE,
         100,
         500,
         {.base_pence = 150,
          .distance_pence = 60,
          .time_pence = 41,
          .off_peak_pence = 25,
          .concession_pence = 113}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tariff_trip trip = plain(rows[i].distance_m, rows[i].duration_ms);
        struct tariff_lines lines;
        trip.national_cap_pence = rows[i].national;
        trip.off_peak_permille = rows[i].off_peak;
        trip.rider_permille = rows[i].rider;
        cr_assert_eq(tariff_quote(&usual, &trip, &lines), TARIFF_OK);
        cr_expect_arr_eq(&lines, &rows[i].lines, sizeof lines, "row %zu", i);
    }
}

/* The fare by its definition, in 128 bits, all in one fraction. */
static int64_t defined_fare(const struct tariff *tariff, const struct tariff_trip *trip)
{
    __extension__ typedef __int128 wide;
    const wide penny = 60000;
    wide parts = tariff->base_pence * penny + (wide)tariff->per_km_pence * trip->distance_m * 60 +
                 (wide)tariff->per_minute_pence * trip->duration_ms;
    wide cap = tariff->single_cap_pence * penny;
    if (parts < tariff->minimum_pence * penny)
        parts = tariff->minimum_pence * penny;
    if (trip->national_cap_pence * penny < cap)
        cap = trip->national_cap_pence * penny;
    if (parts > cap)
        parts = cap;
    parts *= 1000 - trip->off_peak_permille;
    return (int64_t)((2 * parts + penny * 1000) / (2 * penny * 1000));
}

Test(tariff, lines_are_never_negative_and_add_up_to_the_fare_by_definition)
{
    struct random random;
    random_init(&random, 20260401);
    for (int i = 0; i < 200000; i++) {
        const int64_t minimum = (int64_t)random_below(&random, 1000);
        const struct tariff tariff = {
            .base_pence = (int64_t)random_below(&random, 500),
            .per_km_pence = (int64_t)random_below(&random, 300),
            .per_minute_pence = (int64_t)random_below(&random, 100),
            .minimum_pence = minimum,
            .single_cap_pence = minimum + (int64_t)random_below(&random, 2000),
        };
        struct tariff_trip trip =
            plain((int64_t)random_below(&random, 40000), (int64_t)random_below(&random, 3600000));
        struct tariff_lines lines;
        trip.national_cap_pence = (int64_t)random_below(&random, 1500);
        trip.off_peak_permille = (int64_t)random_below(&random, 1001);
        trip.rider_permille = (int64_t)random_below(&random, 1001);
        cr_assert_eq(tariff_quote(&tariff, &trip, &lines), TARIFF_OK);
        const int64_t fare = tariff_fare_pence(&lines);
        const int64_t values[] = {lines.base_pence,       lines.distance_pence,
                                  lines.time_pence,       lines.minimum_pence,
                                  lines.off_peak_pence,   lines.single_cap_pence,
                                  lines.concession_pence, lines.national_cap_pence};
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++)
            cr_assert(values[j] >= 0, "line %zu of %d", j, i);
        cr_assert_eq(fare, defined_fare(&tariff, &trip), "trip %d", i);
        cr_assert(lines.concession_pence <= fare);
        cr_assert_leq(2 * 1000 * (fare - lines.concession_pence) - 2 * fare * trip.rider_permille,
                      1000);
        cr_assert_gt(2 * 1000 * (fare - lines.concession_pence) - 2 * fare * trip.rider_permille,
                     -1000);
    }
}
