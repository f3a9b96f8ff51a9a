/* The wiring of loop, core, store and doors; see app/dispatcher.h for the turn. */
#include "app/dispatcher_inside.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "app/dispatcher_start.h"
#include "app/last_snapshot.h"
#include "app/log.h"
#include "core/plan.h"
#include "input/memory.h"

#define HTTP_UNAVAILABLE 503
#define AWAY_MS          100   /* before looking again whether the store is back */
#define BEHIND_MS        1000  /* without a durable fact: no changes of plans but those asked for */
#define SHUTDOWN_MAX_MS  10000 /* then connections are cut */
#define BEHIND_FACTS     4096  /* so many that are not durable: no time for sums */

/* ---- the turn ---- */

void dispatcher_begin_turn(struct dispatcher *dispatcher)
{
    if (dispatcher->in_turn)
        return;
    dispatcher->in_turn = true;
    dispatcher->turn_began_ns = uv_hrtime();
    dispatcher->now_ms = clock_now_ms(&dispatcher->clock);
}

/* Hand the turn's facts to the store; what it cannot take stays for the next try. */
void dispatcher_append(struct dispatcher *dispatcher)
{
    if (dispatcher->turn_fact_count == 0 || dispatcher->state == DISPATCHER_FAILED)
        return;
    if (!store_append(dispatcher->store, dispatcher->turn_facts, dispatcher->turn_fact_count))
        return;
    dispatcher->turn_fact_count = 0;
    if (dispatcher->behind_ms == 0)
        dispatcher->behind_ms = dispatcher->now_ms;
}

/* A vehicle's plan that is not to be told: it is late, and the core works it out anew; or a later
 * one replaced it that may be told as well, and the vehicle would act on each. */
static bool is_replaced(const struct dispatcher *dispatcher, const struct message *message)
{
    if (message->kind != MESSAGE_PLAN)
        return false;
    if (message->after_seq <= dispatcher->late_seq)
        return true;
    const uint64_t last_seq = core_plan_seq(dispatcher->core, message->plan.vehicle);
    return last_seq > message->after_seq && last_seq <= dispatcher->durable_seq;
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
        else if (message->request.value == OFFICERS_REQUEST)
            officers_take(dispatcher->officers, message);
        else if (!is_replaced(dispatcher, message))
            net_send(dispatcher->net, message);
        ring_pop(&dispatcher->waiting);
    }
}

/* May one more event come in, with all that it may cause? */
bool dispatcher_has_room(const struct dispatcher *dispatcher)
{
    return dispatcher->turn_fact_count + STEP_FACTS_MAX <= DISPATCHER_TURN_FACTS_MAX &&
           dispatcher->waiting.count + STEP_MESSAGES_MAX <= dispatcher->waiting.capacity;
}

/* Where a vehicle is, for who watches the fleet: the next one a second later says it again. While
 * the store is away there is no room for these. */
static bool is_view(const struct message *message)
{
    return message->kind == MESSAGE_VEHICLE && message->request.value == 0;
}

