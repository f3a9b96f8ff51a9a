#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "door.h"
#include "net/access.h"

#define BINARY 0x82
#define CLOSE  0x88

static struct door door;
static char seven[TOKEN_MAX + 1];
static char rider[TOKEN_MAX + 1];
static uint8_t bytes[8192];
static size_t size;

static void open_door(void)
{
    door_init(&door);
    keys_token(&door.keys, ROLE_VEHICLE, "7", seven);
    keys_token(&door.keys, ROLE_RIDER, "alice", rider);
    door_open(&door);
}

static int link_up(void)
{
    int fd = client_connect(door.port);

    cr_assert_eq(client_upgrade(fd, seven), 101);
    return fd;
}

/* A link that has said Hello and read its welcome and plan. */
static int link_greeted(void)
{
    int fd = link_up();
    uint8_t hello[16];

    client_frame(fd, BINARY, hello, client_hello(hello));
    cr_assert_eq(client_read_frame(fd, bytes, sizeof bytes, &size), BINARY);
    cr_assert_eq(bytes[0], 0x0a); /* VehicleDown { Welcome welcome = 1 } */
    cr_assert_eq(client_read_frame(fd, bytes, sizeof bytes, &size), BINARY);
    cr_assert_eq(bytes[0], 0x12); /* Plan plan = 2 */
    return fd;
}

static int read_close(int fd)
{
    for (;;) {
        uint8_t kind = client_read_frame(fd, bytes, sizeof bytes, &size);

        if (kind == 0)
            return 0;
        if (kind == CLOSE)
            return size >= 2 ? bytes[0] << 8 | bytes[1] : 1005;
    }
}

Test(vehicle, says_hello_reports_and_leaves)
{
    uint8_t frame[32];

    open_door();

    int fd = link_greeted();

    cr_assert_eq(door_event(&door, EVENT_HELLO).hello.vehicle.value, 7);
    for (uint32_t seq = 1; seq <= 200; seq++)
        client_frame(fd, BINARY, frame, client_telemetry(seq, frame));
    client_frame(fd, BINARY, frame, client_report(201, frame));
    for (uint32_t seq = 1; seq <= 200; seq++)
        cr_assert_eq(door_event(&door, EVENT_TELEMETRY).telemetry.seq, seq);

    struct event report = door_event(&door, EVENT_REPORT);

    cr_assert_eq(report.report.seq, 201);
    cr_assert_eq(report.report.vehicle.value, 7);
    cr_assert_eq(report.request.value, 0);
    cr_assert_eq(client_read_frame(fd, bytes, sizeof bytes, &size), BINARY);
    cr_assert_eq(bytes[0], 0x1a); /* Ack ack = 3 */
    close(fd);
    cr_assert_eq(door_event(&door, EVENT_GONE).gone.value, 7);
    door_close(&door);
}

Test(vehicle, is_let_in_with_its_own_token_only)
{
    open_door();

    const struct {
        const char *token;
        int status;
    } rows[] = {{NULL, 401}, {"a.b.c", 401}, {rider, 403}, {seven, 101}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int fd = client_connect(door.port);

        cr_assert_eq(client_upgrade(fd, rows[i].token), rows[i].status, "row %zu", i);
        close(fd);
    }

    /* Another path, and a WebSocket without its key. */
    static const char *const odd[] = {
        "GET /vehicle/v2 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "GET /vehicle/v1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "POST /vehicle/v1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Content-Length: 5\r\n\r\nhello",
    };

    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        int fd = client_connect(door.port);

        client_text(fd, odd[i]);
        cr_assert(client_is_closed(fd));
        close(fd);
    }
    door_close(&door);
}

