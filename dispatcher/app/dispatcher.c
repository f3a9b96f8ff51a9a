/* The wiring of loop, core, store and doors; see app/dispatcher.h for the turn. */
#include "app/dispatcher.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <uv.h>

#include "app/clock.h"
#include "app/compact.h"
#include "app/figures.h"
#include "app/last_snapshot.h"
#include "app/log.h"
#include "app/payments.h"
#include "app/port_file.h"
#include "app/recovery.h"
#include "app/shift.h"
#include "base/ring.h"
#include "core/core.h"
#include "net/net.h"

#define TURN_FACTS_MAX  2048       /* of one append */
#define WAITING_MAX     8192       /* messages held until their facts are durable */
#define SNAPSHOT_FACTS  50000      /* read at start-up or written: a snapshot is due */
#define SHUTDOWN_MAX_MS 10000      /* then connections are cut */
#define ENROLMENT       UINT64_MAX /* the request that net knows nothing of */
#define RETRY_MS        5          /* when the store could not take the turn's facts */

enum dispatcher_state {
    DISPATCHER_STARTING,
    DISPATCHER_SERVING,
    DISPATCHER_DRAINING, /* no new events; what was taken in is made durable and told */
    DISPATCHER_CLOSING,  /* doors and store are closing */
    DISPATCHER_FAILED,   /* the store failed: nothing more is told to anybody */
};

struct dispatcher {
    const struct configuration *config;
    uv_loop_t loop;
    uv_prepare_t turn_end;
    uv_timer_t wake;
    uv_timer_t shutdown;
    uv_timer_t shifts;
    uv_signal_t terminate;
    uv_signal_t interrupt;
    struct clock clock;
    enum dispatcher_state state;
    bool in_turn; /* now_ms was read in this turn */
    int64_t now_ms;
    uint64_t turn_began_ns;
    struct road_network network;
    struct core *core;
    struct store *store;
    struct archive archive; /* what the store writes */
    struct net *net;
    struct pay *pay;
    struct compact *compact;
    uint64_t durable_seq;
    uint64_t snapshot_seq;   /* of the last snapshot begun */
    struct fact *turn_facts; /* [TURN_FACTS_MAX] not yet taken by the store */
    size_t turn_fact_count;
    struct ring waiting; /* of struct message, by after_seq */
    struct core_output *output;
    struct figures figures;
    uint32_t enrolled; /* vehicles told to the core in the enrolment under way */
    uint32_t off_road; /* of them, those that the core would not have */
    void *memory;      /* network and ring */
    void *core_memory;
    size_t memory_size;
    int exit_status;
};

/* ---- the turn ---- */

static void begin_turn(struct dispatcher *dispatcher)
{
    if (dispatcher->in_turn)
        return;
    dispatcher->in_turn = true;
    dispatcher->turn_began_ns = uv_hrtime();
    dispatcher->now_ms = clock_now_ms(&dispatcher->clock);
}

/* Hand the turn's facts to the store; what it cannot take stays for the next try. */
static void append_facts(struct dispatcher *dispatcher)
{
    if (dispatcher->turn_fact_count == 0 || dispatcher->state == DISPATCHER_FAILED)
        return;
    if (store_append(dispatcher->store, dispatcher->turn_facts, dispatcher->turn_fact_count))
        dispatcher->turn_fact_count = 0;
}

/* Let go of messages whose facts are durable. */
static void send_durable(struct dispatcher *dispatcher)
{
    if (dispatcher->state == DISPATCHER_FAILED)
        return;
    for (;;) {
        const struct message *message = ring_peek(&dispatcher->waiting);
        if (message == NULL || message->after_seq > dispatcher->durable_seq)
            return;
        if (message->kind == MESSAGE_PAY)
            pay_ask(dispatcher->pay, message);
        else
            net_send(dispatcher->net, message);
        ring_pop(&dispatcher->waiting);
    }
}

