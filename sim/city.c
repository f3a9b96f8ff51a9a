#include "sim/city.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/timezone.h"
#include "road/network.h"
#include "sim/city_demand.h"
#include "sim/city_files.h"
#include "sim/grow.h"
#include "sim/options.h"
#include "sim/scenario.h"

#define DAY_S  86400
#define STOP_S 3600 /* the longest stand, as in scenario.yaml */

#define FIRST_DAY 20514 /* 2026-03-02, a Monday */
#define FIRST     "2026-03-02"
#define MONTH     "2026-10-01" /* ... of more than one day: the clocks go back on the 25th */
#define TIMEZONE  "Europe/London"

/* Where there is more than one day, and nothing else is said: percent. */
#define RIDES_A_DAY    2 /* of each rider */
#define CANCEL_PCT     6
#define NO_SHOW_PCT    2
#define REFUND_PCT     2
#define CHILD_PCT      10
#define CONCESSION_PCT 15
#define DELAY_PCT      20

struct city_plan city_plan_default(void)
{
    return (struct city_plan){.nodes = 2000,
                              .vehicles = 60,
                              .requests = 4000,
                              .seed = 1,
                              .has_zones = true,
                              .has_shifts = true,
                              .ahead_pct = 4,
                              .private_pct = 15,
                              .wheelchair_pct = 2,
                              .walk_m = 300,
                              .days = 1,
                              .first_day = FIRST_DAY,
                              .pickup_s = 60,
                              .dropoff_s = 45,
                              .max_wait_s = 900,
                              .max_ride_permille = 1400,
                              .max_ride_extra_s = 480};
}

/* The shortest drives, as the scenario's reader will find them on the same network. */
static void set_arrivals(struct city_town *town)
{
    const struct city_plan *plan = town->plan;
    const struct roads *roads = &town->streets.roads;
    const size_t size = road_network_cost(&roads->graph, &roads->hierarchy);
    struct road_network network;
    struct arena arena;
    void *memory = grow_new(size, 1);
    arena_init(&arena, memory, size);
    CHECK(road_network_init(&network, &arena, &roads->graph, &roads->hierarchy, true));
    for (uint32_t i = 0; i < plan->requests; i++) {
        struct city_request *request = &town->requests[i];
        const int64_t direct_ms = road_query_time(network.query, road_place_at_node(request->from),
                                                  road_place_at_node(request->to));
        const int64_t start_s =
            request->pickup_from_s >= 0 ? request->pickup_from_s : request->at_s;
        const int64_t micro_s = direct_ms * plan->arrive_permille + plan->arrive_extra_s * 1000000;
        request->arrive_by_s = start_s + (micro_s + 999999) / 1000000; /* up */
    }
    free(memory);
}

/* When each day begins: one has 25 hours where the clocks go back. */
static bool count_days(const struct city_plan *plan, struct city_days *days,
                       struct input_error *error)
{
    struct calendar calendar;
    if (!timezone_load(TIMEZONE, plan->first_day * DAY_S * 1000, &calendar, error)) {
        return false;
    }
    const int64_t midnight_ms = timezone_moment_ms(&calendar, plan->first_day, 0);
    days->count = plan->days;
    days->weekday = calendar_day_of_week((int32_t)plan->first_day);
    for (uint32_t i = 0; i <= plan->days; i++) {
        days->starts_s[i] =
            (timezone_moment_ms(&calendar, plan->first_day + i, 0) - midnight_ms) / 1000;
    }
    return true;
}

/* What riders are, and what holds vehicles up. */
static void make_happenings(struct city_town *town, const struct city_demand_plan *wanted,
                            uint64_t seed)
{
    const struct city_plan *plan = town->plan;
    town->riders = grow_new(wanted->riders, sizeof *town->riders);
    town->rider_count = city_demand_riders(wanted, seed, town->riders);
    town->delays = grow_new((size_t)plan->vehicles * plan->days, sizeof *town->delays);
    town->delay_count =
        city_demand_delays(wanted->days, seed, plan->vehicles, plan->delay_pct, town->delays);
}

