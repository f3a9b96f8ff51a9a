/* Writes go straight to the kernel; only what it does not take is copied and queued. */
#include "sim/load_stream.h"

#include <stdlib.h>
#include <string.h>

void load_stream_init(struct load_stream *stream, const struct load_stream_callbacks *callbacks,
                      void *user)
{
    stream->state = LOAD_STREAM_CLOSED;
    stream->callbacks = callbacks;
    stream->user = user;
    stream->out = NULL;
}

void load_stream_done(struct load_stream *stream)
{
    CHECK(stream->state == LOAD_STREAM_CLOSED);
    free(stream->out);
    stream->out = NULL;
}

static void on_closed(uv_handle_t *handle)
{
    struct load_stream *stream = handle->data;
    CHECK(stream->state == LOAD_STREAM_CLOSING);
    stream->state = LOAD_STREAM_CLOSED;
    stream->callbacks->on_closed(stream->user);
}

void load_stream_close(struct load_stream *stream)
{
    if (stream->state == LOAD_STREAM_CLOSED || stream->state == LOAD_STREAM_CLOSING) {
        return;
    }
    stream->state = LOAD_STREAM_CLOSING;
    uv_close((uv_handle_t *)&stream->tcp, on_closed);
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct load_stream *stream = handle->data;
    (void)suggested;
    buffer->base = (char *)stream->in + stream->in_size;
    buffer->len = LOAD_STREAM_IN_MAX - stream->in_size;
}

static void on_read(uv_stream_t *tcp, ssize_t size, const uv_buf_t *buffer)
{
    struct load_stream *stream = tcp->data;
    (void)buffer;
    if (size < 0) { /* the end, a reset, or (UV_ENOBUFS) a unit too long for us */
        load_stream_close(stream);
        return;
    }
    stream->in_size += (size_t)size;
    const size_t taken = stream->callbacks->on_bytes(stream->user, stream->in, stream->in_size);
    if (taken == LOAD_STREAM_BROKEN) {
        load_stream_close(stream);
        return;
    }
    CHECK(taken <= stream->in_size);
    stream->in_size -= taken;
    memmove(stream->in, stream->in + taken, stream->in_size);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct load_stream *stream = connect->data;
    if (stream->state != LOAD_STREAM_CONNECTING) {
        return; /* closed meanwhile */
    }
    if (status != 0 || uv_read_start((uv_stream_t *)&stream->tcp, give_buffer, on_read) != 0) {
        load_stream_close(stream);
        return;
    }
    stream->state = LOAD_STREAM_OPEN;
    (void)uv_tcp_nodelay(&stream->tcp, 1);
    stream->callbacks->on_open(stream->user);
}

void load_stream_open(struct load_stream *stream, uv_loop_t *loop,
                      const struct sockaddr_storage *address)
{
    CHECK(stream->state == LOAD_STREAM_CLOSED);
    stream->in_size = 0;
    stream->out_size = 0;
    stream->out_under_way = 0;
    stream->writing = false;
    CHECK(uv_tcp_init(loop, &stream->tcp) == 0);
    stream->tcp.data = stream;
    stream->connect.data = stream;
    stream->write.data = stream;
    stream->state = LOAD_STREAM_CONNECTING;
    if (uv_tcp_connect(&stream->connect, &stream->tcp, (const struct sockaddr *)address,
                       on_connected) != 0) {
        load_stream_close(stream);
    }
}

static void write_queued(struct load_stream *stream);

static void on_written(uv_write_t *write, int status)
{
    struct load_stream *stream = write->data;
    if (stream->state != LOAD_STREAM_OPEN) {
        return;
    }
    if (status != 0) {
        load_stream_close(stream);
        return;
    }
    stream->writing = false;
    stream->out_size -= stream->out_under_way;
    memmove(stream->out, stream->out + stream->out_under_way, stream->out_size);
    write_queued(stream);
}

static void write_queued(struct load_stream *stream)
{
    if (stream->writing || stream->out_size == 0) {
        return;
    }
    const uv_buf_t buffer = uv_buf_init((char *)stream->out, (unsigned)stream->out_size);
    stream->writing = true;
    stream->out_under_way = stream->out_size;
    if (uv_write(&stream->write, (uv_stream_t *)&stream->tcp, &buffer, 1, on_written) != 0) {
        load_stream_close(stream);
    }
}

void load_stream_send(struct load_stream *stream, const void *bytes, size_t size)
{
    if (stream->state != LOAD_STREAM_OPEN) {
        return;
    }
    size_t taken = 0;
    if (stream->out_size == 0) {
        const uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)size);
        const int result = uv_try_write((uv_stream_t *)&stream->tcp, &buffer, 1);
        if (result < 0 && result != UV_EAGAIN) {
            load_stream_close(stream);
            return;
        }
        taken = result < 0 ? 0 : (size_t)result;
    }
    if (taken == size) {
        return;
    }
    if (stream->out == NULL) {
        stream->out = malloc(LOAD_STREAM_OUT_MAX);
    }
    if (stream->out == NULL || stream->out_size + size - taken > LOAD_STREAM_OUT_MAX) {
        load_stream_close(stream);
        return;
    }
    memcpy(stream->out + stream->out_size, (const uint8_t *)bytes + taken, size - taken);
    stream->out_size += size - taken;
    write_queued(stream);
}
