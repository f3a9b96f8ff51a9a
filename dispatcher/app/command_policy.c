/* `dispatcher policy check`: explains a policy file in plain words and prices example rides, so
 * that it can be read before it is voted on. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/command_policy.h"
#include "app/policy_words.h"
#include "core/calendar.h"
#include "input/policy_file.h"
#include "input/timezone.h"

static const char HELP[] =
    "usage: dispatcher policy check FILE|FOLDER [--day DATE]\n\n"
    "Checks a policy (a YAML file, or a folder of them: docs/policy.md), explains every row of it "
    "in\n"
    "plain words, and prices example rides. Overlapping and missing periods, unknown keys and "
    "numbers\n"
    "out of range are named by file, line and row.\n\n"
    "  --day DATE   the day of the examples; default: the first weekday of the policy\n\n"
    "Exit status: 0 the policy is sound; 1 it is not, or cannot be read; 2 wrong use.\n\n"
    "Example:\n  dispatcher policy check policy/ --day 2026-06-01\n";

/* The first from Monday to Friday, within a week. */
static int32_t first_weekday(const struct policy *policy)
{
    int32_t day = policy->row.from_day > 0 ? policy->row.from_day : 0;
    while (calendar_day_of_week(day) > 4 && day < policy->row.until_day)
        day++;
    return day;
}

static int check_policy(const char *path, const char *day_text)
{
    struct policy *policy = malloc(sizeof *policy);
    struct input_error error;
    int64_t day = 0;
    if (policy == NULL) {
        fprintf(stderr, "dispatcher policy: out of memory\n");
        return COMMAND_FAILED;
    }
    if (!policy_file_load(path, policy, &error)) {
        fprintf(stderr, "dispatcher policy: %s\n", error.text);
        free(policy);
        return COMMAND_FAILED;
    }
    if (day_text == NULL) {
        day = first_weekday(policy);
    } else if (!timezone_parse_day(day_text, &day) || day > POLICY_DAY_MAX ||
               !policy_holds(policy, (int32_t)day)) {
        free(policy);
        return command_misused("policy", "--day is no date like 2026-06-01 in the policy's period");
    }
    policy_words_explain(policy, stdout);
    policy_words_price(policy, (int32_t)day, stdout);
    free(policy);
    return COMMAND_OK;
}

int command_policy(int argc, char **argv)
{
    static const struct option OPTIONS[] = {{"day", required_argument, NULL, 'd'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *day = NULL;
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'd':
            day = optarg;
            break;
        case 'h':
            fputs(HELP, stdout);
            return COMMAND_OK;
        default:
            return command_misused("policy", "unknown option");
        }
    }
    if (optind + 2 != argc || strcmp(argv[optind], "check") != 0)
        return command_misused("policy", "it takes 'check' and one file or folder");
    return check_policy(argv[optind + 1], day);
}
