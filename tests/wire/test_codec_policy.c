/* Sentences about caps. That fares, policies and classes come back as they were is for
 * test_codec_fact.c. */
#include <criterion/criterion.h>

#include "wire/codec_policy.h"

Test(codec_policy, says_what_a_cap_does_to_a_quote)
{
    static const struct {
        int64_t quote, saved;
        enum quote_cap cap;
        const char *text;
    } rows[] = {
        {85, 155, QUOTE_CAP_DAY, "0.85 of 2.40: you reach today's cap"},
        {5, 295, QUOTE_CAP_WEEK, "0.05 of 3.00: you reach this week's cap"},
        {0, 100, QUOTE_CAP_DAY, "0.00 of 1.00: you have reached today's cap"},
        {123456, 1, QUOTE_CAP_DAY, "1234.56 of 1234.57: you reach today's cap"},
        {240, 0, QUOTE_CAP_NONE, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct message_quote quote = {.fare_pence = 99999,
                                            .quote_pence = rows[i].quote,
                                            .cap_saved_pence = rows[i].saved,
                                            .cap = rows[i].cap};
        char text[CODEC_POLICY_TEXT_MAX];
        codec_policy_cap_text(&quote, text);
        cr_expect_str_eq(text, rows[i].text, "row %zu: %s", i, text);
    }
}

Test(codec_policy, longest_amounts_fit_the_sentence)
{
    const struct message_quote quote = {
        .quote_pence = PENCE_MAX, .cap_saved_pence = PENCE_MAX, .cap = QUOTE_CAP_WEEK};
    char text[CODEC_POLICY_TEXT_MAX];
    codec_policy_cap_text(&quote, text);
    cr_expect_str_eq(text, "2814749767106.56 of 5629499534213.12: you reach this week's cap");
}
