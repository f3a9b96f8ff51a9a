/* A link's car is stepped when something is due for it; after that its new reports are sent and
 * its place in the heap is set. */
#include "sim/load_fleet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/load_frame.h"
#include "wire/codec_client.h"

#define PAUSE_MIN_NS UINT64_C(100000000)
#define PAUSE_MAX_NS UINT64_C(3000000000)

static const struct load_stream_callbacks stream_callbacks;

static struct load_link *make_link(struct load_fleet *fleet, uint32_t index)
{
    const struct load_fleet_config *config = &fleet->config;
    struct load_link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        return NULL;
    }
    link->fleet = fleet;
    link->index = index;
    link->token = config->tokens[index];
    link->pause_ns = PAUSE_MIN_NS;
    load_stream_init(&link->stream, &stream_callbacks, link);
    load_car_init(&link->car, (struct vehicle_id){index}, config->network, config->places[index],
                  fleet->scratch, (size_t)config->network->graph->node_count + 2);
    remote_help_init(&link->car.help, &config->remote_help, config->seed, index);
    return link;
}

bool load_fleet_init(struct load_fleet *fleet, const struct load_fleet_config *config)
{
    struct arena arena;
    const size_t size = heap_cost(config->count);
    memset(fleet, 0, sizeof *fleet);
    fleet->config = *config;
    fleet->clock.scale = config->time_scale;
    random_init(&fleet->random, config->seed);
    fleet->links = calloc(config->count, sizeof(struct load_link *));
    fleet->memory = calloc(1, size);
    fleet->scratch =
        malloc(((size_t)config->network->graph->node_count + 2) * sizeof *fleet->scratch);
    if (fleet->links == NULL || fleet->memory == NULL || fleet->scratch == NULL) {
        return false;
    }
    arena_init(&arena, fleet->memory, size);
    heap_init(&fleet->due, &arena, config->count);
    for (uint32_t i = 0; i < config->count; i++) {
        fleet->links[i] = make_link(fleet, i);
        if (fleet->links[i] == NULL) {
            return false;
        }
    }
    return true;
}

void load_fleet_done(struct load_fleet *fleet)
{
    for (uint32_t i = 0; fleet->links != NULL && i < fleet->config.count; i++) {
        if (fleet->links[i] != NULL) {
            load_car_done(&fleet->links[i]->car);
            load_stream_done(&fleet->links[i]->stream);
            free(fleet->links[i]);
        }
    }
    free(fleet->links);
    free(fleet->memory);
    free(fleet->scratch);
}

/* ---- what goes out ---- */

static void send_event(struct load_link *link, const struct event *event)
{
    uint8_t payload[CODEC_VEHICLE_UP_MAX];
    uint8_t bytes[CODEC_VEHICLE_UP_MAX + LOAD_FRAME_HEAD_MAX];
    const size_t size = codec_client_up(event, payload);
    CHECK(size > 0);
    const size_t length =
        load_frame_write(LOAD_FRAME_BINARY, payload, size, &link->fleet->random, bytes);
    load_stream_send(&link->stream, bytes, length);
}

static void send_reports(struct load_link *link, uint64_t now_ns)
{
    struct load_car *car = &link->car;
    for (uint32_t i = 0; i < car->report_count && link->state == LOAD_LINK_UP; i++) {
        struct load_car_report *report = &car->reports[i];
        if (!report->told) {
            const struct event event = {.kind = EVENT_REPORT, .report = report->report};
            report->told = true;
            report->sent_ns = report->sent_ns == 0 ? now_ns : report->sent_ns;
            send_event(link, &event);
        }
    }
}

static void send_telemetry(struct load_link *link, uint64_t due_ns, uint64_t now_ns, bool ping)
{
    struct event event;
    uint8_t payload[CODEC_VEHICLE_UP_MAX];
    uint8_t bytes[CODEC_VEHICLE_UP_MAX + 64];
    struct random *random = &link->fleet->random;
    load_car_telemetry(&link->car, load_clock_ms(&link->fleet->clock, now_ns), &event);
    const size_t size = codec_client_up(&event, payload);
    CHECK(size > 0);
    size_t length = load_frame_write(LOAD_FRAME_BINARY, payload, size, random, bytes);
    if (ping) {
        length += load_frame_write(LOAD_FRAME_PING, &due_ns, sizeof due_ns, random, bytes + length);
    }
    load_stream_send(&link->stream, bytes, length);
}

