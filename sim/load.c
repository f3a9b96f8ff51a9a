/* One loop, one alarm: before each sleep the alarm is set to whatever is due first, so that nothing
 * is sent later than a wake-up takes. A run goes through its phases in order:
 *
 *     link    every car says hello
 *     run     bookings by their schedule
 *     drain   answers still to come, and rides to be driven on with
 *     verify  every acknowledged booking is looked up
 *     close */
#include "sim/load.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "sim/load_fleet.h"
#include "sim/load_http.h"
#include "sim/load_options.h"
#include "sim/load_probe.h"
#include "sim/load_report.h"
#include "sim/load_riders.h"
#include "sim/load_town.h"

#define SECOND_NS      UINT64_C(1000000000)
#define ANSWER_MAX_NS  (30 * SECOND_NS) /* for the last answers */
#define VERIFY_MAX_NS  (120 * SECOND_NS)
#define PROGRESS_NS    (SECOND_NS / 5)
#define PROGRESS_WIDTH 24

enum phase {
    PHASE_LINK,
    PHASE_RUN,
    PHASE_DRAIN,
    PHASE_VERIFY,
    PHASE_CLOSE,
};

struct load {
    struct load_options options;
    struct load_town town;
    uv_loop_t loop;
    uv_poll_t alarm;
    uv_prepare_t before_sleep;
    uv_signal_t interrupt;
    uv_signal_t terminate;
    int alarm_file;
    uint64_t alarm_ns; /* set to */
    struct load_http http;
    struct load_fleet fleet;
    struct load_riders riders;
    int acks_file;
    int plans_file;
    enum phase phase;
    uint64_t began_ns; /* the phase */
    uint64_t progress_ns;
    bool shows_progress;
    uint32_t vehicles_up; /* when the cars were last needed */
    bool has_process;
    struct load_probe_process before;
    struct load_probe_process after;
    struct load_histogram sync_us;
    bool failed;
};

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "sim load: %s: %s\n", what, why);
    return 1;
}

/* ---- progress ---- */

static uint64_t run_ns(const struct load *load)
{
    return (uint64_t)load->options.seconds * SECOND_NS;
}

static void show_progress(struct load *load, uint64_t now_ns)
{
    static const char *const labels[] = {"linking", "running", "driving on", "looking up", ""};
    char bar[PROGRESS_WIDTH + 1];
    const struct load_riders *riders = &load->riders;
    uint64_t done = 1000;
    if (!load->shows_progress || now_ns < load->progress_ns) {
        return;
    }
    load->progress_ns = now_ns + PROGRESS_NS;
    if (load->phase == PHASE_LINK) {
        done = (uint64_t)load->fleet.up * 1000 / load->fleet.config.count;
    } else if (load->phase == PHASE_RUN) {
        done = (now_ns - load->began_ns) * 1000 / run_ns(load);
    }
    done = done > 1000 ? 1000 : done;
    for (uint64_t i = 0; i < PROGRESS_WIDTH; i++) {
        bar[i] = i * 1000 < done * PROGRESS_WIDTH ? '#' : '.';
    }
    bar[PROGRESS_WIDTH] = '\0';
    fprintf(stderr,
            "\r%-10s [%s] %3" PRIu64 " %%  %u of %u cars  %" PRIu64 " booked  %" PRIu64
            " refused  p99 %.1f ms   ",
            labels[load->phase], bar, done / 10, load->fleet.up, load->fleet.config.count,
            riders->booked, riders->refused,
            (double)load_histogram_at(&riders->book_us, 990) / 1000);
}

static void end_progress(const struct load *load)
{
    if (load->shows_progress) {
        fprintf(stderr, "\n");
    }
}

/* ---- phases ---- */

