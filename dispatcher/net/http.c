/* One request at a time on each connection. A request that is refused for its headers is still
 * read to the end when its body is short, so that the connection can go on; a long body, or one of
 * unknown length, is answered at once, read and forgotten for a moment, and the connection closed.
 *
 * Bodies need a Content-Length: libwebsockets does not take chunked ones apart. A POST that is sent
 * before the answer to the request before it is hung up on: see is_own_headers(). */
#include "net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/call.h"
#include "net/guard.h"
#include "net/session.h"
#include "net/stream.h"

#define PATH_LENGTH_MAX 128
#define VALUE_MAX       64
#define LENGTH_NONE     (-1)
#define LENGTH_BAD      (-2)
#define TYPE_UNARY      "application/proto"
#define TYPE_STREAM     "application/connect+proto"
#define WEBHOOK         "/webhooks/govuk-pay"
#define SIGNATURE       "pay-signature:"
#define PROMETHEUS      "text/plain; version=0.0.4; charset=utf-8"

static bool refuse(struct refusal_reply *refusal, enum connect_code code, int status,
                   const char *message)
{
    refusal->code = code;
    refusal->status = status != 0 ? status : connect_code_status(code);
    refusal->message = message;
    return false;
}

void http_count(struct session *session, enum connect_code code)
{
    metrics_request(session->net->metrics, session->codec != NULL ? session->codec->path : NULL,
                    code, uv_hrtime() - session->started_ns);
}

/* The response is in `out`: send it. */
static void send_reply(struct session *session, bool is_complete)
{
    if (!is_complete) {
        session_kill(session);
        return;
    }
    session_move(session, SESSION_REPLYING, (int64_t)session->net->config.request_timeout_s * 1000);
    session_ask_write(session);
}

static void error_with_status(struct session *session, enum connect_code code, int status,
                              const char *message)
{
    char json[CONNECT_HEAD_MAX];
    size_t size = connect_error_json(code, message, json);
    const char *extra = "";

    if (status == 401)
        extra = "www-authenticate: Bearer\r\n";
    else if (status == 405)
        extra = "allow: GET, POST\r\n";
    else if (status == 415)
        extra = "accept-post: " TYPE_UNARY ", " TYPE_STREAM "\r\n";
    call_release(session);
    http_count(session, code);
    send_reply(session, connect_response(&session->out, DOORS_OUT_MAX, status, "application/json",
                                         extra, json, size, session->is_last));
}

void http_error(struct session *session, enum connect_code code, const char *message)
{
    if (session->state == SESSION_STREAMING) {
        stream_end(session, code, message);
    } else if (session->codec != NULL && session->codec->streaming && !session->is_last) {
        http_count(session, code);
        send_reply(session, connect_stream_begin(&session->out, DOORS_OUT_MAX) &&
                                connect_stream_end(&session->out, DOORS_OUT_MAX, code, message));
    } else {
        error_with_status(session, code, connect_code_status(code), message);
    }
}

void http_reply(struct session *session, const uint8_t *bytes, size_t size)
{
    call_release(session);
    http_count(session, CONNECT_OK);
    send_reply(session, connect_response(&session->out, DOORS_OUT_MAX, 200, TYPE_UNARY, "", bytes,
                                         size, session->is_last));
    buffer_clear(&session->in);
}

static void reply_refusal(struct session *session)
{
    const struct refusal_reply *refusal = &session->refusal;

    if (refusal->status == connect_code_status(refusal->code))
        http_error(session, refusal->code, refusal->message);
    else
        error_with_status(session, refusal->code, refusal->status, refusal->message);
}

/* The body's length, LENGTH_NONE without the header, LENGTH_BAD when it is not one number. */
static int64_t content_length(struct lws *wsi)
{
    char value[VALUE_MAX];
    int length = lws_hdr_copy(wsi, value, sizeof value, WSI_TOKEN_HTTP_CONTENT_LENGTH);

    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return LENGTH_BAD;
    if (length == 0)
        return LENGTH_NONE;
    if (length < 0 || length > 15 || strspn(value, "0123456789") != (size_t)length)
        return LENGTH_BAD;
    return strtoll(value, NULL, 10);
}

