#include "app/dispatcher_start.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "app/log.h"
#include "app/port_file.h"
#include "app/shift.h"
#include "input/memory.h"
#include "store/store_pg.h"

#define SNAPSHOT_FACTS 50000      /* read at start-up or written: a snapshot is due */
#define ENROLMENT      UINT64_MAX /* the request that net knows nothing of */

static bool take_memory(struct dispatcher *dispatcher)
{
    const struct configuration *config = dispatcher->config;
    size_t network_size = road_network_cost(config->graph, config->hierarchy);
    size_t ring_size = ring_cost(DISPATCHER_WAITING_MAX, sizeof(struct message));
    struct arena arena;
    dispatcher->memory_size = network_size + ring_size;
    dispatcher->memory = memory_take(dispatcher->memory_size);
    dispatcher->turn_facts = calloc(DISPATCHER_TURN_FACTS_MAX, sizeof *dispatcher->turn_facts);
    dispatcher->output = calloc(1, sizeof *dispatcher->output);
    dispatcher->sampling = calloc(1, sizeof *dispatcher->sampling);
    if (dispatcher->memory == NULL || dispatcher->turn_facts == NULL ||
        dispatcher->output == NULL || dispatcher->sampling == NULL)
        return false;
    arena_init(&arena, dispatcher->memory, dispatcher->memory_size);
    if (!road_network_init(&dispatcher->network, &arena, config->graph, config->hierarchy,
                           config->drive_on_left))
        return false;
    ring_init(&dispatcher->waiting, &arena, DISPATCHER_WAITING_MAX, sizeof(struct message));
    return true;
}

static bool open_core(struct dispatcher *dispatcher)
{
    const struct configuration *config = dispatcher->config;
    struct core_config core = config->core;
    core.parking_changes = dispatcher->options->store != NULL && officers_may_park(config);
    size_t size = core_memory_size(&core, &dispatcher->network);
    dispatcher->core_memory_size = size;
    dispatcher->core_memory = memory_take(size);
    if (dispatcher->core_memory == NULL)
        return false;
    memset(dispatcher->core_memory, 0, size); /* what it may need is there from the beginning */
    dispatcher->core = core_init(dispatcher->core_memory, size, &core, &dispatcher->network);
    return dispatcher->core != NULL;
}

static bool open_store(struct dispatcher *dispatcher)
{
    const struct dispatcher_options *options = dispatcher->options;
    const struct recovery_options recovery = {
        .journal = dispatcher->config->journal,
        .store = options->store,
        .lease_seconds = options->lease_seconds,
        .projection = projection_make(&dispatcher->projection, dispatcher->config),
        .follow = dispatcher->standby != NULL ? standby_follow(dispatcher->standby) : NULL,
        .callbacks = dispatcher_store_callbacks(dispatcher),
        .on_snapshot_due = dispatcher_snapshot_due};
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
    const struct net_callbacks callbacks = dispatcher_net_callbacks(dispatcher);
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
    dispatcher_step(dispatcher, &event);
    const struct core_output *output = dispatcher->output;
    return output->message_count == 0 || output->messages[0].kind != MESSAGE_ERROR;
}

/* Tell the core of every vehicle's shift, and again every quarter of an hour. What a turn has no
 * room for follows a moment later. */
