/* Reading by key in chunks, so that neither side ever holds more than one. */
#include "store/pg_archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/pg_rows.h"
#include "store/pg_session.h"
#include "wire/codec_fact.h"

#define NUMBER_MAX     24
#define SNAPSHOT_CHUNK 2000 /* rows of one statement */

#define NEWEST                                                                                     \
    "SELECT coalesce(max(seq), 0) FROM commonwheel.snapshot"                                       \
    " WHERE shard = $1::smallint AND seq <= $2::bigint"
#define ROWS                                                                                       \
    "SELECT count(*) FROM commonwheel.snapshot WHERE shard = $1::smallint AND seq = $2::bigint"
#define SNAPSHOT                                                                                   \
    "SELECT number::bigint, body FROM commonwheel.snapshot"                                        \
    " WHERE shard = $1::smallint AND seq = $4::bigint"                                             \
    "   AND number > $2::bigint AND number <= $2::bigint + $3::bigint ORDER BY number"
#define FACTS                                                                                      \
    "SELECT seq, body FROM commonwheel.fact"                                                       \
    " WHERE shard = $1::smallint AND seq > $2::bigint AND seq <= $4::bigint"                       \
    " ORDER BY seq LIMIT $3::bigint"

struct reading {
    const struct pg_archive_read *read;
    struct pg_archive_summary *summary;
    struct store_error *error;
};

static PGresult *query(struct reading *reading, const char *sql, const uint64_t *numbers,
                       int number_count)
{
    char text[4][NUMBER_MAX];
    const char *params[4];
    CHECK(number_count < 4);
    snprintf(text[0], NUMBER_MAX, "%d", reading->read->shard);
    params[0] = text[0];
    for (int i = 0; i < number_count; i++) {
        snprintf(text[i + 1], NUMBER_MAX, "%" PRIu64, numbers[i]);
        params[i + 1] = text[i + 1];
    }
    return pg_session_query(reading->read->connection, sql, number_count + 1, params, true,
                            reading->error);
}

/* Decode one row and hand it on; a fact of the journal must have `seq`. */
static bool hand_on(struct reading *reading, const PGresult *result, int row, const char *what,
                    uint64_t seq)
{
    struct fact fact;
    char text[256];
    const char *why = codec_fact_decode((const uint8_t *)PQgetvalue(result, row, 1),
                                        (size_t)PQgetlength(result, row, 1), &fact);
    if (why == NULL && (uint64_t)pg_session_int(result, row, 0) != seq)
        why = "is missing";
    if (why == NULL && fact.kind < FACT_SNAPSHOT && fact.seq != seq)
        why = "has another number inside";
    if (why == NULL)
        why = reading->read->reader(reading->read->user, &fact);
    if (why == NULL)
        return true;
    snprintf(text, sizeof text, "%s %" PRIu64 " of shard %d: %s", what, seq, reading->read->shard,
             why);
    return pg_session_failed(reading->read->connection, text, reading->error);
}

static bool tell_chunk(struct reading *reading)
{
    return reading->read->on_chunk == NULL ||
           reading->read->on_chunk(reading->read->chunk_user, reading->error);
}

static uint64_t most(const struct reading *reading)
{
    return reading->read->up_to == 0 ? INT64_MAX : reading->read->up_to;
}

/* The number that a query answers with; false: *error. */
static bool ask(struct reading *reading, const char *sql, uint64_t param, uint64_t *number)
{
    PGresult *result = query(reading, sql, &param, 1);
    if (result == NULL)
        return false;
    *number = (uint64_t)pg_session_int(result, 0, 0);
    PQclear(result);
    return true;
}

/* Whoever leads deletes old ones, also while they are read here. */
static bool check_snapshot(struct reading *reading)
{
    struct pg_archive_summary *summary = reading->summary;
    char text[128];
    uint64_t rows;
    if (!ask(reading, ROWS, summary->snapshot_seq, &rows))
        return false;
    summary->is_gone = rows == 0 || rows < summary->snapshot_rows;
    if (!summary->is_gone)
        return true;
    snprintf(text, sizeof text, "snapshot %" PRIu64 " of shard %d was deleted while it was read",
             summary->snapshot_seq, reading->read->shard);
    return pg_session_failed(reading->read->connection, text, reading->error);
}

static bool read_snapshot(struct reading *reading)
{
    struct pg_archive_summary *summary = reading->summary;
    for (uint64_t count = PG_ARCHIVE_CHUNK; count == PG_ARCHIVE_CHUNK;) {
        const uint64_t numbers[] = {summary->snapshot_rows, PG_ARCHIVE_CHUNK,
                                    summary->snapshot_seq};
        PGresult *result = query(reading, SNAPSHOT, numbers, 3);
        if (result == NULL)
            return false;
        bool ok = true;
        count = (uint64_t)PQntuples(result);
        for (int row = 0; ok && row < (int)count; row++) {
            ok = hand_on(reading, result, row, "row of the snapshot", summary->snapshot_rows + 1);
            summary->snapshot_rows += ok;
        }
        PQclear(result);
        if (!ok || !tell_chunk(reading))
            return false;
    }
    if (!check_snapshot(reading))
        return false;
    summary->last_seq = summary->snapshot_seq;
    return true;
}