/* Is the header, of libwebsockets' own or custom (with its colon), not there or `wanted`? */
static bool is_absent_or(struct lws *wsi, const char *name, const char *wanted)
{
    char value[VALUE_MAX];
    int length = lws_hdr_custom_length(wsi, name, (int)strlen(name));

    if (length < 0)
        return true;
    return length < VALUE_MAX &&
           lws_hdr_custom_copy(wsi, value, sizeof value, name, (int)strlen(name)) == length &&
           strcasecmp(value, wanted) == 0;
}

static bool check_type(struct session *session, struct refusal_reply *refusal)
{
    const char *wanted = session->codec->streaming ? TYPE_STREAM : TYPE_UNARY;
    char type[VALUE_MAX];
    int length = lws_hdr_copy(session->wsi, type, sizeof type, WSI_TOKEN_HTTP_CONTENT_TYPE);

    if (length <= 0 || strcasecmp(type, wanted) != 0)
        return refuse(refusal, CONNECT_INVALID_ARGUMENT, 415,
                      session->codec->streaming ? "content-type must be " TYPE_STREAM
                                                : "content-type must be " TYPE_UNARY);
    return true;
}

/* How long the core may take: as long as we let it, or less where the caller says so. */
static bool read_timeout(struct session *session)
{
    static const char timeout[] = "connect-timeout-ms:";
    struct lws *wsi = session->wsi;
    char value[VALUE_MAX];
    int length = lws_hdr_custom_length(wsi, timeout, sizeof timeout - 1);

    session->answer_ms = (int64_t)session->net->config.request_timeout_s * 1000;
    if (length < 0)
        return true;
    if (length >= VALUE_MAX ||
        lws_hdr_custom_copy(wsi, value, sizeof value, timeout, sizeof timeout - 1) != length ||
        !connect_timeout_valid(value))
        return false;
    int64_t wanted_ms = strtoll(value, NULL, 10);

    if (wanted_ms < session->answer_ms)
        session->answer_ms = wanted_ms > 0 ? wanted_ms : 1;
    return true;
}

/* What the Connect protocol asks of a request's headers. */
static bool check_protocol(struct session *session, struct refusal_reply *refusal)
{
    struct lws *wsi = session->wsi;
    char value[VALUE_MAX];
    int length;

    if (!is_absent_or(wsi, "connect-protocol-version:", "1"))
        return refuse(refusal, CONNECT_INVALID_ARGUMENT, 0, "connect-protocol-version must be 1");
    if (!read_timeout(session))
        return refuse(refusal, CONNECT_INVALID_ARGUMENT, 0, "connect-timeout-ms is not a number");
    length = lws_hdr_copy(wsi, value, sizeof value, WSI_TOKEN_HTTP_CONTENT_ENCODING);
    if ((length != 0 && (length < 0 || strcasecmp(value, "identity") != 0)) ||
        !is_absent_or(wsi, "connect-content-encoding:", "identity"))
        return refuse(refusal, CONNECT_UNIMPLEMENTED, 0, "compression is not supported");
    return true;
}

/* May this call be made? The caller then is in the session. */
static bool check_call(struct session *session, struct refusal_reply *refusal)
{
    struct token_claims claims;

    if (!check_type(session, refusal) || !check_protocol(session, refusal) ||
        !guard_check(session, session->codec->path, &claims, refusal))
        return false;
    session->caller.rider = claims.rider;
    session->caller.any_rider = claims.role == ROLE_OPERATOR;
    return true;
}

static bool check_length(struct session *session, int64_t length, struct refusal_reply *refusal)
{
    if (length == LENGTH_NONE || length == LENGTH_BAD)
        return refuse(refusal, CONNECT_INVALID_ARGUMENT, length == LENGTH_NONE ? 411 : 400,
                      "one content-length is required, and no transfer-encoding");
    if (length > session->net->config.message_max)
        return refuse(refusal, CONNECT_RESOURCE_EXHAUSTED, 413, "the request is too long");
    return true;
}

