/* The policy that comes with a synthetic city is read as a council's would be, and shows all that a
 * policy can hold. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/policy_fault.h"
#include "input/policy_file.h"
#include "sim/city_policy.h"

Test(city_policy, is_sound_and_has_rows_in_every_table)
{
    static struct policy policy;
    struct input_error error;
    char path[] = "/tmp/commonwheel-city-policy-XXXXXX";
    const int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    cr_assert_not_null(file);
    city_policy_write(file);
    cr_assert_eq(fclose(file), 0);
    const bool ok = policy_file_load(path, &policy, &error);
    unlink(path);
    cr_assert(ok, "%s", error.text);
    for (int table = POLICY_TABLE_TARIFFS; table < POLICY_TABLE_COUNT; table++)
        cr_expect_gt(policy_fault_row_count(&policy, (enum policy_table)table), 0, "%s",
                     policy_fault_table_text((enum policy_table)table));
    cr_expect(policy_holds(&policy, 20514)); /* 2026-03-02, the day of the scenario */
    cr_expect_eq(policy_national(&policy, 20514)->row.until_day, 20908);
}
