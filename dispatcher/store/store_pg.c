/* One queue of facts that are not durable; its front is the batch in flight. */
#include "store/store_pg.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/pg_archive.h"
#include "store/pg_batch.h"
#include "store/pg_follow.h"
#include "store/pg_link.h"
#include "store/pg_queue.h"
#include "store/pg_schema.h"
#include "store/pg_session.h"
#include "store/sync_times.h"

#define POLL_LEASE_MS 200
#define HOLDS_A_LEASE 8 /* an idle store shows so often that it lives */
#define SQLSTATE_MAX  6
enum store_pg_state {
    STATE_OPEN,    /* opened, not loaded: nothing may be appended */
    STATE_AWAY,    /* the link connects */
    STATE_TAKING,  /* the lease is being taken anew, and the last fact asked for */
    STATE_IDLE,    /* nothing in flight */
    STATE_HOLDING, /* the lease is being held on to, without a batch */
    STATE_WRITING, /* a batch is in flight */
    STATE_FAILED,
    STATE_CLOSED, /* handles are closing */
};

/* Allowed moves: [from][to]. */
static const bool MOVES[8][8] = {
    [STATE_OPEN] = {[STATE_TAKING] = true, [STATE_CLOSED] = true},
    [STATE_AWAY] = {[STATE_TAKING] = true, [STATE_CLOSED] = true},
    [STATE_TAKING] =
        {[STATE_AWAY] = true, [STATE_IDLE] = true, [STATE_FAILED] = true, [STATE_CLOSED] = true},
    [STATE_IDLE] = {[STATE_AWAY] = true,
                    [STATE_HOLDING] = true,
                    [STATE_WRITING] = true,
                    [STATE_FAILED] = true,
                    [STATE_CLOSED] = true},
    [STATE_HOLDING] =
        {[STATE_AWAY] = true, [STATE_IDLE] = true, [STATE_FAILED] = true, [STATE_CLOSED] = true},
    [STATE_WRITING] =
        {[STATE_AWAY] = true, [STATE_IDLE] = true, [STATE_FAILED] = true, [STATE_CLOSED] = true},
    [STATE_FAILED] = {[STATE_CLOSED] = true},
};

struct store_pg {
    struct store store; /* first: a struct store * is a struct store_pg * */
    uv_loop_t *loop;
    struct store_pg_config config; /* its url is the one below */
    char url[PG_SESSION_URL_MAX];
    struct pg_lease lease;
    enum store_pg_state state;
    PGconn *session; /* until it is loaded */
    struct pg_link *link;
    uv_timer_t tick;
    uv_timer_t close_timer;
    uint32_t handles_left; /* to close */
    bool is_closing;
    struct pg_queue queue;
    struct pg_batch batch; /* with facts: sent, and not known to be durable */
    uint64_t began_ns;
    uint64_t durable_seq;
    uint64_t found_seq;          /* last fact, as the lease's answer has it */
    uint64_t snapshot_seq;       /* of the last snapshot that was due */
    uint64_t well_ms;            /* loop time when the server last did as it was told */
    char sqlstate[SQLSTATE_MAX]; /* of the first error of the pipeline under way, "" none */
    struct store_error error;
    struct store_sample *samples; /* [STORE_PG_SAMPLES_MAX] not yet kept */
    size_t sample_count;
    uint64_t dropped_count;
    struct sync_times sync_times;
    struct pg_archive_summary summary;
};

static struct store_pg *from_store(struct store *store)
{
    return (struct store_pg *)store;
}

static void set_state(struct store_pg *pg, enum store_pg_state state)
{
    CHECK(MOVES[pg->state][state]);
    pg->state = state;
}

static void note(const struct store_pg *pg, const char *what, const char *detail)
{
    if (pg->config.on_note != NULL)
        pg->config.on_note(pg->store.callbacks.user, what, detail);
}

/* ---- the end ---- */

static void free_store(struct store_pg *pg)
{
    pg_queue_done(&pg->queue);
    free(pg->samples);
    pg_batch_done(&pg->batch);
    free(pg);
}

static void count_closed(struct store_pg *pg)
{
    struct store_callbacks callbacks = pg->store.callbacks;
    if (--pg->handles_left > 0)
        return;
    free_store(pg);
    if (callbacks.on_closed != NULL)
        callbacks.on_closed(callbacks.user);
}

static void on_handle_closed(uv_handle_t *handle)
{
    count_closed(handle->data);
}

static void on_link_closed(void *user)
{
    count_closed(user);
}

static void finish(struct store_pg *pg)
{
    set_state(pg, STATE_CLOSED);
    PQfinish(pg->session);
    pg->session = NULL;
    pg->handles_left = pg->link != NULL ? 3 : 2;
    if (pg->link != NULL)
        pg_link_close(pg->link);
    uv_close((uv_handle_t *)&pg->tick, on_handle_closed);
    uv_close((uv_handle_t *)&pg->close_timer, on_handle_closed);
}

