/* PostgreSQL killed, cut off, taken by another, and changed behind the store's back. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "folder.h"
#include "pg_server.h"
#include "resolver.h"
#include "store/pg_session.h"

static void run_until_failed(struct folder *folder)
{
    while (!folder->failed)
        uv_run(&folder->loop, UV_RUN_ONCE);
}

static void expect_whole(const struct folder *folder, uint64_t last)
{
    cr_expect_eq(pg_server_ask(folder->path, "SELECT count(*) FROM commonwheel.fact"),
                 (int64_t)last);
    cr_expect_eq(pg_server_ask(folder->path, "SELECT max(seq) FROM commonwheel.fact"),
                 (int64_t)last);
}

Test(store_pg, goes_on_when_the_server_was_killed_and_is_back)
{
    struct folder folder;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    folder_append(&folder, 1, 100);
    folder_take(&folder, 101, 200);
    pg_server_do(folder.path, "kill");
    folder_take(&folder, 201, 300);
    while (store_is_well(folder.store))
        uv_run(&folder.loop, UV_RUN_ONCE);
    cr_expect_leq(folder.durable, 200);
    folder_take(&folder, 301, 400);
    pg_server_do(folder.path, "start");
    folder_append(&folder, 401, 500);
    cr_expect(store_is_well(folder.store));
    cr_expect_not(folder.failed, "%s", folder.failure);
    cr_expect_geq(folder.lost_count, 1);
    folder_close(&folder);
    expect_whole(&folder, 500);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.read_count, 500);
    folder_close(&folder);
    folder_remove(&folder);
}

/* A store with 100 facts, whose first host is a name that is to be resolved. */
static void open_behind_name(struct folder *folder)
{
    folder_make_pg(folder);
    snprintf(folder->url, sizeof folder->url,
             "postgresql://commonwheel@/commonwheel?host=gone.example,%s", folder->path);
    cr_assert(folder_open(folder, 0), "%s", folder->failure);
    folder_append(folder, 1, 100);
}

