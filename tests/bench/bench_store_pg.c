/* Facts a second into PostgreSQL with fsync on, beside a bare libpq pipeline that inserts the same
 * rows:
 *
 *     bench_store_pg JOURNAL FOLDER
 *
 * FOLDER is empty, for a server of its own (tests/pg_server). The facts of the journal are written
 * by the store, as facts alone and with all tables that people ask; each time the rows that came of
 * it are then inserted once more by a bare pipeline, into tables like theirs without triggers, a
 * prepared INSERT a row and as many a transaction as the store has facts. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "store/journal.h"
#include "store/pg_batch.h"
#include "store/pg_schema.h"
#include "store/pg_session.h"
#include "store/store_pg.h"
#include "wire/codec_fact.h"

#define TURN_MAX 64 /* facts handed down together, about */

struct record {
    size_t offset;
    size_t length;
    int64_t at_ms;
};

struct bench {
    uv_loop_t loop;
    char url[256];
    char script[512];
    uint8_t *bytes;
    size_t size;
    size_t capacity;
    struct record *records;
    size_t count;
    size_t record_capacity;
    uint64_t durable;
    bool is_closed;
};

static void die(const char *what)
{
    fprintf(stderr, "bench_store_pg: %s\n", what);
    exit(1);
}

static void on_bytes(void *user, const uint8_t *bytes, size_t length)
{
    struct bench *bench = user;
    if (bench->size + length > bench->capacity) {
        bench->capacity = bench->capacity * 2 + (1u << 20);
        bench->bytes = realloc(bench->bytes, bench->capacity);
        if (bench->bytes == NULL)
            die("out of memory");
    }
    if (bench->count == bench->record_capacity) {
        bench->record_capacity = bench->record_capacity * 2 + 4096;
        bench->records = realloc(bench->records, bench->record_capacity * sizeof *bench->records);
        if (bench->records == NULL)
            die("out of memory");
    }
    memcpy(bench->bytes + bench->size, bytes, length);
    bench->records[bench->count++] = (struct record){.offset = bench->size, .length = length};
    bench->size += length;
}

static const char *take_fact(void *user, const struct fact *fact)
{
    struct bench *bench = user;
    struct record *record = &bench->records[bench->count - 1];
    record->at_ms = fact->at_ms;
    return NULL;
}

static const char *take_none(void *user, const struct fact *fact)
{
    (void)user;
    (void)fact;
    return "there are facts already";
}

static void on_durable(void *user, uint64_t seq)
{
    ((struct bench *)user)->durable = seq;
}

static void on_failed(void *user, const struct store_error *error)
{
    (void)user;
    die(error->text);
}

static void on_closed(void *user)
{
    ((struct bench *)user)->is_closed = true;
}

static void no_report(void *user, uint32_t number, const char *name, enum pg_schema_state state,
                      const char *applied_at)
{
    (void)user;
    (void)number;
    (void)name;
    (void)state;
    (void)applied_at;
}

static void make_tables(struct bench *bench)
{
    struct store_error error;
    PGconn *connection = pg_session_open(bench->url, &error);
    if (connection == NULL ||
        !pg_session_run(connection, "DROP SCHEMA IF EXISTS commonwheel CASCADE", &error))
        die(error.text);
    if (!pg_schema_migrate(bench->url, no_report, NULL, &error) ||
        !pg_session_run(connection, "CHECKPOINT", &error))
        die(error.text);
    PQfinish(connection);
}

static struct geo_point nowhere(void *user, struct road_place place)
{
    (void)user;
    (void)place;
    return (struct geo_point){.lat_e7 = 515900000, .lon_e7 = -29900000};
}

/* The facts of one moment, or a few more. */
static size_t next_turn(const struct bench *bench, size_t first, struct fact *facts)
{
    size_t count = 0;
    while (first + count < bench->count && count < TURN_MAX * 32) {
        const struct record *record = &bench->records[first + count];
        if (count >= TURN_MAX && record->at_ms != record[-1].at_ms)
            break;
        if (codec_fact_decode(bench->bytes + record->offset, record->length, &facts[count]) != NULL)
            die("a fact cannot be read");
        count++;
    }
    return count;
}

static double run_store(struct bench *bench, bool with_tables)
{
    struct store_error error;
    uint64_t last_seq;
    const struct store_pg_config config = {.url = bench->url,
                                           .shard = STORE_PG_SHARD,
                                           .lease_seconds = PG_LEASE_SECONDS_DEFAULT,
                                           .projection.point = with_tables ? nowhere : NULL};
    const struct store_callbacks callbacks = {bench, on_durable, on_failed, on_closed};
    struct fact *facts = calloc(TURN_MAX * 32, sizeof *facts);
    make_tables(bench);
    struct store *store = store_pg_open(&bench->loop, &config, &callbacks, &error);
    if (facts == NULL || store == NULL || !store_load(store, take_none, NULL, &last_seq, &error))
        die(error.text);
    bench->durable = 0;
    const uint64_t began_ns = uv_hrtime();
    for (size_t first = 0; first < bench->count;) {
        const size_t count = next_turn(bench, first, facts);
        while (!store_append(store, facts, count))
            uv_run(&bench->loop, UV_RUN_ONCE);
        uv_run(&bench->loop, UV_RUN_NOWAIT);
        first += count;
    }
    while (bench->durable < bench->count)
        uv_run(&bench->loop, UV_RUN_ONCE);
    const double seconds = (double)(uv_hrtime() - began_ns) / 1e9;
    store_close(store);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    free(facts);
    return seconds;
}

