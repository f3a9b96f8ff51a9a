/* Watchers of one ride are a chain from a bucket of its number, watchers of the fleet one chain. A
 * ride is watched only once the core has answered for it: whose it is, is the core's to say. */
#include "net/stream.h"

#include "net/call.h"
#include "net/http.h"
#include "net/session.h"

static uint32_t *chain_of(struct net *net, const struct call *call)
{
    return call->ride.value != 0 ? &net->ride_heads[call->ride.value % DOORS_RIDE_BUCKETS]
                                 : &net->fleet_head;
}

static void watch(struct net *net, struct call *call)
{
    uint32_t *head = chain_of(net, call);
    uint32_t index = call->session->call.index;

    call->is_watching = true;
    call->previous = DOORS_NOBODY;
    call->next = *head;
    if (*head != DOORS_NOBODY)
        ((struct call *)pool_at(&net->calls, *head))->previous = index;
    *head = index;
}

void stream_leave(struct net *net, struct call *call)
{
    struct call *next;

    if (call->codec->streaming)
        metrics_add(net->metrics, METRICS_STREAMS, -1);
    if (!call->is_watching)
        return;
    if (call->previous == DOORS_NOBODY)
        *chain_of(net, call) = call->next;
    else
        ((struct call *)pool_at(&net->calls, call->previous))->next = call->next;
    next = call->next != DOORS_NOBODY ? pool_at(&net->calls, call->next) : NULL;
    if (next != NULL)
        next->previous = call->previous;
    call->is_watching = false;
}

void stream_begin(struct session *session, struct call *call, const struct event *event)
{
    bool is_begun = connect_stream_begin(&session->out, DOORS_OUT_MAX);

    CHECK(is_begun);
    session_move(session, SESSION_STREAMING, 0);
    lws_set_timeout(session->wsi, NO_PENDING_TIMEOUT, 0);
    metrics_add(session->net->metrics, METRICS_STREAMS, 1);
    if (event->kind == EVENT_LIST_VEHICLES)
        watch(session->net, call);
}

void stream_end(struct session *session, enum connect_code code, const char *message)
{
    struct call *call = pool_get(&session->net->calls, session->call);

    CHECK(call != NULL);
    if (!call->has_begun)
        http_count(session, code);
    call_release(session);
    if (!connect_stream_end(&session->out, DOORS_OUT_MAX, code, message)) {
        session_kill(session);
        return;
    }
    session_move(session, SESSION_REPLYING, (int64_t)session->net->config.request_timeout_s * 1000);
    session_ask_write(session);
}

/* Add a message to the stream. False: the reader was too slow, and is cut off. */
static bool push(struct session *session, struct call *call, const uint8_t *bytes, size_t size)
{
    int64_t timeout_ms = (int64_t)session->net->config.request_timeout_s * 1000;

    if (!call->has_begun) {
        call->has_begun = true;
        http_count(session, CONNECT_OK);
    }
    if (!connect_stream_message(&session->out, DOORS_OUT_MAX, bytes, size)) {
        metrics_count(session->net->metrics, METRICS_DROPPED_SLOW);
        call_release(session);
        session_kill(session);
        return false;
    }
    if (session->deadline_ms == INT64_MAX)
        session->deadline_ms = (int64_t)uv_now(session->net->loop) + timeout_ms;
    session_ask_write(session);
    return true;
}

static bool has_ended(const struct message *message)
{
    return message->kind == MESSAGE_RIDE &&
           (message->ride.state == RIDE_ALIGHTED || message->ride.state == RIDE_CANCELLED ||
            message->ride.state == RIDE_NO_SHOW);
}

void stream_reply(struct session *session, struct call *call, const struct message *message)
{
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;

    if (message->kind == MESSAGE_LIST_END) {
        call->next_after = message->list_end.next_after;
        session_ask_write(session);
        return;
    }
    if (call->codec->encode(message, bytes, &size) == CODEC_REPLY_NONE) {
        metrics_count(session->net->metrics, METRICS_DROPPED_REPLY);
        return;
    }
    if (!push(session, call, bytes, size))
        return;
    if (has_ended(message)) {
        stream_end(session, CONNECT_OK, NULL);
    } else if (message->kind == MESSAGE_RIDE && !call->is_watching) {
        call->ride = message->ride.ride;
        watch(session->net, call);
    }
}

void stream_publish(struct net *net, const struct message *message)
{
    bool is_ride = message->kind == MESSAGE_RIDE;
    uint32_t index =
        is_ride ? net->ride_heads[message->ride.ride.value % DOORS_RIDE_BUCKETS] : net->fleet_head;
    uint8_t bytes[CODEC_REPLY_MAX];
    size_t size = 0;
    bool is_encoded = false;

    while (index != DOORS_NOBODY) {
        struct call *call = pool_at(&net->calls, index);
        struct session *session = call->session;

        index = call->next;
        if (is_ride && call->ride.value != message->ride.ride.value)
            continue;
        if (!is_encoded && call->codec->encode(message, bytes, &size) == CODEC_REPLY_NONE)
            return;
        is_encoded = true;
        if (push(session, call, bytes, size) && has_ended(message))
            stream_end(session, CONNECT_OK, NULL);
    }
}

void stream_written(struct session *session)
{
    struct net *net = session->net;
    struct call *call = pool_get(&net->calls, session->call);
    struct event event = {.kind = EVENT_LIST_VEHICLES};

    session->deadline_ms = INT64_MAX;
    if (call == NULL || call->next_after == 0)
        return;
    event.request = call_request(session);
    event.list.after = call->next_after;
    event.list.limit = LIST_PAGE_MAX;
    call->next_after = 0;
    if (!net->callbacks.on_event(net->callbacks.user, &event))
        stream_end(session, CONNECT_UNAVAILABLE, "the dispatcher cannot take this now; try again");
}
