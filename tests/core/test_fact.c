#include <criterion/criterion.h>
#include <string.h>

#include "core/fact.h"

Test(fact, has_a_name_of_its_own_for_every_kind_and_state)
{
    for (int a = 0; a < FACT_KIND_COUNT; a++) {
        cr_assert(strlen(fact_kind_text((enum fact_kind)a)) > 0);
        for (int b = 0; b < a; b++)
            cr_assert_str_neq(fact_kind_text((enum fact_kind)a), fact_kind_text((enum fact_kind)b));
    }
    for (int a = 0; a < RIDE_STATE_COUNT; a++) {
        for (int b = 0; b < a; b++)
            cr_assert_str_neq(ride_state_text((enum ride_state)a),
                              ride_state_text((enum ride_state)b));
    }
    cr_assert_str_eq(fact_kind_text(FACT_RIDE_BOOKED), "ride_booked");
    cr_assert_str_eq(ride_state_text(RIDE_NO_SHOW), "no_show");
}
