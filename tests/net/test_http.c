#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "door.h"
#include "net/access.h"
#include "wire/codec_client.h"

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

Test(http, answers_calls_on_one_connection)
{
    uint8_t body[16];

    open_door();

    int fd = client_connect(door.port);

    for (uint64_t ride = 1; ride <= 100; ride++) {
        size_t size = client_ride(ride, body);

        client_call(fd, RIDER_PATH "GetRide", rider, body, size, &response);
        cr_assert_eq(response.status, 200);
        cr_assert_not_null(strstr(response.head, "content-type: application/proto\n"));

        struct event event = door_event(&door, EVENT_GET_RIDE);

        cr_assert_eq(event.ride.ride.value, ride);
        cr_assert_not(event.ride.any_rider);
        cr_assert(rider_id_equal(event.ride.rider, token_rider_id("alice")));
        /* GetRideResponse { Ride ride = 1 { ride_id = 1 ... } } */
        cr_assert_eq(response.body[0], 0x0a);
        cr_assert_eq(memcmp(response.body + 2, body, size), 0);
    }
    client_call(fd, OPERATOR_PATH "GetStatistics", operator, "", 0, &response);
    cr_assert_eq(response.status, 200);
    client_call(fd, OPERATOR_PATH "ListVehicles", operator, "", 0, &response);
    cr_assert_eq(response.status, 200);
    cr_assert_gt(response.size, 100 * 4);
    close(fd);
    door_close(&door);
}

Test(http, answers_an_operator_who_closes_a_road)
{
    uint8_t body[CODEC_REQUEST_MAX];
    size_t size = 0;
    struct closure_view closures[LIST_PAGE_MAX];
    uint32_t count = 0;
    uint32_t next_after = 0;
    struct event asked = {.kind = EVENT_CLOSE_ROAD,
                          .road = {.arc = ROAD_NONE,
                                   .point = {10, 20},
                                   .heading_deg = ROAD_HEADING_UNKNOWN,
                                   .reason = "works"}};

    open_door();

    int fd = client_connect(door.port);

    cr_assert(codec_client_request(&asked, body, &size));
    client_call(fd, OPERATOR_PATH "CloseRoad", operator, body, size, &response);
    cr_assert_eq(response.status, 200);
    cr_assert(codec_client_closures((const uint8_t *)response.body, response.size, closures, &count,
                                    &next_after) == NULL);
    cr_assert(count == 2 && next_after == 0);
    cr_assert(closures[0].closure.arc == 0 && closures[1].closure.arc == 1);
    cr_assert(rider_id_equal(closures[1].closure.by, token_rider_id("olga")));

    asked.road.point.lat_e7 = 0;
    cr_assert(codec_client_request(&asked, body, &size));
    client_call(fd, OPERATOR_PATH "CloseRoad", operator, body, size, &response);
    cr_assert_eq(response.status, 404);
    cr_assert(client_has_code(&response, "not_found"));
    client_call(fd, OPERATOR_PATH "CloseRoad", rider, body, size, &response);
    cr_assert_eq(response.status, 403);
    close(fd);
    door_close(&door);
}

Test(http, turns_messages_into_the_codes_of_connect)
{
    static const struct {
        uint64_t ride;
        int status;
        const char *code;
    } rows[] = {
        {DOOR_RIDE_MISSING, 404, "not_found"},
        {DOOR_RIDE_TOO_LATE, 400, "failed_precondition"},
        {DOOR_RIDE_BUSY, 429, "resource_exhausted"},
        {DOOR_RIDE_REFUSED, 503, "unavailable"},
        {0, 400, "invalid_argument"},
    };
    uint8_t body[16];

    open_door();

    int fd = client_connect(door.port);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        client_call(fd, RIDER_PATH "Cancel", rider, body, client_ride(rows[i].ride, body),
                    &response);
        cr_assert_eq(response.status, rows[i].status);
        cr_assert(client_has_code(&response, rows[i].code), "%s", response.body);
        cr_assert_not_null(strstr(response.head, "content-type: application/json\n"));
    }
    client_call(fd, RIDER_PATH "Cancel", rider, "\xff\xff\xff", 3, &response);
    cr_assert(client_has_code(&response, "invalid_argument"));
    client_call(fd, RIDER_PATH "Cancel", rider, body, client_ride(9, body), &response);
    cr_assert_eq(response.status, 200);
    close(fd);
    door_close(&door);
}

