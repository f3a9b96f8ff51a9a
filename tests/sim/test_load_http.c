#include <criterion/criterion.h>
#include <string.h>

#include "sim/load_http.h"

#define BROKEN LOAD_STREAM_BROKEN

Test(load_http, takes_whole_responses_and_waits_for_the_rest)
{
    static const struct {
        const char *text;
        size_t taken;
        int status;
        const char *body;
        bool keep;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 41, 200, "abc", true},
        {"HTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabcHTTP/1.1 2", 40, 200, "abc", true},
        {"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 64, 404, "",
         false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", 0, 0, "", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n", 0, 0, "", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", BROKEN, 0, "", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", BROKEN, 0, "", true},
        {"HTTP/1.1 200 OK\r\n\r\n", BROKEN, 0, "", true},
        {"SSH-2.0-OpenSSH_9.2\r\n\r\n", BROKEN, 0, "", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct load_http_reply reply = {0};
        bool keep = true;
        const size_t taken =
            load_http_parse((const uint8_t *)rows[i].text, strlen(rows[i].text), &reply, &keep);
        cr_assert_eq(taken, rows[i].taken, "row %zu: %zu", i, taken);
        cr_assert_eq(reply.status, rows[i].status, "row %zu", i);
        cr_assert_eq(keep, rows[i].keep, "row %zu", i);
        cr_assert_eq(reply.size, strlen(rows[i].body), "row %zu", i);
        cr_assert(
            memcmp(reply.size == 0 ? "" : (const char *)reply.body, rows[i].body, reply.size) == 0);
    }
}