/* May one more event come in, with all that it may cause? */
static bool has_room(const struct dispatcher *dispatcher)
{
    return dispatcher->turn_fact_count + STEP_FACTS_MAX <= TURN_FACTS_MAX &&
           dispatcher->waiting.count + STEP_MESSAGES_MAX <= dispatcher->waiting.capacity;
}

/* Where a vehicle is, for who watches the fleet: the next one a second later says it again. While
 * the store is away there is no room for these. */
static bool is_view(const struct message *message)
{
    return message->kind == MESSAGE_VEHICLE && message->request.value == 0;
}

static void step(struct dispatcher *dispatcher, const struct event *event)
{
    struct core_output *output = dispatcher->output;
    begin_turn(dispatcher);
    CHECK(has_room(dispatcher));
    core_step(dispatcher->core, dispatcher->now_ms, event, output);
    memcpy(dispatcher->turn_facts + dispatcher->turn_fact_count, output->facts,
           output->fact_count * sizeof output->facts[0]);
    dispatcher->turn_fact_count += output->fact_count;
    const bool is_well = store_is_well(dispatcher->store);
    for (uint32_t i = 0; i < output->message_count; i++) {
        if (!is_well && is_view(&output->messages[i]))
            continue;
        struct message *slot = ring_push(&dispatcher->waiting);
        CHECK(slot != NULL);
        *slot = output->messages[i];
    }
    dispatcher->figures.events_taken++;
}

/* What people ask waits for the store, if only to be told: they are better told at once that it is
 * away. What vehicles and the payment provider say has happened, and is kept. */
static bool may_wait(const struct event *event)
{
    return event->kind == EVENT_HELLO || event->kind == EVENT_GONE ||
           event->kind == EVENT_TELEMETRY || event->kind == EVENT_REPORT ||
           event->kind == EVENT_PAYMENT;
}

static bool on_event(void *user, const struct event *event)
{
    struct dispatcher *dispatcher = user;
    if (dispatcher->state != DISPATCHER_SERVING)
        return false;
    if (!may_wait(event) && !store_is_well(dispatcher->store)) {
        dispatcher->figures.events_refused++;
        return false;
    }
    if (!has_room(dispatcher)) {
        append_facts(dispatcher);
        if (!has_room(dispatcher)) {
            dispatcher->figures.events_refused++;
            return false;
        }
    }
    step(dispatcher, event);
    return true;
}

static void on_wake(uv_timer_t *timer)
{
    struct dispatcher *dispatcher = timer->data;
    struct event event = {.kind = EVENT_WAKE};
    begin_turn(dispatcher);
    if (dispatcher->state == DISPATCHER_SERVING && has_room(dispatcher) &&
        core_wake_at_ms(dispatcher->core) <= dispatcher->now_ms)
        step(dispatcher, &event);
}

static void set_wake(struct dispatcher *dispatcher)
{
    int64_t at_ms = core_wake_at_ms(dispatcher->core);
    if (dispatcher->turn_fact_count > 0 || !has_room(dispatcher))
        uv_timer_start(&dispatcher->wake, on_wake, RETRY_MS, 0);
    else if (at_ms == INT64_MAX)
        uv_timer_stop(&dispatcher->wake);
    else
        uv_timer_start(&dispatcher->wake, on_wake,
                       (uint64_t)clock_until_ms(&dispatcher->clock, at_ms), 0);
}

static void close_when_told(struct dispatcher *dispatcher);

/* Before the loop sleeps. */
static void on_turn_end(uv_prepare_t *prepare)
{
    struct dispatcher *dispatcher = prepare->data;
    append_facts(dispatcher);
    send_durable(dispatcher);
    if (dispatcher->state == DISPATCHER_SERVING)
        set_wake(dispatcher);
    if (dispatcher->in_turn) {
        uint64_t turn_us = (uv_hrtime() - dispatcher->turn_began_ns) / 1000;
        if (turn_us > dispatcher->figures.turn_max_us)
            dispatcher->figures.turn_max_us = turn_us;
        dispatcher->in_turn = false;
    }
    close_when_told(dispatcher);
}

