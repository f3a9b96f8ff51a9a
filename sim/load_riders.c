/* Two rings hold what is due: one waits for a connection, the other for the time of another try. */
#include "sim/load_riders.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/codec_client.h"

#define TAG_STATISTICS UINT32_MAX

static const char BOOK[] = "/commonwheel.v1.RiderService/Book";
static const char GET_RIDE[] = "/commonwheel.v1.RiderService/GetRide";
static const char GET_STATISTICS[] = "/commonwheel.v1.OperatorService/GetStatistics";

static const struct load_http_callbacks http_callbacks;

bool load_riders_init(struct load_riders *riders, const struct load_riders_config *config)
{
    const size_t count = (size_t)config->demand->count + 1;
    memset(riders, 0, sizeof *riders);
    riders->config = *config;
    riders->bookings = calloc(count, sizeof *riders->bookings);
    riders->queue = calloc(count, sizeof *riders->queue);
    riders->retries = calloc(count, sizeof *riders->retries);
    load_http_listen(config->http, &http_callbacks, riders);
    return riders->bookings != NULL && riders->queue != NULL && riders->retries != NULL;
}

void load_riders_done(struct load_riders *riders)
{
    free(riders->bookings);
    free(riders->queue);
    free(riders->retries);
}

static uint32_t capacity(const struct load_riders *riders)
{
    return riders->config.demand->count + 1;
}

static void enqueue(struct load_riders *riders, uint32_t index)
{
    CHECK(riders->queue_count < capacity(riders));
    riders->queue[(riders->queue_head + riders->queue_count) % capacity(riders)] = index;
    riders->queue_count++;
}

static void retry_later(struct load_riders *riders, uint32_t index, uint64_t now_ns)
{
    CHECK(riders->retries_count < capacity(riders));
    riders->bookings[index].state =
        riders->bookings[index].looking_up ? LOAD_BOOKING_BOOKED : LOAD_BOOKING_PENDING;
    riders->bookings[index].retry_ns = now_ns + LOAD_RIDERS_RETRY_NS;
    riders->retries[(riders->retries_head + riders->retries_count) % capacity(riders)] = index;
    riders->retries_count++;
    riders->retried++;
}

/* ---- requests ---- */

static int64_t moment(int64_t after_ms, int64_t from_ms)
{
    return after_ms == 0 ? 0 : from_ms + after_ms;
}

static void book_event(const struct load_riders *riders, uint32_t index, struct event *event)
{
    const struct load_demand_request *request = &riders->config.demand->requests[index];
    const int64_t due_ms = load_clock_ms(riders->config.clock, riders->start_ns + request->due_ns);
    *event = (struct event){.kind = EVENT_BOOK};
    event->book.key = request->key;
    event->book.trip = request->trip;
    event->book.trip.pickup_from_ms = moment(request->trip.pickup_from_ms, due_ms);
    event->book.trip.pickup_by_ms = moment(request->trip.pickup_by_ms, due_ms);
    event->book.trip.arrive_by_ms = moment(request->trip.arrive_by_ms, due_ms);
}

/* False: no connection is free. */
static bool send_one(struct load_riders *riders, uint32_t index)
{
    struct load_booking *booking = &riders->bookings[index];
    const struct load_demand_request *request = &riders->config.demand->requests[index];
    uint8_t body[CODEC_REQUEST_MAX];
    struct event event = {.kind = EVENT_GET_RIDE, .ride = {.ride = {booking->ride}}};
    struct load_http_call call = {.tag = index,
                                  .path = booking->looking_up ? GET_RIDE : BOOK,
                                  .token = riders->config.tokens[request->rider],
                                  .body = body};
    if (!booking->looking_up) {
        book_event(riders, index, &event);
    }
    CHECK(codec_client_request(&event, body, &call.size));
    if (!load_http_send(riders->config.http, &call)) {
        return false;
    }
    booking->state = LOAD_BOOKING_SENT;
    return true;
}

static bool send_statistics(struct load_riders *riders)
{
    uint8_t body[CODEC_REQUEST_MAX];
    const struct event event = {.kind = EVENT_GET_STATISTICS};
    struct load_http_call call = {.tag = TAG_STATISTICS,
                                  .path = GET_STATISTICS,
                                  .token = riders->config.operator_token,
                                  .body = body};
    CHECK(codec_client_request(&event, body, &call.size));
    return load_http_send(riders->config.http, &call);
}

