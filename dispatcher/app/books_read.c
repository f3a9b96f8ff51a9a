/* Facts behind the month are not applied: the state then is that of the month's end. */
#include "app/books_read.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "core/state.h"
#include "input/timezone.h"
#include "store/journal.h"

#define DAY_MS    (INT64_C(86400) * 1000)
#define BAR_WIDTH 40

/* Enough for any journal; memory that is not needed is not touched. */
static const struct core_limits LIMITS = {
    .vehicles_max = VEHICLES_LIMIT, .rides_max = RIDES_LIMIT, .riders_max = RIDERS_LIMIT};

struct bar {
    bool is_shown;
    bool has_colour; /* not where NO_COLOR is set (no-color.org) */
    uint64_t done;
    uint64_t total;
    uint32_t percent;
};

struct reading {
    struct books_sheets *sheets;
    struct state *state;
    EVP_MD_CTX *hash;
    uint8_t root[BOOKS_SHEETS_ROOT];
    const uint8_t *bytes; /* of the fact that comes next */
    size_t length;
    bool adopted;       /* the policy that the sheets name was in force */
    uint64_t settle_to; /* last fact that may settle the month */
    int32_t month;
    struct settlement_outcome proposed; /* for the month, last; digest 0 none */
    struct fact_approved approved;      /* digest 0: it was not settled */
    int64_t first_ms;                   /* of the journal's facts; 0 none */
    int64_t last_ms;
    struct bar bar;
};

static void bar_begin(struct bar *bar, uint64_t total)
{
    const char *no_colour = getenv("NO_COLOR");
    *bar = (struct bar){.is_shown = isatty(STDERR_FILENO) == 1 && total > 0,
                        .has_colour = no_colour == NULL || no_colour[0] == '\0',
                        .total = total,
                        .percent = UINT32_MAX};
}

static void bar_show(struct bar *bar, uint64_t more)
{
    static const char FULL[] = "########################################";
    bar->done += more;
    const uint64_t done = bar->done < bar->total ? bar->done : bar->total;
    const uint32_t percent = bar->is_shown ? (uint32_t)(done * 100 / bar->total) : 0;
    const int filled = (int)(percent * BAR_WIDTH / 100);
    if (!bar->is_shown || percent == bar->percent)
        return;
    bar->percent = percent;
    fprintf(stderr, "\rreading the journal [%s%.*s%s%*s] %3u %%", bar->has_colour ? "\033[32m" : "",
            filled, FULL, bar->has_colour ? "\033[0m" : "", BAR_WIDTH - filled, "", percent);
    fflush(stderr);
}

static void bar_end(const struct bar *bar)
{
    if (bar->is_shown)
        fprintf(stderr, "\r\033[K");
}

static void take_bytes(void *user, const uint8_t *bytes, size_t length)
{
    struct reading *reading = user;
    reading->bytes = bytes;
    reading->length = length;
    bar_show(&reading->bar, length + 16); /* with the record's header */
}

/* Days before `end_day` that have no root yet get the one that the chain has now. */
static void give_roots(struct reading *reading, int32_t end_day)
{
    struct books_sheets *sheets = reading->sheets;
    const struct books *books = &sheets->books;
    const int32_t end = end_day < books->end_day ? end_day : books->end_day;
    while (books->first_day + (int32_t)sheets->root_count < end) {
        memcpy(sheets->roots[sheets->root_count++], reading->root, BOOKS_SHEETS_ROOT);
    }
}