static void make_demand(struct city_town *town, const struct city_days *days, uint64_t seed)
{
    const struct city_plan *plan = town->plan;
    const uint32_t riders = plan->days == 1 ? plan->requests / 2 + 1 /* many ride twice */
                                            : plan->requests / (RIDES_A_DAY * plan->days) + 1;
    const struct city_demand_plan wanted = {.ahead_pct = plan->ahead_pct,
                                            .private_pct = plan->private_pct,
                                            .wheelchair_pct = plan->wheelchair_pct,
                                            .walk_pct = plan->walk_pct,
                                            .walk_m = (int32_t)plan->walk_m,
                                            .days = days,
                                            .riders = plan->riders > 0 ? plan->riders : riders,
                                            .cancel_pct = plan->cancel_pct,
                                            .no_show_pct = plan->no_show_pct,
                                            .refund_pct = plan->refund_pct,
                                            .child_pct = plan->child_pct,
                                            .concession_pct = plan->concession_pct};
    town->vehicles = grow_new(plan->vehicles, sizeof *town->vehicles);
    town->requests = grow_new(plan->requests, sizeof *town->requests);
    town->depot_count = city_demand_depots(&town->streets, seed, plan->vehicles, town->depots);
    city_demand_vehicles(town->depots, town->depot_count, plan->has_shifts, days, town->vehicles,
                         plan->vehicles);
    city_demand_requests(&town->streets, &wanted, seed, town->requests, plan->requests);
    make_happenings(town, &wanted, seed);
    if (plan->arrive_permille > 0) {
        set_arrivals(town);
    }
}

bool city_make(const struct city_plan *plan, struct input_error *error)
{
    struct city_town town = {.plan = plan};
    struct city_days days;
    struct random random;
    if (!count_days(plan, &days, error)) {
        return false;
    }
    random_init(&random, plan->seed);
    const uint64_t street_seed = random_next(&random);
    city_streets_make(&town.streets, plan->nodes, street_seed);
    make_demand(&town, &days, random_next(&random));
    const bool ok = city_files_write(&town, error) &&
                    (plan->roads == NULL || roads_write(&town.streets.roads, plan->roads, error));
    if (ok) {
        printf("%s: %" PRIu32 " nodes, %" PRIu32 " streets one way, %" PRIu32 " vehicles, %" PRIu32
               " requests\n",
               plan->folder, town.streets.roads.graph.node_count,
               town.streets.roads.graph.arc_count, plan->vehicles, plan->requests);
    }
    free(town.vehicles);
    free(town.requests);
    free(town.riders);
    free(town.delays);
    city_streets_free(&town.streets);
    return ok;
}

/* ---- The command ---- */

/* What the options give as whole numbers and words, before it is a plan. */
struct wishes {
    int64_t nodes;
    int64_t vehicles;
    int64_t requests;
    int64_t seed;
    int64_t ahead_pct;
    int64_t private_pct;
    int64_t wheelchair_pct;
    int64_t walk_pct;
    int64_t days;
    int64_t riders;
    int64_t cancel_pct;
    int64_t no_show_pct;
    int64_t refund_pct;
    int64_t child_pct;
    int64_t concession_pct;
    int64_t delay_pct;
    const char *day;
    const char *limits;
    bool has_no_zones;
    bool is_all_day;
};

#define NUMBER(NAME, PLACE, LOW, HIGH, HELP)                                                       \
    {                                                                                              \
        .name = (NAME), .argument = "N", .number = (PLACE), .low = (LOW), .high = (HIGH),          \
        .help = (HELP)                                                                             \
    }

#define WHAT_COUNT 22
#define DAYS_COUNT 10