Test(http, believes_no_bad_token_and_no_wrong_role)
{
    struct door *open = &door;
    char bad[TOKEN_MAX + 1];
    char expired[TOKEN_MAX + 1];
    uint8_t body[16];
    size_t size = client_ride(9, body);

    open_door();
    snprintf(bad, sizeof bad, "%s", rider);
    bad[strlen(bad) - 8] ^= 1;
    keys_token_raw(open->keys.ed25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
                   "{\"sub\":\"alice\",\"role\":\"rider\",\"exp\":1}", expired);

    const struct {
        const char *path;
        const char *token;
        int status;
        const char *code;
    } rows[] = {
        {RIDER_PATH "GetRide", NULL, 401, "unauthenticated"},
        {RIDER_PATH "GetRide", "", 401, "unauthenticated"},
        {RIDER_PATH "GetRide", "a.b.c", 401, "unauthenticated"},
        {RIDER_PATH "GetRide", bad, 401, "unauthenticated"},
        {RIDER_PATH "GetRide", expired, 401, "unauthenticated"},
        {RIDER_PATH "GetRide", operator, 403, "permission_denied"},
        {OPERATOR_PATH "ListVehicles", rider, 403, "permission_denied"},
        {RIDER_PATH "GetRide", rider, 200, NULL},
    };
    int fd = client_connect(open->port);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        client_call(fd, rows[i].path, rows[i].token, body, size, &response);
        cr_assert_eq(response.status, rows[i].status, "row %zu: %d", i, response.status);
        cr_assert(rows[i].code == NULL || client_has_code(&response, rows[i].code));
        cr_assert_eq(response.status == 401,
                     strstr(response.head, "www-authenticate: Bearer") != NULL);
    }
    close(fd);
    door_close(open);
}

/* Requests that are refused; `goes_on`: the next request on the connection is answered. */
static const struct {
    const char *request; /* %s: the token */
    int status;          /* 0: hung up on */
    bool goes_on;
} odd[] = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 404, true},
    {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: 5\r\nX-Empty: \r\nTE: trailers\r\n\r\n",
     200, true},
    {"GET /commonwheel.v1.RiderService/Book HTTP/1.1\r\nHost: x\r\n\r\n", 405, true},
    {"GET /vehicle/v1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, true},
    {"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405, true},
    {"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 404, true},
    {"DELETE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405, false},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0, false},
    {"GET healthz HTTP/1.1\r\nHost: x\r\n\r\n", 0, false},
    {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 0, false},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, false},
    {"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
     "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
     0, false},
    {"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n", 0, false},
    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 0, false},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n\r\n",
     411, false},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Transfer-Encoding: chunked\r\n\r\n2\r\n\x08\x01\r\n0\r\n\r\n",
     400, false},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Content-Length: -2\r\n\r\n",
     400, false},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Content-Length: 2\r\nContent-Length: 3\r\n\r\n\x08\x01",
     400, false},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Content-Length: 100000000\r\n\r\n",
     413, false},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/json\r\nAuthorization: Bearer %s\r\n"
     "Content-Length: 2\r\n\r\n{}",
     415, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/connect+proto\r\nAuthorization: Bearer %s\r\n"
     "Content-Length: 2\r\n\r\n\x08\x01",
     415, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Authorization: Bearer %s\r\nContent-Length: 2\r\n\r\n\x08\x01",
     415, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x08\x01",
     501, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Connect-Protocol-Version: 2\r\nContent-Length: 2\r\n\r\n\x08\x01",
     400, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Connect-Timeout-Ms: soon\r\nContent-Length: 2\r\n\r\n\x08\x01",
     400, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Connect-Timeout-Ms: 5000\r\nContent-Length: 2\r\n\r\n\x08\x01",
     200, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\n"
     "Content-Type: application/proto\r\nAuthorization: Basic YTpi\r\n"
     "Content-Length: 2\r\n\r\n\x08\x01",
     401, true},
    {"POST /commonwheel.v1.RiderService/GetRide HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
     "Content-Type: application/proto\r\nAuthorization: Bearer %s\r\n"
     "Content-Length: 2\r\n\r\n\x08\x01",
     200, false},
};

Test(http, refuses_what_is_odd_and_goes_on_where_it_can)
{
    open_door();
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        char request[8192];
        int fd = client_connect(door.port);

        snprintf(request, sizeof request, odd[i].request, rider);
        client_text(fd, request);
        if (odd[i].status == 0)
            shutdown(fd, SHUT_WR);
        client_read(fd, &response);
        cr_assert_eq(response.status, odd[i].status, "row %zu: %d %s", i, response.status,
                     response.head);
        if (odd[i].goes_on) {
            client_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            client_read(fd, &response);
            cr_assert_eq(response.status, 200, "row %zu", i);
        } else {
            cr_assert(client_is_closed(fd));
        }
        close(fd);
    }
    door_close(&door);
}