Test(store_pg, goes_on_while_names_of_hosts_are_resolved)
{
    struct folder folder;
    open_behind_name(&folder);
    resolver_begin(&folder.loop);
    pg_server_ask(folder.path,
                  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                  " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
    folder_append(&folder, 101, 200);
    cr_expect_geq(folder.lost_count, 1);
    cr_expect_geq(resolver_asked(), 1);
    cr_expect_eq(resolver_asked_on_loop(), 0);
    cr_expect_not(folder.failed, "%s", folder.failure);
    folder_close(&folder);
    expect_whole(&folder, 200);
    resolver_end(&folder.loop);
    folder_remove(&folder);
}

/* A close is not held up for longer than the resolver is. */
Test(store_pg, closes_while_names_of_hosts_are_resolved)
{
    struct folder folder;
    open_behind_name(&folder);
    pg_server_do(folder.path, "kill");
    resolver_begin(&folder.loop);
    while (resolver_asked() == 0)
        uv_run(&folder.loop, UV_RUN_ONCE);
    folder_close(&folder);
    cr_expect_eq(folder.durable, 100);
    resolver_end(&folder.loop);
    folder_remove(&folder);
}

/* Every statement of a pipeline, COMMIT above all, may be the last that was carried out. */
Test(store_pg, neither_loses_nor_doubles_when_connections_end_at_any_moment)
{
    struct folder folder;
    struct random random;
    uint64_t last = 0;
    folder_make_pg(&folder);
    random_init(&random, 20261126);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    for (int round = 0; round < 40; round++) {
        struct store_error error;
        PGconn *other = pg_session_open(folder.url, &error);
        cr_assert(other != NULL, "%s", error.text);
        for (uint64_t batches = random_below(&random, 5); batches-- > 0;) {
            const uint64_t count = 1 + random_below(&random, 400);
            folder_take(&folder, last + 1, last + count);
            last += count;
            for (uint64_t turns = random_below(&random, 4); turns-- > 0;)
                uv_run(&folder.loop, UV_RUN_NOWAIT);
        }
        cr_assert(
            pg_session_run(other,
                           "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
                           &error),
            "%s", error.text);
        PQfinish(other);
        folder_append(&folder, last + 1, last + 1);
        last++;
        cr_assert_not(folder.failed, "round %d: %s", round, folder.failure);
    }
    cr_expect_geq(folder.lost_count, 40);
    folder_close(&folder);
    expect_whole(&folder, last);
    folder_remove(&folder);
}

Test(store_pg, gives_up_a_server_that_does_not_answer_and_goes_on_when_it_does)
{
    struct folder folder;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    folder_append(&folder, 1, 10);
    pg_server_do(folder.path, "freeze");
    folder_take(&folder, 11, 20);
    while (folder.lost_count == 0)
        uv_run(&folder.loop, UV_RUN_ONCE);
    cr_expect_not(store_is_well(folder.store));
    pg_server_do(folder.path, "thaw");
    folder_append(&folder, 21, 30);
    cr_expect_not(folder.failed, "%s", folder.failure);
    folder_close(&folder);
    expect_whole(&folder, 30);
    folder_remove(&folder);
}

Test(store_pg, stops_when_another_has_taken_its_lease)
{
    struct folder folder;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    folder_append(&folder, 1, 10);
    pg_server_ask(folder.path, "UPDATE commonwheel.shard_lease SET fence = fence + 1");
    folder_take(&folder, 11, 20);
    run_until_failed(&folder);
    cr_expect(strstr(folder.failure, "was taken by another dispatcher") != NULL, "%s",
              folder.failure);
    cr_expect_eq(folder.durable, 10);
    struct fact fact = folder_fact(21);
    cr_expect_not(store_append(folder.store, &fact, 1));
    folder_close(&folder);
    expect_whole(&folder, 10);
    folder_remove(&folder);
}

Test(store_pg, stops_when_somebody_wrote_facts_behind_its_back)
{
    struct folder folder;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    folder_append(&folder, 1, 10);
    pg_server_ask(folder.path, "INSERT INTO commonwheel.fact VALUES (1, 11, 1, now(), '\\x00')");
    folder_take(&folder, 11, 20);
    run_until_failed(&folder);
    cr_expect(strstr(folder.failure, "duplicate key value") != NULL, "%s", folder.failure);
    cr_expect_eq(folder.durable, 10);
    folder_close(&folder);

    /* The same, seen after a loss. */
    cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, "fact 11 of shard 1: ") != NULL, "%s", folder.failure);
    folder_remove(&folder);
}

Test(store_pg, stops_when_the_last_fact_is_none_that_it_can_be)
{
    struct folder folder;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    folder_append(&folder, 1, 10);
    pg_server_ask(folder.path,
                  "INSERT INTO commonwheel.fact VALUES (1, 15, 1, now(), '\\x00');"
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
    run_until_failed(&folder);
    cr_expect(strstr(folder.failure, "the last fact of shard 1 is 15; this dispatcher wrote up to "
                                     "10") != NULL,
              "%s", folder.failure);
    folder.failed = false;
    folder_close(&folder);
    folder_remove(&folder);
}

Test(store_pg, refuses_a_server_that_it_cannot_rely_on)
{
    struct folder folder;
    folder_make(&folder);
    pg_server_make(folder.path);
    pg_server_url(folder.path, folder.url);
    cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, "run `dispatcher db migrate`") != NULL, "%s", folder.failure);
    pg_server_ask(folder.path, "ALTER SYSTEM SET fsync = off");
    pg_server_ask(folder.path, "SELECT pg_reload_conf()");
    for (int i = 0; i < 50 && strstr(folder.failure, "fsync") == NULL; i++)
        cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, "would not outlive a crash") != NULL, "%s", folder.failure);
    pg_server_do(folder.path, "kill");
    cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, folder.path) != NULL, "%s", folder.failure);
    folder_remove(&folder);
}

struct few {
    uint64_t next;
    uint64_t count;
};