/* No token: who takes the webhook looks at the signature, over the body as it came. */
static void check_webhook(struct session *session, struct refusal_reply *refusal)
{
    const int length = lws_hdr_custom_length(session->wsi, SIGNATURE, sizeof SIGNATURE - 1);

    session->signature[0] = '\0';
    if (length > 0 && length < NET_SIGNATURE_MAX &&
        lws_hdr_custom_copy(session->wsi, session->signature, NET_SIGNATURE_MAX, SIGNATURE,
                            sizeof SIGNATURE - 1) != length)
        session->signature[0] = '\0';
    if (session->net->callbacks.on_webhook == NULL)
        refuse(refusal, CONNECT_UNIMPLEMENTED, 404, "there are no webhooks here");
    else if (guard_rate(session, refusal))
        session->is_webhook = true;
}

static void begin_post(struct session *session, const char *path)
{
    struct refusal_reply refusal = {0};
    int64_t length = content_length(session->wsi);

    session->codec = codec_call_find(path, strlen(path));
    if (!check_length(session, length, &refusal)) {
        session->is_last = session->has_body_left = true;
        session->codec = NULL;
        session->refusal = refusal;
        reply_refusal(session);
        return;
    }
    if (strcmp(path, WEBHOOK) == 0) {
        check_webhook(session, &refusal);
    } else if (session->codec == NULL) {
        bool is_known = strcmp(path, "/healthz") == 0 || strcmp(path, "/metrics") == 0 ||
                        strcmp(path, "/vehicle/v1") == 0;

        refuse(&refusal, CONNECT_UNIMPLEMENTED, is_known ? 405 : 404,
               is_known ? "not with POST" : "there is no such call");
    } else if (check_call(session, &refusal)) {
        refusal.code = CONNECT_OK;
    }
    session->refusal = refusal;
    session_move(session, SESSION_BODY, (int64_t)session->net->config.request_timeout_s * 1000);
}

static void reply_metrics(struct session *session)
{
    struct net *net = session->net;
    char *text = malloc(METRICS_TEXT_MAX);
    size_t size;

    if (text == NULL) {
        http_error(session, CONNECT_INTERNAL, "out of memory");
        return;
    }
    size = net->callbacks.metrics(net->callbacks.user, text, METRICS_TEXT_MAX / 2);
    CHECK(size <= METRICS_TEXT_MAX / 2);
    size += metrics_write(net->metrics, text + size, METRICS_TEXT_MAX - size);
    http_count(session, CONNECT_OK);
    send_reply(session, connect_response(&session->out, 2 * METRICS_TEXT_MAX, 200, PROMETHEUS, "",
                                         text, size, session->is_last));
    free(text);
}

static void reply_health(struct session *session)
{
    struct net *net = session->net;
    char words[NET_HEALTH_MAX] = "stopping";
    bool is_healthy =
        net->phase == NET_SERVING && net->callbacks.is_healthy(net->callbacks.user, words);
    char text[NET_HEALTH_MAX + 1];
    int length = snprintf(text, sizeof text, "%s\n", is_healthy ? "ok" : words);

    http_count(session, is_healthy ? CONNECT_OK : CONNECT_UNAVAILABLE);
    send_reply(session, connect_response(&session->out, DOORS_OUT_MAX, is_healthy ? 200 : 503,
                                         "text/plain; charset=utf-8", "", text, (size_t)length,
                                         session->is_last));
}

static void begin_get(struct session *session, const char *path)
{
    struct refusal_reply refusal;

    if (content_length(session->wsi) != LENGTH_NONE && content_length(session->wsi) != 0)
        session->is_last = session->has_body_left = true;
    if (strcmp(path, "/healthz") == 0) {
        reply_health(session);
    } else if (strcmp(path, "/metrics") == 0) {
        if (guard_rate(session, &refusal))
            reply_metrics(session);
        else
            http_error(session, refusal.code, refusal.message);
    } else if (codec_call_find(path, strlen(path)) != NULL) {
        error_with_status(session, CONNECT_UNIMPLEMENTED, 405, "only with POST");
    } else if (strcmp(path, "/vehicle/v1") == 0) {
        error_with_status(session, CONNECT_INVALID_ARGUMENT, 400, "only as a WebSocket");
    } else {
        error_with_status(session, CONNECT_UNIMPLEMENTED, 404, "there is nothing here");
    }
}

