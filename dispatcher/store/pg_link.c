/* libpq's socket may be another after each step of connecting, so it is polled anew each time. */
#include "store/pg_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pg_hosts.h"
#include "store/pg_session.h"

#define REASON_MAX 512

enum pg_link_state {
    LINK_WAITING,    /* to try again, by the timer */
    LINK_RESOLVING,  /* names of hosts, for as long as the resolver takes */
    LINK_CONNECTING, /* PQconnectPoll, until the timer ends it */
    LINK_IDLE,
    LINK_BUSY, /* a pipeline is under way, until the timer ends it */
    LINK_CLOSED,
};

/* Allowed moves: [from][to]. */
static const bool MOVES[6][6] = {
    [LINK_WAITING] = {[LINK_RESOLVING] = true, [LINK_CLOSED] = true},
    [LINK_RESOLVING] = {[LINK_WAITING] = true, [LINK_CONNECTING] = true, [LINK_CLOSED] = true},
    [LINK_CONNECTING] = {[LINK_WAITING] = true, [LINK_IDLE] = true, [LINK_CLOSED] = true},
    [LINK_IDLE] = {[LINK_WAITING] = true, [LINK_BUSY] = true, [LINK_CLOSED] = true},
    [LINK_BUSY] = {[LINK_WAITING] = true, [LINK_IDLE] = true, [LINK_CLOSED] = true},
};

struct pg_link {
    uv_loop_t *loop;
    const char *url;
    uint64_t answer_ms;
    struct pg_link_callbacks callbacks;
    enum pg_link_state state;
    struct pg_hosts hosts;
    PGconn *connection; /* NULL while waiting and resolving */
    uv_poll_t *poll;    /* of its socket; frees itself when closed */
    uv_timer_t timer;
    uint32_t tries; /* since it was last connected */
};

