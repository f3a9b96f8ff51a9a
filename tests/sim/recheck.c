#include "recheck.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define NODES_MAX  2000
#define EDGES_MAX  8000
#define RIDES_MAX  4000
#define FLEET_MAX  100
#define ABOARD_MAX 64
#define FIELDS_MAX 12
#define LINE_MAX   4096
#define NEVER      INT64_MIN

struct edge {
    size_t from;
    size_t to;
    int64_t length_m;
    int64_t time_ms;
};

struct rider {
    int64_t id;
    int64_t earliest_ms;
    size_t from;
    size_t to;
    int party;
    int wheelchairs;
    bool shared;
    bool served;
    int64_t told[3]; /* arrived, departed, alighted, as rides.csv says */
    int64_t promised_ms;
    int64_t direct_ms;
    int64_t seen[3]; /* as stops.csv says */
};

struct car {
    int64_t id;
    int seats;
    int spaces;
    int64_t from_ms;
    int64_t until_ms;
    size_t node;
    int64_t free_ms;
    bool begun;
    size_t aboard[ABOARD_MAX];
    size_t aboard_count;
};

struct run {
    const struct recheck_rules *rules;
    struct recheck_result *result;
    int64_t nodes[NODES_MAX];
    size_t node_count;
    struct edge edges[EDGES_MAX];
    size_t edge_count;
    struct rider riders[RIDES_MAX];
    size_t rider_count;
    struct car cars[FLEET_MAX];
    size_t car_count;
    int64_t *times[NODES_MAX]; /* from a node to all, worked out when first asked */
};

__attribute__((format(printf, 2, 3))) static void wrong(struct run *run, const char *format, ...)
{
    va_list arguments;
    if (run->result->errors++ == 0) {
        va_start(arguments, format);
        vsnprintf(run->result->first, sizeof run->result->first, format, arguments);
        va_end(arguments);
    }
}

/* ---- Reading ---- */

/* The fields of a line, cut at commas; empty ones too. */
static size_t split(char *line, char **fields)
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at != NULL;) {
        CHECK(count < FIELDS_MAX);
        fields[count++] = at;
        at = strchr(at, ',');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return count;
}

/* "12.345" seconds to milliseconds; NEVER where empty. */
static int64_t read_ms(const char *text)
{
    CHECK(text != NULL);
    if (text[0] == '\0') {
        return NEVER;
    }
    const char *dot = strchr(text, '.');
    return strtoll(text, NULL, 10) * 1000 + (dot == NULL ? 0 : strtoll(dot + 1, NULL, 10));
}

static int64_t read_number(const char *text)
{
    CHECK(text != NULL);
    return strtoll(text, NULL, 10);
}

static size_t find_node(const struct run *run, const char *text)
{
    const int64_t name = read_number(text);
    for (size_t i = 0; i < run->node_count; i++) {
        if (run->nodes[i] == name) {
            return i;
        }
    }
    CHECK(false);
    return 0;
}

static void each_row(const char *folder, const char *name, struct run *run,
                     void (*take)(struct run *, char **))
{
    char path[1024];
    char line[LINE_MAX];
    char *fields[FIELDS_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL);
    CHECK(fgets(line, sizeof line, file) != NULL); /* the header */
    while (fgets(line, sizeof line, file) != NULL) {
        memset(fields, 0, sizeof fields);
        split(line, fields);
        take(run, fields);
    }
    fclose(file);
}

static void take_node(struct run *run, char **fields)
{
    CHECK(run->node_count < NODES_MAX);
    run->nodes[run->node_count++] = read_number(fields[0]);
}

static void take_edge(struct run *run, char **fields)
{
    CHECK(run->edge_count < EDGES_MAX);
    run->edges[run->edge_count++] = (struct edge){.from = find_node(run, fields[0]),
                                                  .to = find_node(run, fields[1]),
                                                  .length_m = read_number(fields[2]),
                                                  .time_ms = read_number(fields[3])};
}

/* vehicle,node,seats,wheelchair_spaces,from_s,until_s */
static void take_car(struct run *run, char **fields)
{
    CHECK(run->car_count < FLEET_MAX);
    run->cars[run->car_count++] = (struct car){.id = read_number(fields[0]),
                                               .node = find_node(run, fields[1]),
                                               .seats = (int)read_number(fields[2]),
                                               .spaces = (int)read_number(fields[3]),
                                               .from_ms = read_ms(fields[4]),
                                               .until_ms = read_ms(fields[5])};
}

/* request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s */
static void take_request(struct run *run, char **fields)
{
    CHECK(run->rider_count < RIDES_MAX);
    const int64_t at_ms = read_ms(fields[1]);
    const int64_t from_ms = read_ms(fields[7]);
    run->riders[run->rider_count++] =
        (struct rider){.id = read_number(fields[0]),
                       .earliest_ms = from_ms > at_ms ? from_ms : at_ms,
                       .from = find_node(run, fields[2]),
                       .to = find_node(run, fields[3]),
                       .party = (int)read_number(fields[4]),
                       .wheelchairs = (int)read_number(fields[5]),
                       .shared = fields[6][0] == '1',
                       .seen = {NEVER, NEVER, NEVER}};
}

