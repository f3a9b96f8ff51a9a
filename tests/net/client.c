#include "client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int client_connect(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval limit = {.tv_sec = 10};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

void client_send(int fd, const void *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);

        if (sent <= 0) /* closed by the other side; what it says is read next */
            return;
        bytes = (const uint8_t *)bytes + sent;
        size -= (size_t)sent;
    }
}

void client_text(int fd, const char *text)
{
    client_send(fd, text, strlen(text));
}

/* One byte at a time, so that nothing is read ahead. */
static bool read_byte(int fd, uint8_t *byte)
{
    ssize_t count = recv(fd, byte, 1, 0);

    cr_assert(count >= 0 || errno == ECONNRESET, "no answer: %s", strerror(errno));
    return count == 1;
}

static bool read_bytes(int fd, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = recv(fd, bytes, size, 0);

        cr_assert(count >= 0 || errno == ECONNRESET, "no answer: %s", strerror(errno));
        if (count <= 0)
            return false;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

static bool read_line(int fd, char *line, size_t capacity)
{
    size_t length = 0;
    uint8_t byte;

    while (length + 1 < capacity && read_byte(fd, &byte)) {
        if (byte == '\n') {
            line[length > 0 ? length - 1 : 0] = '\0';
            return true;
        }
        line[length++] = (char)byte;
    }
    return false;
}

void client_read_head(int fd, struct response *response)
{
    char line[1024];
    size_t length = 0;

    response->status = 0;
    response->size = 0;
    if (!read_line(fd, line, sizeof line) || sscanf(line, "HTTP/1.1 %d", &response->status) != 1)
        return;
    while (read_line(fd, line, sizeof line) && line[0] != '\0')
        length +=
            (size_t)snprintf(response->head + length, sizeof response->head - length, "%s\n", line);
    response->head[length] = '\0';
}

size_t client_read_chunk(int fd, uint8_t *bytes, size_t capacity)
{
    char line[64];

    if (!read_line(fd, line, sizeof line))
        return 0;

    size_t size = strtoul(line, NULL, 16);

    cr_assert(size <= capacity);
    cr_assert(read_bytes(fd, bytes, size));
    cr_assert(read_line(fd, line, sizeof line));
    return size;
}

void client_read(int fd, struct response *response)
{
    const char *length;

    client_read_head(fd, response);
    if (response->status == 0)
        return;
    if (strstr(response->head, "transfer-encoding: chunked") != NULL) {
        for (;;) {
            size_t size = client_read_chunk(fd, response->body + response->size,
                                            sizeof response->body - response->size);

            if (size == 0)
                return;
            response->size += size;
        }
    }
    length = strstr(response->head, "content-length: ");
    cr_assert_not_null(length, "%s", response->head);
    response->size = strtoul(length + 16, NULL, 10);
    cr_assert(response->size <= sizeof response->body);
    if (!read_bytes(fd, response->body, response->size))
        response->status = 0;
}

bool client_is_closed(int fd)
{
    uint8_t byte;

    while (read_byte(fd, &byte))
        ;
    return true;
}

void client_ask(int fd, const char *path, const char *token, const void *body, size_t size)
{
    char head[8192];
    bool is_stream = strstr(path, "Watch") != NULL;
    uint8_t envelope[5] = {0, 0, 0, (uint8_t)(size >> 8), (uint8_t)size};
    int length = snprintf(head, sizeof head,
                          "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
                          "Connect-Protocol-Version: 1\r\n%s%s%sContent-Length: %zu\r\n\r\n",
                          path, is_stream ? "application/connect+proto" : "application/proto",
                          token != NULL ? "Authorization: Bearer " : "", token != NULL ? token : "",
                          token != NULL ? "\r\n" : "", is_stream ? size + 5 : size);

    if (is_stream) {
        memcpy(head + length, envelope, 5);
        length += 5;
    }
    memcpy(head + length, body, size);
    client_send(fd, head, (size_t)length + size);
}

void client_call(int fd, const char *path, const char *token, const void *body, size_t size,
                 struct response *response)
{
    client_ask(fd, path, token, body, size);
    client_read(fd, response);
}

void client_once(uint16_t port, const char *path, const char *token, const void *body, size_t size,
                 struct response *response)
{
    int fd = client_connect(port);

    client_call(fd, path, token, body, size, response);
    close(fd);
}

bool client_has_code(const struct response *response, const char *code)
{
    char wanted[64];
    int length = snprintf(wanted, sizeof wanted, "{\"code\":\"%s\"", code);

    return response->size >= (size_t)length && memcmp(response->body, wanted, (size_t)length) == 0;
}

size_t client_ride(uint64_t ride, uint8_t *bytes)
{
    size_t size = 0;

    bytes[size++] = 0x08;
    for (; ride >= 128; ride >>= 7)
        bytes[size++] = (uint8_t)(ride | 128);
    bytes[size++] = (uint8_t)ride;
    return size;
}

int client_upgrade(int fd, const char *token)
{
    char head[8192];
    struct response response;
    int length = snprintf(head, sizeof head,
                          "GET /vehicle/v1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Protocol: commonwheel.vehicle.v1\r\n"
                          "%s%s\r\n\r\n",
                          token != NULL ? "Authorization: Bearer " : "Accept: text/plain",
                          token != NULL ? token : "");

    client_send(fd, head, (size_t)length);
    client_read_head(fd, &response);
    return response.status;
}

void client_frame(int fd, uint8_t first, const void *bytes, size_t size)
{
    static const uint8_t mask[4] = {0x11, 0x22, 0x33, 0x44};
    uint8_t frame[16384];
    size_t head = 2;

    frame[0] = first;
    frame[1] = (uint8_t)(0x80 | (size < 126 ? size : 126));
    if (size >= 126) {
        frame[2] = (uint8_t)(size >> 8);
        frame[3] = (uint8_t)size;
        head = 4;
    }
    memcpy(frame + head, mask, sizeof mask);
    for (size_t i = 0; i < size; i++)
        frame[head + 4 + i] = (uint8_t)(((const uint8_t *)bytes)[i] ^ frame[head + i % 4]);
    client_send(fd, frame, head + 4 + size);
}

uint8_t client_read_frame(int fd, uint8_t *bytes, size_t capacity, size_t *size)
{
    uint8_t head[4];

    do {
        if (!read_bytes(fd, head, 2))
            return 0;
        *size = head[1] & 127;
        if (*size == 126) {
            cr_assert(read_bytes(fd, head + 2, 2));
            *size = (size_t)head[2] << 8 | head[3];
        }
        cr_assert(*size <= capacity);
        cr_assert(read_bytes(fd, bytes, *size));
    } while (head[0] == 0x89);
    return head[0];
}

size_t client_hello(uint8_t *bytes)
{
    static const uint8_t hello[] = {0x0a, 0x0c, 0x0a, 0x0a, 0x0d, 0x80, 0x96,
                                    0x98, 0x00, 0x15, 0x80, 0x96, 0x98, 0x00};

    memcpy(bytes, hello, sizeof hello);
    return sizeof hello;
}

size_t client_telemetry(uint32_t seq, uint8_t *bytes)
{
    static const uint8_t point[] = {0x12, 0x0a, 0x0d, 0x80, 0x96, 0x98,
                                    0x00, 0x15, 0x80, 0x96, 0x98, 0x00};
    size_t size = client_ride(seq, bytes + 2);

    memcpy(bytes + 2 + size, point, sizeof point);
    bytes[0] = 0x12;
    bytes[1] = (uint8_t)(size + sizeof point);
    return 2 + size + sizeof point;
}

/* REPORT_KIND_BOARDED of ride 7, plan 1 of epoch 1. */
size_t client_report(uint32_t seq, uint8_t *bytes)
{
    static const uint8_t rest[] = {0x10, 0x01, 0x18, 0x01, 0x20, 0x02, 0x28, 0x07};
    size_t size = client_ride(seq, bytes + 2);

    memcpy(bytes + 2 + size, rest, sizeof rest);
    bytes[0] = 0x1a;
    bytes[1] = (uint8_t)(size + sizeof rest);
    return 2 + size + sizeof rest;
}
