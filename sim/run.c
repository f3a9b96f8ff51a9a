#include "sim/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "sim/options.h"
#include "sim/progress.h"
#include "sim/report.h"
#include "sim/report_page.h"
#include "sim/tables.h"
#include "sim/tracks.h"

struct run_options {
    const char *scenario;
    int64_t vehicles;
    int64_t seed;
    int64_t store_delay_ms;
    bool phases;
    int64_t improve;
    int64_t rebalance_s;
    int64_t floor_s;
    int64_t remote_help_every_s;
    const char *json;
    const char *html;
    const char *rides;
    const char *stops;
    const char *explain;
    const char *journal;
    const char *tracks;
    const char *network;
};

#define HOW_COUNT   9
#define FILES_COUNT 8

/* The first part of the table: how it is run. */
static void list_how(struct run_options *run, struct option *table)
{
    const struct option how[HOW_COUNT] = {
        {.name = "--scenario",
         .argument = "DIR",
         .text = &run->scenario,
         .is_required = true,
         .help = "the scenario's folder"},
        {.name = "--vehicles",
         .argument = "N",
         .number = &run->vehicles,
         .low = 1,
         .high = SCENARIO_VEHICLES_MAX,
         .help = "fleet size: the first N, or copies of them beyond what there is"},
        {.name = "--seed",
         .argument = "N",
         .number = &run->seed,
         .low = 0,
         .high = INT64_MAX,
         .help = "what chance may choose (default 1)"},
        {.name = "--improve",
         .argument = "N",
         .number = &run->improve,
         .low = 0,
         .high = 1000,
         .help = "searches for better plans that follow a booking, in place of the scenario's"},
        {.name = "--rebalance-s",
         .argument = "N",
         .number = &run->rebalance_s,
         .low = 0,
         .high = 3600,
         .help = "how often idle vehicles are sent to demand, ditto; 0 never"},
        {.name = "--floor-s",
         .argument = "N",
         .number = &run->floor_s,
         .low = 0,
         .high = 3600,
         .help = "each area keeps a vehicle within such a drive, ditto; 0 none"},
        {.name = "--remote-help-every-s",
         .argument = "N",
         .number = &run->remote_help_every_s,
         .low = 0,
         .high = 86400,
         .help = "cars need remote help after so much driving, on average, ditto; 0 never"},
        {.name = "--phases",
         .flag = &run->phases,
         .help = "time the parts of each decision too (decide_us grows by a microsecond or two)"},
        {.name = "--store-delay-ms",
         .argument = "N",
         .number = &run->store_delay_ms,
         .low = 0,
         .high = 60000,
         .help = "how long a fact takes to be durable (default 0)"},
    };
    memcpy(table, how, sizeof how);
}

/* The second: what is written. */
static void list_files(struct run_options *run, struct option *table)
{
    const struct option files[FILES_COUNT] = {
        {.name = "--json", .argument = "FILE", .text = &run->json, .help = "write the figures"},
        {.name = "--html",
         .argument = "FILE",
         .text = &run->html,
         .help = "write a report page that needs nothing else"},
        {.name = "--rides",
         .argument = "FILE",
         .text = &run->rides,
         .help = "write one row a request"},
        {.name = "--stops",
         .argument = "FILE",
         .text = &run->stops,
         .help = "write one row a stand of a vehicle"},
        {.name = "--explain",
         .argument = "FILE",
         .text = &run->explain,
         .help = "write one row a decision: what was compared"},
        {.name = "--journal",
         .argument = "DIR",
         .text = &run->journal,
         .help = "write the facts as a journal into an empty folder"},
        {.name = "--tracks",
         .argument = "FILE",
         .text = &run->tracks,
         .help = "write one row a position of a vehicle, for the database's table track"},
        {.name = "--network",
         .argument = "DIR",
         .text = &run->network,
         .help = "write the network as imported"},
    };
    memcpy(table, files, sizeof files);
}

static enum options_result parse(int argc, char **argv, struct run_options *run)
{
    struct option table[HOW_COUNT + FILES_COUNT];
    list_how(run, table);
    list_files(run, table + HOW_COUNT);
    const struct options options = {
        .usage = "sim run --scenario DIR [options]",
        .summary = "Runs a scenario in virtual time and prints what came of it.",
        .example = "sim run --scenario town --json figures.json --html report.html",
        .table = table,
        .count = sizeof table / sizeof *table,
    };
    return options_parse(&options, argc, argv);
}

static int64_t clock_ms(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool complain(const char *about, const char *what)
{
    fprintf(stderr, "sim: %s: %s\n", about, what);
    return false;
}

/* Write one file by `put`; nothing to do where `path` is NULL. */
static bool write_file(const char *path, const void *subject, bool (*put)(const void *, FILE *))
{
    if (path == NULL) {
        return true;
    }
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return complain(path, strerror(errno));
    }
    const bool ok = put(subject, file);
    if (fclose(file) != 0 || !ok) {
        return complain(path, strerror(errno));
    }
    return true;
}