/* ---- the store ---- */

static void on_durable(void *user, uint64_t seq)
{
    struct dispatcher *dispatcher = user;
    dispatcher->durable_seq = seq;
    send_durable(dispatcher);
}

/* The one failure there is no going on from: what is durable is no longer known. */
static void on_store_failed(void *user, const struct store_error *error)
{
    struct dispatcher *dispatcher = user;
    char quoted[STORE_ERROR_MAX + 64];
    log_line(LOG_ERROR, "journal_failed", "reason=%s consequence=\"stopping, nothing is told\"",
             log_quote(error->text, quoted, sizeof quoted));
    dispatcher->state = DISPATCHER_FAILED;
    dispatcher->exit_status = 1;
    uv_stop(&dispatcher->loop);
}

static void on_snapshot_due(void *user, uint64_t last_seq)
{
    struct dispatcher *dispatcher = user;
    compact_start(dispatcher->compact, last_seq);
}

/* ---- the doors' other questions ---- */

static int64_t on_now_s(void *user)
{
    (void)user;
    return clock_wall_s();
}

static bool on_is_healthy(void *user)
{
    const struct dispatcher *dispatcher = user;
    return dispatcher->state == DISPATCHER_SERVING && store_is_well(dispatcher->store);
}

static size_t on_metrics(void *user, char *text, size_t size)
{
    struct dispatcher *dispatcher = user;
    core_statistics(dispatcher->core, &dispatcher->figures.core);
    dispatcher->figures.store_is_well = store_is_well(dispatcher->store);
    dispatcher->figures.journal_sync_us = store_sync_us(dispatcher->store);
    dispatcher->figures.messages_waiting = dispatcher->waiting.count;
    size_t length = figures_write(&dispatcher->figures, text, size);
    dispatcher->figures.turn_max_us = 0;
    return length;
}

static void on_log(void *user, const char *what, const char *detail)
{
    char quoted[1024];
    (void)user;
    log_line(LOG_WARN, what, "detail=%s", log_quote(detail, quoted, sizeof quoted));
}

/* ---- payments ---- */

static int on_webhook(void *user, const uint8_t *body, size_t size, const char *signature)
{
    return (int)pay_webhook(((struct dispatcher *)user)->pay, body, size, signature);
}

static void on_pay_closed(void *user)
{
    struct dispatcher *dispatcher = user;
    dispatcher->pay = NULL;
}

/* ---- the end ---- */

static void on_doors_closed(void *user)
{
    struct dispatcher *dispatcher = user;
    dispatcher->net = NULL;
}

static void on_store_closed(void *user)
{
    struct dispatcher *dispatcher = user;
    dispatcher->store = NULL;
}

static void close_own_handles(struct dispatcher *dispatcher)
{
    uv_handle_t *own[] = {
        (uv_handle_t *)&dispatcher->turn_end,  (uv_handle_t *)&dispatcher->wake,
        (uv_handle_t *)&dispatcher->shutdown,  (uv_handle_t *)&dispatcher->shifts,
        (uv_handle_t *)&dispatcher->terminate, (uv_handle_t *)&dispatcher->interrupt,
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (!uv_is_closing(own[i]))
            uv_close(own[i], NULL);
    }
}

static void close_all(struct dispatcher *dispatcher)
{
    dispatcher->state = DISPATCHER_CLOSING;
    net_close(dispatcher->net);
    pay_close(dispatcher->pay);
    store_close(dispatcher->store);
    compact_close(dispatcher->compact);
    dispatcher->compact = NULL;
    close_own_handles(dispatcher);
}

/* Draining ends when all that was taken in is durable and told. */
static void close_when_told(struct dispatcher *dispatcher)
{
    if (dispatcher->state != DISPATCHER_DRAINING)
        return;
    if (dispatcher->turn_fact_count == 0 && dispatcher->waiting.count == 0)
        close_all(dispatcher);
}