static void enrol_fleet(struct dispatcher *dispatcher)
{
    const struct configuration *config = dispatcher->config;
    dispatcher_begin_turn(dispatcher);
    for (; dispatcher->enrolled < config->vehicle_count; dispatcher->enrolled++) {
        if (!dispatcher_has_room(dispatcher))
            dispatcher_append(dispatcher);
        if (!dispatcher_has_room(dispatcher)) {
            uv_timer_start(&dispatcher->shifts, on_shifts, DISPATCHER_RETRY_MS, 0);
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

/* What is published takes the place of the configuration's. */
static bool open_officers(struct dispatcher *dispatcher)
{
    struct store_error error;
    char quoted[STORE_ERROR_MAX + 64];
    if (dispatcher->options->store == NULL)
        return true;
    dispatcher->officers =
        officers_open(dispatcher->options->store, STORE_PG_SHARD, dispatcher->config, &error);
    if (dispatcher->officers == NULL)
        log_line(LOG_ERROR, "officers_open_failed", "reason=%s",
                 log_quote(error.text, quoted, sizeof quoted));
    return dispatcher->officers != NULL;
}

static bool start_officers(struct dispatcher *dispatcher)
{
    struct store_error error;
    char quoted[STORE_ERROR_MAX + 64];
    const struct officers_callbacks callbacks = dispatcher_officers_callbacks(dispatcher);
    if (dispatcher->officers == NULL ||
        officers_start(dispatcher->officers, &dispatcher->loop, &callbacks, &error))
        return true;
    log_line(LOG_ERROR, "officers_start_failed", "reason=%s",
             log_quote(error.text, quoted, sizeof quoted));
    return false;
}

static bool start_sums(struct dispatcher *dispatcher)
{
    struct store_error error;
    char quoted[STORE_ERROR_MAX + 64];
    const struct pg_sums_callbacks callbacks = dispatcher_sums_callbacks(dispatcher);
    if (dispatcher->options->store == NULL)
        return true;
    dispatcher->sums = pg_sums_open(&dispatcher->loop, dispatcher->options->store, STORE_PG_SHARD,
                                    PG_SUMS_EVERY_MS, &callbacks, &error);
    if (dispatcher->sums == NULL)
        log_line(LOG_ERROR, "sums_open_failed", "reason=%s",
                 log_quote(error.text, quoted, sizeof quoted));
    return dispatcher->sums != NULL;
}

static bool start_core(struct dispatcher *dispatcher)
{
    struct event event = {.kind = EVENT_START,
                          .network_digest = road_network_digest(dispatcher->config->graph)};
    dispatcher_step(dispatcher, &event);
    for (uint32_t i = 0; i < 2 && dispatcher->officers != NULL; i++) {
        if (officers_begin(dispatcher->officers, i, &event)) {
            event.request.value = ENROLMENT;
            dispatcher_step(dispatcher, &event);
        }
    }
    enrol_fleet(dispatcher);
    dispatcher->state = DISPATCHER_SERVING;
    return dispatcher->off_road == 0 && start_officers(dispatcher) && start_sums(dispatcher);
}

/* Ready to be found by others; a standby too. */
static bool tell_port(struct dispatcher *dispatcher)
{
    char quoted[512];
    const char *port_file = dispatcher->options->port_file;
    uint16_t port = net_port(dispatcher->net);
    if (!port_file_write(port_file, port)) {
        log_line(LOG_ERROR, "port_file_failed", "file=%s",
                 log_quote(port_file, quoted, sizeof quoted));
        return false;
    }
    log_line(LOG_INFO, "listening",
             "address=%s port=%u tls=%d vehicles=%u nodes=%u memory_mb=%zu standby=%d",
             dispatcher->config->net.address, port, dispatcher->config->net.tls_certificate != NULL,
             dispatcher->config->vehicle_count, dispatcher->config->graph->node_count,
             dispatcher->core_memory_size >> 20, dispatcher->state == DISPATCHER_STANDBY);
    sd_notify(0, "READY=1");
    return true;
}

/* Open the store, and what must be there before the first event. */
static bool open_service(struct dispatcher *dispatcher)
{
    if (!open_store(dispatcher) || !open_officers(dispatcher))
        return false;
    clock_start(&dispatcher->clock, dispatcher->options->time_start_ms,
                dispatcher->options->time_scale);
    const struct pay_callbacks payments = dispatcher_pay_callbacks(dispatcher);
    dispatcher->pay = payments_open(&dispatcher->loop, &dispatcher->config->payments, &payments);
    return dispatcher->pay != NULL;
}

static void stop(struct dispatcher *dispatcher)
{
    dispatcher->state = DISPATCHER_FAILED;
    dispatcher->exit_status = 1;
    uv_stop(&dispatcher->loop);
}

static void on_standby_closed(void *user)
{
    ((struct dispatcher *)user)->standby = NULL;
}

static void on_standby_failed(void *user, const struct store_error *error)
{
    char quoted[STORE_ERROR_MAX + 64];
    log_line(LOG_ERROR, "recovery_failed", "reason=%s",
             log_quote(error->text, quoted, sizeof quoted));
    stop(user);
}

static void on_leader(void *user)
{
    struct dispatcher *dispatcher = user;
    const bool is_open = open_service(dispatcher);
    standby_close(dispatcher->standby);
    dispatcher->standby = NULL;
    if (!is_open || !start_core(dispatcher))
        stop(dispatcher);
    else
        log_line(LOG_INFO, "took_over", "seq=%" PRIu64, dispatcher->durable_seq);
}

static bool begin_standby(struct dispatcher *dispatcher)
{
    const struct standby_callbacks callbacks = {dispatcher, on_leader, on_standby_failed,
                                                on_standby_closed};
    dispatcher->state = DISPATCHER_STANDBY;
    if (!open_doors(dispatcher))
        return false;
    dispatcher->standby =
        standby_open(&dispatcher->loop, dispatcher->options->store,
                     dispatcher->options->lease_seconds, dispatcher->core, &callbacks);
    return dispatcher->standby != NULL;
}

bool dispatcher_start(struct dispatcher *dispatcher)
{
    const char *fault = core_config_fault(&dispatcher->config->core);
    char quoted[512];
    if (fault != NULL) {
        log_line(LOG_ERROR, "bad_configuration", "reason=%s",
                 log_quote(fault, quoted, sizeof quoted));
        return false;
    }
    if (!take_memory(dispatcher) || !open_core(dispatcher)) {
        log_line(LOG_ERROR, "out_of_memory", "bytes=%zu", dispatcher->core_memory_size);
        return false;
    }
    const bool is_up =
        dispatcher->options->is_standby
            ? begin_standby(dispatcher)
            : open_service(dispatcher) && open_doors(dispatcher) && start_core(dispatcher);
    return is_up && tell_port(dispatcher);
}
