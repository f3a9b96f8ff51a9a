#include "store/pg_batch.h"

#include <endian.h>

#include "wire/codec_fact.h"

#define FACT_PARAMS  5
#define INSERT_FACTS "insert_facts"
#define INSERT_FACTS_SQL                                                                           \
    "INSERT INTO commonwheel.fact (shard, seq, kind, at, body)"                                    \
    " SELECT $1, $2 + number, kind, at, body"                                                      \
    " FROM unnest($3, $4, $5) WITH ORDINALITY AS row (kind, at, body, number)"

void pg_batch_init(struct pg_batch *batch, const struct pg_project_config *config, int16_t shard)
{
    *batch = (struct pg_batch){.shard = shard, .is_projected = config->point != NULL};
    pg_project_init(&batch->project, config, shard);
    pg_rows_init(&batch->kinds, PG_ROWS_INT2);
    pg_rows_init(&batch->times, PG_ROWS_TIME);
    pg_rows_init(&batch->bodies, PG_ROWS_BYTES);
}

void pg_batch_done(struct pg_batch *batch)
{
    pg_project_done(&batch->project);
    pg_rows_done(&batch->kinds);
    pg_rows_done(&batch->times);
    pg_rows_done(&batch->bodies);
}

void pg_batch_forget(struct pg_batch *batch)
{
    batch->first_seq = batch->last_seq = 0;
    batch->cursor = batch->sample_count = 0;
    pg_project_clear(&batch->project);
    pg_rows_clear(&batch->kinds);
    pg_rows_clear(&batch->times);
    pg_rows_clear(&batch->bodies);
}

/* What the fact says to the tables. */
static void project(struct pg_batch *batch, const struct pg_queue_item *item)
{
    struct fact fact;
    const char *why = codec_fact_decode(item->body, item->length, &fact);
    CHECK(why == NULL); /* we encoded it */
    pg_project_take(&batch->project, &fact);
}

/* May the batch end before this fact? What one event caused is of one moment, and is to be in one
 * transaction: the tables would refuse the half of it. */
static bool may_end(const struct pg_batch *batch, const struct pg_queue_item *item)
{
    return batch->kinds.count >= PG_BATCH_MAX && item->kind != FACT_STARTED &&
           item->at_ms != batch->last_ms;
}

void pg_batch_gather(struct pg_batch *batch, const struct pg_queue *queue,
                     const struct store_sample *samples, size_t count)
{
    struct pg_queue_item item;
    pg_batch_forget(batch);
    for (size_t cursor = 0; pg_queue_next(queue, &cursor, &item);) {
        if (may_end(batch, &item))
            break;
        if (batch->first_seq == 0)
            batch->first_seq = item.seq;
        batch->cursor = cursor;
        batch->last_ms = item.at_ms;
        batch->last_seq = item.seq;
        pg_rows_int(&batch->kinds, (int64_t)item.kind);
        pg_rows_int(&batch->times, item.at_ms);
        pg_rows_bytes(&batch->bodies, item.body, item.length);
        if (batch->is_projected)
            project(batch, &item);
    }
    for (size_t i = 0; i < count; i++)
        pg_project_sample(&batch->project, &samples[i]);
    batch->sample_count = count;
}

static bool send_facts(struct pg_batch *batch, PGconn *connection)
{
    if (batch->kinds.count == 0)
        return true;
    const uint16_t shard = htobe16((uint16_t)batch->shard);
    const uint64_t before = htobe64(batch->first_seq - 1);
    const char *values[FACT_PARAMS] = {(const char *)&shard, (const char *)&before};
    int lengths[FACT_PARAMS] = {sizeof shard, sizeof before};
    const int formats[FACT_PARAMS] = {1, 1, 1, 1, 1};
    values[2] = pg_rows_value(&batch->kinds, &lengths[2]);
    values[3] = pg_rows_value(&batch->times, &lengths[3]);
    values[4] = pg_rows_value(&batch->bodies, &lengths[4]);
    return PQsendQueryPrepared(connection, INSERT_FACTS, FACT_PARAMS, values, lengths, formats,
                               1) == 1;
}

static bool send_setting(PGconn *connection, const char *sql)
{
    return PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

/* All that this connection reads it finds by keys. A plan that was made, and kept, while a table
 * was small must not read the whole of it for each row once it has grown, as happens in the first
 * minute of a database, before its tables are analysed. */
static bool send_settings(PGconn *connection)
{
    return send_setting(connection, "SET enable_seqscan = off") &&
           send_setting(connection, "SET jit = off"); /* the price of a scan that must be is high */
}

bool pg_batch_prepare(PGconn *connection)
{
    const Oid types[FACT_PARAMS] = {PG_ROWS_INT2, PG_ROWS_INT8, pg_rows_array(PG_ROWS_INT2),
                                    pg_rows_array(PG_ROWS_TIME), pg_rows_array(PG_ROWS_BYTES)};
    return send_settings(connection) &&
           PQsendPrepare(connection, INSERT_FACTS, INSERT_FACTS_SQL, FACT_PARAMS, types) == 1 &&
           pg_project_prepare(connection);
}

bool pg_batch_send(struct pg_batch *batch, PGconn *connection)
{
    return send_facts(batch, connection) && pg_project_send(&batch->project, connection);
}
