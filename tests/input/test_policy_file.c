/* Policy files: what is wrong with one is named by file, line, row and key. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/policy_fault.h"
#include "input/policy_file.h"

#define TARIFF                                                                                     \
    "tariff:\n  base_pence: 100\n  per_km_pence: 40\n  per_minute_pence: 5\n"                      \
    "  minimum_pence: 150\n  single_cap_pence: 300\n"

#define FOLDER "/tmp/commonwheel-policy-XXXXXX"

/* A folder of files, some of them whole policies. */
struct files {
    char folder[sizeof FOLDER];
};

static struct policy policy;
static struct input_error error;

static void make(struct files *files)
{
    memcpy(files->folder, FOLDER, sizeof FOLDER);
    cr_assert_not_null(mkdtemp(files->folder));
}

static void put(const struct files *files, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", files->folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

static void drop(const struct files *files)
{
    char command[160];
    snprintf(command, sizeof command, "rm -r '%s'", files->folder);
    cr_assert_eq(system(command), 0);
}

/* The error's text without the folder's name, wherever that stands. */
static const char *why(const struct files *files)
{
    static char text[INPUT_ERROR_MAX];
    const size_t length = strlen(files->folder);
    char *to = text;
    for (const char *at = error.text; *at != '\0';) {
        if (strncmp(at, files->folder, length) == 0)
            at += length;
        else
            *to++ = *at++;
    }
    *to = '\0';
    return text;
}

/* Load `text` from a file of its own. */
static bool load(const char *text)
{
    struct files files;
    char path[128];
    make(&files);
    put(&files, "p", text);
    snprintf(path, sizeof path, "%s/p", files.folder);
    const bool ok = policy_file_load(path, &policy, &error);
    memmove(error.text, why(&files), INPUT_ERROR_MAX);
    drop(&files);
    return ok;
}

#define ROW(id)                                                                                    \
    "  - id: " id "\n    resolution: minute 1\n    valid_from: 2026-04-01\n"                       \
    "    valid_until: 2027-03-31\n"
#define HEAD                                                                                       \
    "policy:\n  id: town\n  resolution: minute 1\n  valid_from: 2026-04-01\n"                      \
    "  valid_until: 2027-03-31\n  name: Town\nclasses: [adult, child]\n"
#define PRICE(kind, sharing)                                                                       \
    ROW(kind "-" sharing)                                                                          \
    "    vehicle: " kind "\n    sharing: " sharing "\n    base_pence: 100\n"                       \
    "    per_km_pence: 40\n    per_minute_pence: 5\n    minimum_pence: 150\n"                      \
    "    single_cap_pence: 300\n"
#define TARIFFS                                                                                    \
    "tariffs:\n" PRICE("small", "shared") PRICE("small", "private") PRICE("large", "shared")       \
        PRICE("large", "private")
#define CAPS                                                                                       \
    "rider_caps:\n" ROW("adult") "    class: adult\n    day_pence: 750\n    week_pence: "          \
                                 "none\n" ROW("child") "    class: child\n    day_pence: 300\n   " \
                                                       " week_pence: 1000\n"
#define VAT "vat:\n" ROW("vat") "    small_permille: 200\n    large_permille: 0\n"
#define WATERFALL                                                                                  \
    "waterfalls:\n" ROW(                                                                           \
        "surplus") "    mode: cost_recovery\n    rolling_years: 3\n    loss: carried\n    "        \
                   "lines:\n"                                                                      \
                   "      - {name: Rest, to: cost_recovery_reserve, share_permille: 1000}\n"
#define WHOLE HEAD TARIFFS CAPS VAT WATERFALL

Test(policy_file, the_short_form_is_the_built_in_policy_with_other_amounts)
{
    cr_assert(load(TARIFF "caps:\n  day_pence: 750\n  week_pence: none\n"), "%s", error.text);
    for (uint32_t i = 0; i < policy.tariff_count; i++)
        cr_assert_eq(policy.tariffs[i].tariff.per_km_pence, 40);
    cr_assert_eq(policy.tariff_count, 4);
    cr_assert_eq(policy.caps[0].caps.day_pence, 750);
    cr_assert_eq(policy.caps[0].caps.week_pence, CAP_NONE_PENCE);
    cr_assert_null(policy_fault(&policy).why);
}

Test(policy_file, reads_every_table)
{
    cr_assert(
        load(WHOLE
             "holidays: [2026-04-03, 2026-04-06]\nareas:\n  - {area: 7, name: Town, local: yes}\n"
             "national_caps:\n" ROW(
                 "national") "    single_pence: 200\n    sharing: shared\n"
                             "concessions:\n" ROW(
                                 "pass") "    scheme: 3\n    name: Pass\n    funder: County\n    "
                                         "rider_permille: 250\n"
                                         "    sharing: any\n    hours:\n"
                                         "      - {days: weekdays, from: \"09:30\", until: "
                                         "\"23:00\"}\n"
                                         "      - {days: weekends, from: \"00:00\", until: "
                                         "\"24:00\"}\n"
                                         "fees:\n" ROW(
                                             "fees") "    free_after_booking_s: 60\n    "
                                                     "free_before_pickup_s: 300\n"
                                                     "    cancel_pence: 100\n    no_show_pence: "
                                                     "200\n"
                                                     "compensation:\n" ROW(
                                                         "late") "    steps: [{late_s: 600, "
                                                                 "back_permille: 500}]\n"
                                                                 "costs:\n" ROW(
                                                                     "clean") "    category: "
                                                                              "cleaning\n    per: "
                                                                              "vehicle_day\n    "
                                                                              "rate_millipence: "
                                                                              "12345\n"
                                                                              "    supplier: "
                                                                              "Bright\n    area: "
                                                                              "7\n"),
        "%s", error.text);
    cr_expect_str_eq(policy.row.id, "town");
    cr_expect_str_eq(policy.name, "Town");
    cr_expect_eq(policy.row.from_day, 20544);
    cr_expect_eq(policy.row.until_day, 20908);
    cr_expect_str_eq(policy.classes[1], "child");
    cr_expect_eq(policy.holidays[1], 20549);
    cr_expect(policy.areas[0].is_local);
    cr_expect_eq(policy.national[0].single_pence, 200);
    cr_expect(policy.national[0].shared_only);
    cr_expect_eq(policy_caps(&policy, 20600, 1)->caps.week_pence, 1000);
    cr_expect_eq(policy.concessions[0].scheme, 3);
    cr_expect_eq(policy.concessions[0].rider_permille, 250);
    cr_expect_eq(policy.concessions[0].hours.windows[0].from_minute, 570);
    cr_expect(policy.concessions[0].hours.windows[1].free_days);
    cr_expect_not(policy.concessions[0].hours.windows[1].weekdays);
    cr_expect_eq(policy.fees[0].free_before_pickup_ms, 300000);
    cr_expect_eq(policy.lateness[0].steps[0].late_ms, 600000);
    cr_expect_eq(policy.costs[0].rate_millipence[23], 12345);
    cr_expect_str_eq(policy.costs[0].supplier, "Bright");
}

Test(policy_file, names_the_line_and_the_key_that_is_wrong)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {TARIFF "caps:\n  day_pence: 3x\n  week_pence: 1\n",
         "/p:8: key 'caps.day_pence': '3x' is not a whole number from 0 to 281474976710656"},
        {TARIFF "caps:\n  day_pence: -1\n  week_pence: 1\n",
         "/p:8: key 'caps.day_pence': '-1' is not a whole number from 0 to 281474976710656"},
        {TARIFF "caps:\n  day_pence: 1\n  week_pens: 1\n",
         "/p:9: key 'week_pens': there is no such key here"},
        {TARIFF "caps:\n  day_pence: 1\n", "/p:8: key 'week_pence': is missing"},
        {TARIFF "caps:\n  day_pence: 1\n  day_pence: 1\n",
         "/p:9: key 'day_pence': stands here twice"},
        {TARIFF,
         "/p:1: key 'tariff': 'tariff' and 'caps' go together, or else there is a 'policy'"},
        {TARIFF HEAD, "/p:1: key 'tariff': the short form of a policy stands alone"},
        {"", "/p: is empty"},
        {"tariff: [\n", "/p:2: did not find expected node content"},
        {"tariff:\n  base_pence: 1\n  per_km_pence: 1\n  per_minute_pence: 1\n"
         "  minimum_pence: 200\n  single_cap_pence: 100\ncaps:\n  day_pence: 1\n  week_pence: 1\n",
         "/p:6: key 'tariff.single_cap_pence': is below minimum_pence"},
        {TARIFFS, "/p: key 'policy': is missing"},
        {WHOLE "surge:\n  factor: 2\n", "/p:85: key 'surge': there is no such key here"},
        {WHOLE "national_caps:\n" ROW("n") "    single_pence: 3x\n    sharing: any\n",
         "/p:90: row 'n': key 'national_caps[0].single_pence': '3x' is not a whole number from 0 "
         "to 100000"},
        {WHOLE "national_caps:\n" ROW("n") "    single_pence: 300\n    sharing: some\n",
         "/p:91: row 'n': key 'national_caps[0].sharing': 'some' is none of any, shared"},
        {WHOLE "holidays: [2026-04-03, 2026-02-30]\n",
         "/p:85: key 'holidays[1]': '2026-02-30' is not a date like 2026-04-01"},
        {HEAD TARIFFS CAPS VAT, "/p:1: key 'waterfalls': a case has no row, from 2026-04-01 on"},
        {HEAD TARIFFS VAT WATERFALL "rider_caps:\n" ROW(
             "adult") "    class: senior\n    day_pence: 750\n    week_pence: none\n",
         "/p:75: row 'adult': key 'rider_caps[0].class': is no class of 'classes', which stand in "
         "this file or in one before"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_not(load(rows[i].text), "row %zu", i);
        cr_expect_str_eq(error.text, rows[i].why, "row %zu: %s", i, error.text);
    }
}

