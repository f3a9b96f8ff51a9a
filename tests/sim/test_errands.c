#include <criterion/criterion.h>

#include "sim/errands.h"

Test(errands, are_taken_in_order_of_time_and_one_person_has_one_at_most)
{
    struct errands errands;
    errands_init(&errands, 4);
    cr_expect_eq(errands_due_ms(&errands), INT64_MAX);
    errands_put(&errands, 3, 500);
    errands_put(&errands, 1, 700);
    errands_put(&errands, 2, 500);
    errands_put(&errands, 1, 600); /* in place of the one before */
    static const uint32_t order[] = {2, 3, 1};
    static const int64_t times_ms[] = {500, 500, 600};
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(errands_due_ms(&errands), times_ms[i]);
        cr_expect_eq(errands_take(&errands), order[i]);
    }
    cr_expect_eq(errands_due_ms(&errands), INT64_MAX);
    errands_free(&errands);
}
