#include "app/standby.h"

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
    bool is_working;
    bool is_closing;
};

static const char *take_fact(void *user, const struct fact *fact)
{
    const char *why = NULL;
    return core_restore(user, fact, &why) ? NULL : why;
}

/* On the pool. */
static void look(uv_work_t *work)
{
    struct standby *standby = work->data;
    standby->result = pg_follow_poll(&standby->follow, take_fact, standby->core, &standby->error);
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
