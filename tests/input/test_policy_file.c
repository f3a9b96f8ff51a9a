/* Policy files: what is wrong with one is named by file, line and key. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/policy_file.h"

#define TARIFF                                                                                     \
    "tariff:\n  base_pence: 100\n  per_km_pence: 40\n  per_minute_pence: 5\n"                      \
    "  minimum_pence: 150\n  single_cap_pence: 300\n"

/* Load `text` from a file of its own; the error's text without the file's name in `why`. */
static bool load(const char *text, struct policy_file *policy, char *why, size_t size)
{
    char path[] = "/tmp/commonwheel-policy-XXXXXX";
    struct input_error error = {.text = ""};
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool ok = policy_file_load(path, policy, &error);
    unlink(path);
    const char *start = error.text;
    if (strncmp(start, path, strlen(path)) == 0)
        start += strlen(path);
    snprintf(why, size, "%s", start);
    return ok;
}

Test(policy_file, reads_whole_pence)
{
    struct policy_file policy;
    char why[512];
    cr_assert(
        load(TARIFF "caps:\n  day_pence: 750\n  week_pence: none\n", &policy, why, sizeof why),
        "%s", why);
    cr_assert_eq(policy.tariff.per_km_pence, 40);
    cr_assert_eq(policy.tariff.single_cap_pence, 300);
    cr_assert_eq(policy.caps.day_pence, 750);
    cr_assert_eq(policy.caps.week_pence, CAP_NONE_PENCE);
}

Test(policy_file, names_the_line_and_the_key_that_is_wrong)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {TARIFF "caps:\n  day_pence: 3x\n  week_pence: 1\n",
         ":8: key 'caps.day_pence': '3x' is not a whole number from 0 to 281474976710656"},
        {TARIFF "caps:\n  day_pence: -1\n  week_pence: 1\n",
         ":8: key 'caps.day_pence': '-1' is not a whole number from 0 to 281474976710656"},
        {TARIFF "caps:\n  day_pence: 1\n  week_pens: 1\n",
         ":9: key 'week_pens': there is no such key here"},
        {TARIFF "caps:\n  day_pence: 1\n", ":8: key 'week_pence': is missing"},
        {TARIFF "caps:\n  day_pence: 1\n  day_pence: 1\n",
         ":9: key 'day_pence': stands here twice"},
        {"", ": is empty"},
        {"tariff: [\n", ":2: did not find expected node content"},
        {"tariff:\n  base_pence: 1\n  per_km_pence: 1\n  per_minute_pence: 1\n"
         "  minimum_pence: 200\n  single_cap_pence: 100\ncaps:\n  day_pence: 1\n  week_pence: 1\n",
         ":6: key 'tariff.single_cap_pence': is below minimum_pence"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct policy_file policy = {.caps = {.day_pence = 42}};
        char why[512];
        cr_expect_not(load(rows[i].text, &policy, why, sizeof why), "row %zu", i);
        cr_expect_str_eq(why, rows[i].why, "row %zu: %s", i, why);
        cr_expect_eq(policy.caps.day_pence, 42, "row %zu wrote", i);
    }
}

Test(policy_file, says_when_there_is_no_such_file)
{
    struct policy_file policy;
    struct input_error error;
    cr_assert_not(policy_file_load("/nonexistent/policy.yaml", &policy, &error));
    cr_assert_str_eq(error.text, "/nonexistent/policy.yaml: No such file or directory");
}
