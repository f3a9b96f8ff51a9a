#include <criterion/criterion.h>

#include "sim/load_histogram.h"

Test(load_histogram, small_values_are_exact)
{
    static struct load_histogram histogram;
    for (uint64_t value = 1; value <= 50; value++) {
        load_histogram_add(&histogram, value);
    }
    static const struct {
        uint32_t permille;
        uint64_t value;
    } rows[] = {{1, 1}, {20, 1}, {21, 2}, {500, 25}, {900, 45}, {990, 50}, {1000, 50}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_assert_eq(load_histogram_at(&histogram, rows[i].permille), rows[i].value, "row %zu", i);
    }
}

Test(load_histogram, every_value_is_kept_within_two_percent_and_never_less)
{
    static struct load_histogram histogram;
    for (uint64_t value = 1; value < UINT64_C(1) << 57; value = value * 17 / 16 + 1) {
        histogram = (struct load_histogram){0};
        load_histogram_add(&histogram, value);
        load_histogram_add(&histogram, UINT64_MAX);
        const uint64_t kept = load_histogram_at(&histogram, 500);
        cr_assert_geq(kept, value);
        cr_assert_leq(kept - value, value / 50, "%lu kept as %lu", value, kept);
        cr_assert_eq(load_histogram_at(&histogram, 1000), UINT64_MAX);
    }
}

Test(load_histogram, an_empty_one_has_zeros)
{
    static const struct load_histogram histogram;
    cr_assert_eq(load_histogram_at(&histogram, 1), 0);
    cr_assert_eq(load_histogram_at(&histogram, 1000), 0);
}
