/* Of HTTP/1.1 what the dispatcher's unary answers need: a status, a Content-Length, a body. */
#include "sim/load_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct load_http_connection {
    struct load_stream stream;
    struct load_http *http;
    bool busy;
    uint32_t tag;
    uint32_t place; /* which of the addresses it is opened to */
    uint64_t opened_ns;
    uint64_t sent_ns; /* 0: nothing yet */
};

bool load_http_init(struct load_http *http, uv_loop_t *loop, struct load_address *address,
                    uint32_t max)
{
    CHECK(max >= 1 && max <= LOAD_HTTP_CONNECTIONS_MAX);
    *http = (struct load_http){.loop = loop, .address = address, .max = max};
    http->connections = calloc(max, sizeof(struct load_http_connection *));
    return http->connections != NULL;
}

void load_http_listen(struct load_http *http, const struct load_http_callbacks *callbacks,
                      void *user)
{
    http->callbacks = *callbacks;
    http->user = user;
}

/* "Name: value" at `line`? Its value, without the spaces around it. */
static const char *header_value(const char *line, size_t length, const char *name, size_t *size)
{
    const size_t name_length = strlen(name);
    if (length <= name_length || strncasecmp(line, name, name_length) != 0 ||
        line[name_length] != ':') {
        return NULL;
    }
    const char *value = line + name_length + 1;
    size_t left = length - name_length - 1;
    while (left > 0 && value[0] == ' ') {
        value++;
        left--;
    }
    *size = left;
    return value;
}

static bool read_number(const char *text, size_t size, size_t *number)
{
    size_t value = 0;
    if (size == 0 || size > 7) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        value = value * 10 + (size_t)(text[i] - '0');
    }
    *number = value;
    return true;
}

size_t load_http_parse(const uint8_t *bytes, size_t size, struct load_http_reply *reply, bool *keep)
{
    const char *text = (const char *)bytes;
    const char *end = memmem(text, size, "\r\n\r\n", 4);
    size_t status = 0;
    size_t length = 0;
    bool has_length = false;
    if (end == NULL) {
        return 0;
    }
    if (end - text < 12 || memcmp(text, "HTTP/1.1 ", 9) != 0 ||
        !read_number(text + 9, 3, &status)) {
        return LOAD_STREAM_BROKEN;
    }
    *keep = true;
    const char *line = (const char *)memchr(text, '\n', (size_t)(end - text) + 2) + 1;
    while (line < end) {
        const char *line_end = memchr(line, '\r', (size_t)(end - line) + 1);
        size_t value_size = 0;
        const size_t line_length = (size_t)(line_end - line);
        const char *value = header_value(line, line_length, "content-length", &value_size);
        if (value != NULL) {
            has_length = read_number(value, value_size, &length);
        }
        value = header_value(line, line_length, "connection", &value_size);
        if (value != NULL && value_size == 5 && strncasecmp(value, "close", 5) == 0) {
            *keep = false;
        }
        line = line_end + 2;
    }
    const size_t head = (size_t)(end - text) + 4;
    if (!has_length) {
        return LOAD_STREAM_BROKEN;
    }
    if (size - head < length) {
        return 0;
    }
    reply->status = (int)status;
    reply->body = bytes + head;
    reply->size = length;
    return head + length;
}

static void tell_idle(struct load_http *http)
{
    if (!http->closing) {
        http->callbacks.on_idle(http->user);
    }
}

static void on_open(void *user)
{
    const struct load_http_connection *connection = user;
    tell_idle(connection->http);
}

static size_t on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct load_http_connection *connection = user;
    struct load_http *http = connection->http;
    struct load_http_reply reply = {.tag = connection->tag};
    bool keep = true;
    const size_t taken = load_http_parse(bytes, size, &reply, &keep);
    if (taken == 0 || taken == LOAD_STREAM_BROKEN || !connection->busy) {
        return taken == 0 ? 0 : LOAD_STREAM_BROKEN;
    }
    connection->busy = false;
    if (reply.status == 503 && load_address_leave(http->address, connection->place)) {
        keep = false;
    }
    http->callbacks.on_reply(http->user, &reply);
    if (!keep) {
        load_stream_close(&connection->stream);
    } else {
        tell_idle(http);
    }
    return taken;
}

