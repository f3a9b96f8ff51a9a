/* libcurl says which sockets it waits for and for how long; libuv waits. */
#include "pay/pay_http.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS      10000
#define URL_MAX         1024
#define CONNECTIONS_MAX 8

struct pay_http {
    uv_timer_t timer;
    CURLM *multi;
    struct transfer *transfers; /* under way, a list */
    char *url;
    char *authorization; /* the whole header line */
    int64_t timeout_ms;
    void (*on_closed)(void *user);
    void *closed_user;
};

struct transfer {
    struct pay_http *http;
    struct transfer *next;
    CURL *easy;
    struct curl_slist *headers;
    pay_http_done *done;
    void *user;
    char *body; /* the answer's */
    size_t size;
};

/* A socket that libcurl waits for. */
struct watch {
    struct pay_http *http;
    uv_poll_t poll;
    curl_socket_t socket;
};

static void free_transfer(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    free(transfer->body);
    free(transfer);
}

static void take_out(struct pay_http *http, const struct transfer *transfer)
{
    struct transfer **at = &http->transfers;
    while (*at != transfer) {
        CHECK(*at != NULL);
        at = &(*at)->next;
    }
    *at = transfer->next;
}

/* Could the server have seen the request? */
static enum pay_http_outcome outcome_of(CURL *easy, CURLcode code)
{
    curl_off_t connected_us = 0;
    curl_off_t ready_us = 0;
    if (code == CURLE_OK)
        return PAY_HTTP_ANSWERED;
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
        code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR ||
        code == CURLE_PEER_FAILED_VERIFICATION)
        return PAY_HTTP_UNSENT;
    return connected_us == 0 && ready_us == 0 ? PAY_HTTP_UNSENT : PAY_HTTP_LOST;
}

static void finish(struct pay_http *http, CURL *easy, CURLcode code)
{
    struct transfer *transfer = NULL;
    long status = 0;
    curl_off_t retry_after_s = 0;
    CHECK(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer) == CURLE_OK);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    const struct pay_http_answer answer = {
        .outcome = outcome_of(easy, code),
        .status = (int)status,
        .retry_after_s = retry_after_s > 0 ? (int64_t)retry_after_s : 0,
        .body = transfer->body != NULL ? transfer->body : "",
        .size = transfer->size,
        .reason = curl_easy_strerror(code),
    };
    curl_multi_remove_handle(http->multi, easy);
    take_out(http, transfer);
    transfer->done(transfer->user, &answer);
    free_transfer(transfer);
}

static void finish_all(struct pay_http *http)
{
    CURLMsg *message;
    int left = 0;
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE)
            finish(http, message->easy_handle, message->data.result);
    }
}

static void act(struct pay_http *http, curl_socket_t socket, int events)
{
    int running = 0;
    curl_multi_socket_action(http->multi, socket, events, &running);
    finish_all(http);
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* An error comes once, with polling already stopped. */
static void on_socket(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    int flags = 0;
    if (status < 0)
        flags = CURL_CSELECT_ERR;
    if ((events & UV_READABLE) != 0)
        flags |= CURL_CSELECT_IN;
    if ((events & UV_WRITABLE) != 0)
        flags |= CURL_CSELECT_OUT;
    act(watch->http, watch->socket, flags); /* may close the watch */
}

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static struct watch *open_watch(struct pay_http *http, curl_socket_t socket)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return NULL;
    watch->http = http;
    watch->socket = socket;
    watch->poll.data = watch;
    if (uv_poll_init_socket(http->timer.loop, &watch->poll, socket) != 0) {
        free(watch);
        return NULL;
    }
    curl_multi_assign(http->multi, socket, watch);
    return watch;
}

static int on_wanted(CURL *easy, curl_socket_t socket, int what, void *user, void *known)
{
    struct pay_http *http = user;
    struct watch *watch = known;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
            curl_multi_assign(http->multi, socket, NULL);
        }
        return 0;
    }
    if (watch == NULL)
        watch = open_watch(http, socket);
    if (watch == NULL)
        return -1;
    const int events =
        (what != CURL_POLL_OUT ? UV_READABLE : 0) | (what != CURL_POLL_IN ? UV_WRITABLE : 0);
    return uv_poll_start(&watch->poll, events, on_socket) == 0 ? 0 : -1;
}

static int on_wait(CURLM *multi, long wait_ms, void *user)
{
    struct pay_http *http = user;
    (void)multi;
    if (wait_ms < 0)
        uv_timer_stop(&http->timer);
    else
        uv_timer_start(&http->timer, on_timer, (uint64_t)wait_ms, 0);
    return 0;
}

