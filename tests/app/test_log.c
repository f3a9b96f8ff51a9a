/* The log: one line an event, whatever is in the text. */
#include <criterion/criterion.h>
#include <string.h>

#include "app/log.h"

Test(log, quotes_what_would_break_a_line)
{
    static const struct {
        const char *text;
        const char *quoted;
    } rows[] = {
        {"plain", "\"plain\""},
        {"two words", "\"two words\""},
        {"say \"no\"", "\"say \\\"no\\\"\""},
        {"back\\slash", "\"back\\\\slash\""},
        {"new\nline", "\"new\\x0aline\""},
        {"", "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char quoted[64];
        cr_expect_str_eq(log_quote(rows[i].text, quoted, sizeof quoted), rows[i].quoted);
    }
}

Test(log, cuts_a_quoted_text_to_its_room)
{
    char quoted[16];
    for (size_t size = 8; size <= sizeof quoted; size++) {
        log_quote("\n\n\n\n\n\"\"\"\"\"\"", quoted, size);
        cr_expect_lt(strlen(quoted), size);
        cr_expect_eq(quoted[strlen(quoted) - 1], '"');
    }
}

Test(log, knows_its_levels)
{
    enum log_level level = LOG_ERROR;
    cr_expect(log_level_parse("debug", &level));
    cr_expect_eq(level, LOG_DEBUG);
    cr_expect_not(log_level_parse("loud", &level));
    cr_expect_eq(level, LOG_DEBUG);
}
