/* From a request's bytes to an event, and from messages to a response's bytes. */
#include "net/call.h"

#include "net/http.h"
#include "net/session.h"
#include "net/stream.h"

static const struct {
    enum connect_code code;
    const char *text;
} errors[] = {
    [MESSAGE_ERROR_NOT_FOUND] = {CONNECT_NOT_FOUND, "there is no such ride"},
    [MESSAGE_ERROR_TOO_LATE] = {CONNECT_FAILED_PRECONDITION, "the ride has begun or ended"},
    [MESSAGE_ERROR_BUSY] = {CONNECT_RESOURCE_EXHAUSTED, "the dispatcher is full; try again"},
    [MESSAGE_ERROR_NO_ROAD] = {CONNECT_NOT_FOUND, "no road is near that point"},
    [MESSAGE_ERROR_NOT_PAID] = {CONNECT_FAILED_PRECONDITION,
                                "nothing was paid for the ride, or it has not ended"},
    [MESSAGE_ERROR_OVER_PAID] = {CONNECT_OUT_OF_RANGE,
                                 "pence: more than was paid for the ride and not given back"},
    [MESSAGE_ERROR_KEY_TAKEN] = {CONNECT_ALREADY_EXISTS,
                                 "key: another refund of the ride has this key"},
    [MESSAGE_ERROR_NOT_ENDED] = {CONNECT_FAILED_PRECONDITION, "the ride has not ended"},
    [MESSAGE_ERROR_REFUNDS_FULL] = {CONNECT_FAILED_PRECONDITION,
                                    "the ride was refunded four times, which is the most"},
    [MESSAGE_ERROR_NO_PROVIDER] = {CONNECT_FAILED_PRECONDITION,
                                   "there is no agreement to pay under, and none is offered"},
    [MESSAGE_ERROR_PROVIDER] = {CONNECT_UNAVAILABLE,
                                "a payment is under way, or nobody takes one; try again"},
    [MESSAGE_ERROR_NO_ACCOUNT] = {CONNECT_NOT_FOUND, "there is no such account"},
    [MESSAGE_ERROR_RECORDED] = {CONNECT_FAILED_PRECONDITION,
                                "bank_reference: recorded with another account or amount"},
    [MESSAGE_ERROR_PERIOD_UNKNOWN] = {CONNECT_NOT_FOUND,
                                      "period: the books do not go back to that month"},
    [MESSAGE_ERROR_PERIOD_NOT_OVER] = {CONNECT_FAILED_PRECONDITION,
                                       "period: the month is not over"},
    [MESSAGE_ERROR_PERIOD_EARLIER_OPEN] = {CONNECT_FAILED_PRECONDITION,
                                           "period: the month before it is not settled"},
    [MESSAGE_ERROR_PERIOD_SETTLED] = {CONNECT_FAILED_PRECONDITION,
                                      "period: the month was settled before"},
    [MESSAGE_ERROR_PERIOD_NOT_PROPOSED] = {CONNECT_FAILED_PRECONDITION,
                                           "period: no settlement of the month was proposed"},
    [MESSAGE_ERROR_PERIOD_SAME_PERSON] = {CONNECT_PERMISSION_DENIED,
                                          "who proposed a settlement cannot approve it"},
    [MESSAGE_ERROR_PERIOD_STALE] = {CONNECT_FAILED_PRECONDITION,
                                    "digest: not that of the last proposal, or what the proposal "
                                    "rests on has changed"},
    [MESSAGE_ERROR_PERIOD_TOO_LARGE] = {CONNECT_OUT_OF_RANGE,
                                        "period: an amount of the month is over 2^48 pence"},
};
_Static_assert(sizeof errors / sizeof errors[0] == MESSAGE_ERROR_COUNT, "each has a text");

struct request_id call_request(const struct session *session)
{
    return (struct request_id){(uint64_t)session->call.generation << 32 | session->call.index};
}

struct call *call_find(const struct net *net, struct request_id request)
{
    struct pool_handle handle = {.index = (uint32_t)request.value,
                                 .generation = (uint32_t)(request.value >> 32)};

    return pool_get(&net->calls, handle);
}

void call_release(struct session *session)
{
    struct call *call;

    if (session->call.generation == 0)
        return;
    call = pool_get(&session->net->calls, session->call);
    CHECK(call != NULL);
    stream_leave(session->net, call);
    pool_release(&session->net->calls, session->call);
    session->call = (struct pool_handle){0, 0};
}

void call_begin(struct session *session, const uint8_t *bytes, size_t size)
{
    struct net *net = session->net;
    const struct codec_call *codec = session->codec;
    enum connect_code code = CONNECT_INVALID_ARGUMENT;
    struct event event;
    const char *why = NULL;
    struct call *call;

    if (codec->streaming)
        why = connect_envelope_read(bytes, size, &bytes, &size, &code);
    if (why == NULL)
        why = codec->decode(bytes, size, &session->caller, &event);
    if (why != NULL) {
        http_error(session, code, why);
        return;
    }
    buffer_clear(&session->in);
    call = pool_take(&net->calls, &session->call);
    CHECK(call != NULL); /* as many as sessions */
    call->session = session;
    call->codec = codec;
    event.request = call_request(session);
    if (codec->streaming)
        stream_begin(session, call, &event);
    else
        session_move(session, SESSION_WAITING, session->answer_ms);
    if (!net->callbacks.on_event(net->callbacks.user, &event))
        http_error(session, CONNECT_UNAVAILABLE, "the dispatcher cannot take this now; try again");
}

void call_message(struct net *net, const struct message *message)
{
    struct call *call = call_find(net, message->request);
    struct session *session;
    size_t size = 0;
    uint8_t *room;
    enum codec_reply reply;

    if (call == NULL) {
        metrics_count(net->metrics, METRICS_DROPPED_REPLY);
        return;
    }
    session = call->session;
    if (message->kind == MESSAGE_ERROR) {
        http_error(session, errors[message->error].code, errors[message->error].text);
        return;
    }
    if (call->codec->streaming) {
        stream_reply(session, call, message);
        return;
    }
    room = buffer_reserve(&session->in, CODEC_REPLY_MAX, DOORS_OUT_MAX);
    if (room == NULL) {
        http_error(session, CONNECT_INTERNAL, "the response is too long");
        return;
    }
    reply = call->codec->encode(message, room, &size);
    if (reply == CODEC_REPLY_NONE) {
        metrics_count(net->metrics, METRICS_DROPPED_REPLY);
        return;
    }
    session->in.size += size;
    if (reply == CODEC_REPLY_LAST)
        http_reply(session, session->in.size > 0 ? buffer_bytes(&session->in) : NULL,
                   session->in.size);
}

void call_expire(struct session *session)
{
    const bool is_callers =
        session->answer_ms < (int64_t)session->net->config.request_timeout_s * 1000;

    http_error(session, is_callers ? CONNECT_DEADLINE_EXCEEDED : CONNECT_UNAVAILABLE,
               "the dispatcher did not answer in time; try again");
}
