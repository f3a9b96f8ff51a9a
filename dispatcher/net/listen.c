/* Accepts a bounded number each turn. When accept() fails for lack of resources the poll is stopped
 * until the next sweep, since the waiting connection would wake it for ever. */
#include "net/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/session.h"

#define ACCEPTS_PER_TURN 64
#define KEEP_IDLE_S      30 /* a peer that is gone without a word is noticed within a minute */
#define KEEP_INTERVAL_S  10
#define KEEP_COUNT       3
#define UNSENT_MAX_MS    30000

static bool parse_address(const struct net_config *config, struct sockaddr_storage *address,
                          socklen_t *size)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    memset(address, 0, sizeof *address);
    if (uv_ip4_addr(config->address, config->port, &in) == 0) {
        memcpy(address, &in, sizeof in);
        *size = sizeof in;
        return true;
    }
    if (uv_ip6_addr(config->address, config->port, &in6) == 0) {
        memcpy(address, &in6, sizeof in6);
        *size = sizeof in6;
        return true;
    }
    return false;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    memcpy(&in, &address, sizeof in);
    memcpy(&in6, &address, sizeof in6);
    return ntohs(address.ss_family == AF_INET ? in.sin_port : in6.sin6_port);
}

bool listen_open(struct net *net, struct net_error *error)
{
    const struct net_config *config = &net->config;
    struct sockaddr_storage address;
    socklen_t size;
    int on = 1;
    int off = 0;
    int fd;

    if (!parse_address(config, &address, &size)) {
        snprintf(error->text, sizeof error->text, "%.100s: is no IPv4 or IPv6 address",
                 config->address);
        return false;
    }
    fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        (address.ss_family == AF_INET6 &&
         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) ||
        bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, SOMAXCONN) != 0) {
        snprintf(error->text, sizeof error->text, "cannot listen on %.100s port %u: %s",
                 config->address, (unsigned)config->port, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    net->port = port_of(fd);
    net->listener = fd;
    net->poll = malloc(sizeof *net->poll);
    if (net->poll == NULL || uv_poll_init_socket(net->loop, net->poll, fd) != 0) {
        snprintf(error->text, sizeof error->text, "cannot watch the listening socket");
        free(net->poll);
        net->poll = NULL;
        close(fd);
        net->listener = -1;
        return false;
    }
    net->poll->data = net;
    return true;
}

static void set_options(int fd)
{
    int on = 1;
    int idle = KEEP_IDLE_S;
    int interval = KEEP_INTERVAL_S;
    int count = KEEP_COUNT;
    unsigned unsent = UNSENT_MAX_MS;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unsent, sizeof unsent);
}

/* Hand the socket over, or close it. */
static void adopt(struct net *net, int fd, const struct sockaddr *address)
{
    struct pool_handle peer;
    struct session *session = NULL;
    lws_adopt_desc_t adoption = {
        .vh = net->vhost,
        .type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL,
        .fd = {.sockfd = fd},
    };

    if (peer_enter(net->peers, address, (int64_t)uv_now(net->loop), &peer)) {
        session = session_new(net, peer);
        if (session == NULL)
            peer_leave(net->peers, peer);
    }
    if (session == NULL) {
        metrics_count(net->metrics, METRICS_CONNECTIONS_REFUSED);
        close(fd);
        return;
    }
    metrics_count(net->metrics, METRICS_CONNECTIONS_ACCEPTED);
    set_options(fd);
    adoption.opaque = session;
    net->has_session = false;
    if (lws_adopt_descriptor_vhost_via_info(&adoption) == NULL && !net->has_session)
        session_free(session);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct net *net = poll->data;

    (void)events;
    if (status < 0) {
        uv_poll_stop(poll);
        net->is_listening = false;
        return;
    }
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        struct sockaddr_storage address;
        socklen_t size = sizeof address;
        int fd = accept4(net->listener, (struct sockaddr *)&address, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0) {
            adopt(net, fd, (struct sockaddr *)&address);
        } else if (errno != ECONNABORTED && errno != EINTR) {
            if (errno != EAGAIN && errno != EWOULDBLOCK) {
                net->callbacks.on_log(net->callbacks.user, "accept_error", strerror(errno));
                uv_poll_stop(poll);
                net->is_listening = false;
            }
            return;
        }
    }
}

void listen_start(struct net *net)
{
    if (net->poll != NULL && !net->is_listening)
        net->is_listening = uv_poll_start(net->poll, UV_READABLE, on_readable) == 0;
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

void listen_close(struct net *net)
{
    if (net->poll == NULL)
        return;
    uv_poll_stop(net->poll);
    uv_close((uv_handle_t *)net->poll, on_poll_closed);
    close(net->listener);
    net->poll = NULL;
    net->listener = -1;
    net->is_listening = false;
}
