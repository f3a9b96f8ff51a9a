/* Journals are written by the store itself; the roots are worked out again from the files' bytes.
 */
#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "app/books_read.h"
#include "store/segment.h"
#include "store/store_file.h"
#include "wire/codec_fact.h"

#define DAY_MS   (INT64_C(86400) * 1000)
#define BEGIN_MS (20513 * DAY_MS) /* 2026-03-01, in London too */
#define MARK     UINT64_C(0x5a00000000000001)
#define STARTS   40 /* one every 20 hours: so the journal ends on 2 April */

static struct books_sheets sheets;
static uv_loop_t loop;

static void on_durable(void *user, uint64_t seq)
{
    (void)user;
    (void)seq;
}

static void on_failed(void *user, const struct store_error *error)
{
    (void)user;
    cr_assert_fail("%s", error->text);
}

static void on_closed(void *user)
{
    (void)user;
}

static const char *ignore(void *user, const struct fact *fact)
{
    (void)user;
    (void)fact;
    return NULL;
}

static struct fact make_fact(uint64_t seq)
{
    struct fact fact = {.seq = seq, .at_ms = BEGIN_MS + (int64_t)(seq - 1) * 20 * 3600 * 1000};
    fact.kind = FACT_STARTED;
    fact.started.epoch = seq;
    fact.started.network_digest = MARK * seq;
    return fact;
}

