/* One link of each vehicle: the newest. Frames to a vehicle are framed here (RFC 6455, section
 * 5.2: no mask from a server), so that all that wait leave in one write. */
#include "net/vehicle.h"

#include <string.h>
#include <strings.h>

#include "net/guard.h"
#include "net/session.h"
#include "wire/codec_vehicle.h"

#define FRAME_BINARY 0x82 /* final, binary */
#define FRAME_PING   0x89 /* final, ping */
#define FRAME_CLOSE  0x88 /* final, close */
#define PING_MS      5000
#define CLOSE_MS     2000

static const char path[] = "/vehicle/v1";

static struct map_key key_of(struct vehicle_id vehicle)
{
    return (struct map_key){0, vehicle.value};
}

/* Answer an upgrade that may not be. The connection is new and nothing waits on it, so this is
 * written at once. */
static int deny(struct session *session, enum connect_code code, int status, const char *message)
{
    char json[CONNECT_HEAD_MAX];
    size_t size = connect_error_json(code, message, json);

    metrics_request(session->net->metrics, NULL, code, uv_hrtime() - session->started_ns);
    if (connect_response(&session->out, DOORS_OUT_MAX, status, "application/json",
                         status == 401 ? "www-authenticate: Bearer\r\n" : "", json, size, true) &&
        session_write(session) == 0)
        session_move(session, SESSION_CLOSING, CLOSE_MS);
    return -1;
}

/* The `in` of this callback may point to what is freed already (NN-2025-0102), so the header is
 * read anew; and whatever is no WebSocket, such as h2c, is hung up on. */
int vehicle_upgrade(struct session *session)
{
    char value[64];
    struct token_claims claims;
    struct refusal_reply refusal;

    if (session->state != SESSION_IDLE ||
        lws_hdr_copy(session->wsi, value, sizeof value, WSI_TOKEN_UPGRADE) <= 0 ||
        strcasecmp(value, "websocket") != 0)
        return -1;
    session->started_ns = uv_hrtime();
    if (lws_hdr_copy(session->wsi, value, sizeof value, WSI_TOKEN_GET_URI) <= 0 ||
        strcmp(value, path) != 0)
        return deny(session, CONNECT_UNIMPLEMENTED, 404, "there is no WebSocket here");
    if (!guard_check(session, path, &claims, &refusal))
        return deny(session, refusal.code, refusal.status, refusal.message);
    session->vehicle = claims.vehicle;
    return 0;
}

static void close_link(struct session *session, enum vehicle_close code, const char *reason)
{
    if (session->state != SESSION_LINKED)
        return;
    session->close_code = (uint16_t)code;
    session->close_reason = reason;
    session_move(session, SESSION_CLOSING, CLOSE_MS);
    session_ask_write(session);
}

/* The vehicle has no link any more, or another one. */
static void leave(struct session *session)
{
    struct net *net = session->net;
    struct event event = {.kind = EVENT_GONE, .gone = session->vehicle};

    map_remove(&net->vehicles, key_of(session->vehicle));
    session->vehicle = VEHICLE_NONE;
    metrics_add(net->metrics, METRICS_VEHICLES, -1);
    if (!session->greeted)
        return;
    session->greeted = false;
    if (net->phase < NET_CLOSING && !net->callbacks.on_event(net->callbacks.user, &event))
        metrics_count(net->metrics, METRICS_DROPPED_TELEMETRY);
}

int vehicle_open(struct session *session)
{
    struct net *net = session->net;
    struct vehicle_id vehicle = session->vehicle;
    uint32_t index;

    if (vehicle.value == VEHICLE_NONE.value || session->state != SESSION_IDLE)
        return -1;
    if (map_get(&net->vehicles, key_of(vehicle), &index)) {
        struct session *older = pool_at(&net->sessions, index);

        leave(older);
        close_link(older, VEHICLE_CLOSE_REPLACED, "a newer link took its place");
    }
    session_move(session, SESSION_LINKED, (int64_t)net->config.idle_timeout_s * 1000);
    session->sent_ms = (int64_t)uv_now(net->loop);
    metrics_add(net->metrics, METRICS_VEHICLES, 1);
    return map_put(&net->vehicles, key_of(vehicle), session->handle.index) ? 0 : -1;
}

void vehicle_end(struct session *session)
{
    uint32_t index;

    if (session->vehicle.value != VEHICLE_NONE.value &&
        map_get(&session->net->vehicles, key_of(session->vehicle), &index) &&
        index == session->handle.index)
        leave(session);
}

void vehicle_heard(struct session *session)
{
    if (session->state == SESSION_LINKED)
        session->deadline_ms = (int64_t)uv_now(session->net->loop) +
                               (int64_t)session->net->config.idle_timeout_s * 1000;
}

