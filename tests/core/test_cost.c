#include "core/cost.h"

#include <criterion/criterion.h>

#include "base/random.h"

/* The oracle: all the work at once. */
Test(cost, of_any_number_of_rounds_is_that_of_one)
{
    struct random random;
    random_init(&random, 1);
    for (int history = 0; history < 2000; history++) {
        const enum policy_unit unit = (enum policy_unit)random_below(&random, POLICY_UNIT_COUNT);
        const int64_t rate_millipence = random_between(&random, 0, 50000);
        int64_t rest = 0;
        int64_t pence = 0;
        int64_t work = 0;
        for (int round = 0; round < 100; round++) {
            const int64_t more = random_between(&random, 0, 1000000);
            pence += cost_pence(unit, rate_millipence, more, &rest);
            work += more;
        }
        const int64_t millipence = rate_millipence * work; /* at most 5 * 10^12 */
        cr_assert_eq(pence, millipence / (1000 * cost_parts(unit)));
        cr_assert_eq(rest, millipence % (1000 * cost_parts(unit)));
    }
}

Test(cost, holds_the_dearest_rate_for_the_most_work)
{
    int64_t rest = 0;
    cr_expect_eq(cost_pence(POLICY_PER_RIDE, POLICY_MILLIPENCE_MAX, COST_WORK_MAX, &rest),
                 POLICY_MILLIPENCE_MAX / 1000 * COST_WORK_MAX);
    rest = INT64_C(3600000000) - 1;
    cr_expect_eq(cost_pence(POLICY_PER_HOUR, POLICY_MILLIPENCE_MAX, COST_WORK_MAX, &rest),
                 INT64_C(2500000000));
    cr_expect_eq(rest, INT64_C(3600000000) - 1);
}

Test(cost, tells_visits_by_category)
{
    cr_expect_eq(cost_work(POLICY_CLEANING, POLICY_PER_VISIT), COST_CLEANED);
    cr_expect_eq(cost_work(POLICY_MAINTENANCE, POLICY_PER_VISIT), COST_INSPECTED);
    cr_expect_eq(cost_work(POLICY_ENERGY, POLICY_PER_KWH), COST_ENERGY_WH);
}
