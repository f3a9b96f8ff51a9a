/* The doors opened and closed, and the callback of libwebsockets, which only hands on.
 *
 * Taking down: the context is destroyed once, which closes every connection; libuv lets go of them
 * in its own time; when nothing in the loop is closing any more the context is destroyed a second
 * time, which frees it. */
#include "net/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "net/call.h"
#include "net/doors.h"
#include "net/http.h"
#include "net/listen.h"
#include "net/session.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/vehicle.h"

#define HEADERS_MAX      8192  /* all headers of one request, bytes; a token may take half */
#define READ_MAX         16384 /* bytes read from a connection in one go */
#define WRITE_MAX        65536 /* bytes written to one in one go */
#define TOKENS_MAX       8192  /* tokens remembered */
#define OTHER_FILES      512   /* file descriptors of others in the process */
#define FILES_MAX        1048576
#define LOG_LINES_PER_S  10
#define REAP_MS          1
#define PEERS_PER_SOCKET 2

/* The log function of libwebsockets has no argument of ours: the one variable of this folder. */
static struct net *log_net;

static void log_line(struct net *net, const char *what, const char *detail)
{
    int64_t second = (int64_t)uv_now(net->loop) / 1000;

    if (second != net->log_second) {
        net->log_second = second;
        net->log_count = 0;
    }
    if (net->log_count++ < LOG_LINES_PER_S)
        net->callbacks.on_log(net->callbacks.user, what, detail);
}

/* "[2026/01/02 03:04:05:6789] W: text\n": the text is what is wanted. */
static void on_lws_log(int level, const char *line)
{
    char text[256];
    const char *start = strstr(line, ": ");

    snprintf(text, sizeof text, "%s", start != NULL ? start + 2 : line);
    text[strcspn(text, "\n")] = '\0';
    if (log_net != NULL)
        log_line(log_net, level == LLL_ERR ? "websockets_error" : "websockets_warning", text);
}

static void forget_session(struct lws *wsi, struct session *session)
{
    lws_set_opaque_user_data(wsi, NULL);
    session_free(session);
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t size)
{
    struct session *session;

    if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
        tls_harden(user);
        return 0;
    }
    session = wsi != NULL ? lws_get_opaque_user_data(wsi) : NULL;
    if (session == NULL)
        return 0;
    session->net->has_session = true;
    if (session->state != SESSION_ENDED)
        session->wsi = wsi;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return http_begin(session);
    case LWS_CALLBACK_HTTP_BODY:
        return http_body(session, in, size);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return http_complete(session);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return http_writeable(session);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return vehicle_upgrade(session);
    case LWS_CALLBACK_ESTABLISHED:
        return vehicle_open(session);
    case LWS_CALLBACK_RECEIVE:
        return vehicle_receive(session, in, size);
    case LWS_CALLBACK_RECEIVE_PONG:
        vehicle_heard(session);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return vehicle_writeable(session);
    case LWS_CALLBACK_RAW_ADOPT: /* CONNECT makes a connection raw: hang up */
    case LWS_CALLBACK_RAW_RX:
        return -1;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_RAW_CLOSE:
        session_end(session);
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        forget_session(wsi, session);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {
        .name = VEHICLE_PROTOCOL,
        .callback = on_lws,
        .rx_buffer_size = READ_MAX,
        .tx_packet_size = WRITE_MAX,
    },
    {0},
};

/* libwebsockets finds a socket's owner at once only in a table as long as the limit of open files;
 * so the limit is made neither too low for us nor so high that the table is a waste. */
static bool set_file_limit(uint32_t connections, struct net_error *error)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)connections + OTHER_FILES;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return true;
    if (limit.rlim_cur >= wanted && limit.rlim_cur <= FILES_MAX)
        return true;
    if (limit.rlim_max < wanted) {
        snprintf(error->text, sizeof error->text,
                 "connections_max %u needs %llu open files, and %llu are allowed",
                 (unsigned)connections, (unsigned long long)wanted,
                 (unsigned long long)limit.rlim_max);
        return false;
    }
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    return true;
}

static bool take_memory(struct net *net, struct net_error *error)
{
    uint32_t count = net->config.connections_max;
    size_t size = pool_cost(count, sizeof(struct session)) + pool_cost(count, sizeof(struct call)) +
                  map_cost(count);
    struct peer_limits limits = {.peers_max = PEERS_PER_SOCKET * count,
                                 .connections = net->config.connections_per_peer,
                                 .calls_s = net->config.calls_per_peer_s};
    struct arena arena;

    net->memory = calloc(1, size);
    net->metrics = metrics_new();
    net->peers = peer_table_new(&limits);
    if (net->memory == NULL || net->metrics == NULL || net->peers == NULL) {
        snprintf(error->text, sizeof error->text, "out of memory for %u connections",
                 (unsigned)count);
        return false;
    }
    arena_init(&arena, net->memory, size);
    pool_init(&net->sessions, &arena, count, sizeof(struct session));
    pool_init(&net->calls, &arena, count, sizeof(struct call));
    map_init(&net->vehicles, &arena, count);
    for (size_t i = 0; i < DOORS_RIDE_BUCKETS; i++)
        net->ride_heads[i] = DOORS_NOBODY;
    net->fleet_head = DOORS_NOBODY;
    return true;
}

