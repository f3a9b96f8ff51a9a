/* Names for tables. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/reason.h"

Test(reason, has_a_name_of_its_own_for_each)
{
    for (int a = 0; a < REASON_CONSTRAINT_COUNT; a++) {
        for (int b = 0; b < a; b++) {
            cr_assert_str_neq(reason_constraint_text((enum reason_constraint)a),
                              reason_constraint_text((enum reason_constraint)b));
        }
    }
    cr_assert_str_eq(reason_constraint_text(REASON_CONSTRAINT_ARRIVE_BY), "arrive_by");
    cr_assert_str_eq(reason_move_text(REASON_MOVE_BETTER), "better");
    cr_assert_str_eq(reason_move_text(REASON_MOVE_SILENT), "silent");
    for (int a = 0; a < REASON_MOVE_COUNT; a++) {
        for (int b = 0; b < a; b++) {
            cr_assert_str_neq(reason_move_text((enum reason_move)a),
                              reason_move_text((enum reason_move)b));
        }
    }
}