static bool next_fact(void *user, struct fact *fact)
{
    struct few *few = user;
    if (few->next > few->count)
        return false;
    *fact =
        (struct fact){.kind = FACT_SNAPSHOT_RIDER,
                      .snapshot_rider = {.rider = {1, few->next}, .number = (uint32_t)few->next}};
    few->next++;
    return true;
}

Test(store_pg, starts_from_the_newest_snapshot_and_keeps_the_one_before)
{
    struct folder folder;
    struct store_error error;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 5000), "%s", folder.failure);
    folder_append(&folder, 1, 100);
    cr_expect_eq(folder.closed_segment, 100, "no snapshot was due after %d facts", 50);
    PGconn *connection = pg_session_open(folder.url, &error);
    cr_assert(connection != NULL, "%s", error.text);
    for (uint64_t seq = 60; seq <= 90; seq += 10) {
        struct few few = {.next = 1, .count = seq == 90 ? 12345 : 7};
        cr_assert(pg_archive_snapshot(connection, STORE_PG_SHARD, seq, next_fact, &few, &error),
                  "%s", error.text);
    }
    PQfinish(connection);
    cr_expect_eq(pg_server_ask(folder.path, "SELECT count(DISTINCT seq) FROM commonwheel.snapshot"),
                 2);
    folder_close(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.snapshot_facts, 12345);
    cr_expect_eq(folder.read_count, 10);
    folder_close(&folder);
    folder_remove(&folder);
}

struct halves {
    uint64_t rows;
    uint64_t facts;
    bool stops; /* after a chunk */
};

static const char *count_fact(void *user, const struct fact *fact)
{
    struct halves *halves = user;
    if (fact->kind < FACT_SNAPSHOT)
        return fact->seq == 90 + ++halves->facts ? NULL : "is not the next";
    return fact->snapshot_rider.number == ++halves->rows ? NULL : "is not the next row";
}

static bool stop_at_chunk(void *user, struct store_error *error)
{
    const struct halves *halves = user;
    return !halves->stops || store_error_set(error, "stopped");
}

Test(store_pg, goes_on_where_a_reading_of_a_snapshot_was_cut)
{
    struct folder folder;
    struct store_error error;
    struct halves halves = {.stops = true};
    struct pg_archive_summary summary = {0};
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 5000), "%s", folder.failure);
    folder_append(&folder, 1, 100);
    PGconn *connection = pg_session_open(folder.url, &error);
    cr_assert(connection != NULL, "%s", error.text);
    struct few few = {.next = 1, .count = PG_ARCHIVE_CHUNK + 7};
    cr_assert(pg_archive_snapshot(connection, STORE_PG_SHARD, 90, next_fact, &few, &error));
    struct pg_archive_read read = {.connection = connection,
                                   .shard = STORE_PG_SHARD,
                                   .reader = count_fact,
                                   .user = &halves,
                                   .on_chunk = stop_at_chunk,
                                   .chunk_user = &halves};
    cr_expect_not(pg_archive_read(&read, &summary, &error));
    cr_expect_eq(summary.snapshot_rows, PG_ARCHIVE_CHUNK);
    cr_expect_eq(summary.last_seq, 0, "the snapshot is not all there");
    const struct pg_archive_summary cut = summary;
    halves.stops = false;
    cr_assert(pg_archive_read(&read, &summary, &error), "%s", error.text);
    cr_expect_eq(halves.rows, PG_ARCHIVE_CHUNK + 7);
    cr_expect_eq(halves.facts, 10);
    cr_expect_eq(summary.last_seq, 100);
    cr_expect_not(summary.is_gone);

    pg_server_ask(folder.path, "WITH gone AS (DELETE FROM commonwheel.snapshot RETURNING 1)"
                               " SELECT count(*) FROM gone");
    summary = cut;
    cr_expect_not(pg_archive_read(&read, &summary, &error));
    cr_expect(summary.is_gone);
    cr_expect(strstr(error.text, "snapshot 90 of shard 1 was deleted") != NULL, "%s", error.text);
    PQfinish(connection);
    folder_close(&folder);
    folder_remove(&folder);
}