static size_t on_bytes(char *bytes, size_t one, size_t count, void *user)
{
    struct transfer *transfer = user;
    const size_t size = one * count;
    if (size > PAY_HTTP_ANSWER_MAX - transfer->size)
        return 0;
    char *grown = realloc(transfer->body, transfer->size + size + 1);
    if (grown == NULL)
        return 0;
    memcpy(grown + transfer->size, bytes, size);
    transfer->body = grown;
    transfer->size += size;
    grown[transfer->size] = '\0';
    return size;
}

static char *join(const char *a, const char *b)
{
    char *text = NULL;
    return asprintf(&text, "%s%s", a, b) >= 0 ? text : NULL;
}

static void free_http(struct pay_http *http)
{
    if (http->authorization != NULL)
        OPENSSL_cleanse(http->authorization, strlen(http->authorization));
    free(http->authorization);
    free(http->url);
    free(http);
}

struct pay_http *pay_http_open(uv_loop_t *loop, const struct pay_http_config *config)
{
    struct pay_http *http = calloc(1, sizeof *http);
    CHECK(strlen(config->url) < URL_MAX - PAY_HTTP_PATH_MAX);
    if (http == NULL)
        return NULL;
    http->url = join(config->url, "");
    http->authorization = join("Authorization: ", config->authorization);
    http->timeout_ms = config->timeout_ms;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == 0)
        http->multi = curl_multi_init();
    if (http->url == NULL || http->authorization == NULL || http->multi == NULL) {
        free_http(http);
        return NULL;
    }
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_wanted);
    curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_wait);
    curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MAX);
    uv_timer_init(loop, &http->timer);
    http->timer.data = http;
    return http;
}

static bool add_header(struct transfer *transfer, const char *line)
{
    struct curl_slist *headers = curl_slist_append(transfer->headers, line);
    if (headers == NULL)
        return false;
    transfer->headers = headers;
    return true;
}

static bool add_headers(struct transfer *transfer, const struct pay_http_request *request)
{
    bool ok = add_header(transfer, transfer->http->authorization) &&
              add_header(transfer, "Accept: application/json");
    if (request->body != NULL)
        ok = ok && add_header(transfer, "Content-Type: application/json") &&
             add_header(transfer, "Expect:");
    if (request->idempotency_key != NULL) {
        char *line = join("Idempotency-Key: ", request->idempotency_key);
        ok = ok && line != NULL && add_header(transfer, line);
        free(line);
    }
    return ok;
}

static bool set_up(struct transfer *transfer, const struct pay_http_request *request)
{
    const struct pay_http *http = transfer->http;
    CURL *easy = transfer->easy;
    char url[URL_MAX];
    CHECK(strlen(request->path) < PAY_HTTP_PATH_MAX);
    memcpy(url, http->url, strlen(http->url));
    memcpy(url + strlen(http->url), request->path, strlen(request->path) + 1);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)http->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "commonwheel/" COMMONWHEEL_VERSION);
    if (request->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(request->body));
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body);
    }
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK;
}

bool pay_http_send(struct pay_http *http, const struct pay_http_request *request)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL)
        return false;
    transfer->http = http;
    transfer->done = request->done;
    transfer->user = request->user;
    transfer->easy = curl_easy_init();
    if (transfer->easy == NULL || !add_headers(transfer, request) || !set_up(transfer, request) ||
        curl_multi_add_handle(http->multi, transfer->easy) != CURLM_OK) {
        free_transfer(transfer);
        return false;
    }
    transfer->next = http->transfers;
    http->transfers = transfer;
    return true;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct pay_http *http = handle->data;
    void (*on_closed)(void *user) = http->on_closed;
    void *user = http->closed_user;
    free_http(http);
    on_closed(user);
}

void pay_http_close(struct pay_http *http, void (*on_closed)(void *user), void *user)
{
    http->on_closed = on_closed;
    http->closed_user = user;
    while (http->transfers != NULL) {
        struct transfer *transfer = http->transfers;
        http->transfers = transfer->next;
        curl_multi_remove_handle(http->multi, transfer->easy);
        free_transfer(transfer);
    }
    curl_multi_cleanup(http->multi); /* which lets go of its sockets */
    curl_global_cleanup();
    uv_close((uv_handle_t *)&http->timer, on_timer_closed);
}
