/* `dispatcher books`: publishes a month's books, or works out published ones again. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/books_folder.h"
#include "app/books_read.h"
#include "app/command.h"
#include "app/command_books.h"
#include "input/policy_file.h"

static const char HELP[] =
    "usage: dispatcher books --journal DIR --period MONTH --output DIR [--timezone ZONE]\n"
    "                        [--policy FILE|FOLDER]\n"
    "       dispatcher books --journal DIR --verify DIR [--policy FILE|FOLDER]\n\n"
    "Publishes the books of a civil month, from the journal alone: CSV files (trial balance, "
    "income by\n"
    "fare type, concessions, cost per ride, reserve movements, local-supplier share, spending over "
    "500\n"
    "pounds, the month's settlement, a daily hash root over the journal) and a page, "
    "summary.html. No rider, place or time "
    "of\n"
    "one ride is in them; rows that count fewer than 10 rides are withheld. docs/operations.md "
    "tells\n"
    "what each column is.\n\n"
    "  --journal DIR     the journal folder; not changed, and may be in use\n"
    "  --period MONTH    such as 2026-09\n"
    "  --output DIR      a new or empty folder; written whole or not at all\n"
    "  --timezone ZONE   the service's time zone; default Europe/London\n"
    "  --policy FILE     the policy that says which suppliers' areas are local; none are without.\n"
    "                    The journal must have adopted it\n"
    "  --verify DIR      recompute every figure published in DIR and name each difference\n\n"
    "Exit status: 0 done, and nothing differs; 1 failed, or something differs; 2 wrong use.\n\n"
    "Example:\n"
    "  dispatcher books --journal /var/lib/commonwheel/journal --period 2026-09 --output 2026-09\n"
    "  dispatcher books --journal /var/lib/commonwheel/journal --verify 2026-09\n";

struct arguments {
    const char *journal;
    const char *period;
    const char *output;
    const char *timezone;
    const char *policy;
    const char *verify;
};

static int failed(const char *text)
{
    fprintf(stderr, "dispatcher books: %s\n", text);
    return COMMAND_FAILED;
}

/* The policy's hash, and the areas where it says that spending is kept local, ascending. */
static bool load_local(const char *path, struct books_sheets *sheets)
{
    struct policy *policy = malloc(sizeof *policy);
    struct input_error error;
    const bool ok = policy != NULL && policy_file_load(path, policy, &error);
    if (!ok)
        failed(policy == NULL ? "out of memory" : error.text);
    sheets->local_count = 0;
    if (ok)
        memcpy(sheets->policy, policy->hash, sizeof sheets->policy);
    for (uint32_t i = 0; ok && i < policy->area_count; i++) {
        uint32_t at = sheets->local_count;
        if (!policy->areas[i].is_local)
            continue;
        while (at > 0 && sheets->local[at - 1] > policy->areas[i].area) {
            sheets->local[at] = sheets->local[at - 1];
            at--;
        }
        sheets->local[at] = policy->areas[i].area;
        sheets->local_count++;
    }
    free(policy);
    return ok;
}
_Static_assert(POLICY_AREAS_MAX <= BOOKS_SHEETS_LOCAL, "the areas of a policy fit");

static int publish(const struct arguments *arguments, struct books_sheets *sheets)
{
    struct store_error error;
    snprintf(sheets->period, sizeof sheets->period, "%s", arguments->period);
    snprintf(sheets->timezone, sizeof sheets->timezone, "%s", arguments->timezone);
    if (arguments->policy != NULL && !load_local(arguments->policy, sheets))
        return COMMAND_FAILED;
    sheets->settlement_fact = BOOKS_READ_SETTLEMENT;
    if (!books_folder_is_free(arguments->output, &error) ||
        !books_read(arguments->journal, 0, sheets, &error))
        return failed(error.text);
    const bool written = books_folder_write(sheets, arguments->output, &error);
    books_done(&sheets->books);
    if (!written)
        return failed(error.text);
    printf("%s: the books of %s, to fact %" PRIu64 "%s\n", arguments->output, sheets->period,
           sheets->last_fact,
           sheets->is_whole ? "" : "; provisional: the journal does not go on behind the month");
    return COMMAND_OK;
}

static int verify(const struct arguments *arguments, struct books_sheets *sheets)
{
    struct store_error error;
    uint64_t differences;
    if (!books_folder_about(arguments->verify, sheets, &error))
        return failed(error.text);
    if (arguments->policy != NULL && !load_local(arguments->policy, sheets))
        return COMMAND_FAILED;
    const uint64_t up_to = sheets->is_whole ? 0 : sheets->last_fact;
    if (!books_read(arguments->journal, up_to, sheets, &error))
        return failed(error.text);
    const bool compared =
        books_folder_compare(sheets, arguments->verify, stdout, &differences, &error);
    books_done(&sheets->books);
    if (!compared)
        return failed(error.text);
    if (differences > 0)
        printf("%s: %" PRIu64 " differences from the journal\n", arguments->verify, differences);
    else
        printf("%s: every figure of %s follows from the journal, to fact %" PRIu64 "\n",
               arguments->verify, sheets->period, sheets->last_fact);
    return differences == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int run(const struct arguments *arguments)
{
    struct books_sheets *sheets = calloc(1, sizeof *sheets);
    if (sheets == NULL)
        return failed("out of memory");
    const int status =
        arguments->verify != NULL ? verify(arguments, sheets) : publish(arguments, sheets);
    free(sheets);
    return status;
}

static int check(struct arguments *arguments)
{
    const bool publishes =
        arguments->period != NULL || arguments->output != NULL || arguments->timezone != NULL;
    if (arguments->journal == NULL)
        return command_misused("books", "--journal DIR is missing");
    if (arguments->verify != NULL)
        return publishes ? command_misused("books", "--verify goes with --journal and --policy: "
                                                    "the rest is in the books")
                         : run(arguments);
    if (arguments->period == NULL)
        return command_misused("books", "--period MONTH or --verify DIR is missing");
    if (arguments->output == NULL)
        return command_misused("books", "--output DIR is missing");
    if (arguments->timezone == NULL)
        arguments->timezone = "Europe/London";
    if (!books_read_is_month(arguments->period))
        return command_misused("books", "--period takes a month like 2026-09");
    if (strlen(arguments->timezone) >= BOOKS_SHEETS_ZONE)
        return command_misused("books", "--timezone takes a zone like Europe/London");
    return run(arguments);
}

int command_books(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        {"journal", required_argument, NULL, 'j'}, {"period", required_argument, NULL, 'p'},
        {"output", required_argument, NULL, 'o'},  {"timezone", required_argument, NULL, 'z'},
        {"policy", required_argument, NULL, 'y'},  {"verify", required_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
    struct arguments arguments = {0};
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'j':
            arguments.journal = optarg;
            break;
        case 'p':
            arguments.period = optarg;
            break;
        case 'o':
            arguments.output = optarg;
            break;
        case 'z':
            arguments.timezone = optarg;
            break;
        case 'y':
            arguments.policy = optarg;
            break;
        case 'v':
            arguments.verify = optarg;
            break;
        case 'h':
            fputs(HELP, stdout);
            return COMMAND_OK;
        default:
            return command_misused("books", "unknown option");
        }
    }
    if (optind != argc)
        return command_misused("books", "it takes options alone");
    return check(&arguments);
}