static void on_shutdown_late(uv_timer_t *timer)
{
    struct dispatcher *dispatcher = timer->data;
    if (dispatcher->state != DISPATCHER_DRAINING)
        return;
    log_line(LOG_WARN, "shutdown_late", "waiting=%u", dispatcher->waiting.count);
    close_all(dispatcher);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct dispatcher *dispatcher = signal->data;
    if (dispatcher->state != DISPATCHER_SERVING)
        return;
    log_line(LOG_INFO, "stopping", "signal=%d", number);
    sd_notify(0, "STOPPING=1");
    dispatcher->state = DISPATCHER_DRAINING;
    net_drain(dispatcher->net);
    uv_timer_start(&dispatcher->shutdown, on_shutdown_late, SHUTDOWN_MAX_MS, 0);
}

/* ---- the beginning ---- */

static bool take_memory(struct dispatcher *dispatcher)
{
    const struct configuration *config = dispatcher->config;
    size_t network_size = road_network_cost(config->graph, config->hierarchy);
    size_t ring_size = ring_cost(WAITING_MAX, sizeof(struct message));
    struct arena arena;
    dispatcher->memory = calloc(1, network_size + ring_size);
    dispatcher->turn_facts = calloc(TURN_FACTS_MAX, sizeof *dispatcher->turn_facts);
    dispatcher->output = calloc(1, sizeof *dispatcher->output);
    if (dispatcher->memory == NULL || dispatcher->turn_facts == NULL || dispatcher->output == NULL)
        return false;
    arena_init(&arena, dispatcher->memory, network_size + ring_size);
    if (!road_network_init(&dispatcher->network, &arena, config->graph, config->hierarchy,
                           config->drive_on_left))
        return false;
    ring_init(&dispatcher->waiting, &arena, WAITING_MAX, sizeof(struct message));
    return true;
}

static bool open_core(struct dispatcher *dispatcher)
{
    const struct configuration *config = dispatcher->config;
    size_t size = core_memory_size(&config->core, &dispatcher->network);
    dispatcher->memory_size = size;
    dispatcher->core_memory = aligned_alloc(64, (size + 63) / 64 * 64);
    if (dispatcher->core_memory == NULL)
        return false;
    memset(dispatcher->core_memory, 0, size);
    dispatcher->core =
        core_init(dispatcher->core_memory, size, &config->core, &dispatcher->network);
    return dispatcher->core != NULL;
}

static bool open_store(struct dispatcher *dispatcher, const struct dispatcher_options *options)
{
    const struct recovery_options recovery = {.journal = dispatcher->config->journal,
                                              .store = options->store,
                                              .lease_seconds = options->lease_seconds,
                                              .callbacks = {.user = dispatcher,
                                                            .on_durable = on_durable,
                                                            .on_failed = on_store_failed,
                                                            .on_closed = on_store_closed},
                                              .on_snapshot_due = on_snapshot_due};
    struct recovered recovered;
    struct store_error error;
    char quoted[STORE_ERROR_MAX + 64];
    dispatcher->archive = recovery_archive(&recovery);
    dispatcher->store = recovery_open(&dispatcher->loop, &recovery, &error);
    if (dispatcher->store == NULL) {
        log_line(LOG_ERROR, "store_open_failed", "reason=%s",
                 log_quote(error.text, quoted, sizeof quoted));
        return false;
    }
    dispatcher->compact =
        compact_open(&dispatcher->loop, &dispatcher->archive, dispatcher->config->core.limits);
    if (dispatcher->compact == NULL ||
        !recovery_load(dispatcher->store, &recovery, dispatcher->core, &recovered))
        return false;
    dispatcher->durable_seq = recovered.last_seq;
    dispatcher->snapshot_seq = recovered.snapshot_seq;
    if (recovered.facts_read > SNAPSHOT_FACTS)
        compact_start(dispatcher->compact, recovered.last_seq);
    return true;
}