static void on_closed(void *user)
{
    struct load_http_connection *connection = user;
    struct load_http *http = connection->http;
    const bool opened = connection->sent_ns != 0;
    http->open--;
    if (!opened) { /* refused, or not even asked anything */
        http->reopen_ns = uv_hrtime() + LOAD_HTTP_REOPEN_NS;
    }
    if (!opened || connection->busy) {
        (void)load_address_leave(http->address, connection->place);
    }
    if (connection->busy) {
        const struct load_http_reply reply = {.tag = connection->tag};
        connection->busy = false;
        http->disconnects++;
        http->callbacks.on_reply(http->user, &reply);
    }
}

static const struct load_stream_callbacks stream_callbacks = {on_open, on_bytes, on_closed};

static struct load_http_connection *make_connection(struct load_http *http)
{
    struct load_http_connection *connection = malloc(sizeof *connection);
    if (connection == NULL) {
        return NULL;
    }
    connection->http = http;
    connection->busy = false;
    load_stream_init(&connection->stream, &stream_callbacks, connection);
    http->connections[http->count++] = connection;
    return connection;
}

static void open_one(struct load_http *http)
{
    struct load_http_connection *closed = NULL;
    if (http->open >= http->max || uv_hrtime() < http->reopen_ns || http->closing) {
        return;
    }
    for (uint32_t i = 0; i < http->count; i++) {
        if (http->connections[i]->stream.state == LOAD_STREAM_CLOSED) {
            closed = http->connections[i];
        }
        if (http->connections[i]->stream.state == LOAD_STREAM_CONNECTING) {
            return; /* one at a time is fast enough */
        }
    }
    if (closed == NULL && http->count < http->max) {
        closed = make_connection(http);
    }
    if (closed != NULL) {
        closed->sent_ns = 0;
        closed->opened_ns = uv_hrtime();
        closed->place = http->address->current;
        http->open++;
        load_stream_open(&closed->stream, http->loop, &http->address->sockets[closed->place]);
    }
}

bool load_http_send(struct load_http *http, const struct load_http_call *call)
{
    char request[LOAD_HTTP_REQUEST_MAX];
    struct load_http_connection *free_one = NULL;
    for (uint32_t i = 0; i < http->count && free_one == NULL; i++) {
        if (http->connections[i]->stream.state == LOAD_STREAM_OPEN && !http->connections[i]->busy) {
            free_one = http->connections[i];
        }
    }
    if (free_one == NULL) {
        open_one(http);
        return false;
    }
    const int head =
        snprintf(request, sizeof request,
                 "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: application/proto\r\nConnect-Protocol-Version: 1\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 call->path, http->address->hosts[free_one->place], call->token, call->size);
    CHECK(head > 0 && (size_t)head + call->size <= sizeof request);
    if (call->size > 0) {
        memcpy(request + head, call->body, call->size);
    }
    free_one->busy = true;
    free_one->tag = call->tag;
    free_one->sent_ns = uv_hrtime();
    load_stream_send(&free_one->stream, request, (size_t)head + call->size);
    return true;
}

void load_http_tick(struct load_http *http, uint64_t now_ns)
{
    for (uint32_t i = 0; i < http->count; i++) {
        struct load_http_connection *connection = http->connections[i];
        const bool late = connection->busy && now_ns > connection->sent_ns + LOAD_HTTP_TIMEOUT_NS;
        if (late || (connection->stream.state == LOAD_STREAM_CONNECTING &&
                     now_ns > connection->opened_ns + LOAD_HTTP_OPEN_NS)) {
            load_stream_close(&connection->stream);
        }
    }
}

void load_http_close(struct load_http *http)
{
    http->closing = true;
    for (uint32_t i = 0; i < http->count; i++) {
        load_stream_close(&http->connections[i]->stream);
    }
}

void load_http_done(struct load_http *http)
{
    for (uint32_t i = 0; i < http->count; i++) {
        load_stream_done(&http->connections[i]->stream);
        free(http->connections[i]);
    }
    free(http->connections);
}