void dispatcher_step(struct dispatcher *dispatcher, const struct event *event)
{
    struct core_output *output = dispatcher->output;
    dispatcher_begin_turn(dispatcher);
    CHECK(dispatcher_has_room(dispatcher));
    core_step(dispatcher->core, dispatcher->now_ms, event, output);
    memcpy(dispatcher->turn_facts + dispatcher->turn_fact_count, output->facts,
           output->fact_count * sizeof output->facts[0]);
    dispatcher->turn_fact_count += output->fact_count;
    const bool is_well = store_is_well(dispatcher->store);
    for (uint32_t i = 0; i < output->message_count; i++) {
        const bool is_shown = is_view(&output->messages[i]);
        if (is_shown)
            sampling_take(dispatcher->sampling, dispatcher->store, &output->messages[i].vehicle,
                          dispatcher->now_ms);
        if (is_shown && !is_well)
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
    if (!dispatcher_has_room(dispatcher)) {
        dispatcher_append(dispatcher);
        if (!dispatcher_has_room(dispatcher)) {
            dispatcher->figures.events_refused++;
            return false;
        }
    }
    dispatcher_step(dispatcher, event);
    return true;
}

/* While the store is away the core is not woken: vehicles could not be told of better plans, and
 * would go on with the ones that they have. */
static bool may_wake(const struct dispatcher *dispatcher)
{
    const bool is_behind =
        dispatcher->behind_ms != 0 && dispatcher->now_ms - dispatcher->behind_ms > BEHIND_MS;
    return store_is_well(dispatcher->store) && !is_behind;
}

static void on_wake(uv_timer_t *timer)
{
    struct dispatcher *dispatcher = timer->data;
    struct event event = {.kind = EVENT_WAKE};
    dispatcher_begin_turn(dispatcher);
    if (dispatcher->state == DISPATCHER_SERVING && dispatcher_has_room(dispatcher) &&
        may_wake(dispatcher) && core_wake_at_ms(dispatcher->core) <= dispatcher->now_ms)
        dispatcher_step(dispatcher, &event);
}

static void set_wake(struct dispatcher *dispatcher)
{
    int64_t at_ms = core_wake_at_ms(dispatcher->core);
    if (!may_wake(dispatcher))
        uv_timer_start(&dispatcher->wake, on_wake, AWAY_MS, 0);
    else if (dispatcher->turn_fact_count > 0 || !dispatcher_has_room(dispatcher))
        uv_timer_start(&dispatcher->wake, on_wake, DISPATCHER_RETRY_MS, 0);
    else if (at_ms == INT64_MAX)
        uv_timer_stop(&dispatcher->wake);
    else
        uv_timer_start(&dispatcher->wake, on_wake,
                       (uint64_t)clock_until_ms(&dispatcher->clock, at_ms), 0);
}

static void close_when_told(struct dispatcher *dispatcher);

/* Where another dispatcher waits to take over, one that cannot write makes way before it may:
 * vehicles and riders then find the other, and do not wait here. Alone, it waits for its store. */
static void stand_down(struct dispatcher *dispatcher)
{
    if (!dispatcher->options->is_standby || store_is_well(dispatcher->store))
        return;
    log_line(LOG_ERROR, "stood_down",
             "reason=\"the store was away for half a lease, and another may lead\"");
    dispatcher->state = DISPATCHER_FAILED;
    dispatcher->exit_status = 1;
    uv_stop(&dispatcher->loop);
}

/* Plans were told to nobody for longer than they leave room for: the core works them out anew. */
static void tell_late(struct dispatcher *dispatcher)
{
    const struct event event = {.kind = EVENT_PLANS_LATE, .told_seq = dispatcher->told_seq};
    if (!dispatcher->is_late || !dispatcher_has_room(dispatcher))
        return;
    dispatcher->is_late = false;
    log_line(LOG_WARN, "plans_late", "after_seq=%" PRIu64 " up_to_seq=%" PRIu64, event.told_seq,
             dispatcher->late_seq);
    dispatcher_step(dispatcher, &event);
}

/* Before the loop sleeps. */
static void on_turn_end(uv_prepare_t *prepare)
{
    struct dispatcher *dispatcher = prepare->data;
    if (dispatcher->state == DISPATCHER_SERVING)
        tell_late(dispatcher);
    dispatcher_append(dispatcher);
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
    if (dispatcher->state == DISPATCHER_SERVING)
        stand_down(dispatcher);
}

/* ---- the store ---- */

/* What waited for longer than plans leave room for is not told as it stands. */
static void on_durable(void *user, uint64_t seq)
{
    struct dispatcher *dispatcher = user;
    const uint64_t last_seq = core_seq(dispatcher->core);
    dispatcher_begin_turn(dispatcher);
    if (dispatcher->behind_ms != 0 && dispatcher->now_ms - dispatcher->behind_ms > PLAN_COMMIT_MS) {
        dispatcher->told_seq = dispatcher->is_late ? dispatcher->told_seq : dispatcher->durable_seq;
        dispatcher->late_seq = last_seq;
        dispatcher->is_late = true;
    }
    dispatcher->behind_ms = seq < last_seq ? dispatcher->now_ms : 0;
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

void dispatcher_snapshot_due(void *user, uint64_t last_seq)
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

static bool on_is_healthy(void *user, char words[NET_HEALTH_MAX])
{
    const struct dispatcher *dispatcher = user;
    if (dispatcher->state == DISPATCHER_SERVING && store_is_well(dispatcher->store))
        return true;
    if (dispatcher->state == DISPATCHER_STANDBY && dispatcher->standby != NULL)
        standby_words(dispatcher->standby, words, NET_HEALTH_MAX);
    else
        snprintf(words, NET_HEALTH_MAX, "%s",
                 dispatcher->state == DISPATCHER_SERVING
                     ? "unavailable: the store does not take what happens"
                     : "unavailable: starting or stopping");
    return false;
}

static size_t on_metrics(void *user, char *text, size_t size)
{
    struct dispatcher *dispatcher = user;
    if (dispatcher->state == DISPATCHER_STANDBY)
        return 0; /* the core is the other thread's */
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
    struct pay *pay = ((struct dispatcher *)user)->pay;
    return pay != NULL ? (int)pay_webhook(pay, body, size, signature) : HTTP_UNAVAILABLE;
}

static void on_pay_closed(void *user)
{
    struct dispatcher *dispatcher = user;
    dispatcher->pay = NULL;
}

/* ---- officers ---- */

static uint32_t on_closures(void *user)
{
    struct statistics_view view;
    core_statistics(((struct dispatcher *)user)->core, &view);
    return view.closure_count;
}

static void on_officers_closed(void *user)
{
    struct dispatcher *dispatcher = user;
    dispatcher->officers = NULL;
}

/* ---- sums ---- */

static bool may_sum(void *user)
{
    const struct dispatcher *dispatcher = user;
    return dispatcher->state == DISPATCHER_SERVING && store_is_well(dispatcher->store) &&
           core_seq(dispatcher->core) - dispatcher->durable_seq <= BEHIND_FACTS;
}

static void on_sums_closed(void *user)
{
    struct dispatcher *dispatcher = user;
    dispatcher->sums = NULL;
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
    if (dispatcher->officers != NULL)
        officers_close(dispatcher->officers);
    if (dispatcher->sums != NULL)
        pg_sums_close(dispatcher->sums);
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
    const bool is_standby = dispatcher->state == DISPATCHER_STANDBY;
    if (dispatcher->state != DISPATCHER_SERVING && !is_standby)
        return;
    log_line(LOG_INFO, "stopping", "signal=%d", number);
    sd_notify(0, "STOPPING=1");
    if (is_standby) {
        uv_stop(&dispatcher->loop);
        return;
    }
    dispatcher->state = DISPATCHER_DRAINING;
    net_drain(dispatcher->net);
    uv_timer_start(&dispatcher->shutdown, on_shutdown_late, SHUTDOWN_MAX_MS, 0);
}

/* ---- the beginning ---- */

struct store_callbacks dispatcher_store_callbacks(struct dispatcher *dispatcher)
{
    return (struct store_callbacks){.user = dispatcher,
                                    .on_durable = on_durable,
                                    .on_failed = on_store_failed,
                                    .on_closed = on_store_closed};
}

struct net_callbacks dispatcher_net_callbacks(struct dispatcher *dispatcher)
{
    return (struct net_callbacks){.user = dispatcher,
                                  .on_event = on_event,
                                  .now_s = on_now_s,
                                  .is_healthy = on_is_healthy,
                                  .metrics = on_metrics,
                                  .on_webhook = on_webhook,
                                  .on_log = on_log,
                                  .on_closed = on_doors_closed};
}

struct pay_callbacks dispatcher_pay_callbacks(struct dispatcher *dispatcher)
{
    return (struct pay_callbacks){dispatcher, on_event, on_log, on_pay_closed};
}

struct officers_callbacks dispatcher_officers_callbacks(struct dispatcher *dispatcher)
{
    return (struct officers_callbacks){dispatcher, on_event, on_closures, on_log,
                                       on_officers_closed};
}

struct pg_sums_callbacks dispatcher_sums_callbacks(struct dispatcher *dispatcher)
{
    return (struct pg_sums_callbacks){dispatcher, may_sum, on_log, on_sums_closed};
}

void dispatcher_open_handles(struct dispatcher *dispatcher)
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

/* Close what is open, in whatever state opening or serving ended. */
static void close_rest(struct dispatcher *dispatcher)
{
    if (dispatcher->standby != NULL)
        standby_close(dispatcher->standby);
    if (dispatcher->net != NULL)
        net_close(dispatcher->net);
    if (dispatcher->pay != NULL)
        pay_close(dispatcher->pay);
    if (dispatcher->officers != NULL)
        officers_close(dispatcher->officers);
    if (dispatcher->sums != NULL)
        pg_sums_close(dispatcher->sums);
    if (dispatcher->store != NULL)
        store_close(dispatcher->store);
    if (dispatcher->compact != NULL)
        compact_close(dispatcher->compact);
    close_own_handles(dispatcher);
    while (uv_run(&dispatcher->loop, UV_RUN_DEFAULT) != 0) {
        /* a store that fails while it is closed stops the loop once more */
    }
}

int dispatcher_run(const struct configuration *config, const struct dispatcher_options *options)
{
    struct dispatcher *dispatcher = calloc(1, sizeof *dispatcher);
    if (dispatcher == NULL)
        return 1;
    signal(SIGPIPE, SIG_IGN);
    dispatcher->config = config;
    dispatcher->options = options;
    CHECK(uv_loop_init(&dispatcher->loop) == 0);
    dispatcher_open_handles(dispatcher);
    if (dispatcher_start(dispatcher))
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
    memory_give(dispatcher->core_memory, dispatcher->core_memory_size);
    memory_give(dispatcher->memory, dispatcher->memory_size);
    free(dispatcher->turn_facts);
    free(dispatcher->output);
    free(dispatcher->sampling);
    free(dispatcher);
    return exit_status;
}