static void on_close_late(uv_timer_t *timer)
{
    struct store_pg *pg = timer->data;
    note(pg, "store_closed_late", "some facts are not durable; nobody was told of them");
    finish(pg);
}

static void fail(struct store_pg *pg, const struct store_error *error)
{
    set_state(pg, STATE_FAILED);
    uv_timer_stop(&pg->tick);
    if (pg->store.callbacks.on_failed != NULL)
        pg->store.callbacks.on_failed(pg->store.callbacks.user, error);
}

/* ---- a batch ---- */

static bool send_text(PGconn *connection, const char *sql)
{
    return PQsendQueryParams(connection, sql, 0, NULL, NULL, NULL, NULL, 1) == 1;
}

/* End the pipeline; where libpq could not take it the connection is of no use. */
static void let_go(struct store_pg *pg, bool sent)
{
    pg->sqlstate[0] = '\0';
    if (sent)
        pg_link_sync(pg->link);
    else
        pg_link_drop(pg->link, "a statement could not be sent");
}

static void write_batch(struct store_pg *pg)
{
    PGconn *connection = pg_link_connection(pg->link);
    pg_batch_gather(&pg->batch, &pg->queue, pg->samples, pg->sample_count);
    pg->began_ns = uv_hrtime();
    set_state(pg, STATE_WRITING);
    let_go(pg, send_text(connection, "BEGIN") && pg_lease_send_hold(&pg->lease, connection) &&
                   pg_batch_send(&pg->batch, connection) && send_text(connection, "COMMIT"));
}

/* Idle: write what is there, or close. */
static void go_on(struct store_pg *pg)
{
    if (pg->state != STATE_IDLE)
        return; /* a callback was quicker */
    if (!pg_queue_is_empty(&pg->queue))
        write_batch(pg);
    else if (pg->is_closing)
        finish(pg);
}

static void look_for_snapshot(struct store_pg *pg)
{
    if (pg->config.snapshot_facts == 0 || pg->config.on_snapshot_due == NULL ||
        pg->durable_seq - pg->snapshot_seq < pg->config.snapshot_facts)
        return;
    pg->snapshot_seq = pg->durable_seq;
    pg->config.on_snapshot_due(pg->store.callbacks.user, pg->durable_seq);
}

/* The batch is durable. The state is IDLE. */
static void become_durable(struct store_pg *pg)
{
    const struct pg_batch *batch = &pg->batch;
    const bool has_facts = batch->first_seq != 0;
    pg->sample_count -= batch->sample_count;
    memmove(pg->samples, pg->samples + batch->sample_count,
            pg->sample_count * sizeof pg->samples[0]);
    if (has_facts) {
        sync_times_add(&pg->sync_times, (uv_hrtime() - pg->began_ns) / 1000);
        pg->durable_seq = batch->last_seq;
        pg_queue_drop(&pg->queue, batch->cursor);
    }
    pg_batch_forget(&pg->batch);
    if (!has_facts)
        return;
    pg->store.callbacks.on_durable(pg->store.callbacks.user, pg->durable_seq);
    look_for_snapshot(pg);
}

/* ---- the lease ---- */

static void take_lease(struct store_pg *pg)
{
    PGconn *connection = pg_link_connection(pg->link);
    set_state(pg, STATE_TAKING);
    let_go(pg, pg_lease_prepare(connection) && pg_batch_prepare(connection) &&
                   pg_lease_send_take(&pg->lease, connection));
}

/* The last fact tells what became of the batch that was in flight. */
static void look_at_last(struct store_pg *pg, uint64_t last_seq)
{
    struct store_error error;
    const struct pg_batch *batch = &pg->batch;
    if (batch->first_seq != 0 && last_seq == batch->last_seq) {
        become_durable(pg);
        return;
    }
    if (last_seq == pg->durable_seq) { /* it was not committed, and is gathered again */
        pg_batch_forget(&pg->batch);
        return;
    }
    store_error_set(&error,
                    "the last fact of shard %d is %" PRIu64 "; this dispatcher wrote up to %" PRIu64
                    ", and perhaps %" PRIu64 " to %" PRIu64,
                    pg->config.shard, last_seq, pg->durable_seq, batch->first_seq, batch->last_seq);
    fail(pg, &error);
}

static void on_tick(uv_timer_t *timer)
{
    struct store_pg *pg = timer->data;
    if (pg->state != STATE_IDLE)
        return;
    if (pg->sample_count > 0) {
        write_batch(pg);
        return;
    }
    PGconn *connection = pg_link_connection(pg->link);
    set_state(pg, STATE_HOLDING);
    let_go(pg, pg_lease_send_hold(&pg->lease, connection));
}

