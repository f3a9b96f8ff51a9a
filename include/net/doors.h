/* What the files behind net/net.h share: one `struct net`, a session for each connection, and a
 * call for each request that the core has been asked. Sessions and calls live in pools; a call's
 * handle is the request_id that the core sees, so a reply to a request that is gone finds nobody.
 */
#ifndef NET_DOORS_H
#define NET_DOORS_H

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/map.h"
#include "base/pool.h"
#include "net/access.h"
#include "net/buffer.h"
#include "net/connect.h"
#include "net/metrics.h"
#include "net/net.h"
#include "net/peer.h"
#include "net/token_cache.h"
#include "wire/codec_call.h"

#define DOORS_OUT_MAX      (256 * 1024)  /* bytes that may wait for one connection */
#define DOORS_LINGER_MAX   (1024 * 1024) /* bytes of a refused body that are read and forgotten */
#define DOORS_LINGER_MS    2000          /* ... and for how long */
#define DOORS_SWEEP_MS     1000          /* how often deadlines are looked at */
#define DOORS_RIDE_BUCKETS 4096          /* chains of watched rides; a power of two */
#define DOORS_NOBODY       UINT32_MAX    /* end of a chain of calls */

enum net_phase {
    NET_SERVING,
    NET_DRAINING, /* not listening; new calls are refused */
    NET_CLOSING,  /* net_close() was called; the next turn begins to take everything down */
    NET_REAPING,  /* the connections are closed, libuv has still to let go of them */
};

enum session_state {
    SESSION_IDLE,      /* nothing asked: headers may be on their way */
    SESSION_BODY,      /* a request's body is coming */
    SESSION_WAITING,   /* the core has the request */
    SESSION_REPLYING,  /* the whole response is in `out` */
    SESSION_STREAMING, /* a server stream: `out` goes as it fills */
    SESSION_LINGERING, /* replied before the body was read: the rest of it is forgotten */
    SESSION_LINKED,    /* a vehicle's WebSocket */
    SESSION_CLOSING,   /* closes when it may write, or at its deadline */
    SESSION_ENDED,     /* the connection is gone, the slot not yet free */
    SESSION_STATE_COUNT,
};

/* Why a request is refused before its body is there; code CONNECT_OK: it is not. */
struct refusal_reply {
    enum connect_code code;
    int status;
    const char *message; /* constant */
};

struct session {
    struct net *net;
    struct lws *wsi; /* NULL once SESSION_ENDED */
    struct pool_handle handle;
    struct pool_handle peer;
    struct pool_handle call; /* generation 0: none */
    enum session_state state;
    int64_t deadline_ms; /* INT64_MAX none */
    uint64_t started_ns; /* when the request's headers were complete */
    struct buffer in;    /* the request's body, or the pieces of a frame; then a reply's parts */
    struct buffer out;

    /* The request under way. */
    const struct codec_call *codec; /* NULL: no Connect call */
    struct codec_caller caller;
    struct refusal_reply refusal;
    int64_t answer_ms;  /* how long the core may take */
    bool is_last;       /* close after the reply */
    bool has_body_left; /* ... which comes before the body was read */
    bool is_stream_done;
    bool is_webhook; /* the body goes to on_webhook, with ... */
    char signature[NET_SIGNATURE_MAX];
    size_t lingered;

    /* A vehicle. */
    struct vehicle_id vehicle; /* VEHICLE_NONE: not one */
    bool greeted;
    uint16_t close_code;      /* of a close frame still to be sent, or 0 */
    const char *close_reason; /* constant; NULL: closed without a frame */
    int64_t sent_ms;
};

struct call {
    struct session *session;
    const struct codec_call *codec;
    struct ride_id ride; /* a stream's, once the core has said that it is the rider's; or none */
    bool is_watching;    /* in a chain */
    bool has_begun;      /* a stream's first message is out */
    uint32_t next_after; /* WatchFleet: a page to be asked for, or 0 */
    uint32_t next;       /* chain of the ride's bucket, or of the fleet */
    uint32_t previous;
};

struct net {
    uv_loop_t *loop;
    struct net_config config; /* its strings are not kept */
    struct net_callbacks callbacks;
    enum net_phase phase;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct token_keys *keys;
    struct token_cache *tokens;
    struct peer_table *peers;
    struct metrics *metrics;
    void *memory; /* of the pools and the map */
    struct pool sessions;
    struct pool calls;
    struct map vehicles; /* {0, vehicle} -> index of its session */
    uint32_t ride_heads[DOORS_RIDE_BUCKETS];
    uint32_t fleet_head;
    uint16_t port;
    int listener; /* -1 none */
    bool is_listening;
    bool has_session; /* between adopting a socket and its first callback */
    uv_poll_t *poll;
    uv_timer_t timer;
    int64_t log_second; /* logging is limited: lines in that second */
    uint32_t log_count;
};

#endif