Test(policy_file, refuses_overlapping_and_missing_periods_and_names_both_rows)
{
    struct files files;
    make(&files);
    put(&files, "1-head.yaml", HEAD TARIFFS);
    put(&files, "2-caps.yaml", CAPS VAT);
    put(&files, "3-rest.yaml",
        WATERFALL "vat:\n" ROW("vat-2") "    small_permille: 200\n    large_permille: 0\n");
    cr_assert_not(policy_file_load(files.folder, &policy, &error));
    cr_assert_str_eq(why(&files), "/3-rest.yaml:12: row 'vat-2': the period overlaps that of an "
                                  "earlier row, 'vat' at /2-caps.yaml:17, from 2026-04-01 on");
    put(&files, "3-rest.yaml",
        "waterfalls:\n  - id: surplus\n    resolution: minute 1\n    valid_from: 2026-04-01\n"
        "    valid_until: 2026-12-31\n    mode: cost_recovery\n    rolling_years: 3\n"
        "    loss: carried\n"
        "    lines: [{name: Rest, to: cost_recovery_reserve, share_permille: 1000}]\n");
    cr_assert_not(policy_file_load(files.folder, &policy, &error));
    cr_assert_str_eq(why(&files), "/3-rest.yaml:2: row 'surplus': no row holds on a day of the "
                                  "policy, from 2027-01-01 on");
    drop(&files);
}

