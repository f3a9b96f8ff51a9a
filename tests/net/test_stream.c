#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "door.h"
#include "net/access.h"

static struct door door;
static char rider[TOKEN_MAX + 1];
static char operator[TOKEN_MAX + 1];
static struct response response;

static void open_door(void)
{
    door_init(&door);
    keys_token(&door.keys, ROLE_RIDER, "alice", rider);
    keys_token(&door.keys, ROLE_OPERATOR, "olga", operator);
    door_open(&door);
}

/* The next envelope of the stream: its flags; -1 at the end of the response. */
static int read_envelope(int fd, uint8_t *bytes, size_t *size)
{
    uint8_t chunk[8192];
    size_t length = client_read_chunk(fd, chunk, sizeof chunk);

    if (length == 0)
        return -1;
    cr_assert_geq(length, 5);
    *size = (size_t)chunk[3] << 8 | chunk[4];
    cr_assert_eq(*size, length - 5);
    memcpy(bytes, chunk + 5, *size);
    bytes[*size] = '\0';
    return chunk[0];
}

static int watch(const char *path, const char *token, const void *body, size_t size)
{
    int fd = client_connect(door.port);

    client_ask(fd, path, token, body, size);
    client_read_head(fd, &response);
    cr_assert_eq(response.status, 200);
    cr_assert_not_null(strstr(response.head, "content-type: application/connect+proto\n"));
    return fd;
}

static void publish(uint64_t ride, enum ride_state state)
{
    struct message message = {.kind = MESSAGE_RIDE};

    message.ride.ride.value = ride;
    message.ride.state = state;
    message.ride.vehicle = VEHICLE_NONE;
    message.ride.party = 1;
    door_send(&door, &message);
}

/* WatchRideResponse { Ride ride = 1 { uint64 ride_id = 1; RideState state = 2 ... } } of a small
 * ride: its state. */
static int state_of(const uint8_t *bytes, uint8_t ride)
{
    cr_assert_eq(bytes[0], 0x0a);
    cr_assert_eq(bytes[2], 0x08);
    cr_assert_eq(bytes[3], ride);
    cr_assert_eq(bytes[4], 0x10);
    return bytes[5];
}

Test(stream, tells_every_change_of_a_ride_until_it_ends)
{
    uint8_t body[16];
    uint8_t bytes[8192];
    size_t size;

    open_door();

    int fds[4];

    /* Two watch ride 9, one ride 10, and one a ride in the same bucket as 9. */
    for (int i = 0; i < 4; i++) {
        static const uint64_t rides[] = {9, 9, 10, 9 + 4096};

        fds[i] = watch(RIDER_PATH "WatchRide", rider, body, client_ride(rides[i], body));
        cr_assert_eq(read_envelope(fds[i], bytes, &size), 0);
    }
    publish(9, RIDE_ARRIVED);
    publish(9, RIDE_ABOARD);
    publish(10, RIDE_CANCELLED);
    publish(9, RIDE_ALIGHTED);
    publish(9, RIDE_ALIGHTED);
    for (int i = 0; i < 2; i++) {
        for (int state = RIDE_ARRIVED; state <= RIDE_ALIGHTED; state++) {
            cr_assert_eq(read_envelope(fds[i], bytes, &size), 0);
            cr_assert_eq(state_of(bytes, 9), state);
        }
        cr_assert_eq(read_envelope(fds[i], bytes, &size), 2);
        cr_assert_str_eq((char *)bytes, "{}");
        cr_assert_eq(read_envelope(fds[i], bytes, &size), -1);
        /* The connection goes on. */
        client_call(fds[i], RIDER_PATH "GetRide", rider, body, client_ride(1, body), &response);
        cr_assert_eq(response.status, 200);
    }
    cr_assert_eq(read_envelope(fds[2], bytes, &size), 0);
    cr_assert_eq(state_of(bytes, 10), RIDE_CANCELLED);
    cr_assert_eq(read_envelope(fds[2], bytes, &size), 2);
    publish(9 + 4096, RIDE_NO_SHOW);
    cr_assert_eq(read_envelope(fds[3], bytes, &size), 0);
    cr_assert_eq(read_envelope(fds[3], bytes, &size), 2);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    door_close(&door);
}

