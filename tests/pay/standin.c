#include "standin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 16384

struct connection {
    struct standin *standin;
    int fd;
};

struct exchange {
    char request[REQUEST_MAX];
    char method[8];
    char path[512];
    const char *body;
    char key[64];
    bool is_authorized;
    int status;
    json_t *answer; /* or NULL: no body */
};

static void nap(int64_t ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static void make_id(struct standin *standin, char id[STANDIN_ID_MAX])
{
    for (int i = 0; i < STANDIN_ID_MAX - 1; i++)
        id[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[random_below(&standin->random, 36)];
    id[STANDIN_ID_MAX - 1] = '\0';
}

static struct standin_payment *find_payment(struct standin *standin, const char *id)
{
    for (uint32_t i = 0; i < standin->payment_count; i++) {
        if (strcmp(standin->payments[i].id, id) == 0)
            return &standin->payments[i];
    }
    return NULL;
}

static int find_agreement(const struct standin *standin, const char *id)
{
    for (uint32_t i = 0; i < standin->agreement_count; i++) {
        if (strcmp(standin->agreements[i], id) == 0)
            return (int)i;
    }
    return -1;
}

static json_t *show(const struct standin *standin, const struct standin_payment *payment)
{
    const bool is_finished =
        strcmp(payment->status, "success") == 0 || strcmp(payment->status, "failed") == 0;
    const bool is_paid = strcmp(payment->status, "success") == 0;
    char page[128];
    snprintf(page, sizeof page, "http://127.0.0.1:%u/secure/%s", standin->port, payment->id);
    json_t *state = json_pack("{sssb}", "status", payment->status, "finished", is_finished);
    if (payment->code != NULL)
        json_object_set_new(state, "code", json_string(payment->code));
    json_t *shown = json_pack(
        "{sIsssssosssb s{sssIsI}}", "amount", (json_int_t)payment->amount, "reference",
        payment->reference, "payment_id", payment->id, "state", state, "authorisation_mode",
        payment->is_set_up ? "web" : "agreement", "delayed_capture", payment->is_set_up,
        "refund_summary", "status",
        !is_paid ? "pending" : (payment->refunded == payment->amount ? "full" : "available"),
        "amount_available", (json_int_t)(payment->amount - payment->refunded), "amount_submitted",
        (json_int_t)payment->refunded);
    if (payment->is_set_up && strcmp(payment->status, "created") == 0)
        json_object_set_new(shown, "_links",
                            json_pack("{s{ssss}}", "next_url", "href", page, "method", "GET"));
    return shown;
}

static void refuse(struct exchange *exchange, int status, const char *code)
{
    exchange->status = status;
    exchange->answer = json_pack("{ssss}", "code", code, "description", "refused");
}

static void malformed(struct standin *standin, struct exchange *exchange)
{
    standin->wrong++;
    refuse(exchange, 422, "P0102");
}

static void create_agreement(struct standin *standin, struct exchange *exchange, json_t *body)
{
    if (!json_is_string(json_object_get(body, "reference")) ||
        !json_is_string(json_object_get(body, "description"))) {
        malformed(standin, exchange);
        return;
    }
    char *id = standin->agreements[standin->agreement_count++];
    make_id(standin, id);
    exchange->status = 201;
    exchange->answer = json_pack("{ssss}", "agreement_id", id, "status", "created");
}

/* True when the key was used before, and answered. */
static bool answer_key(struct standin *standin, struct exchange *exchange)
{
    for (uint32_t i = 0; exchange->key[0] != '\0' && i < standin->payment_count; i++) {
        const struct standin_payment *payment = &standin->payments[i];
        if (strcmp(payment->key, exchange->key) != 0)
            continue;
        if (standin->is_key_strict || strcmp(payment->body, exchange->body) != 0) {
            refuse(exchange, 409, "P0191");
        } else {
            exchange->status = 200;
            exchange->answer = show(standin, payment);
        }
        return true;
    }
    return false;
}

static void create_payment(struct standin *standin, struct exchange *exchange, json_t *body)
{
    const char *mode = json_string_value(json_object_get(body, "authorisation_mode"));
    const bool is_collected = mode != NULL && strcmp(mode, "agreement") == 0;
    const char *agreement = json_string_value(
        json_object_get(body, is_collected ? "agreement_id" : "set_up_agreement"));
    const char *reference = json_string_value(json_object_get(body, "reference"));
    const char *page = json_string_value(json_object_get(body, "return_url"));
    const json_int_t amount = json_integer_value(json_object_get(body, "amount"));
    const int found = agreement != NULL ? find_agreement(standin, agreement) : -1;
    if (answer_key(standin, exchange))
        return;
    if (reference == NULL || !json_is_string(json_object_get(body, "description")) || amount < 1 ||
        amount > 10000000 || found < 0 || (page != NULL) == is_collected ||
        strlen(reference) > 63) {
        malformed(standin, exchange);
        return;
    }
    if (is_collected && !standin->is_active[found]) {
        refuse(exchange, 400, "P0103");
        return;
    }
    struct standin_payment *payment = &standin->payments[standin->payment_count++];
    *payment =
        (struct standin_payment){.amount = amount, .status = "created", .is_set_up = !is_collected};
    make_id(standin, payment->id);
    memcpy(payment->reference, reference, strlen(reference));
    memcpy(payment->agreement, agreement, strlen(agreement));
    memcpy(payment->key, exchange->key, sizeof payment->key);
    snprintf(payment->body, sizeof payment->body, "%s", exchange->body);
    standin->posts++;
    exchange->status = 201;
    exchange->answer = show(standin, payment);
}

/* An agreement's payment is worked off behind the scenes, and seen the second time. */
static void work_off(struct standin *standin, struct standin_payment *payment)
{
    if (payment->is_set_up || strcmp(payment->status, "created") != 0 || payment->looks++ < 1)
        return;
    if (random_below(&standin->random, 1000) < standin->declines_permille) {
        payment->status = "failed";
        payment->code = "P0010";
    } else {
        payment->status = "success";
    }
}

static void search(struct standin *standin, struct exchange *exchange, const char *reference)
{
    json_t *results = json_array();
    for (uint32_t i = 0; i < standin->payment_count; i++) {
        struct standin_payment *payment = &standin->payments[i];
        if (strcmp(payment->reference, reference) == 0 &&
            (!standin->search_is_late || payment->looks++ > 0))
            json_array_append_new(results, show(standin, payment));
    }
    exchange->status = 200;
    exchange->answer =
        json_pack("{sIso}", "total", (json_int_t)json_array_size(results), "results", results);
}

static void capture(struct standin *standin, struct exchange *exchange,
                    struct standin_payment *payment)
{
    if (strcmp(payment->status, "capturable") != 0) {
        refuse(exchange, 409, "P1003");
        return;
    }
    payment->status = "success";
    standin->is_active[find_agreement(standin, payment->agreement)] = true;
    exchange->status = 204;
}

static json_t *show_refund(const struct standin_refund *refund)
{
    return json_pack("{sssIss}", "refund_id", refund->id, "amount", (json_int_t)refund->amount,
                     "status", refund->looks > 0 ? "success" : "submitted");
}

static void refund(struct standin *standin, struct exchange *exchange,
                   struct standin_payment *payment, json_t *body)
{
    const json_int_t amount = json_integer_value(json_object_get(body, "amount"));
    const json_int_t available =
        json_integer_value(json_object_get(body, "refund_amount_available"));
    if (amount < 1) {
        malformed(standin, exchange);
    } else if (strcmp(payment->status, "success") == 0 &&
               available != payment->amount - payment->refunded) {
        refuse(exchange, 412, "P0604");
    } else if (strcmp(payment->status, "success") != 0 || amount > available) {
        refuse(exchange, 400, "P0603");
    } else {
        struct standin_refund *made = &standin->refunds[standin->refund_count++];
        *made = (struct standin_refund){.payment = (uint32_t)(payment - standin->payments),
                                        .amount = amount};
        make_id(standin, made->id);
        payment->refunded += amount;
        standin->posts++;
        exchange->status = 202;
        exchange->answer = show_refund(made);
    }
}

static void route_payment(struct standin *standin, struct exchange *exchange, char *rest,
                          json_t *body)
{
    char *tail = strchr(rest, '/');
    if (tail != NULL)
        *tail++ = '\0';
    struct standin_payment *payment = find_payment(standin, rest);
    const bool is_post = strcmp(exchange->method, "POST") == 0;
    if (payment == NULL) {
        refuse(exchange, 404, "P0200");
    } else if (tail == NULL && !is_post) {
        work_off(standin, payment);
        exchange->status = 200;
        exchange->answer = show(standin, payment);
    } else if (tail != NULL && is_post && strcmp(tail, "capture") == 0) {
        capture(standin, exchange, payment);
    } else if (tail != NULL && is_post && strcmp(tail, "refunds") == 0) {
        refund(standin, exchange, payment, body);
    } else if (tail != NULL && !is_post && strncmp(tail, "refunds/", 8) == 0) {
        refuse(exchange, 404, "P0700");
        for (uint32_t i = 0; i < standin->refund_count; i++) {
            if (strcmp(standin->refunds[i].id, tail + 8) != 0)
                continue;
            json_decref(exchange->answer);
            standin->refunds[i].looks++;
            exchange->status = 200;
            exchange->answer = show_refund(&standin->refunds[i]);
        }
    } else {
        malformed(standin, exchange);
    }
}

static void cancel_agreement(struct standin *standin, struct exchange *exchange, char *rest)
{
    char *tail = strchr(rest, '/');
    const int found = tail != NULL ? (*tail = '\0', find_agreement(standin, rest)) : -1;
    if (found < 0) {
        refuse(exchange, 404, "P2500");
    } else if (!standin->is_active[found]) {
        refuse(exchange, 400, "P2501");
    } else {
        standin->is_active[found] = false;
        exchange->status = 204;
    }
}

/* What the API would do. */
static void serve(struct standin *standin, struct exchange *exchange)
{
    const bool is_post = strcmp(exchange->method, "POST") == 0;
    char *path = exchange->path;
    json_t *body = json_loads(exchange->body, 0, NULL);
    if (!exchange->is_authorized)
        refuse(exchange, 401, "P0001");
    else if (is_post && strcmp(path, "/v1/agreements") == 0)
        create_agreement(standin, exchange, body);
    else if (is_post && strncmp(path, "/v1/agreements/", 15) == 0)
        cancel_agreement(standin, exchange, path + 15);
    else if (is_post && strcmp(path, "/v1/payments") == 0)
        create_payment(standin, exchange, body);
    else if (!is_post && strncmp(path, "/v1/payments?reference=", 23) == 0)
        search(standin, exchange, path + 23);
    else if (strncmp(path, "/v1/payments/", 13) == 0)
        route_payment(standin, exchange, path + 13, body);
    else
        malformed(standin, exchange);
    json_decref(body);
}

/* ---- Bytes ---- */

static void header(const char *request, const char *name, char *value, size_t size)
{
    const char *at = request;
    value[0] = '\0';
    while ((at = strstr(at, "\r\n")) != NULL) {
        at += 2;
        if (strncasecmp(at, name, strlen(name)) != 0)
            continue;
        at += strlen(name);
        at += strspn(at, ": ");
        const size_t length = strcspn(at, "\r\n");
        snprintf(value, size, "%.*s", (int)length, at);
        return;
    }
}

static bool read_request(int fd, struct exchange *exchange)
{
    size_t size = 0;
    char value[128];
    const char *end = NULL;
    size_t wanted = SIZE_MAX;
    while (end == NULL || size < wanted) {
        const ssize_t got = read(fd, exchange->request + size, REQUEST_MAX - 1 - size);
        if (got <= 0)
            return false;
        size += (size_t)got;
        exchange->request[size] = '\0';
        end = strstr(exchange->request, "\r\n\r\n");
        if (end != NULL) {
            header(exchange->request, "content-length", value, sizeof value);
            wanted = (size_t)(end + 4 - exchange->request) + strtoul(value, NULL, 10);
        }
    }
    exchange->body = end + 4;
    header(exchange->request, "idempotency-key", exchange->key, sizeof exchange->key);
    header(exchange->request, "authorization", value, sizeof value);
    exchange->is_authorized = strcmp(value, "Bearer " STANDIN_KEY) == 0;
    return sscanf(exchange->request, "%7s %511s", exchange->method, exchange->path) == 2;
}

static void put(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        size -= (size_t)sent;
    }
}

static void reply(int fd, int status, const char *body, enum standin_fault fault)
{
    char head[256];
    const int length = snprintf(head, sizeof head,
                                "HTTP/1.1 %d X\r\ncontent-type: application/json\r\n"
                                "content-length: %zu\r\n%sconnection: close\r\n\r\n",
                                status, status == 204 ? 0 : strlen(body),
                                status == 429 ? "retry-after: 0\r\n" : "");
    put(fd, head, (size_t)length);
    if (status == 204)
        return;
    if (fault == STANDIN_CUT)
        put(fd, body, strlen(body) / 2);
    else if (fault != STANDIN_DRIP)
        put(fd, body, strlen(body));
    for (const char *at = body; fault == STANDIN_DRIP && *at != '\0'; at++) {
        put(fd, at, 1);
        if ((at - body) % 64 == 0)
            nap(1);
    }
}

static enum standin_fault draw_fault(struct standin *standin)
{
    enum standin_fault fault = standin->only;
    standin->only = STANDIN_FINE;
    if (fault == STANDIN_FINE && random_below(&standin->random, 1000) < standin->faults_permille)
        fault = (enum standin_fault)random_between(&standin->random, STANDIN_TOO_MANY,
                                                   STANDIN_FAULT_COUNT - 1);
    standin->fault_counts[fault]++;
    return fault;
}

static void answer(struct connection *connection, struct exchange *exchange)
{
    struct standin *standin = connection->standin;
    pthread_mutex_lock(&standin->mutex);
    const enum standin_fault fault = draw_fault(standin);
    const bool does = fault == STANDIN_FINE || fault >= STANDIN_DEAF_AFTER;
    const int64_t late_ms = standin->late_ms;
    standin->requests++;
    if (does)
        serve(standin, exchange);
    if (fault == STANDIN_OTHER && standin->payment_count > 1) {
        json_decref(exchange->answer);
        exchange->status = 200;
        exchange->answer = show(standin, &standin->payments[random_below(&standin->random, 2)]);
        json_object_set_new(exchange->answer, "reference", json_string("another"));
    }
    pthread_mutex_unlock(&standin->mutex);
    char *text = exchange->answer != NULL ? json_dumps(exchange->answer, 0) : NULL;
    json_decref(exchange->answer);
    if (fault == STANDIN_LATE)
        nap(late_ms);
    if (fault == STANDIN_TOO_MANY)
        reply(connection->fd, 429, "{\"code\":\"P0900\"}", fault);
    else if (fault == STANDIN_BROKEN || fault == STANDIN_BAD_AFTER)
        reply(connection->fd, fault == STANDIN_BROKEN ? 500 : 502, "{\"code\":\"P0198\"}", fault);
    else if (fault == STANDIN_NO_JSON)
        reply(connection->fd, 200, "<html>all is well</html>", fault);
    else if (does && fault != STANDIN_DEAF_AFTER)
        reply(connection->fd, exchange->status, text != NULL ? text : "", fault);
    free(text);
}

static void *run_connection(void *user)
{
    struct connection *connection = user;
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange != NULL && read_request(connection->fd, exchange))
        answer(connection, exchange);
    close(connection->fd);
    free(exchange);
    pthread_mutex_lock(&connection->standin->mutex);
    connection->standin->live--;
    pthread_mutex_unlock(&connection->standin->mutex);
    free(connection);
    return NULL;
}