static size_t find_rider(const struct run *run, int64_t id)
{
    for (size_t i = 0; i < run->rider_count; i++) {
        if (run->riders[i].id == id) {
            return i;
        }
    }
    CHECK(false);
    return 0;
}

/* request,outcome,reason,at_s,promised_by_s,arrived_s,departed_s,alighted_s,vehicle,direct_s,... */
static void take_ride(struct run *run, char **fields)
{
    struct rider *rider = &run->riders[find_rider(run, read_number(fields[0]))];
    rider->served = strcmp(fields[1], "served") == 0;
    rider->promised_ms = read_ms(fields[4]);
    for (int i = 0; i < 3; i++) {
        rider->told[i] = read_ms(fields[5 + i]);
    }
    rider->direct_ms = read_ms(fields[9]);
}

/* ---- The rules ---- */

/* Dijkstra without a queue: times from one node to all. */
static const int64_t *times_from(struct run *run, size_t from)
{
    if (run->times[from] != NULL) {
        return run->times[from];
    }
    bool done[NODES_MAX] = {false};
    int64_t *times = malloc(run->node_count * sizeof *times);
    CHECK(times != NULL);
    for (size_t i = 0; i < run->node_count; i++) {
        times[i] = i == from ? 0 : INT64_MAX / 2;
    }
    for (;;) {
        size_t next = SIZE_MAX;
        for (size_t i = 0; i < run->node_count; i++) {
            if (!done[i] && (next == SIZE_MAX || times[i] < times[next])) {
                next = i;
            }
        }
        if (next == SIZE_MAX) {
            break;
        }
        done[next] = true;
        for (size_t e = 0; e < run->edge_count; e++) {
            const struct edge *edge = &run->edges[e];
            if (edge->from == next && times[next] + edge->time_ms < times[edge->to]) {
                times[edge->to] = times[next] + edge->time_ms;
            }
        }
    }
    run->times[from] = times;
    return times;
}

static void check_room(struct run *run, const struct car *car)
{
    int seats = 0;
    int spaces = 0;
    bool shared = true;
    for (size_t i = 0; i < car->aboard_count; i++) {
        const struct rider *rider = &run->riders[car->aboard[i]];
        seats += rider->party - rider->wheelchairs;
        spaces += rider->wheelchairs;
        shared = shared && rider->shared;
    }
    if (seats > car->seats || spaces > car->spaces || (!shared && car->aboard_count > 1)) {
        wrong(run, "vehicle %" PRId64 " is too full", car->id);
    }
}

static int count_people(const struct run *run, const struct car *car)
{
    int people = 0;
    for (size_t i = 0; i < car->aboard_count; i++) {
        people += run->riders[car->aboard[i]].party;
    }
    return people;
}

static void leave(struct run *run, struct car *car, size_t rider, size_t node, int64_t arrive_ms)
{
    size_t at = 0;
    while (at < car->aboard_count && car->aboard[at] != rider) {
        at++;
    }
    if (at == car->aboard_count || run->riders[rider].to != node) {
        wrong(run, "request %" PRId64 " alights where it cannot", run->riders[rider].id);
        return;
    }
    car->aboard[at] = car->aboard[--car->aboard_count];
    run->riders[rider].seen[2] = arrive_ms;
}

static void enter(struct run *run, struct car *car, size_t rider, size_t node, int64_t arrive_ms,
                  int64_t depart_ms)
{
    struct rider *entering = &run->riders[rider];
    if (entering->seen[0] != NEVER || entering->from != node || depart_ms > car->until_ms ||
        arrive_ms < car->from_ms) {
        wrong(run, "request %" PRId64 " boards where or when it cannot", entering->id);
    }
    CHECK(car->aboard_count < ABOARD_MAX);
    car->aboard[car->aboard_count++] = rider;
    entering->seen[0] = arrive_ms;
    entering->seen[1] = depart_ms;
}

/* When a stand must end at the earliest: riders in the order in which they may board. */
static int64_t stand_end(const struct run *run, const size_t *boarding, size_t count,
                         int64_t arrive_ms, bool has_alighting)
{
    bool done[ABOARD_MAX] = {false};
    int64_t end_ms = arrive_ms + (has_alighting ? run->rules->dropoff_ms : 0);
    for (size_t n = 0; n < count; n++) {
        size_t next = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            if (!done[i] && (next == SIZE_MAX || run->riders[boarding[i]].earliest_ms <
                                                     run->riders[boarding[next]].earliest_ms)) {
                next = i;
            }
        }
        done[next] = true;
        const int64_t earliest_ms = run->riders[boarding[next]].earliest_ms;
        const int64_t own_ms =
            (earliest_ms > arrive_ms ? earliest_ms : arrive_ms) + run->rules->pickup_ms;
        if (earliest_ms <= arrive_ms ? own_ms > end_ms : earliest_ms > end_ms) {
            end_ms = own_ms;
        }
    }
    return end_ms;
}