/* After anything that may have changed the car. */
static void settle(struct load_link *link, uint64_t now_ns)
{
    struct load_fleet *fleet = link->fleet;
    const int64_t due_ms = load_car_due_ms(&link->car);
    send_reports(link, now_ns);
    if (link->car.has_news && link->state == LOAD_LINK_UP) {
        link->car.has_news = false;
        send_telemetry(link, now_ns, now_ns, false);
    }
    if (due_ms == INT64_MAX || fleet->clock.at_ns == 0) {
        heap_remove(&fleet->due, link->index);
    } else {
        const uint64_t wait_ns = load_clock_until_ns(&fleet->clock, due_ms, now_ns);
        heap_put(&fleet->due, link->index, (int64_t)(now_ns + wait_ns));
    }
}

/* ---- what comes in ---- */

static void take_welcome(struct load_link *link, const struct message_vehicle_reply *welcome,
                         uint64_t now_ns)
{
    struct load_fleet *fleet = link->fleet;
    if (fleet->clock.at_ns == 0 || welcome->epoch > fleet->clock.epoch) {
        fleet->clock.at_ms = welcome->now_ms;
        fleet->clock.at_ns = now_ns;
        fleet->clock.epoch = welcome->epoch;
    }
    fleet->silent_after_ms = welcome->silent_after_ms;
    load_car_welcome(&link->car, welcome);
    if (link->state == LOAD_LINK_GREETED) {
        link->state = LOAD_LINK_UP;
        link->pause_ns = PAUSE_MIN_NS;
        link->cut_off = false;
        fleet->opening--;
        fleet->up++;
    }
}

/* Which plan a car follows, and since when. */
static void write_plan(struct load_link *link, const struct message_plan *plan)
{
    struct load_fleet *fleet = link->fleet;
    struct timespec now;
    char line[128];
    if (fleet->config.plans_file < 0) {
        return;
    }
    CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
    const int length = snprintf(line, sizeof line, "%lld%03ld %u %" PRIu64 " %u %u\n",
                                (long long)now.tv_sec, now.tv_nsec / 1000000, link->index + 1,
                                plan->epoch, plan->plan_id, plan->revision);
    if (write(fleet->config.plans_file, line, (size_t)length) != length) {
        fleet->unwritten++;
    }
}

static bool take_message(struct load_link *link, const struct load_frame *frame, uint64_t now_ns)
{
    struct load_fleet *fleet = link->fleet;
    struct message message;
    if (codec_client_down(frame->payload, frame->size, link->car.id, &message) != NULL) {
        fleet->bad_frames++;
        return false;
    }
    if (message.kind == MESSAGE_WELCOME) {
        take_welcome(link, &message.vehicle_reply, now_ns);
    } else if (message.kind == MESSAGE_PLAN) {
        if (load_car_plan(&link->car, &message.plan, load_clock_ms(&fleet->clock, now_ns))) {
            write_plan(link, &message.plan);
        }
    } else {
        const uint64_t sent_ns =
            load_car_answer(&link->car, &message.vehicle_reply, message.kind == MESSAGE_REJECT);
        if (sent_ns != 0 && fleet->measuring) {
            load_histogram_add(&fleet->report_us, (now_ns - sent_ns) / 1000);
        }
    }
    return true;
}

static bool take_frame(struct load_link *link, const struct load_frame *frame, uint64_t now_ns)
{
    struct load_fleet *fleet = link->fleet;
    uint8_t bytes[LOAD_FRAME_HEAD_MAX + 125];
    uint64_t due_ns = 0;
    switch (frame->kind) {
    case LOAD_FRAME_BINARY:
        return take_message(link, frame, now_ns);
    case LOAD_FRAME_PING:
        if (frame->size <= 125) {
            const size_t length = load_frame_write(LOAD_FRAME_PONG, frame->payload, frame->size,
                                                   &fleet->random, bytes);
            load_stream_send(&link->stream, bytes, length);
        }
        return true;
    case LOAD_FRAME_PONG:
        if (frame->size == sizeof due_ns && fleet->measuring) {
            memcpy(&due_ns, frame->payload, sizeof due_ns);
            load_histogram_add(&fleet->telemetry_us, (now_ns - due_ns) / 1000);
        }
        return true;
    default:
        return false; /* it hangs up */
    }
}