int http_begin(struct session *session)
{
    char path[PATH_LENGTH_MAX];
    bool is_post = lws_hdr_total_length(session->wsi, WSI_TOKEN_POST_URI) > 0;
    bool is_get = lws_hdr_total_length(session->wsi, WSI_TOKEN_GET_URI) > 0;

    if (session->state != SESSION_IDLE)
        return -1;
    session->started_ns = uv_hrtime();
    session->codec = NULL;
    session->refusal = (struct refusal_reply){0};
    session->is_webhook = false;
    session->is_last = session->net->phase != NET_SERVING;
    session->has_body_left = false;
    if (!is_post && !is_get) {
        session->is_last = session->has_body_left = true;
        error_with_status(session, CONNECT_UNIMPLEMENTED, 405, "only GET and POST");
        return 0;
    }
    if (lws_hdr_copy(session->wsi, path, sizeof path,
                     is_post ? WSI_TOKEN_POST_URI : WSI_TOKEN_GET_URI) <= 0)
        path[0] = '\0';
    if (is_post)
        begin_post(session, path);
    else
        begin_get(session, path);
    return 0;
}

/* libwebsockets 4.1 gives a request that was sent before the answer to the one before it its own
 * headers as its body. No request of ours begins like that. */
static bool is_own_headers(const struct session *session, const uint8_t *bytes, size_t size)
{
    static const char method[] = "POST ";

    return session->in.size == 0 && size > 0 &&
           memcmp(bytes, method, size < sizeof method - 1 ? size : sizeof method - 1) == 0;
}

int http_body(struct session *session, const uint8_t *bytes, size_t size)
{
    if (session->state == SESSION_BODY) {
        if (is_own_headers(session, bytes, size))
            return -1;
        if (session->refusal.code != CONNECT_OK)
            return 0;
        return buffer_append(&session->in, bytes, size, session->net->config.message_max) ? 0 : -1;
    }
    session->lingered += size;
    return session->lingered > DOORS_LINGER_MAX ? -1 : 0;
}

static void take_webhook(struct session *session)
{
    struct net *net = session->net;
    const uint8_t *body = session->in.size > 0 ? buffer_bytes(&session->in) : (const uint8_t *)"";
    const int status =
        net->callbacks.on_webhook(net->callbacks.user, body, session->in.size, session->signature);
    const bool is_taken = status < 300;

    metrics_count(net->metrics, is_taken ? METRICS_WEBHOOKS_TAKEN : METRICS_WEBHOOKS_REFUSED);
    http_count(session, is_taken ? CONNECT_OK : CONNECT_UNAUTHENTICATED);
    send_reply(session, connect_response(&session->out, DOORS_OUT_MAX, status,
                                         "text/plain; charset=utf-8", "", "", 0, session->is_last));
    buffer_clear(&session->in);
}

int http_complete(struct session *session)
{
    switch (session->state) {
    case SESSION_BODY:
        break;
    case SESSION_STREAMING: /* bytes behind a request that has no end */
    case SESSION_LINGERING:
        return -1;
    default: /* the next request is here already; it waits */
        return 0;
    }
    if (session->refusal.code != CONNECT_OK)
        reply_refusal(session);
    else if (session->is_webhook)
        take_webhook(session);
    else
        call_begin(session, session->in.size > 0 ? buffer_bytes(&session->in) : NULL,
                   session->in.size);
    return 0;
}

/* The response is written: on to the next request, or close. */
static int finish(struct session *session)
{
    if (session->has_body_left) {
        session_move(session, SESSION_LINGERING, DOORS_LINGER_MS);
        return 0;
    }
    if (session->is_last)
        return -1;
    session_move(session, SESSION_IDLE, (int64_t)session->net->config.idle_timeout_s * 1000);
    buffer_clear(&session->in);
    return lws_http_transaction_completed(session->wsi) != 0 ? -1 : 0;
}

int http_writeable(struct session *session)
{
    switch (session->state) {
    case SESSION_REPLYING:
        return session_write(session) != 0 ? -1 : finish(session);
    case SESSION_STREAMING:
        if (session_write(session) != 0)
            return -1;
        stream_written(session);
        return 0;
    case SESSION_CLOSING:
        return -1;
    default:
        return 0;
    }
}
