#include "app/standby.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/log.h"
#include "store/store_pg.h"

struct standby {
    uv_loop_t *loop;
    uv_timer_t timer;
    uv_work_t work;
    struct core *core;
    struct standby_callbacks callbacks;
    struct pg_follow follow;
    enum pg_follow_result result; /* of the last look */
    enum pg_follow_result before;
    struct store_error error;
    atomic_uint_fast64_t seq; /* of the last fact that was followed; the thread writes it */
    uint64_t began_ms;        /* of the look, by the loop's clock */
    uint64_t followed_ms;     /* all facts that were committed before are in the core; 0: never */
    bool is_working;
    bool is_closing;
};

static const char *take_fact(void *user, const struct fact *fact)
{
    struct standby *standby = user;
    const char *why = NULL;
    if (!core_restore(standby->core, fact, &why))
        return why;
    if (fact->kind < FACT_SNAPSHOT)
        atomic_store(&standby->seq, fact->seq);
    return NULL;
}

/* On the pool. */
static void look(uv_work_t *work)
{
    struct standby *standby = work->data;
    standby->result = pg_follow_poll(&standby->follow, take_fact, standby, &standby->error);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct standby *standby = handle->data;
    const struct standby_callbacks callbacks = standby->callbacks;
    pg_follow_done(&standby->follow);
    free(standby);
    callbacks.on_closed(callbacks.user);
}

static void on_timer(uv_timer_t *timer);

/* Say once that the server is away, and once that it is back. */
static void log_change(struct standby *standby)
{
    char quoted[STORE_ERROR_MAX + 64];
    if (standby->result == standby->before)
        return;
    if (standby->result == PG_FOLLOW_AWAY)
        log_line(LOG_WARN, "store_away", "detail=%s",
                 log_quote(standby->error.text, quoted, sizeof quoted));
    else if (standby->result == PG_FOLLOW_ON)
        log_line(LOG_INFO, "following", "detail=%s",
                 log_quote(standby->error.text, quoted, sizeof quoted));
    standby->before = standby->result;
}

static void after_look(uv_work_t *work, int status)
{
    struct standby *standby = work->data;
    (void)status; /* never cancelled */
    standby->is_working = false;
    if (standby->is_closing) {
        uv_close((uv_handle_t *)&standby->timer, on_timer_closed);
        return;
    }
    log_change(standby);
    if (standby->result == PG_FOLLOW_ON) {
        standby->followed_ms = standby->began_ms;
        atomic_store(&standby->seq, standby->follow.summary.last_seq);
    }
    if (standby->result == PG_FOLLOW_LEADS)
        standby->callbacks.on_leader(standby->callbacks.user);
    else if (standby->result == PG_FOLLOW_SPOILT)
        standby->callbacks.on_failed(standby->callbacks.user, &standby->error);
    else
        uv_timer_start(&standby->timer, on_timer, STANDBY_POLL_MS, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct standby *standby = timer->data;
    standby->began_ms = uv_now(standby->loop);
    standby->is_working = uv_queue_work(standby->loop, &standby->work, look, after_look) == 0;
}

struct standby *standby_open(uv_loop_t *loop, const char *url, int32_t lease_seconds,
                             struct core *core, const struct standby_callbacks *callbacks)
{
    struct standby *standby = calloc(1, sizeof *standby);
    if (standby == NULL)
        return NULL;
    standby->loop = loop;
    standby->core = core;
    standby->callbacks = *callbacks;
    standby->before = PG_FOLLOW_SPOILT; /* none yet */
    standby->work.data = standby;
    pg_follow_init(&standby->follow, url, STORE_PG_SHARD, lease_seconds);
    uv_timer_init(loop, &standby->timer);
    standby->timer.data = standby;
    uv_timer_start(&standby->timer, on_timer, 0, 0);
    return standby;
}

void standby_words(const struct standby *standby, char *words, size_t size)
{
    const uint64_t seq = atomic_load(&standby->seq);
    const uint64_t behind_ms = uv_now(standby->loop) - standby->followed_ms;
    if (standby->before == PG_FOLLOW_AWAY)
        snprintf(words, size, "standby: not ready, the store is away; has facts up to %" PRIu64,
                 seq);
    else if (standby->followed_ms == 0)
        snprintf(words, size, "standby: not ready, reading; has facts up to %" PRIu64, seq);
    else
        snprintf(words, size,
                 "standby: %sready to take over, has facts up to %" PRIu64 ", all of %" PRIu64
                 ".%" PRIu64 " s ago",
                 behind_ms <= STANDBY_READY_MS ? "" : "not ", seq, behind_ms / 1000,
                 behind_ms % 1000 / 100);
}

struct pg_follow *standby_follow(struct standby *standby)
{
    CHECK(standby->result == PG_FOLLOW_LEADS);
    return &standby->follow;
}

void standby_close(struct standby *standby)
{
    standby->is_closing = true;
    if (!standby->is_working)
        uv_close((uv_handle_t *)&standby->timer, on_timer_closed);
}
