/* A pool of kept-alive HTTP/1.1 connections for Connect calls: one call at a time on each, no
 * pipelining, as phones do. Calls that find no free connection are the caller's to hold. */
#ifndef SIM_LOAD_HTTP_H
#define SIM_LOAD_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "sim/load_address.h"
#include "sim/load_stream.h"

#define LOAD_HTTP_CONNECTIONS_MAX 1024
#define LOAD_HTTP_TIMEOUT_NS      UINT64_C(15000000000) /* an answer that takes longer is lost */
#define LOAD_HTTP_OPEN_NS         UINT64_C(3000000000)  /* a connection that takes longer is none */
#define LOAD_HTTP_REOPEN_NS       UINT64_C(200000000)   /* after a connection was refused */
#define LOAD_HTTP_REQUEST_MAX     10240

struct load_http_call {
    uint32_t tag; /* the caller's name for it */
    const char *path;
    const char *token; /* bearer token */
    const uint8_t *body;
    size_t size;
};

struct load_http_reply {
    uint32_t tag;
    int status; /* 0: the connection was lost before the answer */
    const uint8_t *body;
    size_t size;
};

struct load_http_callbacks {
    void (*on_reply)(void *user, const struct load_http_reply *reply);
    void (*on_idle)(void *user); /* a connection is free */
};

struct load_http_connection;

struct load_http {
    uv_loop_t *loop;
    struct load_address *address;
    struct load_http_callbacks callbacks;
    void *user;
    struct load_http_connection **connections; /* [count], made as needed */
    uint32_t count;
    uint32_t max;
    uint32_t open;        /* not closed */
    uint32_t disconnects; /* that were lost with a call on them, or refused */
    uint64_t reopen_ns;   /* no new connection before */
    bool closing;
};

/* False: out of memory. The address is borrowed, and moved on from hosts that do not serve; `max`
 * is 1 to LOAD_HTTP_CONNECTIONS_MAX. */
MUST_CHECK bool load_http_init(struct load_http *http, uv_loop_t *loop,
                               struct load_address *address, uint32_t max);
void load_http_listen(struct load_http *http, const struct load_http_callbacks *callbacks,
                      void *user);

/* False: no connection is free; one more is being opened if that is allowed, and on_idle will
 * tell. on_reply never runs inside. */
MUST_CHECK bool load_http_send(struct load_http *http, const struct load_http_call *call);

/* Give up calls that are answered too late. */
void load_http_tick(struct load_http *http, uint64_t now_ns);

/* Close all; the loop has to run for it. */
void load_http_close(struct load_http *http);
void load_http_done(struct load_http *http);

/* A response at the front of `bytes`: its length with *status and *body, 0 when it is not complete,
 * LOAD_STREAM_BROKEN when it is none. *keep says whether the connection lives on. */
size_t load_http_parse(const uint8_t *bytes, size_t size, struct load_http_reply *reply,
                       bool *keep);

#endif