static void *run(void *user)
{
    struct standin *standin = user;
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (;;) {
        const int fd = accept(standin->listener, NULL, NULL);
        if (fd < 0)
            break;
        pthread_mutex_lock(&standin->mutex);
        struct connection *connection = standin->is_down ? NULL : calloc(1, sizeof *connection);
        standin->live += connection != NULL;
        pthread_mutex_unlock(&standin->mutex);
        pthread_t thread;
        if (connection != NULL) {
            *connection = (struct connection){standin, fd};
            if (pthread_create(&thread, &detached, run_connection, connection) == 0)
                continue;
            abort();
        }
        close(fd);
    }
    pthread_attr_destroy(&detached);
    return NULL;
}

struct standin *standin_open(uint64_t seed, uint16_t port)
{
    struct standin *standin = calloc(1, sizeof *standin);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    socklen_t length = sizeof address;
    if (standin == NULL)
        return NULL;
    random_init(&standin->random, seed);
    pthread_mutex_init(&standin->mutex, NULL);
    standin->late_ms = 500;
    standin->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(standin->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(standin->listener, 64) != 0 ||
        getsockname(standin->listener, (struct sockaddr *)&address, &length) != 0 ||
        pthread_create(&standin->thread, NULL, run, standin) != 0) {
        close(standin->listener);
        free(standin);
        return NULL;
    }
    standin->port = ntohs(address.sin_port);
    return standin;
}