static void on_idle(void *user)
{
    struct load_riders *riders = user;
    while (riders->queue_count > 0 && send_one(riders, riders->queue[riders->queue_head])) {
        riders->queue_head = (riders->queue_head + 1) % capacity(riders);
        riders->queue_count--;
    }
    if (riders->queue_count == 0 && riders->asking_statistics && send_statistics(riders)) {
        riders->asking_statistics = false;
    }
}

/* ---- answers ---- */

static bool is_counted(const struct load_riders *riders, uint32_t index)
{
    return riders->start_ns + riders->config.demand->requests[index].due_ns >=
           riders->measure_from_ns;
}

static void note_trouble(struct load_riders *riders, const char *what,
                         const struct load_http_reply *reply)
{
    if (riders->trouble[0] != '\0') {
        return;
    }
    const int length = reply->size > 160 ? 160 : (int)reply->size;
    snprintf(riders->trouble, sizeof riders->trouble, "%s: status %d %.*s", what, reply->status,
             reply->status == 200 ? 0 : length, (const char *)reply->body);
}

static void fail(struct load_riders *riders, uint32_t index, const struct load_http_reply *reply)
{
    note_trouble(riders, "booking failed", reply);
    riders->bookings[index].state = LOAD_BOOKING_FAILED;
    riders->failed++;
    riders->unanswered--;
}

static void write_ack(struct load_riders *riders, uint32_t index)
{
    char line[96];
    const struct load_demand_request *request = &riders->config.demand->requests[index];
    if (riders->config.acks_file < 0) {
        return;
    }
    const int length =
        snprintf(line, sizeof line, "%" PRIu64 " %016" PRIx64 "%016" PRIx64 " %u\n",
                 riders->bookings[index].ride, request->key.high, request->key.low, request->rider);
    if (write(riders->config.acks_file, line, (size_t)length) != length) {
        riders->unwritten++;
    }
}

static void take_booked(struct load_riders *riders, uint32_t index,
                        const struct load_http_reply *reply, uint64_t now_ns)
{
    struct load_booking *booking = &riders->bookings[index];
    struct message message;
    if (codec_client_response(codec_call_find(BOOK, sizeof BOOK - 1), reply->body, reply->size,
                              &message) != NULL) {
        fail(riders, index, reply);
        return;
    }
    const bool booked = message.kind == MESSAGE_RIDE;
    booking->state = booked ? LOAD_BOOKING_BOOKED : LOAD_BOOKING_REFUSED;
    riders->unanswered--;
    if (booked) {
        booking->ride = message.ride.ride.value;
        riders->booked++;
        write_ack(riders, index);
    } else {
        riders->refused++;
        riders->refused_by[message.refused.reason]++;
    }
    if (is_counted(riders, index)) {
        const uint64_t due_ns = riders->start_ns + riders->config.demand->requests[index].due_ns;
        load_histogram_add(&riders->book_us, (now_ns - due_ns) / 1000);
        riders->answered++;
        riders->acked += booked ? 1 : 0;
    }
}

/* A rider waits from the moment of the request, or from the departure wished. */
static void count_ride(struct load_riders *riders, uint32_t index, const struct ride_view *ride)
{
    const int64_t from_ms =
        ride->booked_ms + riders->config.demand->requests[index].trip.pickup_from_ms;
    riders->by_state[ride->state]++;
    riders->charged_pence += ride->charged_pence;
    if (ride->state == RIDE_ARRIVED || ride->state == RIDE_ABOARD || ride->state == RIDE_ALIGHTED) {
        const int64_t wait_ms = ride->pickup_ms - from_ms;
        load_histogram_add(&riders->wait_ms, wait_ms < 0 ? 0 : (uint64_t)wait_ms);
    }
}

static void take_looked_up(struct load_riders *riders, uint32_t index,
                           const struct load_http_reply *reply)
{
    struct load_booking *booking = &riders->bookings[index];
    struct message message;
    riders->to_look_up--;
    booking->state = LOAD_BOOKING_LOST;
    if (reply->status == 200 &&
        codec_client_response(codec_call_find(GET_RIDE, sizeof GET_RIDE - 1), reply->body,
                              reply->size, &message) == NULL &&
        message.kind == MESSAGE_RIDE && message.ride.ride.value == booking->ride) {
        booking->state = LOAD_BOOKING_FOUND;
        count_ride(riders, index, &message.ride);
        return;
    }
    note_trouble(riders, "look-up failed", reply);
    riders->lost_acks += reply->status == 404 || reply->status == 200 ? 1 : 0;
    riders->unverified += reply->status == 404 || reply->status == 200 ? 0 : 1;
}

