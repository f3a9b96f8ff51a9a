/* `dispatcher check`: read a whole journal through the same fact_apply() as recovery, and say what
 * is in it. Changes nothing. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/command.h"
#include "app/command_check.h"
#include "base/arena.h"
#include "core/state.h"
#include "store/journal.h"

static const char HELP[] =
    "usage: dispatcher check JOURNAL [--rides]\n\n"
    "Verifies a journal folder, every record from the first, and prints what is in it. Exit "
    "status\n"
    "1 if it is damaged, with the file and the offset; a torn tail after the last sound record is\n"
    "no damage, it was never acknowledged.\n\n"
    "  --rides   print every ride too: id, state, key, fare and charge, one a line\n\n"
    "Example:\n  dispatcher check /var/lib/commonwheel/journal\n";

/* Enough for any journal; memory that is not needed is not touched. */
static const struct core_limits LIMITS = {
    .vehicles_max = VEHICLES_LIMIT, .rides_max = RIDES_LIMIT, .riders_max = RIDERS_LIMIT};

struct check {
    struct state *state;
    uint64_t counts[FACT_KIND_COUNT];
    int64_t first_ms;
    int64_t last_ms;
};

static const char *take_fact(void *user, const struct fact *fact)
{
    struct check *check = user;
    const char *why = NULL;
    if (!fact_apply(check->state, fact, &why))
        return why;
    if (check->first_ms == 0)
        check->first_ms = fact->at_ms;
    check->last_ms = fact->at_ms;
    check->counts[fact->kind]++;
    return NULL;
}

static void print_time(const char *label, int64_t at_ms)
{
    struct tm parts;
    char text[32];
    time_t at_s = (time_t)(at_ms / 1000);
    gmtime_r(&at_s, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    printf("%-22s %s\n", label, text);
}

static void print_money(const char *label, int64_t pence)
{
    int64_t size = pence < 0 ? -pence : pence;
    printf("%-22s %s%" PRId64 ".%02" PRId64 "\n", label, pence < 0 ? "-" : "", size / 100,
           size % 100);
}

static void print_rides(const struct state *state)
{
    const struct fact_snapshot *counters = state_counters(state);
    for (uint64_t id = 1; id < counters->next_ride; id++) {
        const struct ride *ride = state_ride(state, (struct ride_id){id});
        if (ride == NULL)
            continue;
        printf("ride %" PRIu64 " %s key %016" PRIx64 "%016" PRIx64 " quote %" PRId64
               " charged %" PRId64 "\n",
               id, ride_state_text(ride->state), ride->key.high, ride->key.low, ride->quote_pence,
               ride->charged_pence);
    }
}

static void print_summary(const struct check *check, const struct journal_summary *summary)
{
    const struct fact_snapshot *counters = state_counters(check->state);
    printf("%-22s %" PRIu64 " in %u segments, %" PRIu64 " bytes\n", "facts", summary->last_seq,
           summary->segment_count, summary->bytes);
    for (int kind = 1; kind < FACT_SNAPSHOT; kind++) {
        if (check->counts[kind] > 0)
            printf("  %-20s %" PRIu64 "\n", fact_kind_text((enum fact_kind)kind),
                   check->counts[kind]);
    }
    if (summary->last_seq > 0) {
        print_time("from", check->first_ms);
        print_time("to", check->last_ms);
    }
    printf("%-22s %" PRIu64 "\n", "epoch", counters->epoch);
    printf("%-22s %u\n", "vehicles", state_vehicle_count(check->state));
    printf("%-22s %u booked, %u at the pick-up, %u aboard\n", "rides under way",
           state_ride_count(check->state, RIDE_BOOKED),
           state_ride_count(check->state, RIDE_ARRIVED),
           state_ride_count(check->state, RIDE_ABOARD));
    print_money("charged, pounds", counters->charged_pence);
    print_money("saved by caps, pounds", counters->cap_saved_pence);
    printf("%-22s %u\n", "holds", ledger_holds(state_ledger(check->state)));
    printf("%-22s %" PRId64 " pence\n", "ledger difference",
           ledger_difference_pence(state_ledger(check->state)));
    printf("%-22s %" PRIu64 " bytes\n", "torn tail", summary->torn_bytes);
    printf("%-22s %016" PRIx64 "\n", "digest", state_digest(check->state));
}

static int check_journal(const char *folder, bool with_rides)
{
    struct check check = {0};
    struct arena arena;
    struct journal_summary summary;
    struct store_error error;
    size_t size = state_cost(&LIMITS);
    void *memory = calloc(1, size);
    if (memory == NULL) {
        fprintf(stderr, "dispatcher check: out of memory\n");
        return COMMAND_FAILED;
    }
    arena_init(&arena, memory, size);
    check.state = state_init(&arena, &LIMITS);
    CHECK(check.state != NULL);
    struct journal_read read = {
        .folder = folder, .whole = true, .reader = take_fact, .user = &check};
    bool sound = journal_read(&read, &summary, &error);
    if (sound) {
        print_summary(&check, &summary);
        if (with_rides)
            print_rides(check.state);
        sound = ledger_difference_pence(state_ledger(check.state)) == 0;
        if (!sound)
            fprintf(stderr, "dispatcher check: %s: the ledger does not balance\n", folder);
    } else {
        fprintf(stderr, "dispatcher check: %s\n", error.text);
    }
    free(memory);
    return sound ? COMMAND_OK : COMMAND_FAILED;
}

int command_check(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
        {"rides", no_argument, NULL, 'r'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    bool with_rides = false;
    for (int option; (option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'r':
            with_rides = true;
            break;
        case 'h':
            fputs(HELP, stdout);
            return COMMAND_OK;
        default:
            return command_misused("check", "unknown option");
        }
    }
    if (optind + 1 != argc)
        return command_misused("check", "one journal folder is needed");
    return check_journal(argv[optind], with_rides);
}
