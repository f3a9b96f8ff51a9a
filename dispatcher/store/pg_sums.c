/* Two statements one after the other, and then the timer. */
#include "store/pg_sums.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/pg_link.h"
#include "store/pg_session.h"

#define SOON 15 /* so many times sooner than the next round */

static const char *const STATEMENTS[] = {"SELECT commonwheel.refresh($1::smallint)",
                                         "SELECT commonwheel.ledger_checkpoint($1::smallint)"};
#define STATEMENT_COUNT (sizeof STATEMENTS / sizeof STATEMENTS[0])

struct pg_sums {
    int16_t shard;
    uint64_t every_ms;
    struct pg_link *link;
    struct pg_sums_callbacks callbacks;
    uv_timer_t timer;
    uint32_t handles_left; /* to close */
    bool is_connected;
    bool is_under_way; /* a round is; then the timer rests */
    size_t next;       /* statement of the round */
    bool has_failed;   /* the statement under way, or the one before */
    bool is_told;      /* a failure, and no round has gone well since */
};

static void on_timer(uv_timer_t *timer);

static void wait(struct pg_sums *sums, uint64_t ms)
{
    uv_timer_start(&sums->timer, on_timer, ms, 0);
}

static void tell(struct pg_sums *sums, const char *reason)
{
    if (!sums->is_told)
        sums->callbacks.on_note(sums->callbacks.user, "sums_failed", reason);
    sums->is_told = true;
    sums->has_failed = true;
}

static void end_round(struct pg_sums *sums)
{
    sums->is_under_way = false;
    sums->is_told = sums->is_told && sums->has_failed;
    wait(sums, sums->every_ms);
}

static void send_next(struct pg_sums *sums)
{
    PGconn *connection = pg_link_connection(sums->link);
    char shard[8];
    const char *params[] = {shard};
    snprintf(shard, sizeof shard, "%d", sums->shard);
    if (PQsendQueryParams(connection, STATEMENTS[sums->next++], 1, NULL, params, NULL, NULL, 0) ==
        1)
        pg_link_sync(sums->link);
    else
        pg_link_drop(sums->link, "a statement could not be sent");
}

static void on_timer(uv_timer_t *timer)
{
    struct pg_sums *sums = timer->data;
    if (!sums->is_connected || !sums->callbacks.may_begin(sums->callbacks.user)) {
        wait(sums, sums->every_ms / SOON);
        return;
    }
    sums->is_under_way = true;
    sums->has_failed = false;
    sums->next = 0;
    send_next(sums);
}

/* ---- what the link says ---- */

static void on_connected(void *user)
{
    ((struct pg_sums *)user)->is_connected = true;
}

static void on_result(void *user, const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        tell(user, message != NULL ? message : "an error without words");
}

static void on_answered(void *user)
{
    struct pg_sums *sums = user;
    if (sums->next < STATEMENT_COUNT && !sums->has_failed)
        send_next(sums);
    else
        end_round(sums);
}

/* That the server is away is the store's to tell. */
static void on_lost(void *user, const char *reason)
{
    struct pg_sums *sums = user;
    sums->is_connected = false;
    if (!sums->is_under_way)
        return;
    tell(sums, reason);
    end_round(sums);
}

static void count_closed(struct pg_sums *sums)
{
    const struct pg_sums_callbacks callbacks = sums->callbacks;
    if (--sums->handles_left > 0)
        return;
    free(sums);
    callbacks.on_closed(callbacks.user);
}

static void on_link_closed(void *user)
{
    count_closed(user);
}

static void on_timer_closed(uv_handle_t *handle)
{
    count_closed(handle->data);
}

/* ---- beginning and end ---- */

struct pg_sums *pg_sums_open(uv_loop_t *loop, const char *url, int16_t shard, uint64_t every_ms,
                             const struct pg_sums_callbacks *callbacks, struct store_error *error)
{
    PGconn *session = pg_session_open(url, error);
    if (session == NULL)
        return NULL;
    struct pg_sums *sums = calloc(1, sizeof *sums);
    const struct pg_link_callbacks link = {.user = sums,
                                           .on_connected = on_connected,
                                           .on_result = on_result,
                                           .on_answered = on_answered,
                                           .on_lost = on_lost,
                                           .on_closed = on_link_closed};
    if (sums != NULL)
        sums->link = pg_link_open(loop, url, session, PG_SUMS_ANSWER_MS, &link);
    if (sums == NULL || sums->link == NULL) {
        store_error_set(error, "there is no memory for the connection that makes sums");
        PQfinish(session);
        free(sums);
        return NULL;
    }
    sums->shard = shard;
    sums->every_ms = every_ms;
    sums->callbacks = *callbacks;
    sums->is_connected = true;
    uv_timer_init(loop, &sums->timer);
    sums->timer.data = sums;
    wait(sums, every_ms / SOON);
    return sums;
}

void pg_sums_close(struct pg_sums *sums)
{
    sums->handles_left = 2;
    pg_link_close(sums->link);
    uv_close((uv_handle_t *)&sums->timer, on_timer_closed);
}
