/* A blocking client for HTTP and WebSocket, that can also misbehave. */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RIDER_PATH    "/commonwheel.v1.RiderService/"
#define OPERATOR_PATH "/commonwheel.v1.OperatorService/"
#define FINANCE_PATH  "/commonwheel.v1.FinanceService/"

struct response {
    int status; /* 0: the connection was closed before a whole response */
    char head[4096];
    uint8_t body[65536]; /* chunks put together */
    size_t size;
};

/* A connection to the port, with 10 s for every read. */
int client_connect(uint16_t port);

void client_send(int fd, const void *bytes, size_t size);
void client_text(int fd, const char *text);

/* The next response; status 0 at the end of the connection. */
void client_read(int fd, struct response *response);

/* True when the other side has closed, after whatever it still sent. */
bool client_is_closed(int fd);

/* The bytes of one piece of a chunked response, after client_read_head(); its size, 0 at the
 * end. */
void client_read_head(int fd, struct response *response);
size_t client_read_chunk(int fd, uint8_t *bytes, size_t capacity);

/* A Connect call on the connection: unary, or the request of a stream; and its response. */
void client_ask(int fd, const char *path, const char *token, const void *body, size_t size);
void client_call(int fd, const char *path, const char *token, const void *body, size_t size,
                 struct response *response);

/* The same on a connection of its own. */
void client_once(uint16_t port, const char *path, const char *token, const void *body, size_t size,
                 struct response *response);

/* {"code":"not_found",...}: is it this code? */
bool client_has_code(const struct response *response, const char *code);

/* The bytes of { uint64 ride_id = 1; }; the length. */
size_t client_ride(uint64_t ride, uint8_t *bytes);

/* Upgrade to a vehicle's WebSocket: the HTTP status (101 when it is). */
int client_upgrade(int fd, const char *token);

/* A masked frame; `first` is its first byte (0x82 a whole binary message). */
void client_frame(int fd, uint8_t first, const void *bytes, size_t size);

/* The next frame that is no ping: its first byte, and the payload. 0 at the end. */
uint8_t client_read_frame(int fd, uint8_t *bytes, size_t capacity, size_t *size);

/* VehicleUp with a Hello, telemetry or a report; the length. */
size_t client_hello(uint8_t *bytes);
size_t client_telemetry(uint32_t seq, uint8_t *bytes);
size_t client_report(uint32_t seq, uint8_t *bytes);

#endif