/* Errors of a stream come inside it, with status 200, as the protocol says. */
Test(stream, ends_with_its_error)
{
    static const struct {
        uint64_t ride;
        const char *path;
        bool has_token;
        const char *error;
    } rows[] = {
        {DOOR_RIDE_MISSING, RIDER_PATH "WatchRide", true, "{\"error\":{\"code\":\"not_found\","},
        {DOOR_RIDE_REFUSED, RIDER_PATH "WatchRide", true, "{\"error\":{\"code\":\"unavailable\","},
        {0, RIDER_PATH "WatchRide", true, "{\"error\":{\"code\":\"invalid_argument\","},
        {1, RIDER_PATH "WatchRide", false, "{\"error\":{\"code\":\"unauthenticated\","},
        {1, OPERATOR_PATH "WatchFleet", true, "{\"error\":{\"code\":\"permission_denied\","},
    };
    uint8_t body[16];
    uint8_t bytes[8192];
    size_t size;

    open_door();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int fd = watch(rows[i].path, rows[i].has_token ? rider : NULL, body,
                       client_ride(rows[i].ride, body));

        cr_assert_eq(read_envelope(fd, bytes, &size), 2);
        cr_assert_eq(strncmp((char *)bytes, rows[i].error, strlen(rows[i].error)), 0, "%s", bytes);
        cr_assert_eq(read_envelope(fd, bytes, &size), -1);
        close(fd);
    }
    door_close(&door);
}

Test(stream, tells_the_whole_fleet_and_then_its_changes)
{
    uint8_t bytes[8192];
    size_t size;
    struct message change = {.kind = MESSAGE_VEHICLE};

    open_door();

    int fd = watch(OPERATOR_PATH "WatchFleet", operator, "", 0);

    for (int i = 0; i < DOOR_FLEET; i++)
        cr_assert_eq(read_envelope(fd, bytes, &size), 0, "vehicle %d", i);
    for (uint32_t after = 0; after < DOOR_FLEET; after += 100)
        cr_assert_eq(door_event(&door, EVENT_LIST_VEHICLES).list.after, after);
    change.vehicle = (struct vehicle_view){.vehicle = {77}, .link = VEHICLE_SILENT};
    door_send(&door, &change);
    cr_assert_eq(read_envelope(fd, bytes, &size), 0);
    /* WatchFleetResponse { repeated Vehicle vehicles = 1 { uint32 vehicle_id = 1 ... } } */
    cr_assert_eq(bytes[2], 0x08);
    cr_assert_eq(bytes[3], 77);
    close(fd);
    door_close(&door);
}

/* A watcher that leaves is forgotten; one that says more on a stream is cut off. */
Test(stream, forgets_watchers_that_leave)
{
    uint8_t body[16];
    uint8_t bytes[8192];
    size_t size;

    open_door();

    int gone = watch(RIDER_PATH "WatchRide", rider, body, client_ride(9, body));
    int stays = watch(RIDER_PATH "WatchRide", rider, body, client_ride(9, body));
    int chatty = watch(RIDER_PATH "WatchRide", rider, body, client_ride(9, body));

    shutdown(gone, SHUT_WR);
    cr_assert(client_is_closed(gone));
    client_text(chatty, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    cr_assert(client_is_closed(chatty));
    publish(9, RIDE_ARRIVED);
    cr_assert_eq(read_envelope(stays, bytes, &size), 0);
    cr_assert_eq(read_envelope(stays, bytes, &size), 0);
    cr_assert_eq(state_of(bytes, 9), RIDE_ARRIVED);
    close(gone);
    close(chatty);
    close(stays);
    door_close(&door);
}

/* Who does not read is cut off when its queue is full, and nobody else notices. */
Test(stream, cuts_off_who_does_not_read)
{
    uint8_t body[16];

    open_door();

    int slow = watch(RIDER_PATH "WatchRide", rider, body, client_ride(9, body));
    int fd = client_connect(door.port);

    for (int i = 0; i < 400000; i++) {
        publish(9, RIDE_ARRIVED);
        if (i % 1000 != 0)
            continue;
        client_text(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        client_read(fd, &response);
        response.body[response.size] = '\0';
        if (strstr((char *)response.body, "what=\"slow_reader\"} 1\n") != NULL)
            break;
    }
    cr_assert_not_null(strstr((char *)response.body, "what=\"slow_reader\"} 1\n"));
    cr_assert(client_is_closed(slow));
    close(slow);
    close(fd);
    door_close(&door);
}
