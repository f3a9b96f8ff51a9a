/* One TCP connection of the load driver on libuv: what is written goes out at once, what comes in
 * is handed over in order. It can be opened again once it is closed. */
#ifndef SIM_LOAD_STREAM_H
#define SIM_LOAD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"

#define LOAD_STREAM_IN_MAX  16384        /* longest unit that is taken in whole */
#define LOAD_STREAM_OUT_MAX (256 * 1024) /* not yet taken by the kernel; more: closed */
#define LOAD_STREAM_BROKEN  SIZE_MAX

enum load_stream_state {
    LOAD_STREAM_CLOSED,
    LOAD_STREAM_CONNECTING,
    LOAD_STREAM_OPEN,
    LOAD_STREAM_CLOSING,
};

struct load_stream_callbacks {
    void (*on_open)(void *user);
    /* Takes whole units from the front; returns how many bytes that were, or LOAD_STREAM_BROKEN:
     * the stream is then closed. */
    size_t (*on_bytes)(void *user, const uint8_t *bytes, size_t size);
    /* The stream is closed, for whatever reason, and may be opened again. */
    void (*on_closed)(void *user);
};

struct load_stream {
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_write_t write;
    enum load_stream_state state;
    bool writing; /* `write` is under way, with the first `out_under_way` bytes */
    const struct load_stream_callbacks *callbacks;
    void *user;
    uint8_t *out; /* what the kernel has not taken yet */
    size_t out_size;
    size_t out_under_way;
    size_t in_size;
    uint8_t in[LOAD_STREAM_IN_MAX];
};

void load_stream_init(struct load_stream *stream, const struct load_stream_callbacks *callbacks,
                      void *user);

/* Frees what a closed stream owns. */
void load_stream_done(struct load_stream *stream);

/* on_open or on_closed follows. The stream must be closed. */
void load_stream_open(struct load_stream *stream, uv_loop_t *loop,
                      const struct sockaddr_storage *address);

/* Send; on a stream that is not open nothing happens. */
void load_stream_send(struct load_stream *stream, const void *bytes, size_t size);

/* on_closed follows, unless it is closed already. */
void load_stream_close(struct load_stream *stream);

#endif
