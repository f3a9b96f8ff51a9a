/* The dispatcher's doors on a libuv loop: Connect calls and streams for people (HTTP/1.1),
 * WebSocket for vehicles, /healthz and /metrics. What comes in is authenticated, allowed by the
 * table of net/access.h, limited, decoded by wire/, and handed over as a core event; what is to go
 * out comes as a core message and is encoded here. Nothing here knows the store or the matcher.
 *
 * libwebsockets stays behind this header.
 *
 * /healthz (200, or 503 with the reason when not healthy or draining) and /metrics need no token:
 * /metrics holds figures only, nothing that names a person or a ride. POST /webhooks/govuk-pay
 * needs none either: whoever takes webhooks looks at their signature. Errors of calls are
 * Connect's: not_found 404, failed_precondition 400, resource_exhausted 429 (413 for a body that is
 * too long), unavailable 503, also when no message came within request_timeout_s; deadline_exceeded
 * 504 when none came within the caller's shorter Connect-Timeout-Ms. Streams end after a ride has
 * ended. A vehicle has one link: a newer one closes the older with code 4000. */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"
#include "core/event.h"
#include "core/message.h"

#define NET_ERROR_MAX     512
#define NET_SIGNATURE_MAX 129 /* of a webhook, with the NUL */

struct net_error {
    char text[NET_ERROR_MAX];
};

/* Strings are borrowed during net_open() only. */
struct net_config {
    const char *address;         /* to listen on: "127.0.0.1", "::" */
    uint16_t port;               /* 0: any free one, see net_port() */
    const char *tls_certificate; /* PEM files, or both NULL for plain HTTP */
    const char *tls_key;
    const char *jwks;              /* file with the public keys that tokens are checked with */
    const char *issuer;            /* required `iss` of a token, NULL any */
    const char *audience;          /* required `aud` of a token, NULL any */
    uint32_t connections_max;      /* at once, 1 to 65,536 */
    uint32_t connections_per_peer; /* at once from one address, 0 no limit of its own */
    uint32_t calls_per_peer_s;     /* Connect calls a second from one address, 0 no limit */
    uint32_t message_max;          /* longest request body or WebSocket message, bytes */
    uint32_t request_timeout_s;    /* to receive header and body, and for the answer */
    uint32_t idle_timeout_s;       /* keep-alive connections and silent vehicles */
};

#define NET_HEALTH_MAX 160

struct net_callbacks {
    void *user;
    /* Something came in; net_send() may be called from inside. False: the dispatcher cannot take it
     * now; the caller is told `unavailable` and may try again. */
    bool (*on_event)(void *user, const struct event *event);
    /* Seconds since 1970-01-01 UTC, for tokens; never scaled. */
    int64_t (*now_s)(void *user);
    /* The dispatcher is able to serve (for /healthz); else it says in `words`, one line for
     * operators that anybody may read, what it does instead. */
    bool (*is_healthy)(void *user, char words[NET_HEALTH_MAX]);
    /* Write metrics in the Prometheus text format into `text` (at most `size` bytes): the length.
     * net appends its own. */
    size_t (*metrics)(void *user, char *text, size_t size);
    /* A webhook's body as it came, at most message_max bytes, and its Pay-Signature or "": the HTTP
     * status to answer with. NULL: there are none, 404. */
    int (*on_webhook)(void *user, const uint8_t *body, size_t size, const char *signature);
    /* One line for the log: `what` is a word such as "tls_error", detail is free text. */
    void (*on_log)(void *user, const char *what, const char *detail);
    void (*on_closed)(void *user);
};

struct net;

/* Raises (or lowers, above a million) the process's soft limit of open files to what
 * connections_max needs. NULL and *error names what is wrong (the file, the address). Callbacks run
 * on the loop's thread, none from inside net_open(). */
MUST_CHECK struct net *net_open(uv_loop_t *loop, const struct net_config *config,
                                const struct net_callbacks *callbacks, struct net_error *error);

/* The port listened on. */
uint16_t net_port(const struct net *net);

/* Send a message whose facts are durable. To a request that is gone, or a vehicle that is not
 * linked: dropped and counted. The message is copied (encoded) before this returns. */
void net_send(struct net *net, const struct message *message);

/* Stop listening and refuse new calls; those under way go on. */
void net_drain(struct net *net);

/* Close every connection; on_closed follows when all is freed. */
void net_close(struct net *net);

#endif