static size_t take_handshake(struct load_link *link, const uint8_t *bytes, size_t size)
{
    struct load_fleet *fleet = link->fleet;
    struct event hello;
    const size_t taken = load_frame_accepted(bytes, size, link->key);
    if (taken == LOAD_STREAM_BROKEN && fleet->trouble[0] == '\0') {
        const char *end = memchr(bytes, '\r', size);
        const int length =
            end == NULL || end - (const char *)bytes > 100 ? 0 : (int)(end - (const char *)bytes);
        snprintf(fleet->trouble, sizeof fleet->trouble, "vehicle link refused: %.*s", length,
                 (const char *)bytes);
    }
    if (taken == 0 || taken == LOAD_STREAM_BROKEN) {
        return taken;
    }
    link->shaken = true;
    link->state = LOAD_LINK_GREETED;
    load_car_hello(&link->car, load_clock_ms(&fleet->clock, uv_hrtime()), &hello);
    send_event(link, &hello);
    return taken;
}

static size_t on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct load_link *link = user;
    const uint64_t now_ns = uv_hrtime();
    size_t taken = 0;
    link->heard_ns = now_ns;
    if (!link->shaken) {
        taken = take_handshake(link, bytes, size);
        if (taken == 0 || taken == LOAD_STREAM_BROKEN) {
            return taken;
        }
    }
    for (;;) {
        struct load_frame frame;
        const size_t length = load_frame_read(bytes + taken, size - taken, &frame);
        if (length == 0) {
            settle(link, now_ns);
            return taken;
        }
        if (length == LOAD_STREAM_BROKEN || !take_frame(link, &frame, now_ns)) {
            return LOAD_STREAM_BROKEN;
        }
        taken += length;
    }
}

/* ---- connections ---- */

static void on_open(void *user)
{
    struct load_link *link = user;
    char request[LOAD_STREAM_IN_MAX];
    load_frame_key(&link->fleet->random, link->key);
    const int length =
        snprintf(request, sizeof request,
                 "GET /vehicle/v1 HTTP/1.1\r\nHost: %s\r\n"
                 "Authorization: Bearer %s\r\nUpgrade: websocket\r\n"
                 "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: %s\r\n"
                 "Sec-WebSocket-Protocol: commonwheel.vehicle.v1\r\n\r\n",
                 link->fleet->config.address->hosts[link->place], link->token, link->key);
    CHECK(length > 0 && (size_t)length < sizeof request);
    load_stream_send(&link->stream, request, (size_t)length);
}

static void on_closed(void *user)
{
    struct load_link *link = user;
    struct load_fleet *fleet = link->fleet;
    const uint64_t now_ns = uv_hrtime();
    (void)load_address_leave(fleet->config.address, link->place);
    if (link->state == LOAD_LINK_UP) {
        fleet->up--;
        fleet->disconnects += fleet->closing ? 0 : 1;
    } else {
        fleet->opening--;
        fleet->failures += fleet->closing ? 0 : 1;
    }
    link->state = LOAD_LINK_DOWN;
    link->shaken = false;
    link->heard_ns = now_ns;
    link->retry_ns = now_ns + link->pause_ns / 2 + random_below(&fleet->random, link->pause_ns);
    link->pause_ns = link->pause_ns * 2 < PAUSE_MAX_NS ? link->pause_ns * 2 : PAUSE_MAX_NS;
}

static const struct load_stream_callbacks stream_callbacks = {on_open, on_bytes, on_closed};

static void open_link(struct load_link *link, uint64_t now_ns)
{
    link->state = LOAD_LINK_OPENING;
    link->heard_ns = now_ns;
    link->fleet->opening++;
    link->place = link->fleet->config.address->current;
    load_stream_open(&link->stream, link->fleet->config.loop,
                     &link->fleet->config.address->sockets[link->place]);
}

/* A report without an answer for long is sent again. */
static void remind(struct load_link *link, uint64_t now_ns)
{
    struct load_car *car = &link->car;
    if (car->report_count == 0 || now_ns < link->reminded_ns + LOAD_FLEET_REMIND_NS ||
        now_ns < car->reports[0].sent_ns + LOAD_FLEET_REMIND_NS) {
        return;
    }
    link->reminded_ns = now_ns;
    for (uint32_t i = 0; i < car->report_count; i++) {
        car->reports[i].told = false;
    }
    send_reports(link, now_ns);
}