/* The first part of the table: what city, and what is written. */
static void list_what(struct city_plan *plan, struct wishes *wishes, struct option *table)
{
    const struct option what[WHAT_COUNT] = {
        {.name = "--out",
         .argument = "DIR",
         .text = &plan->folder,
         .is_required = true,
         .help = "the folder to write"},
        {.name = "--roads",
         .argument = "FILE",
         .text = &plan->roads,
         .help = "write the network as a .roads file too, with its classes"},
        NUMBER("--nodes", &wishes->nodes, CITY_NODES_MIN, CITY_NODES_MAX,
               "about so many places where streets meet, bend or end (default 2000)"),
        NUMBER("--vehicles", &wishes->vehicles, 1, SCENARIO_VEHICLES_MAX,
               "fleet size (default 60)"),
        NUMBER("--requests", &wishes->requests, 1, SCENARIO_REQUESTS_MAX,
               "requests of all days together (default 4000)"),
        NUMBER("--seed", &wishes->seed, 0, INT64_MAX, "another city for another seed (default 1)"),
        {.name = "--limits",
         .argument = "WORD",
         .text = &wishes->limits,
         .help = "hard (default) or soft"},
        NUMBER("--pickup-s", &plan->pickup_s, 0, STOP_S, "a stand to board (default 60)"),
        NUMBER("--dropoff-s", &plan->dropoff_s, 0, STOP_S, "a stand to alight (default 45)"),
        NUMBER("--max-wait-s", &plan->max_wait_s, 0, DAY_S, "longest wait (default 900)"),
        NUMBER("--max-ride-permille", &plan->max_ride_permille, 1000, 1000000,
               "longest ride, to the direct drive (default 1400)"),
        NUMBER("--max-ride-extra-s", &plan->max_ride_extra_s, 0, DAY_S, "and this (default 480)"),
        NUMBER("--remote-help-every-s", &plan->remote_help_every_s, 0, DAY_S,
               "cars need remote help after so much driving (default 0: never)"),
        NUMBER("--arrive-permille", &plan->arrive_permille, 1000, 1000000,
               "give each request an arrive_by_s: direct drive times this"),
        NUMBER("--arrive-extra-s", &plan->arrive_extra_s, 0, DAY_S, "and this (default 0)"),
        NUMBER("--ahead-pct", &wishes->ahead_pct, 0, 100, "booked for later (default 4)"),
        NUMBER("--private-pct", &wishes->private_pct, 0, 100, "do not share (default 15)"),
        NUMBER("--wheelchair-pct", &wishes->wheelchair_pct, 0, 100,
               "have a wheelchair user (default 2)"),
        NUMBER("--walk-pct", &wishes->walk_pct, 0, 100, "agree to walk (default 0)"),
        NUMBER("--walk-m", &plan->walk_m, 0, TRIP_WALK_MAX_M, "and so far (default 300)"),
        NUMBER("--battery-wh", &plan->battery_wh, 1, BATTERY_MAX_WH,
               "give each vehicle such a battery, 80 % full"),
        {.name = "--no-zones",
         .flag = &wishes->has_no_zones,
         .help = "no service area, no wards, no place where nobody may stop"},
    };
    memcpy(table, what, sizeof what);
}

/* The second: for how long, and what people do besides riding. */
static void list_days(struct wishes *wishes, struct option *table)
{
    const struct option days[DAYS_COUNT] = {
        {.name = "--all-day", .flag = &wishes->is_all_day, .help = "no vehicle ever rests"},
        NUMBER("--days", &wishes->days, 1, SCENARIO_DAYS_MAX,
               "of demand (default 1); of more, no vehicle rests, and what is below is not 0"),
        {.name = "--day",
         .argument = "DATE",
         .text = &wishes->day,
         .help = "the first (default " FIRST ", of more than one " MONTH ")"},
        NUMBER("--riders", &wishes->riders, 1, SCENARIO_REQUESTS_MAX,
               "people who ride (default: two rides each in all, or two a day)"),
        NUMBER("--cancel-pct", &wishes->cancel_pct, 0, 100,
               "give a ride up, half of them late (default 0 or 6)"),
        NUMBER("--no-show-pct", &wishes->no_show_pct, 0, 100, "do not come (default 0 or 2)"),
        NUMBER("--refund-pct", &wishes->refund_pct, 0, 100,
               "get money back, up to nine days later (default 0 or 2)"),
        NUMBER("--child-pct", &wishes->child_pct, 0, 100,
               "of the riders, are children (default 0 or 10)"),
        NUMBER("--concession-pct", &wishes->concession_pct, 0, 100,
               "of the riders, have a concession (default 0 or 15)"),
        NUMBER("--delay-pct", &wishes->delay_pct, 0, 100,
               "of the vehicles, are held up each day (default 0 or 20)"),
    };
    memcpy(table, days, sizeof days);
}

static enum options_result parse(int argc, char **argv, struct city_plan *plan,
                                 struct wishes *wishes)
{
    struct option table[WHAT_COUNT + DAYS_COUNT];
    list_what(plan, wishes, table);
    list_days(wishes, table + WHAT_COUNT);
    const struct options options = {
        .usage = "sim city --out DIR [options]",
        .summary = "Makes a synthetic city, its fleet and its demand, as a scenario.",
        .example = "sim city --nodes 2000 --vehicles 60 --requests 4000 --seed 7 --out town",
        .table = table,
        .count = sizeof table / sizeof *table,
    };
    return options_parse(&options, argc, argv);
}