/* Ids separated by spaces. */
static size_t read_riders(const struct run *run, const char *text, size_t *riders)
{
    size_t count = 0;
    while (*text != '\0') {
        char *end = NULL;
        CHECK(count < ABOARD_MAX);
        riders[count++] = find_rider(run, strtoll(text, &end, 10));
        CHECK(end != text);
        text = *end == ' ' ? end + 1 : end;
    }
    return count;
}

static void check_drive(struct run *run, const struct car *car, size_t node, char **fields)
{
    const int64_t drive_ms = read_ms(fields[7]);
    const bool occupied = strcmp(fields[9], "occupied") == 0;
    const bool empty = strcmp(fields[9], "pickup") == 0 || strcmp(fields[9], "rebalance") == 0 ||
                       strcmp(fields[9], "depot") == 0;
    run->result->drives++;
    if (times_from(run, car->node)[node] != drive_ms) {
        wrong(run, "vehicle %" PRId64 " drives other than the shortest way", car->id);
    }
    if (car->free_ms + drive_ms > read_ms(fields[1]) ||
        !(car->aboard_count > 0 ? occupied : empty)) {
        wrong(run, "vehicle %" PRId64 " drives when or for what it cannot", car->id);
    }
}

/* vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,purpose */
static void take_stop(struct run *run, char **fields)
{
    size_t boarding[ABOARD_MAX];
    size_t alighting[ABOARD_MAX];
    struct car *car = run->cars;
    while (car->id != read_number(fields[0])) {
        car++;
        CHECK(car < run->cars + run->car_count);
    }
    const int64_t arrive_ms = read_ms(fields[1]);
    const int64_t depart_ms = read_ms(fields[2]);
    const size_t node = find_node(run, fields[3]);
    if (car->begun) {
        check_drive(run, car, node, fields);
    } else if (node != car->node || strcmp(fields[9], "depot") != 0) {
        wrong(run, "vehicle %" PRId64 " begins elsewhere", car->id);
    }
    const size_t boarding_count = read_riders(run, fields[4], boarding);
    const size_t alighting_count = read_riders(run, fields[5], alighting);
    for (size_t i = 0; i < alighting_count; i++) {
        leave(run, car, alighting[i], node, arrive_ms);
    }
    for (size_t i = 0; i < boarding_count; i++) {
        enter(run, car, boarding[i], node, arrive_ms, depart_ms);
    }
    check_room(run, car);
    if (count_people(run, car) != (int)read_number(fields[6])) {
        wrong(run, "vehicle %" PRId64 " has others aboard than it says", car->id);
    }
    if (depart_ms != stand_end(run, boarding, boarding_count, arrive_ms, alighting_count > 0)) {
        wrong(run, "vehicle %" PRId64 " stands too long or too short at %s", car->id, fields[1]);
    }
    car->begun = true;
    car->node = node;
    car->free_ms = depart_ms;
}

static void check_rider(struct run *run, const struct rider *rider)
{
    const struct recheck_rules *rules = run->rules;
    if (!rider->served) {
        if (rider->seen[0] != NEVER) {
            wrong(run, "request %" PRId64 " boarded and was not served", rider->id);
        }
        return;
    }
    run->result->served++;
    const int64_t direct_ms = times_from(run, rider->from)[rider->to];
    const int64_t ride_ms = rider->told[2] - rider->told[1];
    if (memcmp(rider->told, rider->seen, sizeof rider->told) != 0) {
        wrong(run, "request %" PRId64 ": rides and stops differ", rider->id);
    }
    if (rider->direct_ms != direct_ms) {
        wrong(run, "request %" PRId64 ": the direct drive is another", rider->id);
    }
    if (rider->told[0] - rider->earliest_ms > rules->max_wait_ms ||
        rider->told[0] > rider->promised_ms) {
        wrong(run, "request %" PRId64 " waits too long", rider->id);
    }
    if (ride_ms > direct_ms * rules->max_ride_permille / 1000 + rules->max_ride_extra_ms) {
        wrong(run, "request %" PRId64 " rides too long", rider->id);
    }
}

void recheck_run(const char *folder, const struct recheck_rules *rules,
                 struct recheck_result *result)
{
    struct run *run = calloc(1, sizeof *run);
    CHECK(run != NULL);
    memset(result, 0, sizeof *result);
    run->rules = rules;
    run->result = result;
    each_row(folder, "nodes.csv", run, take_node);
    each_row(folder, "edges.csv", run, take_edge);
    each_row(folder, "vehicles.csv", run, take_car);
    each_row(folder, "requests.csv", run, take_request);
    each_row(folder, "rides.csv", run, take_ride);
    each_row(folder, "stops.csv", run, take_stop);
    for (size_t i = 0; i < run->rider_count; i++) {
        check_rider(run, &run->riders[i]);
    }
    for (size_t i = 0; i < run->node_count; i++) {
        free(run->times[i]);
    }
    free(run);
}