/* One whole message. A bad one is dropped: it is at fault, not the vehicle. */
static void take_frame(struct session *session, const uint8_t *bytes, size_t size)
{
    struct net *net = session->net;
    struct event event;
    const char *why = codec_vehicle_decode(bytes, size, session->vehicle, &event);

    metrics_count(net->metrics, METRICS_FRAMES_IN);
    if (why != NULL) {
        metrics_count(net->metrics, METRICS_DROPPED_BAD_FRAME);
        return;
    }
    if ((event.kind == EVENT_HELLO) == session->greeted) {
        close_link(session, VEHICLE_CLOSE_POLICY,
                   session->greeted ? "a second Hello" : "no Hello first");
        return;
    }
    event.request = (struct request_id){0};
    if (net->callbacks.on_event(net->callbacks.user, &event)) {
        session->greeted = true;
        return;
    }
    if (event.kind == EVENT_TELEMETRY)
        metrics_count(net->metrics, METRICS_DROPPED_TELEMETRY);
    else /* a Hello or a report has to come again */
        close_link(session, VEHICLE_CLOSE_TRY_AGAIN, "the dispatcher cannot take this now");
}

int vehicle_receive(struct session *session, const uint8_t *bytes, size_t size)
{
    size_t max = session->net->config.message_max;
    bool is_whole = lws_is_final_fragment(session->wsi) != 0;

    if (session->state != SESSION_LINKED)
        return 0;
    if (max > CODEC_VEHICLE_UP_MAX)
        max = CODEC_VEHICLE_UP_MAX;
    vehicle_heard(session);
    if (lws_frame_is_binary(session->wsi) == 0) {
        close_link(session, VEHICLE_CLOSE_UNSUPPORTED, "a text message");
        return 0;
    }
    if (session->in.size == 0 && is_whole && size <= max) {
        take_frame(session, bytes, size);
        return 0;
    }
    if (!buffer_append(&session->in, bytes, size, max)) {
        close_link(session, VEHICLE_CLOSE_TOO_LONG, "a message that is too long");
        return 0;
    }
    if (is_whole) {
        take_frame(session, buffer_bytes(&session->in), session->in.size);
        session->in.size = 0;
    }
    return 0;
}

/* Add a frame to what waits; false when the vehicle reads too slowly. */
static bool push(struct session *session, uint8_t kind, const uint8_t *bytes, size_t size)
{
    uint8_t head[4] = {kind, (uint8_t)size};
    size_t head_size = 2;

    CHECK(size <= UINT16_MAX);
    if (size >= 126) {
        head[1] = 126;
        head[2] = (uint8_t)(size >> 8);
        head[3] = (uint8_t)size;
        head_size = 4;
    }
    if (head_size + size > DOORS_OUT_MAX - session->out.size)
        return false;
    if (!buffer_append(&session->out, head, head_size, DOORS_OUT_MAX) ||
        !buffer_append(&session->out, bytes, size, DOORS_OUT_MAX))
        return false;
    if (session->out.size == head_size + size)
        session_ask_write(session);
    return true;
}

/* libwebsockets would lose a close frame of its own making here: it closes twice when a callback
 * asks for it, as a test of itself. So the frame is ours, and the vehicle's answer or the deadline
 * ends the link. */
static bool push_close(struct session *session)
{
    uint8_t payload[125] = {(uint8_t)(session->close_code >> 8), (uint8_t)session->close_code};
    size_t size = strlen(session->close_reason);

    CHECK(size <= sizeof payload - 2);
    memcpy(payload + 2, session->close_reason, size);
    return push(session, FRAME_CLOSE, payload, size + 2);
}

int vehicle_writeable(struct session *session)
{
    bool is_closing = session->state == SESSION_CLOSING;

    if (is_closing && session->close_reason == NULL)
        return -1;
    if (is_closing && session->close_code != 0) {
        if (!push_close(session))
            return -1;
        session->close_code = 0;
    }
    session->sent_ms = (int64_t)uv_now(session->net->loop);
    return session_write(session);
}

void vehicle_ping(struct session *session)
{
    if ((int64_t)uv_now(session->net->loop) - session->sent_ms < PING_MS || session->out.size > 0)
        return;
    if (!push(session, FRAME_PING, NULL, 0))
        session_kill(session);
}

void vehicle_send(struct net *net, const struct message *message)
{
    struct vehicle_id vehicle =
        message->kind == MESSAGE_PLAN ? message->plan.vehicle : message->vehicle_reply.vehicle;
    uint8_t bytes[CODEC_VEHICLE_DOWN_MAX];
    struct session *session;
    uint32_t index;
    size_t size;

    if (!map_get(&net->vehicles, key_of(vehicle), &index)) {
        metrics_count(net->metrics, METRICS_DROPPED_ORDER);
        return;
    }
    session = pool_at(&net->sessions, index);
    size = codec_vehicle_encode(message, bytes);
    if (session->state != SESSION_LINKED || size == 0) {
        metrics_count(net->metrics, METRICS_DROPPED_ORDER);
        return;
    }
    if (!push(session, FRAME_BINARY, bytes, size)) {
        metrics_count(net->metrics, METRICS_DROPPED_SLOW);
        session_kill(session);
        return;
    }
    metrics_count(net->metrics, METRICS_FRAMES_OUT);
}