static bool read_facts(struct reading *reading)
{
    struct pg_archive_summary *summary = reading->summary;
    for (uint64_t count = PG_ARCHIVE_CHUNK; count == PG_ARCHIVE_CHUNK;) {
        const uint64_t numbers[] = {summary->last_seq, PG_ARCHIVE_CHUNK, most(reading)};
        PGresult *result = query(reading, FACTS, numbers, 3);
        if (result == NULL)
            return false;
        bool ok = true;
        count = (uint64_t)PQntuples(result);
        for (int row = 0; ok && row < (int)count; row++) {
            ok = hand_on(reading, result, row, "fact", summary->last_seq + 1);
            summary->last_seq += ok;
            summary->facts_read += ok;
        }
        PQclear(result);
        if (!ok || !tell_chunk(reading))
            return false;
    }
    return true;
}

bool pg_archive_read(const struct pg_archive_read *read, struct pg_archive_summary *summary,
                     struct store_error *error)
{
    struct reading reading = {.read = read, .summary = summary, .error = error};
    if (!read->whole && summary->last_seq == 0) {
        if (summary->snapshot_seq == 0 &&
            !ask(&reading, NEWEST, most(&reading), &summary->snapshot_seq))
            return false;
        if (summary->snapshot_seq > 0 && !read_snapshot(&reading))
            return false;
    }
    return read_facts(&reading);
}

struct snapshot_writing {
    PGconn *connection;
    char shard[NUMBER_MAX];
    char seq[NUMBER_MAX];
    uint64_t number; /* of the last row written */
    struct pg_rows_column bodies;
};

static bool write_rows(struct snapshot_writing *writing, struct store_error *error)
{
    char number[NUMBER_MAX];
    snprintf(number, sizeof number, "%" PRIu64, writing->number);
    const char *values[] = {writing->shard, writing->seq, number, NULL};
    const Oid types[] = {PG_ROWS_INT2, PG_ROWS_INT8, PG_ROWS_INT8, pg_rows_array(PG_ROWS_BYTES)};
    const int formats[] = {0, 0, 0, 1};
    int lengths[] = {0, 0, 0, 0};
    writing->number += writing->bodies.count;
    values[3] = pg_rows_value(&writing->bodies, &lengths[3]);
    PGresult *result = PQexecParams(writing->connection,
                                    "INSERT INTO commonwheel.snapshot (shard, seq, number, body)"
                                    " SELECT $1, $2, $3 + number, body"
                                    " FROM unnest($4) WITH ORDINALITY AS row (body, number)",
                                    4, types, values, lengths, formats, 0);
    const bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok)
        pg_session_failed(writing->connection, PQerrorMessage(writing->connection), error);
    PQclear(result);
    pg_rows_clear(&writing->bodies);
    return ok;
}

static bool write_all(struct snapshot_writing *writing, store_snapshot_source *source, void *user,
                      struct store_error *error)
{
    struct fact fact;
    uint8_t bytes[CODEC_FACT_MAX];
    while (source(user, &fact)) {
        pg_rows_bytes(&writing->bodies, bytes, codec_fact_encode(&fact, bytes));
        if (writing->bodies.count == SNAPSHOT_CHUNK && !write_rows(writing, error))
            return false;
    }
    return write_rows(writing, error);
}

/* Make room for this one, and keep the newest before it. */
static bool delete_old(struct snapshot_writing *writing, struct store_error *error)
{
    const char *params[] = {writing->shard, writing->seq};
    PGresult *result = pg_session_query(
        writing->connection,
        "DELETE FROM commonwheel.snapshot WHERE shard = $1::smallint AND (seq = $2::bigint OR seq <"
        " (SELECT max(seq) FROM commonwheel.snapshot"
        "   WHERE shard = $1::smallint AND seq < $2::bigint))",
        2, params, false, error);
    PQclear(result);
    return result != NULL;
}

bool pg_archive_snapshot(PGconn *connection, int16_t shard, uint64_t seq,
                         store_snapshot_source *source, void *user, struct store_error *error)
{
    struct snapshot_writing writing = {.connection = connection};
    snprintf(writing.shard, sizeof writing.shard, "%d", shard);
    snprintf(writing.seq, sizeof writing.seq, "%" PRIu64, seq);
    pg_rows_init(&writing.bodies, PG_ROWS_BYTES);
    bool ok = pg_session_run(connection, "BEGIN", error) && delete_old(&writing, error) &&
              write_all(&writing, source, user, error) &&
              pg_session_run(connection, "COMMIT", error);
    pg_rows_done(&writing.bodies);
    if (!ok) {
        struct store_error ignored;
        (void)!pg_session_run(connection, "ROLLBACK", &ignored);
    }
    return ok;
}