static void enter(struct load *load, enum phase phase, uint64_t now_ns)
{
    load->phase = phase;
    load->began_ns = now_ns;
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

static void close_all(struct load *load, uint64_t now_ns)
{
    enter(load, PHASE_CLOSE, now_ns);
    load_fleet_close(&load->fleet);
    load_http_close(&load->http);
    close_handle((uv_handle_t *)&load->alarm);
    close_handle((uv_handle_t *)&load->before_sleep);
    close_handle((uv_handle_t *)&load->interrupt);
    close_handle((uv_handle_t *)&load->terminate);
}

/* A fast clock makes a car that reports every second a silent one. */
static void warn_of_silence(const struct load *load)
{
    const int64_t gap_ms = load->options.time_scale * 1000 / load->options.hz;
    const int64_t silent_ms = load->fleet.silent_after_ms;
    if (gap_ms >= silent_ms && !load->options.quiet) {
        fprintf(stderr,
                "\nsim load: positions come every %" PRId64 " s of the dispatcher's time, and it"
                " gives a car up after %" PRId64 " s: raise service.silent_after_s, or --hz\n",
                gap_ms / 1000, silent_ms / 1000);
    }
}

static void begin_run(struct load *load, uint64_t now_ns)
{
    warn_of_silence(load);
    const int64_t pid = load->options.pid;
    load->has_process = pid != 0 && load_probe_process(pid, &load->before);
    load_fleet_measure(&load->fleet, load->options.warmup == 0);
    load_riders_start(&load->riders, now_ns, (uint64_t)load->options.warmup * SECOND_NS);
    enter(load, PHASE_RUN, now_ns);
}

static void end_run(struct load *load, uint64_t now_ns)
{
    load->has_process = load->has_process && load_probe_process(load->options.pid, &load->after);
    load_fleet_measure(&load->fleet, false);
    enter(load, PHASE_DRAIN, now_ns);
}

static void link_up(struct load *load, uint64_t now_ns)
{
    const struct load_fleet *fleet = &load->fleet;
    const uint64_t patience_ns = (uint64_t)load->options.link_timeout * SECOND_NS;
    const bool late = now_ns >= load->began_ns + patience_ns; /* go on with those that are there */
    if (fleet->up == fleet->config.count || (late && fleet->up > 0)) {
        begin_run(load, now_ns);
    } else if (late) {
        end_progress(load);
        (void)complain(load->options.url, fleet->trouble[0] != '\0'
                                              ? fleet->trouble
                                              : "no vehicle could link to the dispatcher");
        load->failed = true;
        load->shows_progress = false;
        close_all(load, now_ns);
    }
}

static void drain(struct load *load, uint64_t now_ns)
{
    const bool driven = now_ns >= load->began_ns + (uint64_t)load->options.drain * SECOND_NS;
    const bool late = now_ns >= load->began_ns + ANSWER_MAX_NS;
    if (driven && (load_riders_finished(&load->riders) || late)) {
        load->vehicles_up = load->fleet.up;
        load_riders_give_up(&load->riders);
        load_riders_verify(&load->riders);
        enter(load, PHASE_VERIFY, now_ns);
    }
}

static void advance(struct load *load, uint64_t now_ns)
{
    switch (load->phase) {
    case PHASE_LINK:
        link_up(load, now_ns);
        break;
    case PHASE_RUN:
        if (!load->fleet.measuring &&
            now_ns >= load->began_ns + (uint64_t)load->options.warmup * SECOND_NS) {
            load_fleet_measure(&load->fleet, true);
        }
        if (now_ns >= load->began_ns + run_ns(load)) {
            end_run(load, now_ns);
        }
        break;
    case PHASE_DRAIN:
        drain(load, now_ns);
        break;
    case PHASE_VERIFY:
        if (load_riders_verified(&load->riders) || now_ns >= load->began_ns + VERIFY_MAX_NS) {
            load_riders_give_up(&load->riders);
            close_all(load, now_ns);
        }
        break;
    default:
        break;
    }
}

/* ---- the loop ---- */

static void on_alarm(uv_poll_t *poll, int status, int events)
{
    struct load *load = poll->data;
    uint64_t expirations = 0;
    (void)status;
    (void)events;
    if (read(load->alarm_file, &expirations, sizeof expirations) < 0) {
        return; /* set anew meanwhile */
    }
    load->alarm_ns = 0;
    const uint64_t now_ns = uv_hrtime();
    load_riders_run(&load->riders, now_ns);
    load_fleet_run(&load->fleet, now_ns);
    load_http_tick(&load->http, now_ns);
    advance(load, now_ns);
    show_progress(load, now_ns);
}

static void before_sleep(uv_prepare_t *prepare)
{
    struct load *load = prepare->data;
    const uint64_t riders_ns = load_riders_due_ns(&load->riders);
    uint64_t due_ns = load_fleet_due_ns(&load->fleet);
    due_ns = riders_ns < due_ns ? riders_ns : due_ns;
    due_ns = due_ns == 0 ? 1 : due_ns;
    if (due_ns != load->alarm_ns) {
        const struct itimerspec at = {.it_value = {.tv_sec = (time_t)(due_ns / SECOND_NS),
                                                   .tv_nsec = (long)(due_ns % SECOND_NS)}};
        load->alarm_ns = due_ns;
        CHECK(timerfd_settime(load->alarm_file, TFD_TIMER_ABSTIME, &at, NULL) == 0);
    }
}

/* Stop asking; what was asked is still looked up. A second signal ends it at once. */
static void on_signal(uv_signal_t *handle, int number)
{
    struct load *load = handle->data;
    (void)number;
    load->failed = true;
    if (load->phase != PHASE_RUN) {
        close_all(load, uv_hrtime());
        return;
    }
    load->town.demand.count = load->riders.next;
    end_run(load, uv_hrtime());
}

static bool open_loop(struct load *load)
{
    CHECK(uv_loop_init(&load->loop) == 0);
    load->alarm_file = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (load->alarm_file < 0 || uv_poll_init(&load->loop, &load->alarm, load->alarm_file) != 0) {
        return false;
    }
    CHECK(uv_prepare_init(&load->loop, &load->before_sleep) == 0);
    CHECK(uv_signal_init(&load->loop, &load->interrupt) == 0);
    CHECK(uv_signal_init(&load->loop, &load->terminate) == 0);
    load->alarm.data = load;
    load->before_sleep.data = load;
    load->interrupt.data = load;
    load->terminate.data = load;
    CHECK(uv_poll_start(&load->alarm, UV_READABLE, on_alarm) == 0);
    CHECK(uv_prepare_start(&load->before_sleep, before_sleep) == 0);
    CHECK(uv_signal_start(&load->interrupt, on_signal, SIGINT) == 0);
    CHECK(uv_signal_start(&load->terminate, on_signal, SIGTERM) == 0);
    return true;
}

static bool open_parties(struct load *load)
{
    const struct load_options *options = &load->options;
    struct load_fleet_config fleet = {
        .loop = &load->loop,
        .address = &load->options.address,
        .network = load->town.network,
        .tokens = options->vehicle_tokens.lines,
        .places = load->town.places,
        .count = load->town.vehicle_count,
        .hz = (uint32_t)options->hz,
        .time_scale = options->time_scale,
        .seed = (uint64_t)options->seed,
        .plans_file = load->plans_file,
    };
    if (load->town.scenario != NULL) {
        fleet.remote_help = load->town.scenario->remote_help;
    }
    const struct load_riders_config riders = {
        .http = &load->http,
        .clock = &load->fleet.clock,
        .demand = &load->town.demand,
        .tokens = options->rider_tokens.lines,
        .operator_token = options->operator_token,
        .acks_file = load->acks_file,
    };
    return load_fleet_init(&load->fleet, &fleet) &&
           load_http_init(&load->http, &load->loop, &load->options.address,
                          (uint32_t)options->connections) &&
           load_riders_init(&load->riders, &riders);
}

static int report(struct load *load)
{
    const struct load_options *options = &load->options;
    const struct load_report figures = {
        .options = options,
        .fleet = &load->fleet,
        .riders = &load->riders,
        .vehicles_up = load->vehicles_up,
        .http_disconnects = load->http.disconnects,
        .measured_s = (double)(options->seconds - options->warmup),
        .has_process = load->has_process,
        .cpu_ms = load->after.cpu_ms - load->before.cpu_ms,
        .peak_kb = load->after.peak_kb,
        .sync_us = options->disk == NULL ? NULL : &load->sync_us,
    };
    const bool table =
        !options->quiet && (options->json == NULL || strcmp(options->json, "-") != 0);
    if (table) {
        load_report_table(&figures);
    }
    if (options->json != NULL && !load_report_json(&figures, options->json)) {
        return 1;
    }
    if (load->riders.lost_acks > 0) {
        return complain("acknowledged bookings are lost", "see lost_acks");
    }
    if (load_report_errors(&figures) > 0) {
        const char *first =
            load->riders.trouble[0] != '\0' ? load->riders.trouble : load->fleet.trouble;
        return complain("there were errors", first[0] != '\0' ? first : "see the figures");
    }
    return 0;
}

/* To append to; below 0 where there is no path. */
static bool open_file(const char *path, int *file)
{
    *file = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (path != NULL && *file < 0) {
        (void)complain(path, "cannot be written");
        return false;
    }
    return true;
}

static bool open_files(struct load *load)
{
    const struct load_options *options = &load->options;
    if (!open_file(options->acks, &load->acks_file) ||
        !open_file(options->plans, &load->plans_file)) {
        return false;
    }
    if (options->disk != NULL && !load_probe_disk(options->disk, &load->sync_us)) {
        (void)complain(options->disk, "cannot be written");
        return false;
    }
    return true;
}

static int run(struct load *load)
{
    struct input_error error = {{0}};
    if (!load_town_open(&load->town, &load->options, &error)) {
        fprintf(stderr, "sim load: %s\n", error.text);
        return 1;
    }
    if (!open_files(load)) {
        return 1;
    }
    if (!open_loop(load) || !open_parties(load)) {
        return complain("cannot begin", "out of memory or files");
    }
    load->shows_progress = !load->options.quiet && isatty(STDERR_FILENO);
    enter(load, PHASE_LINK, uv_hrtime());
    CHECK(uv_run(&load->loop, UV_RUN_DEFAULT) == 0);
    CHECK(uv_loop_close(&load->loop) == 0);
    end_progress(load);
    if (load->failed && load->riders.start_ns == 0) {
        return 1;
    }
    if (load->options.disk != NULL && !load_probe_disk(load->options.disk, &load->sync_us)) {
        return complain(load->options.disk, "cannot be written");
    }
    const int status = report(load);
    return load->failed ? 1 : status;
}

static void free_all(struct load *load)
{
    load_riders_done(&load->riders);
    load_http_done(&load->http);
    load_fleet_done(&load->fleet);
    load_town_close(&load->town);
    load_options_done(&load->options);
}

int load_main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof *load);
    if (load == NULL) {
        return complain("cannot begin", "out of memory");
    }
    int status = 1;
    switch (load_options_read(argc, argv, &load->options)) {
    case LOAD_OPTIONS_RUN:
        (void)signal(SIGPIPE, SIG_IGN);
        load_probe_raise_files();
        status = run(load);
        break;
    case LOAD_OPTIONS_HELP:
        status = 0;
        break;
    case LOAD_OPTIONS_MISUSE:
        status = 2;
        break;
    case LOAD_OPTIONS_FAILED:
        break;
    }
    free_all(load);
    free(load);
    return status;
}