/* Each row: frames that a link is closed for, and the code. */
Test(vehicle, is_closed_with_a_code_for_what_it_may_not_do)
{
    static uint8_t zeros[2000];
    uint8_t hello[16];
    uint8_t frame[32];

    open_door();

    int fd = link_up();

    client_frame(fd, BINARY, frame, client_telemetry(1, frame));
    cr_assert_eq(read_close(fd), 1008);
    close(fd);

    fd = link_greeted();
    client_frame(fd, BINARY, hello, client_hello(hello));
    cr_assert_eq(read_close(fd), 1008);
    close(fd);

    fd = link_greeted();
    client_frame(fd, 0x81, "text", 4);
    cr_assert_eq(read_close(fd), 1003);
    close(fd);

    fd = link_greeted();
    client_frame(fd, BINARY, zeros, sizeof zeros);
    cr_assert_eq(read_close(fd), 1009);
    close(fd);

    fd = link_greeted(); /* too long in pieces */
    client_frame(fd, 0x02, zeros, 600);
    client_frame(fd, 0x80, zeros, 600);
    cr_assert_eq(read_close(fd), 1009);
    close(fd);

    fd = link_greeted();
    door.is_refusing = true;
    client_frame(fd, BINARY, frame, client_telemetry(1, frame));
    client_frame(fd, BINARY, frame, client_report(2, frame));
    cr_assert_eq(read_close(fd), 1013);
    door.is_refusing = false;
    close(fd);
    door_close(&door);
}

Test(vehicle, goes_on_after_a_bad_frame_and_sends_in_pieces)
{
    uint8_t frame[32];

    open_door();

    int fd = link_greeted();

    client_frame(fd, BINARY, "\xff\xff\xff", 3);
    client_frame(fd, BINARY, "", 0);

    size_t length = client_telemetry(5, frame);

    client_frame(fd, 0x02, frame, 3);
    client_frame(fd, 0x89, "ping", 4);
    client_frame(fd, 0x00, frame + 3, 4);
    client_frame(fd, 0x80, frame + 7, length - 7);
    cr_assert_eq(client_read_frame(fd, bytes, sizeof bytes, &size), 0x8a); /* its pong */
    cr_assert_eq(door_event(&door, EVENT_TELEMETRY).telemetry.seq, 5);

    /* A frame in single bytes. */
    uint8_t masked[64] = {BINARY, (uint8_t)(0x80 | length), 0, 0, 0, 0};

    memcpy(masked + 6, frame, length);
    for (size_t i = 0; i < length + 6; i++)
        client_send(fd, masked + i, 1);
    cr_assert_eq(door_event(&door, EVENT_TELEMETRY).telemetry.seq, 5);
    close(fd);
    door_close(&door);
}

Test(vehicle, has_one_link_the_newest)
{
    struct message order = {.kind = MESSAGE_PLAN};

    open_door();

    int first = link_greeted();
    int second = link_greeted();

    cr_assert_eq(read_close(first), 4000);
    cr_assert_eq(door_event(&door, EVENT_HELLO).hello.vehicle.value, 7);
    cr_assert_eq(door_event(&door, EVENT_GONE).gone.value, 7);
    cr_assert_eq(door_event(&door, EVENT_HELLO).hello.vehicle.value, 7);
    close(first);
    order.plan.vehicle.value = 7;
    order.plan.epoch = 1;
    order.plan.plan_id = 2;
    door_send(&door, &order);
    cr_assert_eq(client_read_frame(second, bytes, sizeof bytes, &size), BINARY);
    cr_assert_eq(bytes[0], 0x12);
    close(second);
    cr_assert_eq(door_event(&door, EVENT_GONE).gone.value, 7);

    /* Orders to who is not there are dropped. */
    door_send(&door, &order);
    order.plan.vehicle.value = 8;
    door_send(&door, &order);
    door_close(&door);
}

/* Silence is noticed, and one ping of the dispatcher's comes when it has nothing to say. */
Test(vehicle, is_closed_when_it_falls_silent)
{
    door_init(&door);
    keys_token(&door.keys, ROLE_VEHICLE, "7", seven);
    door.config.idle_timeout_s = 1;
    door_open(&door);

    int fd = link_greeted();

    cr_assert_eq(read_close(fd), 0);
    cr_assert_eq(door_event(&door, EVENT_GONE).gone.value, 7);
    close(fd);
    door_close(&door);
}