static void set_state(struct pg_link *link, enum pg_link_state state)
{
    CHECK(MOVES[link->state][state]);
    link->state = state;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void stop_polling(struct pg_link *link)
{
    if (link->poll != NULL)
        uv_close((uv_handle_t *)link->poll, free_handle);
    link->poll = NULL;
}

static void on_socket(uv_poll_t *poll, int status, int events);

/* Watch the socket as it is now; false when it cannot be. */
static bool watch(struct pg_link *link, int events)
{
    if (link->poll == NULL) {
        uv_poll_t *poll = malloc(sizeof *poll);
        if (poll == NULL || uv_poll_init(link->loop, poll, PQsocket(link->connection)) != 0) {
            free(poll);
            return false;
        }
        poll->data = link;
        link->poll = poll;
    }
    return uv_poll_start(link->poll, events, on_socket) == 0;
}

static void connect_again(uv_timer_t *timer);

/* Spread by an eighth, the same way each time: two that lost the same server do not keep step. */
static uint64_t retry_ms(uint32_t tries)
{
    uint64_t ms = PG_LINK_RETRY_MS;
    for (uint32_t i = 0; i < tries && ms < PG_LINK_RETRY_MAX_MS; i++)
        ms *= 2;
    if (ms > PG_LINK_RETRY_MAX_MS)
        ms = PG_LINK_RETRY_MAX_MS;
    return ms - (tries * UINT64_C(2654435761) >> 7) % (ms / 8);
}

void pg_link_drop(struct pg_link *link, const char *reason)
{
    CHECK(link->state != LINK_WAITING && link->state != LINK_CLOSED);
    char text[REASON_MAX];
    snprintf(text, sizeof text, "%s", reason); /* it may be the connection's own */
    stop_polling(link);
    PQfinish(link->connection);
    link->connection = NULL;
    set_state(link, LINK_WAITING);
    uv_timer_start(&link->timer, connect_again, retry_ms(link->tries), 0);
    link->tries++;
    link->callbacks.on_lost(link->callbacks.user, text);
}

static void drop_failed(struct pg_link *link)
{
    struct store_error error;
    pg_session_failed(link->connection, PQerrorMessage(link->connection), &error);
    pg_link_drop(link, error.text);
}

static void on_late(uv_timer_t *timer)
{
    struct pg_link *link = timer->data;
    struct store_error error;
    pg_session_failed(link->connection, "no answer in time", &error);
    pg_link_drop(link, error.text);
}

static void become_idle(struct pg_link *link)
{
    uv_timer_stop(&link->timer);
    link->tries = 0;
    set_state(link, LINK_IDLE);
    link->callbacks.on_connected(link->callbacks.user);
}

static bool use_pipeline(struct pg_link *link)
{
    return PQsetnonblocking(link->connection, 1) == 0 &&
           PQenterPipelineMode(link->connection) == 1 && watch(link, UV_READABLE);
}

/* One step of connecting. The old watch goes first: PQconnectPoll may close its socket. */
static void go_on_connecting(struct pg_link *link)
{
    stop_polling(link);
    const PostgresPollingStatusType next = PQconnectPoll(link->connection);
    bool ok = false;
    if (next == PGRES_POLLING_READING)
        ok = watch(link, UV_READABLE);
    else if (next == PGRES_POLLING_WRITING)
        ok = watch(link, UV_WRITABLE);
    else if (next == PGRES_POLLING_OK && use_pipeline(link)) {
        become_idle(link);
        return;
    }
    if (!ok)
        drop_failed(link);
}

static void connect_again(uv_timer_t *timer)
{
    struct pg_link *link = timer->data;
    set_state(link, LINK_RESOLVING);
    pg_hosts_find(&link->hosts, link->tries - 1);
}

static void begin_connecting(struct pg_link *link)
{
    const struct pg_hosts_lists lists = pg_hosts_lists(&link->hosts);
    set_state(link, LINK_CONNECTING);
    link->connection = pg_session_start(link->url, &lists);
    uv_timer_start(&link->timer, on_late, PG_LINK_CONNECT_MS, 0);
    if (PQstatus(link->connection) == CONNECTION_BAD || !watch(link, UV_WRITABLE))
        drop_failed(link);
}

static void close_timer(struct pg_link *link);

static void on_hosts(void *user, const struct store_error *error)
{
    struct pg_link *link = user;
    if (link->state == LINK_CLOSED)
        close_timer(link);
    else if (error != NULL)
        pg_link_drop(link, error->text);
    else
        begin_connecting(link);
}

/* Hand on what has come. A statement's results end with NULL, the pipeline's with the sync; a lost
 * connection gives NULL for ever. */
static void take_results(struct pg_link *link)
{
    int ends = 0;
    while (link->state == LINK_BUSY && !PQisBusy(link->connection) && ends < 2) {
        PGresult *result = PQgetResult(link->connection);
        ends = result == NULL ? ends + 1 : 0;
        if (result != NULL && PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            uv_timer_stop(&link->timer);
            set_state(link, LINK_IDLE);
            link->callbacks.on_answered(link->callbacks.user);
        } else if (result != NULL) {
            link->callbacks.on_result(link->callbacks.user, result);
        }
        PQclear(result);
    }
}

/* Write what libpq still holds, and watch for as much as is left to do. */
static void flush(struct pg_link *link)
{
    const int left = PQflush(link->connection);
    if (left < 0 || !watch(link, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE))
        drop_failed(link);
}

/* Were there notifications since? They say no more than that. */
static bool take_notices(struct pg_link *link)
{
    bool any = false;
    PGnotify *notice;
    while ((notice = PQnotifies(link->connection)) != NULL) {
        any = true;
        PQfreemem(notice);
    }
    return any && link->callbacks.on_notified != NULL;
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct pg_link *link = poll->data;
    (void)status; /* libpq finds the error itself, and has the words */
    (void)events;
    if (link->state == LINK_CONNECTING) {
        go_on_connecting(link);
        return;
    }
    const bool is_alive = PQconsumeInput(link->connection) == 1;
    const bool is_notified = take_notices(link);
    take_results(link); /* also what the server said before it hung up */
    if (link->state != LINK_IDLE && link->state != LINK_BUSY)
        return;
    if (!is_alive || PQstatus(link->connection) == CONNECTION_BAD) {
        drop_failed(link);
        return;
    }
    flush(link);
    if (is_notified && (link->state == LINK_IDLE || link->state == LINK_BUSY))
        link->callbacks.on_notified(link->callbacks.user);
}

PGconn *pg_link_connection(struct pg_link *link)
{
    CHECK(link->state == LINK_IDLE);
    return link->connection;
}

void pg_link_sync(struct pg_link *link)
{
    set_state(link, LINK_BUSY);
    uv_timer_start(&link->timer, on_late, link->answer_ms, 0);
    if (PQpipelineSync(link->connection) == 1)
        flush(link);
    else
        drop_failed(link);
}

/* The hosts as libpq has them, of the URL, a service file or the environment. */
static bool take_hosts(struct pg_link *link)
{
    const char *host = NULL;
    const char *hostaddr = NULL;
    const char *port = NULL;
    PQconninfoOption *options = PQconninfo(link->connection);
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (strcmp(option->keyword, "host") == 0)
            host = option->val;
        else if (strcmp(option->keyword, "hostaddr") == 0)
            hostaddr = option->val;
        else if (strcmp(option->keyword, "port") == 0)
            port = option->val;
    }
    pg_hosts_init(&link->hosts, link->loop, host, hostaddr, port, on_hosts, link);
    PQconninfoFree(options);
    return options != NULL;
}

struct pg_link *pg_link_open(uv_loop_t *loop, const char *url, PGconn *first, uint64_t answer_ms,
                             const struct pg_link_callbacks *callbacks)
{
    struct pg_link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    *link = (struct pg_link){.loop = loop,
                             .url = url,
                             .answer_ms = answer_ms,
                             .callbacks = *callbacks,
                             .state = LINK_IDLE,
                             .connection = first};
    uv_timer_init(loop, &link->timer);
    link->timer.data = link;
    if (!take_hosts(link) || !use_pipeline(link)) {
        stop_polling(link);
        uv_close((uv_handle_t *)&link->timer, NULL);
        link->state = LINK_CLOSED;
        return NULL;
    }
    return link;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct pg_link *link = handle->data;
    struct pg_link_callbacks callbacks = link->callbacks;
    free(link);
    callbacks.on_closed(callbacks.user);
}

static void close_timer(struct pg_link *link)
{
    uv_close((uv_handle_t *)&link->timer, on_timer_closed);
}

void pg_link_close(struct pg_link *link)
{
    set_state(link, LINK_CLOSED);
    stop_polling(link);
    PQfinish(link->connection);
    link->connection = NULL;
    if (!pg_hosts_hurry(&link->hosts))
        close_timer(link);
}