/* ---- what the link says ---- */

static void on_connected(void *user)
{
    take_lease(user);
}

/* The lease's answer alone has rows that matter. */
static void on_result(void *user, const PGresult *result)
{
    struct store_pg *pg = user;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
        if (pg->state == STATE_TAKING && !pg_lease_read_take(&pg->lease, result, &pg->found_seq))
            snprintf(pg->sqlstate, sizeof pg->sqlstate, "%s", "55P03"); /* try again */
        return;
    case PGRES_COMMAND_OK:
    case PGRES_PIPELINE_ABORTED:
        return;
    default:
        if (pg->sqlstate[0] != '\0')
            return;
        snprintf(pg->sqlstate, sizeof pg->sqlstate, "%s", sqlstate != NULL ? sqlstate : "08000");
        store_error_set(&pg->error, "%.400s (SQLSTATE %s)",
                        PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) != NULL
                            ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                            : PQresultErrorMessage(result),
                        pg->sqlstate);
    }
}

/* Errors that another try may not meet: connection, rollback, resources, waiting, shutdown, a
 * server that does not write (a standby before its promotion), the system. */
static bool may_pass(const char *sqlstate)
{
    static const char *const PASSING[] = {"08", "25006", "40", "53", "55", "57", "58"};
    for (size_t i = 0; i < sizeof PASSING / sizeof PASSING[0]; i++) {
        if (strncmp(sqlstate, PASSING[i], strlen(PASSING[i])) == 0)
            return true;
    }
    return false;
}

static void on_answered(void *user)
{
    struct store_pg *pg = user;
    const enum store_pg_state state = pg->state;
    if (pg->sqlstate[0] != '\0' && may_pass(pg->sqlstate)) {
        pg_link_drop(pg->link, pg->error.text);
        return;
    }
    if (pg->sqlstate[0] != '\0') {
        fail(pg, &pg->error);
        return;
    }
    pg->well_ms = uv_now(pg->loop);
    set_state(pg, STATE_IDLE);
    if (state == STATE_TAKING)
        look_at_last(pg, pg->found_seq);
    else if (state == STATE_WRITING)
        become_durable(pg);
    go_on(pg);
}

static void on_lost(void *user, const char *reason)
{
    struct store_pg *pg = user;
    if (pg->state == STATE_FAILED)
        return;
    if (pg->state != STATE_AWAY)
        set_state(pg, STATE_AWAY);
    note(pg, "store_away", reason);
}

/* ---- the table ---- */

static bool keep_lease(void *user, struct store_error *error)
{
    struct store_pg *pg = user;
    return pg_lease_hold(&pg->lease, pg->session, error);
}

/* Hand the connection over to the loop. */
static bool open_link(struct store_pg *pg, struct store_error *error)
{
    const struct pg_link_callbacks callbacks = {.user = pg,
                                                .on_connected = on_connected,
                                                .on_result = on_result,
                                                .on_answered = on_answered,
                                                .on_lost = on_lost,
                                                .on_closed = on_link_closed};
    const uint64_t lease_ms = (uint64_t)pg->config.lease_seconds * 1000;
    uv_update_time(pg->loop); /* loading took its time */
    pg->link = pg_link_open(pg->loop, pg->url, pg->session, lease_ms / 2, &callbacks);
    if (pg->link == NULL)
        return store_error_set(error, "the connection cannot be watched");
    pg->session = NULL;
    pg->well_ms = uv_now(pg->loop);
    uv_timer_start(&pg->tick, on_tick, lease_ms / HOLDS_A_LEASE, lease_ms / HOLDS_A_LEASE);
    take_lease(pg);
    return true;
}

static bool pg_load(struct store *store, store_reader *reader, void *user, uint64_t *last_seq,
                    struct store_error *error)
{
    struct store_pg *pg = from_store(store);
    CHECK(pg->state == STATE_OPEN);
    const struct pg_archive_read read = {.connection = pg->session,
                                         .shard = pg->config.shard,
                                         .reader = reader,
                                         .user = user,
                                         .on_chunk = keep_lease,
                                         .chunk_user = pg};
    struct pg_archive_summary summary = {0};
    if (pg->config.follow != NULL)
        summary = pg->config.follow->summary;
    else if (!pg_archive_read(&read, &summary, error))
        return false;
    pg->summary = summary;
    pg->durable_seq = summary.last_seq;
    pg->snapshot_seq = summary.snapshot_seq;
    pg->queue.last_seq = summary.last_seq;
    if (!open_link(pg, error))
        return false;
    *last_seq = summary.last_seq;
    return true;
}