static bool extend_root(struct reading *reading)
{
    return EVP_DigestInit_ex(reading->hash, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(reading->hash, reading->root, sizeof reading->root) == 1 &&
           EVP_DigestUpdate(reading->hash, reading->bytes, reading->length) == 1 &&
           EVP_DigestFinal_ex(reading->hash, reading->root, NULL) == 1;
}

/* A month is settled when it is over: by facts that are not part of its books. */
static void take_settlement(struct reading *reading, const struct fact *fact)
{
    if (fact->seq > reading->settle_to)
        return;
    if (fact->kind == FACT_SETTLEMENT_PROPOSED && fact->proposed.period == reading->month)
        reading->proposed = fact->proposed.outcome;
    if (fact->kind == FACT_SETTLEMENT_APPROVED && fact->approved.period == reading->month) {
        reading->approved = fact->approved;
        reading->sheets->settlement_fact = fact->seq;
    }
}

/* A payment's transfer follows from more than its fact says: the ledger has it. */
static const char *take_payment(struct reading *reading, const struct fact *fact)
{
    const uint64_t id = fact->kind == FACT_PAYMENT_CHANGED    ? fact->payment_changed.transfer
                        : fact->kind == FACT_PAYMENT_RECORDED ? fact->payment_recorded.transfer
                                                              : 0;
    struct fact moved = {.kind = FACT_TRANSFER, .at_ms = fact->at_ms};
    enum ledger_hold_state state;
    if (id == 0)
        return NULL;
    CHECK(ledger_transfer(state_ledger(reading->state), id, &moved.transfer, &state));
    return books_take(&reading->sheets->books, &moved);
}

static const char *take_fact(void *user, const struct fact *fact)
{
    struct reading *reading = user;
    struct books_sheets *sheets = reading->sheets;
    const char *why = NULL;
    const int32_t day = calendar_civil(sheets->books.calendar, fact->at_ms).day;
    if (reading->first_ms == 0)
        reading->first_ms = fact->at_ms;
    reading->last_ms = fact->at_ms;
    give_roots(reading, day);
    sheets->is_whole = sheets->is_whole || day >= sheets->books.end_day;
    if (sheets->is_whole) {
        take_settlement(reading, fact);
        return NULL;
    }
    if (!fact_apply(reading->state, fact, &why))
        return why;
    if (!extend_root(reading))
        return "OpenSSL could not hash the record";
    sheets->last_fact = fact->seq;
    if (fact->kind == FACT_POLICY_ADOPTED &&
        memcmp(fact->policy.hash, sheets->policy, POLICY_HASH_SIZE) == 0)
        reading->adopted = true;
    why = take_payment(reading, fact);
    return why != NULL ? why : books_take(&sheets->books, fact);
}

/* The first days of the month and of the next. */
static bool parse_period(const char *period, int64_t *first_day, int64_t *end_day)
{
    char text[BOOKS_SHEETS_PERIOD + 4];
    if (strlen(period) != BOOKS_SHEETS_PERIOD - 1)
        return false;
    snprintf(text, sizeof text, "%s-01", period);
    if (!timezone_parse_day(text, first_day))
        return false;
    *end_day = *first_day + 27;
    do {
        char next[TIMEZONE_DAY_MAX];
        timezone_format_day(++*end_day, next);
        if (strncmp(next, period, BOOKS_SHEETS_PERIOD - 1) != 0)
            return true;
    } while (*end_day < *first_day + BOOKS_DAYS_MAX);
    return true;
}

bool books_read_is_month(const char *text)
{
    int64_t first_day;
    int64_t end_day;
    return parse_period(text, &first_day, &end_day);
}

static bool read_facts(struct reading *reading, const char *journal, uint64_t up_to,
                       struct store_error *error)
{
    struct journal_summary summary;
    const struct journal_read read = {.folder = journal,
                                      .whole = true,
                                      .up_to = up_to,
                                      .reader = take_fact,
                                      .user = reading,
                                      .on_bytes = take_bytes};
    if (!journal_read(&read, &summary, error))
        return false;
    if (summary.last_seq < up_to)
        return store_error_set(error,
                               "%s: the journal ends at fact %" PRIu64 ", and the books counted "
                               "%" PRIu64,
                               journal, summary.last_seq, up_to);
    return true;
}

/* Was there a service in the month, as far as the journal knows? */
static bool has_month(struct reading *reading, const char *journal, struct store_error *error)
{
    const struct books *books = &reading->sheets->books;
    char day[TIMEZONE_DAY_MAX];
    if (reading->first_ms == 0)
        return store_error_set(error, "%s: the journal is empty", journal);
    const int32_t first = calendar_civil(books->calendar, reading->first_ms).day;
    const int32_t last = calendar_civil(books->calendar, reading->last_ms).day;
    if (first >= books->end_day) {
        timezone_format_day(first, day);
        return store_error_set(error, "%s: the journal begins on %s, after %s", journal, day,
                               reading->sheets->period);
    }
    if (last < books->first_day) {
        timezone_format_day(last, day);
        return store_error_set(error, "%s: the journal ends on %s, before %s", journal, day,
                               reading->sheets->period);
    }
    give_roots(reading, last + 1);
    if (books_sheets_has_policy(reading->sheets) && !reading->adopted)
        return store_error_set(error, "%s: the journal has no such policy up to the end of %s",
                               journal, reading->sheets->period);
    return true;
}

/* Two ways to the same balances. */
static bool agrees(const struct reading *reading, const char *journal, struct store_error *error)
{
    const struct ledger *ledger = state_ledger(reading->state);
    for (uint32_t i = 0; i < BOOKS_ACCOUNTS; i++) {
        const struct ledger_account account =
            i == BOOKS_RIDERS ? ledger_riders(ledger) : ledger_account(ledger, i);
        if (account.debits_posted - account.credits_posted !=
            books_closing_pence(&reading->sheets->books.accounts[i]))
            return store_error_set(
                error, "%s: the transfers do not make the balance of account %" PRIu32 " (%s)",
                journal, i, chart_text(i));
    }
    return true;
}

/* What was settled is these books, and nothing else was posted for it. */
static bool is_settled_alike(const struct reading *reading, const char *journal,
                             struct store_error *error)
{
    struct books_sheets *sheets = reading->sheets;
    const struct settlement_books *books =
        settlement_books(state_settlements(reading->state), reading->month);
    if (sheets->settlement_fact == 0)
        return true;
    if (books == NULL || reading->proposed.digest != reading->approved.digest ||
        settlement_fault(books, &reading->proposed) != NULL ||
        !settlement_is_posted(books, &reading->proposed, reading->approved.transfers,
                              reading->approved.count))
        return store_error_set(error,
                               "%s: fact %" PRIu64 " settles %s for another result than the "
                               "transfers of that month: is the time zone the service's?",
                               journal, sheets->settlement_fact, sheets->period);
    sheets->settlement = reading->proposed;
    return true;
}

static bool read_with(struct reading *reading, const char *journal, uint64_t up_to,
                      struct store_error *error)
{
    struct arena arena;
    const size_t size = state_cost(&LIMITS);
    void *memory = calloc(1, size);
    reading->hash = EVP_MD_CTX_new();
    bool ok = memory != NULL && reading->hash != NULL;
    if (ok) {
        arena_init(&arena, memory, size);
        reading->state = state_init(&arena, &LIMITS);
        CHECK(reading->state != NULL);
        ok = read_facts(reading, journal, up_to, error) && has_month(reading, journal, error) &&
             agrees(reading, journal, error) && is_settled_alike(reading, journal, error);
    } else {
        store_error_set(error, "out of memory");
    }
    bar_end(&reading->bar);
    EVP_MD_CTX_free(reading->hash);
    free(memory);
    return ok;
}

/* The chain begins with the first record, so that must be there. */
static bool begins(const char *journal, const struct calendar *calendar, uint64_t *bytes,
                   struct store_error *error)
{
    struct journal_extent extent;
    char day[TIMEZONE_DAY_MAX];
    if (!journal_measure(journal, &extent, error))
        return false;
    *bytes = extent.bytes;
    if (extent.first_seq <= 1)
        return true;
    timezone_format_day(calendar_civil(calendar, extent.first_ms).day, day);
    return store_error_set(error,
                           "%s: the oldest segment begins with fact %" PRIu64 ": the journal is "
                           "whole only from %s on, and books need it from fact 1: restore the "
                           "older segments",
                           journal, extent.first_seq, day);
}

bool books_read(const char *journal, uint64_t up_to, struct books_sheets *sheets,
                struct store_error *error)
{
    struct input_error input;
    struct calendar calendar;
    struct reading reading = {.sheets = sheets, .settle_to = sheets->settlement_fact};
    uint64_t bytes = 0;
    int64_t first_day;
    int64_t end_day;
    if (!parse_period(sheets->period, &first_day, &end_day))
        return store_error_set(error, "'%s' is no month like 2026-09", sheets->period);
    if (!timezone_load(sheets->timezone, first_day * DAY_MS, &calendar, &input))
        return store_error_set(error, "%s", input.text);
    if (!begins(journal, &calendar, &bytes, error))
        return false;
    sheets->is_whole = false;
    sheets->last_fact = 0;
    sheets->root_count = 0;
    sheets->settlement_fact = 0;
    sheets->settlement = (struct settlement_outcome){0};
    reading.month = calendar_month((int32_t)first_day);
    books_init(&sheets->books, &calendar, (int32_t)first_day, (int32_t)end_day);
    bar_begin(&reading.bar, bytes);
    const bool ok = read_with(&reading, journal, up_to, error);
    sheets->books.calendar = NULL;
    if (!ok)
        books_done(&sheets->books);
    return ok;
}