static bool load_keys(struct net *net, struct net_error *error)
{
    const struct net_config *config = &net->config;
    char text[TOKEN_ERROR_MAX];

    net->keys = token_keys_load(config->jwks, text);
    if (net->keys == NULL) {
        snprintf(error->text, sizeof error->text, "%s", text);
        return false;
    }
    net->tokens = token_cache_new(net->keys, config->issuer, config->audience, TOKENS_MAX);
    if (net->tokens == NULL)
        snprintf(error->text, sizeof error->text, "out of memory for tokens");
    return net->tokens != NULL;
}

static bool open_context(struct net *net, struct net_error *error)
{
    const struct net_config *config = &net->config;
    void *loops[1] = {net->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .foreign_loops = loops,
        .gid = -1,
        .uid = -1,
        .user = net,
        .max_http_header_data2 = HEADERS_MAX,
        .pt_serv_buf_size = READ_MAX,
        .timeout_secs = config->request_timeout_s + 2,
        .timeout_secs_ah_idle = config->request_timeout_s,
        .keepalive_timeout = (int)config->idle_timeout_s,
        .alpn = "http/1.1",
        .vhost_name = "commonwheel",
        .ssl_cert_filepath = config->tls_certificate,
        .ssl_private_key_filepath = config->tls_key,
    };

    log_net = net;
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    net->context = lws_create_context(&info);
    if (net->context != NULL)
        net->vhost = lws_create_vhost(net->context, &info);
    if (net->vhost == NULL)
        snprintf(error->text, sizeof error->text,
                 "libwebsockets cannot start (is libwebsockets-evlib-uv installed?)");
    return net->vhost != NULL;
}

static void free_all(struct net *net)
{
    if (log_net == net)
        log_net = NULL;
    token_cache_free(net->tokens);
    token_keys_free(net->keys);
    peer_table_free(net->peers);
    metrics_free(net->metrics);
    free(net->memory);
    free(net);
}

static void on_timer(uv_timer_t *timer);

struct net *net_open(uv_loop_t *loop, const struct net_config *config,
                     const struct net_callbacks *callbacks, struct net_error *error)
{
    struct net *net = calloc(1, sizeof *net);

    CHECK(config->connections_max >= 1 && config->connections_max <= 65536);
    CHECK(config->request_timeout_s >= 1 && config->idle_timeout_s >= 1);
    CHECK((config->tls_certificate == NULL) == (config->tls_key == NULL));
    if (net == NULL) {
        snprintf(error->text, sizeof error->text, "out of memory");
        return NULL;
    }
    net->loop = loop;
    net->config = *config;
    net->callbacks = *callbacks;
    net->listener = -1;
    if ((config->tls_certificate != NULL &&
         !tls_check(config->tls_certificate, config->tls_key, error)) ||
        !set_file_limit(config->connections_max, error) || !take_memory(net, error) ||
        !load_keys(net, error) || !listen_open(net, error) || !open_context(net, error)) {
        listen_close(net);
        if (net->context != NULL)
            lws_context_destroy(net->context); /* the rest of it needs the loop, and is left */
        free_all(net);
        return NULL;
    }
    uv_timer_init(loop, &net->timer);
    net->timer.data = net;
    uv_timer_start(&net->timer, on_timer, DOORS_SWEEP_MS, DOORS_SWEEP_MS);
    listen_start(net);
    net->config.address = net->config.jwks = net->config.issuer = net->config.audience = NULL;
    net->config.tls_certificate = net->config.tls_key = NULL;
    return net;
}

uint16_t net_port(const struct net *net)
{
    return net->port;
}

void net_send(struct net *net, const struct message *message)
{
    if (net->phase >= NET_CLOSING)
        return;
    switch (message->kind) {
    case MESSAGE_WELCOME:
    case MESSAGE_PLAN:
    case MESSAGE_ACK:
    case MESSAGE_REJECT:
        vehicle_send(net, message);
        return;
    case MESSAGE_RIDE:
    case MESSAGE_VEHICLE:
        if (message->request.value == 0) {
            stream_publish(net, message);
            return;
        }
        call_message(net, message);
        return;
    default:
        call_message(net, message);
        return;
    }
}

void net_drain(struct net *net)
{
    if (net->phase != NET_SERVING)
        return;
    net->phase = NET_DRAINING;
    listen_close(net);
}

/* The work is left to the timer, since this may be called from a callback of libwebsockets. */
void net_close(struct net *net)
{
    CHECK(net->phase < NET_CLOSING);
    net_drain(net);
    net->phase = NET_CLOSING;
    uv_timer_start(&net->timer, on_timer, 0, REAP_MS);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct net *net = handle->data;
    struct net_callbacks callbacks = net->callbacks;

    free_all(net);
    callbacks.on_closed(callbacks.user);
}

static void see_closing(uv_handle_t *handle, void *is_closing)
{
    if (uv_is_closing(handle))
        *(bool *)is_closing = true;
}

static void on_timer(uv_timer_t *timer)
{
    struct net *net = timer->data;
    bool is_closing = false;

    switch (net->phase) {
    case NET_SERVING:
        listen_start(net);
        session_sweep(net);
        peer_sweep(net->peers, (int64_t)uv_now(net->loop));
        return;
    case NET_DRAINING:
        session_sweep(net);
        return;
    case NET_CLOSING:
        net->phase = NET_REAPING;
        lws_context_destroy(net->context);
        return;
    case NET_REAPING:
        uv_walk(net->loop, see_closing, &is_closing);
        if (is_closing)
            return;
        lws_context_destroy(net->context);
        uv_close((uv_handle_t *)timer, on_timer_closed);
        return;
    }
}