static bool open_doors(struct dispatcher *dispatcher)
{
    struct net_error error;
    char quoted[NET_ERROR_MAX + 64];
    struct net_callbacks callbacks = {.user = dispatcher,
                                      .on_event = on_event,
                                      .now_s = on_now_s,
                                      .is_healthy = on_is_healthy,
                                      .metrics = on_metrics,
                                      .on_webhook = on_webhook,
                                      .on_log = on_log,
                                      .on_closed = on_doors_closed};
    dispatcher->net = net_open(&dispatcher->loop, &dispatcher->config->net, &callbacks, &error);
    if (dispatcher->net == NULL)
        log_line(LOG_ERROR, "listen_failed", "reason=%s",
                 log_quote(error.text, quoted, sizeof quoted));
    return dispatcher->net != NULL;
}

static void enrol_fleet(struct dispatcher *dispatcher);

static void on_shifts(uv_timer_t *timer)
{
    enrol_fleet(timer->data);
}

/* Tell the core of one vehicle's shift; false when it stands where no road is. */
static bool enrol(struct dispatcher *dispatcher, const struct fleet_vehicle *vehicle)
{
    struct event event =
        shift_enrolment(vehicle, &dispatcher->config->calendar, dispatcher->now_ms);
    event.request.value = ENROLMENT;
    step(dispatcher, &event);
    const struct core_output *output = dispatcher->output;
    return output->message_count == 0 || output->messages[0].kind != MESSAGE_ERROR;
}

/* Tell the core of every vehicle's shift, and again every quarter of an hour. What a turn has no
 * room for follows a moment later. */
static void enrol_fleet(struct dispatcher *dispatcher)
{
    const struct configuration *config = dispatcher->config;
    begin_turn(dispatcher);
    for (; dispatcher->enrolled < config->vehicle_count; dispatcher->enrolled++) {
        if (!has_room(dispatcher))
            append_facts(dispatcher);
        if (!has_room(dispatcher)) {
            uv_timer_start(&dispatcher->shifts, on_shifts, RETRY_MS, 0);
            return;
        }
        const struct fleet_vehicle *vehicle = &config->vehicles[dispatcher->enrolled];
        if (!enrol(dispatcher, vehicle)) {
            log_line(LOG_ERROR, "vehicle_off_road",
                     "vehicle=%u reason=\"further than 300 m from any road\"", vehicle->vehicle);
            dispatcher->off_road++;
        }
    }
    dispatcher->enrolled = 0;
    int64_t next_ms = shift_next_round_ms(dispatcher->now_ms);
    uv_timer_start(&dispatcher->shifts, on_shifts,
                   (uint64_t)clock_until_ms(&dispatcher->clock, next_ms) + 1, 0);
}

static bool start_core(struct dispatcher *dispatcher)
{
    struct event event = {.kind = EVENT_START,
                          .network_digest = road_network_digest(dispatcher->config->graph)};
    step(dispatcher, &event);
    enrol_fleet(dispatcher);
    dispatcher->state = DISPATCHER_SERVING;
    return dispatcher->off_road == 0;
}

static void open_handles(struct dispatcher *dispatcher)
{
    uv_loop_t *loop = &dispatcher->loop;
    uv_prepare_init(loop, &dispatcher->turn_end);
    uv_timer_init(loop, &dispatcher->wake);
    uv_timer_init(loop, &dispatcher->shutdown);
    uv_timer_init(loop, &dispatcher->shifts);
    uv_signal_init(loop, &dispatcher->terminate);
    uv_signal_init(loop, &dispatcher->interrupt);
    dispatcher->turn_end.data = dispatcher;
    dispatcher->wake.data = dispatcher;
    dispatcher->shutdown.data = dispatcher;
    dispatcher->shifts.data = dispatcher;
    dispatcher->terminate.data = dispatcher;
    dispatcher->interrupt.data = dispatcher;
    uv_prepare_start(&dispatcher->turn_end, on_turn_end);
    uv_signal_start(&dispatcher->terminate, on_signal, SIGTERM);
    uv_signal_start(&dispatcher->interrupt, on_signal, SIGINT);
}