/* Late answers may still be on their way. */
void standin_close(struct standin *standin)
{
    bool is_live = true;
    shutdown(standin->listener, SHUT_RDWR);
    pthread_join(standin->thread, NULL);
    close(standin->listener);
    while (is_live) {
        nap(1);
        pthread_mutex_lock(&standin->mutex);
        is_live = standin->live > 0;
        pthread_mutex_unlock(&standin->mutex);
    }
    pthread_mutex_destroy(&standin->mutex);
    free(standin);
}

bool standin_visit(struct standin *standin, const char *payment, bool pays)
{
    pthread_mutex_lock(&standin->mutex);
    struct standin_payment *found = find_payment(standin, payment);
    const bool is_there = found != NULL && strcmp(found->status, "created") == 0;
    if (is_there) {
        found->status = pays ? "capturable" : "failed";
        found->code = pays ? NULL : "P0030";
    }
    pthread_mutex_unlock(&standin->mutex);
    return is_there;
}

void standin_agree(struct standin *standin, char id[STANDIN_ID_MAX])
{
    pthread_mutex_lock(&standin->mutex);
    const uint32_t index = standin->agreement_count++;
    make_id(standin, standin->agreements[index]);
    standin->is_active[index] = true;
    memcpy(id, standin->agreements[index], STANDIN_ID_MAX);
    pthread_mutex_unlock(&standin->mutex);
}

int64_t standin_taken(struct standin *standin)
{
    int64_t taken = 0;
    pthread_mutex_lock(&standin->mutex);
    for (uint32_t i = 0; i < standin->payment_count; i++) {
        if (strcmp(standin->payments[i].status, "success") == 0)
            taken += standin->payments[i].amount - standin->payments[i].refunded;
    }
    pthread_mutex_unlock(&standin->mutex);
    return taken;
}

bool standin_has_doubles(struct standin *standin)
{
    bool doubles = false;
    pthread_mutex_lock(&standin->mutex);
    for (uint32_t i = 0; i < standin->payment_count; i++) {
        for (uint32_t j = 0; j < i; j++)
            doubles |= !standin->payments[i].is_set_up &&
                       strcmp(standin->payments[i].reference, standin->payments[j].reference) == 0;
    }
    pthread_mutex_unlock(&standin->mutex);
    return doubles;
}