Test(policy_file, a_folder_is_one_policy_and_its_hash_is_that_of_all_bytes)
{
    struct files files;
    static struct policy whole;
    uint8_t hash[POLICY_HASH_SIZE];
    make(&files);
    cr_assert(load(WHOLE), "%s", error.text);
    whole = policy;
    put(&files, "a.yaml", HEAD TARIFFS);
    put(&files, "b.yaml", CAPS VAT);
    put(&files, "c.yaml", WATERFALL);
    put(&files, "notes.txt", "no YAML: [");
    cr_assert(policy_file_load(files.folder, &policy, &error), "%s", error.text);
    cr_assert_arr_eq(&policy, &whole, sizeof policy);
    put(&files, "c.yaml", WATERFALL "# signed\n");
    memcpy(hash, policy.hash, sizeof hash);
    cr_assert(policy_file_load(files.folder, &policy, &error), "%s", error.text);
    cr_assert_neq(memcmp(hash, policy.hash, sizeof hash), 0);
    put(&files, "d.yaml", HEAD);
    cr_assert_not(policy_file_load(files.folder, &policy, &error));
    cr_assert_str_eq(why(&files), "/d.yaml:1: key 'policy': stands in two files");
    drop(&files);
}

Test(policy_file, hashes_as_sha256sum_does)
{
    static const uint8_t EXPECTED[] = {0x3e, 0x85, 0xa1, 0x80, 0x03, 0x23, 0x56, 0xb6,
                                       0x75, 0x55, 0x8c, 0xd7, 0xa8, 0x0d, 0x68, 0x36,
                                       0xd0, 0x2b, 0x63, 0x68, 0x7c, 0x8e, 0xa4, 0x99,
                                       0x83, 0xc4, 0x87, 0x59, 0x9f, 0xdb, 0x89, 0x03};
    cr_assert(load(TARIFF "caps:\n  day_pence: 750\n  week_pence: none\n"), "%s", error.text);
    cr_assert_arr_eq(policy.hash, EXPECTED, sizeof EXPECTED);
}

Test(policy_file, says_when_there_is_no_such_file_and_when_a_folder_is_empty)
{
    struct files files;
    cr_assert_not(policy_file_load("/nonexistent/policy.yaml", &policy, &error));
    cr_assert_str_eq(error.text, "/nonexistent/policy.yaml: No such file or directory");
    make(&files);
    cr_assert_not(policy_file_load(files.folder, &policy, &error));
    cr_assert_str_eq(why(&files), ": has no file *.yaml");
    drop(&files);
}