/* A body that is too long is answered, though the client is still sending it. */
Test(http, answers_a_body_that_is_too_long)
{
    static char zeros[300000];
    char head[8192];

    open_door();

    int fd = client_connect(door.port);
    int length = snprintf(head, sizeof head,
                          "POST " RIDER_PATH "Book HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                          "%s\r\nContent-Type: application/proto\r\nContent-Length: %zu\r\n\r\n",
                          rider, sizeof zeros);

    client_send(fd, head, (size_t)length);
    client_send(fd, zeros, sizeof zeros);
    client_read(fd, &response);
    cr_assert_eq(response.status, 413);
    cr_assert(client_has_code(&response, "resource_exhausted"));
    cr_assert(client_is_closed(fd));
    close(fd);
    door_close(&door);
}

Test(http, takes_requests_in_any_pieces_and_in_a_row)
{
    char request[8192];
    uint8_t body[16];

    open_door();

    int fd = client_connect(door.port);
    int length = snprintf(request, sizeof request,
                          "POST " RIDER_PATH "GetRide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                          "%s\r\nContent-Type: application/proto\r\nContent-Length: 2\r\n\r\n%c%c",
                          rider, 8, 5);

    for (int i = 0; i < length; i++)
        client_send(fd, request + i, 1);
    client_read(fd, &response);
    cr_assert_eq(response.status, 200);

    /* Twenty requests before the first answer is read. */
    for (uint64_t i = 0; i < 20; i++)
        client_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    for (uint64_t i = 0; i < 20; i++) {
        client_read(fd, &response);
        cr_assert_eq(response.status, 200);
    }

    /* With POST the first is answered; the rest never wrongly. */
    for (uint64_t i = 0; i < 20; i++)
        client_ask(fd, RIDER_PATH "GetRide", rider, body, client_ride(100 + i, body));
    for (uint64_t i = 0; i < 20; i++) {
        size_t size = client_ride(100 + i, body);

        client_read(fd, &response);
        if (response.status == 0)
            break;
        cr_assert_eq(response.status, 200);
        cr_assert_eq(memcmp(response.body + 2, body, size), 0, "answer %d", (int)i);
    }
    close(fd);
    door_close(&door);
}

/* A client that goes while it waits leaves nothing behind: a late answer finds nobody. */
Test(http, drops_answers_to_clients_that_are_gone)
{
    uint8_t body[16];

    open_door();

    int fd = client_connect(door.port);

    client_ask(fd, RIDER_PATH "GetRide", rider, body, client_ride(DOOR_RIDE_MUTE, body));

    struct event event = door_event(&door, EVENT_GET_RIDE);
    struct message late = {.kind = MESSAGE_ERROR, .request = event.request};

    cr_assert_neq(event.request.value, 0);
    late.error = MESSAGE_ERROR_NOT_FOUND;
    shutdown(fd, SHUT_WR);
    cr_assert(client_is_closed(fd));
    close(fd);
    door_send(&door, &late);
    late.request.value = UINT64_MAX;
    door_send(&door, &late);

    /* A new request on the same place has another name. */
    fd = client_connect(door.port);
    client_ask(fd, RIDER_PATH "GetRide", rider, body, client_ride(DOOR_RIDE_MUTE, body));

    struct event second = door_event(&door, EVENT_GET_RIDE);

    cr_assert_neq(second.request.value, event.request.value);
    late.request = event.request;
    door_send(&door, &late);
    late.request = second.request;
    late.error = MESSAGE_ERROR_TOO_LATE;
    door_send(&door, &late);
    client_read(fd, &response);
    cr_assert(client_has_code(&response, "failed_precondition"));
    close(fd);
    door_close(&door);
}

Test(http, answers_for_a_dispatcher_that_does_not)
{
    uint8_t body[16];

    door_init(&door);
    keys_token(&door.keys, ROLE_RIDER, "alice", rider);
    door.config.request_timeout_s = 1;
    door_open(&door);

    int fd = client_connect(door.port);

    client_call(fd, RIDER_PATH "GetRide", rider, body, client_ride(DOOR_RIDE_MUTE, body),
                &response);
    cr_assert_eq(response.status, 503);
    cr_assert(client_has_code(&response, "unavailable"));
    close(fd);

    /* Headers and bodies that never end, and connections that say nothing. */
    int slow[3];

    for (int i = 0; i < 3; i++)
        slow[i] = client_connect(door.port);
    client_text(slow[1], "POST " RIDER_PATH "GetRide HTTP/1.1\r\nHo");
    client_text(slow[2], "POST " RIDER_PATH "GetRide HTTP/1.1\r\nHost: x\r\nContent-Type: "
                         "application/proto\r\nContent-Length: 9\r\nAuthorization: Bearer ");
    client_text(slow[2], rider);
    client_text(slow[2], "\r\n\r\nab");
    for (int i = 0; i < 3; i++) {
        cr_assert(client_is_closed(slow[i]));
        close(slow[i]);
    }
    door_close(&door);
}