/* Wait for the answers to one transaction. */
static void drain(PGconn *connection)
{
    for (;;) {
        PGresult *result = PQgetResult(connection);
        const ExecStatusType status = PQresultStatus(result);
        if (result != NULL && status == PGRES_FATAL_ERROR)
            die(PQresultErrorMessage(result));
        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC)
            return;
    }
}

/* All rows of a table, as text, into one like it without triggers; a row a statement, as many a
 * transaction as the store has facts. */
static size_t copy_rows(PGconn *connection, const char *table)
{
    struct store_error error;
    char sql[1024];
    snprintf(sql, sizeof sql, "CREATE TABLE bare.%s (LIKE commonwheel.%s INCLUDING ALL)", table,
             table);
    if (!pg_session_run(connection, sql, &error))
        die(error.text);
    snprintf(sql, sizeof sql, "SELECT * FROM commonwheel.%s", table);
    PGresult *rows = PQexec(connection, sql);
    const int columns = PQnfields(rows);
    const int count = PQntuples(rows);
    size_t size = (size_t)snprintf(sql, sizeof sql, "INSERT INTO bare.%s VALUES (", table);
    for (int i = 0; i < columns; i++)
        size += (size_t)snprintf(sql + size, sizeof sql - size, "%s$%d", i > 0 ? ", " : "", i + 1);
    snprintf(sql + size, sizeof sql - size, ")");
    PQclear(PQprepare(connection, table, sql, 0, NULL));
    if (PQenterPipelineMode(connection) != 1)
        die("no pipeline");
    for (int row = 0; row < count; row++) {
        const char *values[64];
        for (int i = 0; i < columns; i++)
            values[i] = PQgetisnull(rows, row, i) ? NULL : PQgetvalue(rows, row, i);
        if (PQsendQueryPrepared(connection, table, columns, values, NULL, NULL, 1) != 1)
            die(PQerrorMessage(connection));
        if (row % PG_BATCH_MAX == PG_BATCH_MAX - 1 || row == count - 1) {
            if (PQpipelineSync(connection) != 1)
                die(PQerrorMessage(connection));
            drain(connection);
        }
    }
    if (PQexitPipelineMode(connection) != 1)
        die("the pipeline does not end");
    PQclear(rows);
    return (size_t)count;
}

/* The seconds that it takes to insert the same rows, and no more than that. */
static double run_bare(const struct bench *bench, size_t table_count, const char *const *tables,
                       size_t *row_count)
{
    struct store_error error;
    PGconn *connection = pg_session_open(bench->url, &error);
    if (connection == NULL ||
        !pg_session_run(connection, "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare",
                        &error) ||
        !pg_session_run(connection, "CHECKPOINT", &error))
        die(error.text);
    *row_count = 0;
    const uint64_t began_ns = uv_hrtime();
    for (size_t i = 0; i < table_count; i++)
        *row_count += copy_rows(connection, tables[i]);
    const double seconds = (double)(uv_hrtime() - began_ns) / 1e9;
    PQfinish(connection);
    return seconds;
}

static void compare(struct bench *bench, const char *what, bool with_tables)
{
    static const char *const TABLES[] = {"fact",    "policy",  "rider",   "vehicle",
                                         "ride",    "refusal", "visit",   "work",
                                         "payment", "account", "transfer"};
    size_t row_count;
    const double store_s = run_store(bench, with_tables);
    const double bare_s =
        run_bare(bench, with_tables ? sizeof TABLES / sizeof TABLES[0] : 1, TABLES, &row_count);
    printf("%-20s %8.0f facts/s; %zu rows, %.0f rows/s; bare pipeline %.0f rows/s; ratio %.2f\n",
           what, (double)bench->count / store_s, row_count, (double)row_count / store_s,
           (double)row_count / bare_s, bare_s / store_s);
}

int main(int argc, char **argv)
{
    struct bench bench = {.count = 0};
    struct store_error error;
    struct journal_summary summary;
    if (argc != 3)
        die("usage: bench_store_pg JOURNAL FOLDER");
    const struct journal_read read = {.folder = argv[1],
                                      .whole = true,
                                      .reader = take_fact,
                                      .user = &bench,
                                      .on_bytes = on_bytes};
    if (!journal_read(&read, &summary, &error))
        die(error.text);
    snprintf(bench.script, sizeof bench.script, SOURCE_DIR "/tests/pg_server create %s %ld",
             argv[2], (long)getpid());
    if (system(bench.script) != 0)
        die("no PostgreSQL server");
    snprintf(bench.url, sizeof bench.url, "postgresql://commonwheel@/commonwheel?host=%s", argv[2]);
    if (uv_loop_init(&bench.loop) != 0)
        die("no loop");
    printf("%zu facts, %zu bytes\n", bench.count, bench.size);
    compare(&bench, "facts alone", false);
    compare(&bench, "with all tables", true);
    free(bench.bytes);
    free(bench.records);
    return 0;
}
