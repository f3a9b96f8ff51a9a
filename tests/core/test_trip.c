#include <criterion/criterion.h>
#include <string.h>

#include "core/trip.h"

Test(trip, has_a_sentence_for_every_refusal)
{
    for (int a = 0; a < REFUSAL_COUNT; a++) {
        const char *text = refusal_text((enum refusal)a);
        cr_assert(strlen(text) > 10 && text[strlen(text) - 1] == '.', "%s", text);
        for (int b = 0; b < a; b++)
            cr_assert_str_neq(text, refusal_text((enum refusal)b));
    }
}