static bool put_rides(const void *world, FILE *file)
{
    return tables_write_rides(world, file);
}

static bool put_stops(const void *world, FILE *file)
{
    return tables_write_stops(world, file);
}

static bool put_decisions(const void *world, FILE *file)
{
    return tables_write_decisions(world, file);
}

static bool put_json(const void *report, FILE *file)
{
    return report_write_json(report, file);
}

struct page_subject {
    const struct report *report;
    const struct world *world;
};

static bool put_page(const void *subject, FILE *file)
{
    const struct page_subject *page = subject;
    return report_page_write(page->report, page->world, file);
}

static bool write_network(const struct run_options *run, const struct scenario *scenario)
{
    struct input_error error;
    if (run->network != NULL &&
        !tables_write_network(&scenario->roads.graph, run->network, &error)) {
        return complain("network", error.text);
    }
    return true;
}

static bool tell_failures(const struct auditor *auditor)
{
    for (uint64_t i = 0; i < auditor->failure_count && i < AUDITOR_FAILURES_KEPT; i++) {
        fprintf(stderr, "sim: auditor: %s\n", auditor->failures[i]);
    }
    if (auditor->failure_count > AUDITOR_FAILURES_KEPT) {
        fprintf(stderr, "sim: auditor: ... %" PRIu64 " failures in all\n", auditor->failure_count);
    }
    return auditor->failure_count == 0;
}

static void on_progress(void *user, uint32_t done, uint32_t total)
{
    progress_show(user, done, total);
}

/* The files are written even where the run has failed: they say what happened. */
static bool tell(const struct run_options *run, const struct world *world,
                 const struct report_cost *cost)
{
    struct report report;
    report_make(world, cost, &report);
    report_print(&report, stdout);
    const struct page_subject page = {.report = &report, .world = world};
    bool ok = write_file(run->rides, world, put_rides);
    ok = write_file(run->stops, world, put_stops) && ok;
    ok = write_file(run->explain, world, put_decisions) && ok;
    ok = write_file(run->json, &report, put_json) && ok;
    ok = write_file(run->html, &page, put_page) && ok;
    ok = write_network(run, world->scenario) && ok;
    return tell_failures(&world->auditor) && ok && report.ledger_difference_pence == 0;
}

static bool end_tracks(const struct run_options *run, struct tracks *tracks)
{
    return run->tracks == NULL || tracks_close(tracks) || complain(run->tracks, strerror(errno));
}

static bool run_world(const struct run_options *run, struct scenario *scenario, int64_t began_ms)
{
    static struct world world;
    struct store_error error;
    struct progress progress;
    struct tracks tracks;
    struct rusage usage;
    const struct world_options options = {
        .seed = (uint64_t)run->seed,
        .store_delay_ms = run->store_delay_ms,
        .explain = run->explain != NULL,
        .journal = run->journal,
        .tracks = run->tracks == NULL ? NULL : &tracks,
        .phases = run->phases,
        .on_progress = on_progress,
        .user = &progress,
    };
    scenario->config.fleet_unwatched = run->tracks == NULL;
    if (run->tracks != NULL && !tracks_open(&tracks, run->tracks, scenario->until_ms)) {
        return complain(run->tracks, strerror(errno));
    }
    if (!world_init(&world, scenario, &options, &error)) {
        return complain("journal", error.text);
    }
    progress_begin(&progress, scenario->name);
    world_run(&world);
    progress_end(&progress);
    getrusage(RUSAGE_SELF, &usage);
    const struct report_cost cost = {
        .wall_ms = clock_ms(CLOCK_MONOTONIC) - began_ms,
        .cpu_ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID),
        .peak_rss_kib = usage.ru_maxrss,
    };
    const bool ok = tell(run, &world, &cost);
    world_free(&world);
    return end_tracks(run, &tracks) && ok;
}

int run_main(int argc, char **argv)
{
    static struct scenario scenario;
    struct run_options run = {
        .seed = 1, .improve = -1, .rebalance_s = -1, .floor_s = -1, .remote_help_every_s = -1};
    struct input_error error;
    const int64_t began_ms = clock_ms(CLOCK_MONOTONIC);
    switch (parse(argc, argv, &run)) {
    case OPTIONS_OK:
        break;
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return 2;
    }
    const struct scenario_options options = {
        .vehicles = (uint32_t)run.vehicles,
        .sets_improve = run.improve >= 0,
        .improve_searches = run.improve,
        .sets_rebalance = run.rebalance_s >= 0,
        .rebalance_s = run.rebalance_s,
        .sets_floor = run.floor_s >= 0,
        .floor_s = run.floor_s,
        .sets_remote_help = run.remote_help_every_s >= 0,
        .remote_help_every_s = run.remote_help_every_s,
    };
    if (!scenario_load(run.scenario, &options, &scenario, &error)) {
        fprintf(stderr, "sim: %s\n", error.text);
        return 1;
    }
    const bool ok = run_world(&run, &scenario, began_ms);
    scenario_free(&scenario);
    return ok ? 0 : 1;
}