/* Facts one after another in small segments; to be removed by remove_journal(). */
static void write_journal(char *folder, const struct fact *facts, uint64_t count)
{
    struct store_error error;
    uint64_t last;
    const struct store_callbacks callbacks = {
        .on_durable = on_durable, .on_failed = on_failed, .on_closed = on_closed};
    const struct store_file_config config = {.folder = folder, .segment_size = 500};
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(uv_loop_init(&loop), 0);
    struct store *store = store_file_open(&loop, &config, &callbacks, &error);
    cr_assert_not_null(store, "%s", error.text);
    cr_assert(store_load(store, ignore, NULL, &last, &error));
    for (uint64_t i = 0; i < count; i++) {
        cr_assert(store_append(store, &facts[i], 1));
        uv_run(&loop, UV_RUN_DEFAULT);
    }
    store_close(store);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

static void make_journal(char *folder)
{
    static struct fact facts[STARTS];
    for (uint64_t seq = 1; seq <= STARTS; seq++)
        facts[seq - 1] = make_fact(seq);
    write_journal(folder, facts, STARTS);
}

static void remove_journal(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

static bool read_month(const char *folder, const char *period, uint64_t up_to,
                       struct store_error *error)
{
    memset(&sheets, 0, sizeof sheets);
    snprintf(sheets.period, sizeof sheets.period, "%s", period);
    snprintf(sheets.timezone, sizeof sheets.timezone, "Europe/London");
    sheets.settlement_fact = BOOKS_READ_SETTLEMENT;
    return books_read(folder, up_to, &sheets, error);
}

static uint32_t u32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* The chain after record `last`, by the bytes of the segments alone. */
static void chain(const char *folder, uint64_t last, uint8_t root[32])
{
    static uint8_t bytes[4096];
    uint64_t seq = 1;
    memset(root, 0, 32);
    while (seq <= last) {
        char path[128];
        snprintf(path, sizeof path, "%s/journal-%020llu.seg", folder, (unsigned long long)seq);
        FILE *file = fopen(path, "rb");
        cr_assert_not_null(file, "%s", path);
        const size_t size = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        for (size_t at = 32; at < size; seq++) {
            const uint32_t length = u32(bytes + at + 4);
            uint8_t joined[32 + 4096];
            memcpy(joined, root, 32);
            memcpy(joined + 32, bytes + at + 16, length);
            if (seq <= last)
                cr_assert_eq(
                    EVP_Digest(joined, 32 + (size_t)length, root, NULL, EVP_sha256(), NULL), 1);
            at += 16 + (size_t)length;
        }
    }
}

Test(books_read, chains_the_bytes_of_every_record)
{
    char folder[] = "/tmp/commonwheel-read-XXXXXX";
    struct store_error error;
    make_journal(folder);
    cr_assert(read_month(folder, "2026-03", 0, &error), "%s", error.text);
    cr_expect(sheets.is_whole);
    cr_expect_eq(sheets.root_count, 31);
    for (uint32_t day = 0; day < 31; day++) {
        uint8_t root[32];
        uint64_t last = 0;
        /* Summer time begins on the 29th: the day ends an hour sooner from then on. */
        const int64_t end_ms = BEGIN_MS + (day + 1) * DAY_MS - (day >= 28 ? 3600000 : 0);
        while (last < STARTS && make_fact(last + 1).at_ms < end_ms)
            last++;
        chain(folder, last, root);
        cr_expect_arr_eq(sheets.roots[day], root, 32, "day %u, fact %llu", day + 1,
                         (unsigned long long)last);
    }
    books_done(&sheets.books);
    remove_journal(folder);
}

Test(books_read, counts_up_to_a_fact)
{
    char folder[] = "/tmp/commonwheel-read-XXXXXX";
    struct store_error error;
    make_journal(folder);
    cr_assert(read_month(folder, "2026-03", 7, &error), "%s", error.text);
    cr_expect_not(sheets.is_whole);
    cr_expect_eq(sheets.last_fact, 7);
    cr_expect_eq(sheets.root_count, 6);
    books_done(&sheets.books);
    remove_journal(folder);
}

Test(books_read, names_what_it_cannot_make_books_of)
{
    static const struct {
        const char *period;
        uint64_t up_to;
        const char *error;
    } ROWS[] = {
        {"2026-02", 0, "the journal begins on 2026-03-01, after 2026-02"},
        {"2026-05", 0, "the journal ends on 2026-04-02, before 2026-05"},
        {"2026-13", 0, "'2026-13' is no month"},
        {"2026-3", 0, "'2026-3' is no month"},
        {"2026-04", STARTS + 1, "the journal ends at fact 40, and the books counted 41"},
    };
    char folder[] = "/tmp/commonwheel-read-XXXXXX";
    struct store_error error;
    make_journal(folder);
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        cr_expect_not(read_month(folder, ROWS[i].period, ROWS[i].up_to, &error), "row %u", i);
        cr_expect_not_null(strstr(error.text, ROWS[i].error), "%s", error.text);
    }
    memset(&sheets, 0, sizeof sheets);
    memcpy(sheets.period, "2026-03", sizeof "2026-03");
    memcpy(sheets.timezone, "Europe/London", sizeof "Europe/London");
    sheets.policy[31] = 1;
    cr_expect_not(books_read(folder, 0, &sheets, &error));
    cr_expect_not_null(strstr(error.text, "no such policy up to the end of 2026-03"), "%s",
                       error.text);
    cr_expect_not(read_month("/nowhere", "2026-03", 0, &error));
    cr_expect_not_null(strstr(error.text, "/nowhere"), "%s", error.text);
    remove_journal(folder);
}

Test(books_read, says_from_when_on_a_journal_without_its_beginning_is_whole)
{
    char folder[] = "/tmp/commonwheel-read-XXXXXX";
    char path[128];
    struct store_error error;
    struct journal_extent extent;
    make_journal(folder);
    snprintf(path, sizeof path, "%s/journal-%020d.seg", folder, 1);
    cr_assert_eq(unlink(path), 0);
    cr_assert(journal_measure(folder, &extent, &error));
    cr_assert_gt(extent.first_seq, 1);
    cr_expect_eq(extent.first_ms, make_fact(extent.first_seq).at_ms);
    cr_expect_not(read_month(folder, "2026-04", 0, &error));
    cr_expect_not_null(strstr(error.text, "is whole only from 2026-03-"), "%s", error.text);
    remove_journal(folder);
}

/* Who rewrites a record can make it sound again, but not the roots from its day on. */
Test(books_read, has_other_roots_where_a_record_was_rewritten)
{
    static uint8_t bytes[4096];
    static uint8_t roots[31][32];
    char folder[] = "/tmp/commonwheel-read-XXXXXX";
    char path[128];
    struct store_error error;
    struct segment_record record;
    make_journal(folder);
    cr_assert(read_month(folder, "2026-03", 0, &error), "%s", error.text);
    memcpy(roots, sheets.roots, sizeof roots);
    books_done(&sheets.books);

    /* The second segment's first fact is another network's. */
    uint64_t seq = 2;
    do {
        snprintf(path, sizeof path, "%s/journal-%020llu.seg", folder, (unsigned long long)seq++);
    } while (access(path, F_OK) != 0);
    FILE *file = fopen(path, "r+b");
    cr_assert_not_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    cr_assert(segment_record_read(bytes, size, SEGMENT_HEADER_SIZE, &record));
    struct fact fact;
    cr_assert_null(codec_fact_decode(record.payload, record.length, &fact));
    fact.started.network_digest++;
    uint8_t *begin = bytes + SEGMENT_HEADER_SIZE;
    cr_assert_eq(codec_fact_encode(&fact, begin + SEGMENT_RECORD_HEADER), record.length);
    segment_record_seal(begin, record.batch, record.length);
    rewind(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);

    cr_assert(read_month(folder, "2026-03", 0, &error), "%s", error.text);
    const uint32_t day = (uint32_t)((fact.at_ms - BEGIN_MS) / DAY_MS);
    cr_assert(day > 0 && day < 28);
    cr_expect_arr_eq(sheets.roots, roots, (size_t)day * 32);
    for (uint32_t later = day; later < 31; later++)
        cr_expect_arr_neq(sheets.roots[later], roots[later], 32, "day %u", later + 1);
    books_done(&sheets.books);
    remove_journal(folder);
}

#define MONTH 674 /* 2026-03 */
#define ALL   8

static struct fact at(uint64_t seq, enum fact_kind kind, int64_t day)
{
    return (struct fact){.seq = seq, .at_ms = BEGIN_MS + day * DAY_MS + 43200000, .kind = kind};
}

/* A month that earned 900 pence, and was settled in the next, by the core's own arithmetic. */
static void make_facts(struct fact *facts)
{
    static struct settlement_register all;
    static struct policy policy;
    memset(&all, 0, sizeof all);
    policy_default(&policy);
    const struct settlement_terms terms = {.waterfall = &policy.waterfalls[0], .policy = 1};
    facts[0] = at(1, FACT_STARTED, 0);
    facts[0].started = (struct fact_started){.epoch = 1, .network_digest = 7};
    facts[1] = at(2, FACT_PERIOD_BEGUN, 0);
    facts[1].period_begun = MONTH;
    facts[2] = at(3, FACT_TRANSFER, 3);
    facts[2].transfer = (struct ledger_transfer){.id = 1,
                                                 .debit = LEDGER_BANK,
                                                 .credit = LEDGER_FARE_INCOME,
                                                 .amount_pence = 900,
                                                 .kind = LEDGER_MOVE,
                                                 .at_ms = facts[2].at_ms};
    facts[3] = at(4, FACT_RIDER_CLASS, 4);
    facts[3].rider_class.rider = (struct rider_id){5, 6};
    facts[4] = at(5, FACT_PAYMENT_RECORDED, 5); /* no income, but money in the bank */
    facts[4].payment_recorded = (struct fact_payment_recorded){
        .rider = {5, 6}, .amount_pence = 250, .bank_reference = "TRANSFER 1", .transfer = 2};
    facts[5] = at(6, FACT_PERIOD_BEGUN, 31);
    facts[5].period_begun = MONTH + 1;
    settlement_begin(&all, MONTH, 1, NULL);
    settlement_add(&all, &facts[2].transfer);
    const struct ledger_transfer paid = {.id = 2,
                                         .debit = LEDGER_BANK,
                                         .credit = LEDGER_RIDERS,
                                         .amount_pence = 250,
                                         .kind = LEDGER_MOVE,
                                         .at_ms = facts[4].at_ms};
    settlement_add(&all, &paid);
    settlement_begin(&all, MONTH + 1, 3, NULL);
    facts[6] = at(7, FACT_SETTLEMENT_PROPOSED, 32);
    facts[6].proposed.period = MONTH;
    facts[6].proposed.by = (struct rider_id){1, 1};
    cr_assert_eq(settlement_compute(&all, MONTH, &terms, &facts[6].proposed.outcome),
                 SETTLEMENT_OK);
    facts[7] = at(8, FACT_SETTLEMENT_APPROVED, 33);
    struct fact_approved *approved = &facts[7].approved;
    approved->period = MONTH;
    approved->by = (struct rider_id){1, 2};
    approved->digest = facts[6].proposed.outcome.digest;
    approved->count =
        settlement_transfers(&all.books[0], &facts[6].proposed.outcome, 3, approved->transfers);
}

Test(books_read, shows_how_the_month_was_settled_and_what_it_gave_in_the_next)
{
    static struct fact facts[ALL];
    char folder[] = "/tmp/commonwheel-read-XXXXXX";
    struct store_error error;
    make_facts(facts);
    write_journal(folder, facts, ALL);
    cr_assert(read_month(folder, "2026-03", 0, &error), "%s", error.text);
    cr_expect(sheets.is_whole && sheets.last_fact == 5 && sheets.settlement_fact == 8);
    cr_expect_eq(sheets.settlement.result_pence, 900);
    cr_expect_eq(sheets.books.accounts[LEDGER_BANK].debits_pence, 1150, "with what riders paid");
    cr_expect_eq(sheets.books.accounts[LEDGER_RESERVE].credits_pence, 0);
    books_done(&sheets.books);
    cr_assert(read_month(folder, "2026-04", 0, &error), "%s", error.text);
    cr_expect_eq(sheets.settlement_fact, 0);
    cr_expect_eq(sheets.books.accounts[LEDGER_RESERVE].credits_pence, 900);
    cr_expect_eq(books_net_pence(&sheets.books.income[BOOKS_NO_RIDE]), 0, "closing is no income");
    books_done(&sheets.books);
    /* As it was published before the settlement. */
    memset(&sheets, 0, sizeof sheets);
    memcpy(sheets.period, "2026-03", sizeof "2026-03");
    memcpy(sheets.timezone, "Europe/London", sizeof "Europe/London");
    cr_assert(books_read(folder, 0, &sheets, &error), "%s", error.text);
    cr_expect(sheets.settlement_fact == 0 && sheets.settlement.digest == 0);
    books_done(&sheets.books);
    remove_journal(folder);
}

/* A sound record that says something else than the month's transfers. */
Test(books_read, refuses_a_settlement_that_is_not_of_the_months_transfers)
{
    static struct fact facts[ALL];
    struct store_error error;
    for (int row = 0; row < 4; row++) {
        char folder[] = "/tmp/commonwheel-read-XXXXXX";
        make_facts(facts);
        if (row == 1)
            facts[6].proposed.outcome.income_pence = facts[6].proposed.outcome.result_pence = 901;
        if (row == 2)
            facts[7].approved.transfers[0].amount_pence--;
        if (row == 3)
            facts[7].approved.digest++;
        write_journal(folder, facts, ALL);
        const bool read = read_month(folder, "2026-03", 0, &error);
        cr_expect_eq(read, row == 0, "row %d", row);
        if (read)
            books_done(&sheets.books);
        else
            cr_expect_not_null(strstr(error.text, "fact 8 settles 2026-03 for another result"),
                               "%s", error.text);
        remove_journal(folder);
    }
}