static bool open_all(struct dispatcher *dispatcher, const struct dispatcher_options *options)
{
    const char *fault = core_config_fault(&dispatcher->config->core);
    char quoted[512];
    if (fault != NULL) {
        log_line(LOG_ERROR, "bad_configuration", "reason=%s",
                 log_quote(fault, quoted, sizeof quoted));
        return false;
    }
    if (!take_memory(dispatcher) || !open_core(dispatcher)) {
        log_line(LOG_ERROR, "out_of_memory", "bytes=%zu", dispatcher->memory_size);
        return false;
    }
    if (!open_store(dispatcher, options))
        return false;
    clock_start(&dispatcher->clock, options->time_start_ms, options->time_scale);
    const struct pay_callbacks payments = {dispatcher, on_event, on_log, on_pay_closed};
    dispatcher->pay = payments_open(&dispatcher->loop, &dispatcher->config->payments, &payments);
    if (dispatcher->pay == NULL || !open_doors(dispatcher))
        return false;
    if (!start_core(dispatcher))
        return false;
    uint16_t port = net_port(dispatcher->net);
    if (!port_file_write(options->port_file, port)) {
        log_line(LOG_ERROR, "port_file_failed", "file=%s",
                 log_quote(options->port_file, quoted, sizeof quoted));
        return false;
    }
    log_line(LOG_INFO, "listening", "address=%s port=%u tls=%d vehicles=%u nodes=%u memory_mb=%zu",
             dispatcher->config->net.address, port, dispatcher->config->net.tls_certificate != NULL,
             dispatcher->config->vehicle_count, dispatcher->config->graph->node_count,
             dispatcher->memory_size >> 20);
    sd_notify(0, "READY=1");
    return true;
}

/* Close what is open, in whatever state opening or serving ended. */
static void close_rest(struct dispatcher *dispatcher)
{
    if (dispatcher->net != NULL)
        net_close(dispatcher->net);
    if (dispatcher->pay != NULL)
        pay_close(dispatcher->pay);
    if (dispatcher->store != NULL)
        store_close(dispatcher->store);
    if (dispatcher->compact != NULL)
        compact_close(dispatcher->compact);
    close_own_handles(dispatcher);
    uv_run(&dispatcher->loop, UV_RUN_DEFAULT);
}

int dispatcher_run(const struct configuration *config, const struct dispatcher_options *options)
{
    struct dispatcher *dispatcher = calloc(1, sizeof *dispatcher);
    if (dispatcher == NULL)
        return 1;
    signal(SIGPIPE, SIG_IGN);
    dispatcher->config = config;
    CHECK(uv_loop_init(&dispatcher->loop) == 0);
    open_handles(dispatcher);
    if (open_all(dispatcher, options))
        uv_run(&dispatcher->loop, UV_RUN_DEFAULT);
    else
        dispatcher->exit_status = 1;
    if (dispatcher->state == DISPATCHER_CLOSING) {
        const uint64_t seq = core_seq(dispatcher->core);
        if (seq == dispatcher->durable_seq && seq != dispatcher->snapshot_seq)
            last_snapshot_write(dispatcher->core, &dispatcher->archive);
        log_line(LOG_INFO, "stopped", "seq=%" PRIu64 " digest=%016" PRIx64, seq,
                 core_digest(dispatcher->core));
    } else {
        close_rest(dispatcher);
    }
    CHECK(uv_loop_close(&dispatcher->loop) == 0);
    int exit_status = dispatcher->exit_status;
    free(dispatcher->core_memory);
    free(dispatcher->memory);
    free(dispatcher->turn_facts);
    free(dispatcher->output);
    free(dispatcher);
    return exit_status;
}
