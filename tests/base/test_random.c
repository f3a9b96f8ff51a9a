#include "base/random.h"

#include <criterion/criterion.h>
#include <signal.h>

/* The authors' own programs (prng.di.unimi.it) give these for SplitMix64 seeded with 1234567 and
 * for xoshiro256** on the state 1, 2, 3, 4. */
Test(random, agrees_with_the_published_sequences)
{
    struct random random;
    random_init(&random, 1234567);
    const uint64_t split[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                              UINT64_C(9817491932198370423), UINT64_C(4593380528125082431)};
    for (int i = 0; i < 4; i++)
        cr_assert_eq(random.state[i], split[i]);
    random = (struct random){.state = {1, 2, 3, 4}};
    const uint64_t drawn[] = {UINT64_C(11520), UINT64_C(0), UINT64_C(1509978240),
                              UINT64_C(1215971899390074240)};
    for (int i = 0; i < 4; i++)
        cr_assert_eq(random_next(&random), drawn[i]);
}

Test(random, below_stays_below_and_reaches_all_evenly)
{
    struct random random;
    random_init(&random, 3);
    const uint64_t bounds[] = {1, 2, 7, 1000, (UINT64_C(1) << 63) + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        for (int draw = 0; draw < 1000; draw++)
            cr_assert(random_below(&random, bounds[i]) < bounds[i]);
    }
    int counts[7] = {0};
    for (int draw = 0; draw < 70000; draw++)
        counts[random_below(&random, 7)]++;
    for (int i = 0; i < 7; i++) /* five standard deviations */
        cr_assert(counts[i] > 10000 - 463 && counts[i] < 10000 + 463, "%d: %d", i, counts[i]);
}

Test(random, between_includes_both_ends)
{
    struct random random;
    random_init(&random, 4);
    const int64_t ranges[][2] = {
        {-1, 1}, {5, 5}, {INT64_MIN, INT64_MIN + 1}, {INT64_MIN, INT64_MAX}, {0, INT64_MAX}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (int draw = 0; draw < 200; draw++) {
            int64_t value = random_between(&random, ranges[i][0], ranges[i][1]);
            cr_assert(value >= ranges[i][0] && value <= ranges[i][1]);
        }
    }
    int seen[3] = {0};
    for (int draw = 0; draw < 100; draw++)
        seen[random_between(&random, -1, 1) + 1] = 1;
    cr_assert_eq(seen[0] + seen[1] + seen[2], 3);
}

Test(random, forks_differ_by_purpose_and_leave_the_parent)
{
    struct random random;
    random_init(&random, 5);
    struct random before = random;
    struct random one = random_fork(&random, 1);
    struct random same = random_fork(&random, 1);
    struct random two = random_fork(&random, 2);
    uint64_t first = random_next(&one);
    cr_assert_eq(first, random_next(&same));
    cr_assert_neq(first, random_next(&two));
    cr_assert_eq(random_next(&random), random_next(&before));
}

Test(random, aborts_on_an_empty_range, .signal = SIGABRT)
{
    struct random random;
    random_init(&random, 5);
    (void)random_below(&random, 0);
}