static bool complain(const char *about, const char *what)
{
    fprintf(stderr, "sim: %s: %s\n", about, what);
    return false;
}

/* What was wished for, or what is usual: nothing on one day. */
static uint32_t usual(int64_t wished, uint32_t days, uint32_t pct)
{
    return wished >= 0 ? (uint32_t)wished : days > 1 ? pct : 0;
}

static bool take_days(struct city_plan *plan, const struct wishes *wishes)
{
    const char *day = wishes->day != NULL ? wishes->day : wishes->days > 1 ? MONTH : FIRST;
    if (!timezone_parse_day(day, &plan->first_day)) {
        return complain("--day", "is not a date like " FIRST);
    }
    plan->days = (uint32_t)wishes->days;
    plan->riders = (uint32_t)wishes->riders;
    plan->cancel_pct = usual(wishes->cancel_pct, plan->days, CANCEL_PCT);
    plan->no_show_pct = usual(wishes->no_show_pct, plan->days, NO_SHOW_PCT);
    plan->refund_pct = usual(wishes->refund_pct, plan->days, REFUND_PCT);
    plan->child_pct = usual(wishes->child_pct, plan->days, CHILD_PCT);
    plan->concession_pct = usual(wishes->concession_pct, plan->days, CONCESSION_PCT);
    plan->delay_pct = usual(wishes->delay_pct, plan->days, DELAY_PCT);
    if (plan->cancel_pct + plan->no_show_pct > 100) {
        return complain("--no-show-pct", "is more than those who do not cancel");
    }
    if (plan->child_pct + plan->concession_pct > 100) {
        return complain("--concession-pct", "is more than those who are no children");
    }
    return true;
}

/* False, and what is wrong is said. */
static bool take_wishes(struct city_plan *plan, const struct wishes *wishes)
{
    if (strcmp(wishes->limits, "hard") != 0 && strcmp(wishes->limits, "soft") != 0) {
        return complain("--limits", "is neither 'hard' nor 'soft'");
    }
    if (plan->arrive_extra_s > 0 && plan->arrive_permille == 0) {
        return complain("--arrive-extra-s", "needs --arrive-permille");
    }
    plan->limits_soft = strcmp(wishes->limits, "soft") == 0;
    plan->nodes = (uint32_t)wishes->nodes;
    plan->vehicles = (uint32_t)wishes->vehicles;
    plan->requests = (uint32_t)wishes->requests;
    plan->seed = (uint64_t)wishes->seed;
    plan->ahead_pct = (uint32_t)wishes->ahead_pct;
    plan->private_pct = (uint32_t)wishes->private_pct;
    plan->wheelchair_pct = (uint32_t)wishes->wheelchair_pct;
    plan->walk_pct = (uint32_t)wishes->walk_pct;
    plan->has_zones = !wishes->has_no_zones;
    plan->has_shifts = !wishes->is_all_day && wishes->days == 1;
    return take_days(plan, wishes);
}

int city_main(int argc, char **argv)
{
    struct city_plan plan = city_plan_default();
    struct input_error error;
    struct wishes wishes = {.nodes = plan.nodes,
                            .vehicles = plan.vehicles,
                            .requests = plan.requests,
                            .seed = (int64_t)plan.seed,
                            .ahead_pct = plan.ahead_pct,
                            .private_pct = plan.private_pct,
                            .wheelchair_pct = plan.wheelchair_pct,
                            .walk_pct = plan.walk_pct,
                            .days = plan.days,
                            .cancel_pct = -1,
                            .no_show_pct = -1,
                            .refund_pct = -1,
                            .child_pct = -1,
                            .concession_pct = -1,
                            .delay_pct = -1,
                            .limits = "hard"};
    switch (parse(argc, argv, &plan, &wishes)) {
    case OPTIONS_OK:
        break;
    case OPTIONS_HELP:
        return 0;
    case OPTIONS_BAD:
        return 2;
    }
    if (!take_wishes(&plan, &wishes)) {
        return 2;
    }
    if (!city_make(&plan, &error)) {
        fprintf(stderr, "sim: %s\n", error.text);
        return 1;
    }
    return 0;
}