static void take_statistics(struct load_riders *riders, const struct load_http_reply *reply)
{
    struct message message;
    const struct codec_call *call = codec_call_find(GET_STATISTICS, sizeof GET_STATISTICS - 1);
    if (reply->status != 200 ||
        codec_client_response(call, reply->body, reply->size, &message) != NULL) {
        note_trouble(riders, "no statistics", reply);
        return;
    }
    riders->has_statistics = true;
    riders->statistics = message.statistics;
}

static void on_reply(void *user, const struct load_http_reply *reply)
{
    struct load_riders *riders = user;
    const uint64_t now_ns = uv_hrtime();
    if (reply->tag == TAG_STATISTICS) {
        riders->to_look_up--;
        take_statistics(riders, reply);
        return;
    }
    CHECK(reply->tag < riders->config.demand->count);
    struct load_booking *booking = &riders->bookings[reply->tag];
    if (booking->state != LOAD_BOOKING_SENT) {
        return; /* given up meanwhile */
    }
    if (reply->status == 0 || reply->status == 429 || reply->status >= 503) {
        riders->turned_away += reply->status == 0 ? 0 : 1;
        retry_later(riders, reply->tag, now_ns);
    } else if (booking->looking_up) {
        take_looked_up(riders, reply->tag, reply);
    } else if (reply->status == 200) {
        take_booked(riders, reply->tag, reply, now_ns);
    } else {
        fail(riders, reply->tag, reply);
    }
}

static const struct load_http_callbacks http_callbacks = {on_reply, on_idle};

/* ---- the schedule ---- */

void load_riders_start(struct load_riders *riders, uint64_t now_ns, uint64_t warmup_ns)
{
    riders->start_ns = now_ns;
    riders->measure_from_ns = now_ns + warmup_ns;
}

void load_riders_run(struct load_riders *riders, uint64_t now_ns)
{
    const struct load_demand *demand = riders->config.demand;
    while (riders->start_ns != 0 && !riders->looking_up && riders->next < demand->count &&
           riders->start_ns + demand->requests[riders->next].due_ns <= now_ns) {
        riders->offered += is_counted(riders, riders->next) ? 1 : 0;
        riders->unanswered++;
        enqueue(riders, riders->next++);
    }
    while (riders->retries_count > 0 &&
           riders->bookings[riders->retries[riders->retries_head]].retry_ns <= now_ns) {
        enqueue(riders, riders->retries[riders->retries_head]);
        riders->retries_head = (riders->retries_head + 1) % capacity(riders);
        riders->retries_count--;
    }
    on_idle(riders);
}

uint64_t load_riders_due_ns(const struct load_riders *riders)
{
    const struct load_demand *demand = riders->config.demand;
    uint64_t due_ns = UINT64_MAX;
    if (riders->start_ns != 0 && !riders->looking_up && riders->next < demand->count) {
        due_ns = riders->start_ns + demand->requests[riders->next].due_ns;
    }
    if (riders->retries_count > 0) {
        const uint64_t retry_ns = riders->bookings[riders->retries[riders->retries_head]].retry_ns;
        due_ns = retry_ns < due_ns ? retry_ns : due_ns;
    }
    return due_ns;
}

bool load_riders_finished(const struct load_riders *riders)
{
    return riders->next == riders->config.demand->count && riders->unanswered == 0;
}

void load_riders_give_up(struct load_riders *riders)
{
    for (uint32_t i = 0; i < riders->next; i++) {
        struct load_booking *booking = &riders->bookings[i];
        if (booking->state == LOAD_BOOKING_PENDING || booking->state == LOAD_BOOKING_SENT) {
            booking->state = LOAD_BOOKING_FAILED;
            riders->failed++;
            riders->unanswered--;
        }
    }
    riders->unverified += riders->to_look_up;
    riders->to_look_up = 0;
    riders->queue_count = 0;
    riders->retries_count = 0;
}

void load_riders_verify(struct load_riders *riders)
{
    riders->looking_up = true;
    for (uint32_t i = 0; i < riders->next; i++) {
        if (riders->bookings[i].state == LOAD_BOOKING_BOOKED) {
            riders->bookings[i].looking_up = true;
            riders->to_look_up++;
            enqueue(riders, i);
        }
    }
    if (riders->config.operator_token != NULL) {
        riders->asking_statistics = true;
        riders->to_look_up++;
    }
    on_idle(riders);
}

bool load_riders_verified(const struct load_riders *riders)
{
    return riders->to_look_up == 0;
}