Test(http, waits_no_longer_than_its_caller)
{
    char head[8192];
    uint8_t body[16];
    size_t size = client_ride(DOOR_RIDE_MUTE, body);

    open_door();
    keys_token(&door.keys, ROLE_RIDER, "alice", rider);

    int fd = client_connect(door.port);

    snprintf(head, sizeof head,
             "POST " RIDER_PATH "GetRide HTTP/1.1\r\nHost: x\r\nContent-Type: application/proto\r\n"
             "Connect-Timeout-Ms: 50\r\nContent-Length: %zu\r\nAuthorization: Bearer %s\r\n\r\n",
             size, rider);
    client_text(fd, head);
    client_send(fd, body, size);
    client_read(fd, &response);
    cr_assert_eq(response.status, 504);
    cr_assert(client_has_code(&response, "deadline_exceeded"));
    close(fd);
    door_close(&door);
}

Test(http, says_whether_it_is_healthy)
{
    open_door();

    int fd = client_connect(door.port);

    client_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    client_read(fd, &response);
    cr_assert_eq(response.status, 200);
    cr_assert_eq(memcmp(response.body, "ok\n", 3), 0);
    door.is_healthy = false;
    client_text(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    client_read(fd, &response);
    cr_assert_eq(response.status, 503);
    cr_assert_eq(response.size, strlen("resting\n"));
    cr_assert_eq(memcmp(response.body, "resting\n", response.size), 0);
    close(fd);
    door_close(&door);
}

Test(http, writes_metrics_that_prometheus_takes)
{
    uint8_t body[16];

    open_door();

    int fd = client_connect(door.port);

    client_call(fd, RIDER_PATH "GetRide", rider, body, client_ride(1, body), &response);
    client_call(fd, RIDER_PATH "GetRide", NULL, body, client_ride(1, body), &response);
    client_text(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    client_read(fd, &response);
    cr_assert_eq(response.status, 200);
    response.body[response.size] = '\0';

    const char *text = (const char *)response.body;

    cr_assert_not_null(strstr(text, "test_total 1\n"));
    cr_assert_not_null(
        strstr(text, "commonwheel_requests_total{call=\"GetRide\",code=\"ok\"} 1\n"));
    cr_assert_not_null(
        strstr(text, "commonwheel_requests_total{call=\"GetRide\",code=\"unauthenticated\"} 1\n"));
    cr_assert_not_null(strstr(text, "commonwheel_connections 1\n"), "%s", text);
    if (system("command -v promtool >/dev/null") == 0) {
        FILE *promtool = popen("promtool check metrics", "w");

        cr_assert_not_null(promtool);
        cr_assert_eq(fwrite(text, 1, response.size, promtool), response.size);
        cr_assert_eq(pclose(promtool), 0);
    }
    close(fd);
    door_close(&door);
}

/* A webhook of the payment provider: no token, a signature instead; 0 for none of the header. */
static void send_webhook(const char *signature, const char *body, size_t length)
{
    char text[1024];
    int fd = client_connect(door.port);

    snprintf(text, sizeof text,
             "POST /webhooks/govuk-pay HTTP/1.1\r\nHost: x\r\n%s%s%sContent-Length: %zu\r\n\r\n%s",
             signature != NULL ? "Pay-Signature: " : "", signature != NULL ? signature : "",
             signature != NULL ? "\r\n" : "", length, body);
    client_text(fd, text);
    client_read(fd, &response);
    close(fd);
}

Test(http, hands_webhooks_on_as_they_came)
{
    char long_signature[NET_SIGNATURE_MAX + 8];

    open_door();
    send_webhook("abc123", "200 {\"a\": 1}\n", 13);
    cr_expect_eq(response.status, 200);
    cr_expect_str_eq(door.webhook, "200 {\"a\": 1}\n");
    cr_expect_str_eq(door.signature, "abc123");
    send_webhook(NULL, "401", 3);
    cr_expect_eq(response.status, 401);
    cr_expect_str_eq(door.signature, "");
    send_webhook("x", "202", 3);
    cr_expect_eq(response.status, 202);
    memset(long_signature, 'a', sizeof long_signature);
    long_signature[sizeof long_signature - 1] = '\0';
    send_webhook(long_signature, "401", 3);
    cr_expect_eq(response.status, 401);
    cr_expect_str_eq(door.signature, "", "one that is too long is none");
    send_webhook("x", "", 17000);
    cr_expect_eq(response.status, 413);
    cr_expect_str_eq(door.webhook, "401", "too long, it is not handed on");
    door_close(&door);
}
