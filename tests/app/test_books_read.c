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

/* A journal folder in small segments; to be removed by remove_journal(). */
static void make_journal(char *folder)
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
    for (uint64_t seq = 1; seq <= STARTS; seq++) {
        const struct fact fact = make_fact(seq);
        cr_assert(store_append(store, &fact, 1));
        uv_run(&loop, UV_RUN_DEFAULT);
    }
    store_close(store);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
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
