/* Responses are made whole in one buffer, so that each costs one write. A stream's message is an
 * envelope (one byte of flags, four of length) inside one chunk of HTTP. */
#include "net/connect.h"

#include <stdio.h>
#include <string.h>

#define FLAG_COMPRESSED 0x01
#define FLAG_END        0x02

static const struct {
    const char *text;
    int status;
} codes[CONNECT_CODE_COUNT] = {
    [CONNECT_OK] = {"ok", 200},
    [CONNECT_INVALID_ARGUMENT] = {"invalid_argument", 400},
    [CONNECT_DEADLINE_EXCEEDED] = {"deadline_exceeded", 504},
    [CONNECT_NOT_FOUND] = {"not_found", 404},
    [CONNECT_PERMISSION_DENIED] = {"permission_denied", 403},
    [CONNECT_RESOURCE_EXHAUSTED] = {"resource_exhausted", 429},
    [CONNECT_FAILED_PRECONDITION] = {"failed_precondition", 400},
    [CONNECT_OUT_OF_RANGE] = {"out_of_range", 400},
    [CONNECT_ALREADY_EXISTS] = {"already_exists", 409},
    [CONNECT_UNIMPLEMENTED] = {"unimplemented", 501},
    [CONNECT_INTERNAL] = {"internal", 500},
    [CONNECT_UNAVAILABLE] = {"unavailable", 503},
    [CONNECT_UNAUTHENTICATED] = {"unauthenticated", 401},
};

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {202, "Accepted"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

const char *connect_code_text(enum connect_code code)
{
    return codes[code].text;
}

int connect_code_status(enum connect_code code)
{
    return codes[code].status;
}

static const char *reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

size_t connect_error_json(enum connect_code code, const char *message, char *text)
{
    char escaped[CONNECT_HEAD_MAX / 2];
    size_t length = 0;

    for (const char *at = message; *at != '\0' && length + 2 < sizeof escaped; at++) {
        if (*at == '"' || *at == '\\')
            escaped[length++] = '\\';
        if ((unsigned char)*at >= ' ')
            escaped[length++] = *at;
    }
    escaped[length] = '\0';
    return (size_t)snprintf(text, CONNECT_HEAD_MAX, "{\"code\":\"%s\",\"message\":\"%s\"}",
                            codes[code].text, escaped);
}

bool connect_response(struct buffer *out, size_t max, int status, const char *type,
                      const char *extra, const void *body, size_t size, bool is_last)
{
    char head[CONNECT_HEAD_MAX];
    int length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d %s\r\n"
                 "content-type: %s\r\n"
                 "content-length: %zu\r\n"
                 "cache-control: no-store\r\n"
                 "x-content-type-options: nosniff\r\n"
                 "%s%s\r\n",
                 status, reason(status), type, size, extra, is_last ? "connection: close\r\n" : "");

    CHECK(length > 0 && length < (int)sizeof head);
    return buffer_append(out, head, (size_t)length, max) && buffer_append(out, body, size, max);
}

bool connect_stream_begin(struct buffer *out, size_t max)
{
    static const char head[] = "HTTP/1.1 200 OK\r\n"
                               "content-type: application/connect+proto\r\n"
                               "transfer-encoding: chunked\r\n"
                               "cache-control: no-store\r\n"
                               "x-accel-buffering: no\r\n"
                               "\r\n";

    return buffer_append(out, head, sizeof head - 1, max);
}

static bool append_envelope(struct buffer *out, size_t max, uint8_t flags, const void *bytes,
                            size_t size)
{
    char length[16];
    uint8_t envelope[CONNECT_ENVELOPE_SIZE] = {flags, (uint8_t)(size >> 24), (uint8_t)(size >> 16),
                                               (uint8_t)(size >> 8), (uint8_t)size};
    int count = snprintf(length, sizeof length, "%zx\r\n", size + sizeof envelope);

    return (size_t)count + sizeof envelope + size + 2 <= max - out->size &&
           buffer_append(out, length, (size_t)count, max) &&
           buffer_append(out, envelope, sizeof envelope, max) &&
           buffer_append(out, bytes, size, max) && buffer_append(out, "\r\n", 2, max);
}

bool connect_stream_message(struct buffer *out, size_t max, const void *bytes, size_t size)
{
    return append_envelope(out, max, 0, bytes, size);
}

bool connect_stream_end(struct buffer *out, size_t max, enum connect_code code, const char *message)
{
    char error[CONNECT_HEAD_MAX];
    char text[CONNECT_HEAD_MAX + 16];
    int length;

    if (code == CONNECT_OK) {
        length = snprintf(text, sizeof text, "{}");
    } else {
        connect_error_json(code, message, error);
        length = snprintf(text, sizeof text, "{\"error\":%s}", error);
    }
    return append_envelope(out, max, FLAG_END, text, (size_t)length) &&
           buffer_append(out, "0\r\n\r\n", 5, max);
}

const char *connect_envelope_read(const uint8_t *bytes, size_t size, const uint8_t **message,
                                  size_t *message_size, enum connect_code *code)
{
    *code = CONNECT_INVALID_ARGUMENT;
    if (size < CONNECT_ENVELOPE_SIZE)
        return "request has no envelope";

    size_t length =
        (size_t)bytes[1] << 24 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 8 | (size_t)bytes[4];

    if (bytes[0] == FLAG_COMPRESSED) {
        *code = CONNECT_UNIMPLEMENTED;
        return "compression is not supported";
    }
    if (bytes[0] != 0)
        return "request has an envelope with unknown flags";
    if (length != size - CONNECT_ENVELOPE_SIZE)
        return "request is not just one message";
    *message = bytes + CONNECT_ENVELOPE_SIZE;
    *message_size = length;
    return NULL;
}

bool connect_timeout_valid(const char *text)
{
    size_t length = strlen(text);

    return length >= 1 && length <= 10 && strspn(text, "0123456789") == length;
}