static bool pg_append(struct store *store, const struct fact *facts, size_t count)
{
    struct store_pg *pg = from_store(store);
    CHECK(pg->state != STATE_OPEN && pg->state != STATE_CLOSED);
    if (pg->state == STATE_FAILED || pg->is_closing || !pg_queue_has_room(&pg->queue, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (facts[i].kind == FACT_STARTED)
            pg->lease.epoch = facts[i].started.epoch;
        pg_queue_put(&pg->queue, &facts[i]);
    }
    if (pg->state == STATE_IDLE && count > 0)
        write_batch(pg);
    return true;
}

static void pg_close(struct store *store)
{
    struct store_pg *pg = from_store(store);
    CHECK(!pg->is_closing);
    pg->is_closing = true;
    if (pg->state == STATE_OPEN || pg->state == STATE_FAILED || pg_queue_is_empty(&pg->queue))
        finish(pg);
    else
        uv_timer_start(&pg->close_timer, on_close_late, STORE_PG_CLOSE_MS, 0);
}

static void pg_sample(struct store *store, const struct store_sample *sample)
{
    struct store_pg *pg = from_store(store);
    if (pg->config.projection.point == NULL)
        return;
    if (pg->sample_count == STORE_PG_SAMPLES_MAX)
        pg->dropped_count++;
    else
        pg->samples[pg->sample_count++] = *sample;
}

static bool pg_is_well(const struct store *store)
{
    const struct store_pg *pg = (const struct store_pg *)store;
    const uint64_t quiet_ms = uv_now(pg->loop) - pg->well_ms;
    return pg->state != STATE_FAILED && quiet_ms < (uint64_t)pg->config.lease_seconds * 500;
}

static uint64_t pg_sync_us(const struct store *store)
{
    return sync_times_median(&((const struct store_pg *)store)->sync_times);
}

static const struct store_ops OPS = {
    .load = pg_load,
    .append = pg_append,
    .close = pg_close,
    .sample = pg_sample,
    .is_well = pg_is_well,
    .sync_us = pg_sync_us,
};

/* ---- the beginning ---- */

/* Take the lease, waiting for one whose holder no longer moves its end on. */
static bool wait_for_lease(struct store_pg *pg, struct store_error *error)
{
    int64_t first_until_us = 0;
    for (;;) {
        uint64_t last_seq;
        int64_t until_us = 0;
        const enum pg_lease_result result =
            pg_lease_take(&pg->lease, pg->session, &last_seq, &until_us, error);
        if (result == PG_LEASE_HELD && first_until_us == 0) {
            first_until_us = until_us;
            note(pg, "store_held", error->text);
        }
        if (result != PG_LEASE_HELD || until_us != first_until_us)
            return result == PG_LEASE_TAKEN;
        uv_sleep(POLL_LEASE_MS);
    }
}

/* A connection with the lease: one that has followed another dispatcher, or a new one. */
static bool open_session(struct store_pg *pg, struct store_error *error)
{
    struct pg_follow *follow = pg->config.follow;
    if (follow == NULL) {
        pg->session = pg_session_open(pg->url, error);
        return pg->session != NULL && pg_schema_check(pg->session, error) &&
               wait_for_lease(pg, error);
    }
    pg->session = follow->session;
    follow->session = NULL;
    pg->lease = follow->lease;
    return true;
}

struct store *store_pg_open(uv_loop_t *loop, const struct store_pg_config *config,
                            const struct store_callbacks *callbacks, struct store_error *error)
{
    struct store_pg *pg = calloc(1, sizeof *pg);
    if (pg != NULL)
        pg->samples = calloc(STORE_PG_SAMPLES_MAX, sizeof pg->samples[0]);
    if (pg == NULL || pg->samples == NULL || !pg_queue_init(&pg->queue, STORE_PG_PENDING_MAX) ||
        strlen(config->url) >= sizeof pg->url) {
        store_error_set(error,
                        "the store's connection string is longer than %d bytes, or there is "
                        "no memory",
                        PG_SESSION_URL_MAX - 1);
        if (pg != NULL)
            free_store(pg);
        return NULL;
    }
    pg->store = (struct store){.ops = &OPS, .callbacks = *callbacks};
    pg->loop = loop;
    memcpy(pg->url, config->url, strlen(config->url) + 1);
    pg->config = *config;
    pg->config.url = pg->url;
    pg_lease_init(&pg->lease, config->shard, config->lease_seconds);
    pg_batch_init(&pg->batch, &config->projection, config->shard);
    if (!open_session(pg, error)) {
        PQfinish(pg->session);
        free_store(pg);
        return NULL;
    }
    uv_timer_init(loop, &pg->tick);
    uv_timer_init(loop, &pg->close_timer);
    pg->tick.data = pg;
    pg->close_timer.data = pg;
    return &pg->store;
}

uint64_t store_pg_dropped(const struct store *store)
{
    return ((const struct store_pg *)store)->dropped_count;
}

const struct pg_archive_summary *store_pg_summary(const struct store *store)
{
    return &((const struct store_pg *)store)->summary;
}