static void tick_link(struct load_link *link, uint64_t now_ns)
{
    struct load_fleet *fleet = link->fleet;
    if (link->state == LOAD_LINK_UP) {
        remind(link, now_ns);
    }
    if (link->state != LOAD_LINK_DOWN) {
        if (now_ns > link->heard_ns + LOAD_FLEET_QUIET_NS) {
            load_stream_close(&link->stream);
        }
        return;
    }
    if (!link->cut_off && fleet->clock.at_ns != 0 && link->heard_ns != 0 &&
        (int64_t)((now_ns - link->heard_ns) / 1000000) * fleet->clock.scale >
            fleet->silent_after_ms) {
        link->cut_off = true;
        load_car_cut_off(&link->car, load_clock_ms(&fleet->clock, now_ns));
        settle(link, now_ns);
    }
    if (link->stream.state == LOAD_STREAM_CLOSED && now_ns >= link->retry_ns &&
        fleet->opening < LOAD_FLEET_OPENING_MAX) {
        open_link(link, now_ns);
    }
}

/* ---- the schedule ---- */

static uint64_t telemetry_due_ns(const struct load_fleet *fleet)
{
    const uint64_t gaps = (uint64_t)fleet->config.count * fleet->config.hz;
    const uint64_t whole = fleet->telemetry_sent / gaps;
    const uint64_t rest = fleet->telemetry_sent % gaps;
    return fleet->telemetry_from_ns + whole * 1000000000 + rest * 1000000000 / gaps;
}

static void run_telemetry(struct load_fleet *fleet, uint64_t now_ns)
{
    if (fleet->telemetry_from_ns == 0) {
        if (fleet->up == 0) {
            return;
        }
        fleet->telemetry_from_ns = now_ns;
    }
    for (;;) {
        const uint64_t due_ns = telemetry_due_ns(fleet);
        if (due_ns > now_ns) {
            return;
        }
        const uint32_t index = (uint32_t)(fleet->telemetry_sent % fleet->config.count);
        const uint64_t round = fleet->telemetry_sent / fleet->config.count;
        fleet->telemetry_sent++;
        if (fleet->links[index]->state == LOAD_LINK_UP) {
            send_telemetry(fleet->links[index], due_ns, now_ns,
                           (round + index) % LOAD_FLEET_PING_EVERY == 0);
        }
    }
}

void load_fleet_run(struct load_fleet *fleet, uint64_t now_ns)
{
    uint32_t index = 0;
    int64_t due_ns = 0;
    if (fleet->closing) {
        return;
    }
    while (heap_peek(&fleet->due, &index, &due_ns) && (uint64_t)due_ns <= now_ns) {
        struct load_link *link = fleet->links[index];
        load_car_step(&link->car, load_clock_ms(&fleet->clock, now_ns));
        settle(link, now_ns);
    }
    run_telemetry(fleet, now_ns);
    if (now_ns >= fleet->tick_ns) {
        fleet->tick_ns = now_ns + LOAD_FLEET_TICK_NS;
        for (uint32_t i = 0; i < fleet->config.count; i++) {
            tick_link(fleet->links[i], now_ns);
        }
    }
}

uint64_t load_fleet_due_ns(const struct load_fleet *fleet)
{
    uint32_t index = 0;
    int64_t car_ns = INT64_MAX;
    uint64_t due_ns = fleet->tick_ns;
    if (heap_peek(&fleet->due, &index, &car_ns) && (uint64_t)car_ns < due_ns) {
        due_ns = (uint64_t)car_ns;
    }
    if (fleet->telemetry_from_ns != 0 && telemetry_due_ns(fleet) < due_ns) {
        due_ns = telemetry_due_ns(fleet);
    }
    return due_ns;
}

void load_fleet_measure(struct load_fleet *fleet, bool on)
{
    fleet->measuring = on;
}

void load_fleet_close(struct load_fleet *fleet)
{
    fleet->closing = true;
    for (uint32_t i = 0; i < fleet->config.count; i++) {
        load_stream_close(&fleet->links[i]->stream);
    }
}

uint64_t load_fleet_rejected(const struct load_fleet *fleet)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < fleet->config.count; i++) {
        sum += fleet->links[i]->car.rejected;
    }
    return sum;
}

uint64_t load_fleet_refused(const struct load_fleet *fleet)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < fleet->config.count; i++) {
        sum += fleet->links[i]->car.refused;
    }
    return sum;
}

uint64_t load_fleet_stuck(const struct load_fleet *fleet)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < fleet->config.count; i++) {
        sum += fleet->links[i]->car.stuck;
    }
    return sum;
}
