#include "base/sort.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { LONGEST = 3000 };

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Keys of few or many significant bits, at one end or the other. */
static void fill(struct random *random, uint64_t *keys, size_t count, unsigned variant)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = random_next(random);
        keys[i] = variant == 0 ? bits : variant == 1 ? bits % 5 : variant == 2 ? bits << 60 : 42;
    }
}

Test(sort, agrees_with_the_c_library)
{
    static uint64_t keys[LONGEST];
    static uint64_t expected[LONGEST];
    static uint64_t scratch[LONGEST];
    const size_t counts[] = {0, 1, 2, 3, 255, 256, 257, LONGEST};
    struct random random;
    random_init(&random, 1);
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        for (unsigned variant = 0; variant < 4; variant++) {
            fill(&random, keys, counts[c], variant);
            memcpy(expected, keys, sizeof keys);
            qsort(expected, counts[c], sizeof *expected, compare);
            sort_u64(keys, scratch, counts[c]);
            cr_assert_eq(memcmp(keys, expected, counts[c] * sizeof *keys), 0);
        }
    }
}

Test(sort, moves_values_with_their_keys_and_keeps_the_order_of_equals)
{
    static uint64_t keys[LONGEST];
    static uint64_t original[LONGEST];
    static uint64_t key_scratch[LONGEST];
    static uint32_t values[LONGEST];
    static uint32_t value_scratch[LONGEST];
    struct random random;
    random_init(&random, 2);
    for (unsigned variant = 0; variant < 4; variant++) {
        fill(&random, keys, LONGEST, variant);
        memcpy(original, keys, sizeof keys);
        for (uint32_t i = 0; i < LONGEST; i++)
            values[i] = i;
        sort_pairs(keys, values, key_scratch, value_scratch, LONGEST);
        for (size_t i = 0; i < LONGEST; i++) {
            cr_assert_eq(keys[i], original[values[i]]);
            if (i == 0)
                continue;
            cr_assert(keys[i - 1] <= keys[i]);
            cr_assert(keys[i - 1] < keys[i] || values[i - 1] < values[i]);
        }
    }
}
