/* States and deadlines of connections. libwebsockets closes a connection when its callback says
 * so; from elsewhere the socket is shut down, which makes it call. */
#include "net/session.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "net/call.h"
#include "net/http.h"
#include "net/vehicle.h"

_Static_assert(LWS_PRE <= BUFFER_FRONT, "a buffer has the room that lws_write() wants");

#define TO(state) (1u << (state))

/* From each state, where it may go; SESSION_ENDED is open to all. */
static const unsigned moves[SESSION_STATE_COUNT] = {
    [SESSION_IDLE] =
        TO(SESSION_BODY) | TO(SESSION_REPLYING) | TO(SESSION_LINKED) | TO(SESSION_CLOSING),
    [SESSION_BODY] =
        TO(SESSION_WAITING) | TO(SESSION_REPLYING) | TO(SESSION_STREAMING) | TO(SESSION_CLOSING),
    [SESSION_WAITING] = TO(SESSION_REPLYING) | TO(SESSION_CLOSING),
    [SESSION_REPLYING] = TO(SESSION_IDLE) | TO(SESSION_LINGERING) | TO(SESSION_CLOSING),
    [SESSION_STREAMING] = TO(SESSION_REPLYING) | TO(SESSION_CLOSING),
    [SESSION_LINGERING] = TO(SESSION_CLOSING),
    [SESSION_LINKED] = TO(SESSION_CLOSING),
    [SESSION_CLOSING] = TO(SESSION_CLOSING),
};

struct session *session_new(struct net *net, struct pool_handle peer)
{
    struct pool_handle handle;
    struct session *session = pool_take(&net->sessions, &handle);

    if (session == NULL)
        return NULL;
    session->net = net;
    session->handle = handle;
    session->peer = peer;
    session->vehicle = VEHICLE_NONE;
    session->state = SESSION_IDLE;
    session->deadline_ms =
        (int64_t)uv_now(net->loop) + (int64_t)net->config.request_timeout_s * 1000;
    metrics_add(net->metrics, METRICS_CONNECTIONS, 1);
    return session;
}

void session_move(struct session *session, enum session_state state, int64_t timeout_ms)
{
    CHECK(state == SESSION_ENDED || (moves[session->state] & TO(state)) != 0);
    session->state = state;
    session->deadline_ms =
        timeout_ms > 0 ? (int64_t)uv_now(session->net->loop) + timeout_ms : INT64_MAX;
}

void session_ask_write(struct session *session)
{
    lws_callback_on_writable(session->wsi);
}

int session_write(struct session *session)
{
    size_t size = session->out.size;

    if (size == 0)
        return 0;

    int written = lws_write(session->wsi, buffer_bytes(&session->out), size, LWS_WRITE_HTTP);

    buffer_clear(&session->out);
    return written < (int)size ? -1 : 0;
}

void session_kill(struct session *session)
{
    if (session->state == SESSION_ENDED || session->wsi == NULL)
        return;
    session_move(session, SESSION_CLOSING, DOORS_LINGER_MS);
    session->close_code = 0;
    session->close_reason = NULL;
    buffer_free(&session->out);
    lws_callback_on_writable(session->wsi);
    shutdown(lws_get_socket_fd(session->wsi), SHUT_RDWR);
}

void session_end(struct session *session)
{
    struct net *net = session->net;

    if (session->state == SESSION_ENDED)
        return;
    call_release(session);
    vehicle_end(session);
    session_move(session, SESSION_ENDED, 0);
    session->wsi = NULL;
    buffer_free(&session->in);
    buffer_free(&session->out);
    peer_leave(net->peers, session->peer);
    metrics_add(net->metrics, METRICS_CONNECTIONS, -1);
}

void session_free(struct session *session)
{
    session_end(session);
    pool_release(&session->net->sessions, session->handle);
}

static void expire(struct session *session)
{
    if (session->state == SESSION_WAITING) {
        call_expire(session);
        return;
    }
    metrics_count(session->net->metrics, METRICS_TIMED_OUT);
    session_kill(session);
}

void session_sweep(struct net *net)
{
    int64_t now_ms = (int64_t)uv_now(net->loop);

    for (uint32_t i = 0; i < net->sessions.high; i++) {
        struct session *session = pool_at(&net->sessions, i);

        if (session == NULL || session->state == SESSION_ENDED)
            continue;
        if (session->deadline_ms <= now_ms)
            expire(session);
        else if (session->state == SESSION_LINKED)
            vehicle_ping(session);
    }
}
