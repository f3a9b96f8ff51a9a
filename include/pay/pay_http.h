/* An HTTPS client on the loop: libcurl's multi interface driven by libuv
 * (curl.se/libcurl/c/curl_multi_socket_action.html). Certificates are checked, redirects are not
 * followed, answers are bounded in size and time. */
#ifndef PAY_PAY_HTTP_H
#define PAY_PAY_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"

#define PAY_HTTP_PATH_MAX   256
#define PAY_HTTP_ANSWER_MAX 262144 /* bytes; a longer answer is as good as none */

struct pay_http;

struct pay_http_config {
    const char *url;           /* what every path is appended to; no slash at its end */
    const char *authorization; /* the value of that header: a secret; copied */
    int64_t timeout_ms;        /* of one request as a whole */
};

enum pay_http_outcome {
    PAY_HTTP_ANSWERED,
    PAY_HTTP_UNSENT, /* the server has certainly not seen it */
    PAY_HTTP_LOST,   /* the server may have seen it, and done it */
};

struct pay_http_answer {
    enum pay_http_outcome outcome;
    int status;            /* ANSWERED */
    int64_t retry_after_s; /* 0: not said */
    const char *body;      /* borrowed during the callback, ends with a NUL behind `size` */
    size_t size;
    const char *reason; /* UNSENT, LOST: a constant text of libcurl's */
};

typedef void pay_http_done(void *user, const struct pay_http_answer *answer);

struct pay_http_request {
    const char *path;            /* "/v1/payments", below PAY_HTTP_PATH_MAX */
    const char *body;            /* JSON to POST, "" of nothing; NULL: GET; copied */
    const char *idempotency_key; /* or NULL */
    pay_http_done *done;         /* called once, never from inside pay_http_send() */
    void *user;
};

/* NULL: out of memory. */
MUST_CHECK struct pay_http *pay_http_open(uv_loop_t *loop, const struct pay_http_config *config);

/* False: out of memory, `done` will not be called. */
MUST_CHECK bool pay_http_send(struct pay_http *http, const struct pay_http_request *request);

/* Requests under way end without a callback; then on_closed. */
void pay_http_close(struct pay_http *http, void (*on_closed)(void *user), void *user);

#endif
