#include "sim/tables.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/report.h"

/* ",123.456", or only the comma for what never was. */
static void put_time(FILE *file, bool is_known, int64_t ms)
{
    fputc(',', file);
    if (is_known) {
        fprintf(file, "%s%" PRId64 ".%03d", ms < 0 ? "-" : "", ms < 0 ? -ms / 1000 : ms / 1000,
                (int)(ms < 0 ? -ms % 1000 : ms % 1000));
    }
}

static void put_moment(const struct world *world, FILE *file, int64_t ms)
{
    put_time(file, ms >= 0, ms - world->scenario->midnight_ms);
}

bool tables_write_rides(const struct world *world, FILE *file)
{
    fputs("request,outcome,reason,at_s,promised_by_s,arrived_s,departed_s,alighted_s,vehicle,"
          "direct_s,fare_pence\n",
          file);
    for (uint32_t i = 0; i < world->scenario->request_count; i++) {
        const struct person *person = &world->persons[i];
        const bool is_served = person->state == PERSON_SERVED;
        fprintf(file, "%" PRId64 ",%s,%s,%" PRId64, person->request->id, person_outcome(person),
                report_refusal_word(person->reason), person->request->at_s);
        put_moment(world, file, person->promised_by_ms);
        put_moment(world, file, person->arrived_ms);
        put_moment(world, file, person->departed_ms);
        put_moment(world, file, person->alighted_ms);
        fputc(',', file);
        if (person->vehicle.value != VEHICLE_NONE.value) {
            fprintf(file, "%" PRIu32, person->vehicle.value);
        }
        put_time(file, person->direct_ms >= 0, person->direct_ms);
        fputc(',', file);
        if (is_served) {
            fprintf(file, "%" PRId64, person->fare_pence);
        }
        fputc('\n', file);
    }
    return ferror(file) == 0;
}

static void put_riders(const struct world *world, FILE *file, size_t first, uint32_t count)
{
    fputc(',', file);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = world->record.riders[first + i];
        fprintf(file, "%s%" PRId64, i > 0 ? " " : "", world->persons[number].request->id);
    }
}

bool tables_write_stops(const struct world *world, FILE *file)
{
    fputs("vehicle,arrive_s,depart_s,node,boarding,alighting,aboard_after,drive_s,drive_m,"
          "purpose\n",
          file);
    for (size_t i = 0; i < world->record.stand_count; i++) {
        const struct record_stand *stand = &world->record.stands[i];
        fprintf(file, "%" PRIu32, stand->vehicle);
        put_moment(world, file, stand->arrive_ms);
        put_moment(world, file, stand->depart_ms);
        fprintf(file, ",%" PRId64, world->scenario->roads.graph.names[stand->node]);
        put_riders(world, file, stand->riders, stand->boarding_count);
        put_riders(world, file, stand->riders + stand->boarding_count, stand->alighting_count);
        fprintf(file, ",%" PRIu32, stand->aboard_after);
        put_time(file, true, stand->drive_ms);
        fprintf(file, ",%" PRId64 ",%s\n", stand->drive_m, record_purpose_text(stand->purpose));
    }
    return ferror(file) == 0;
}

/* Coordinates exactly as the network has them: seven decimals. */
static void put_degrees(FILE *file, int32_t e7)
{
    const int64_t value = e7 < 0 ? -(int64_t)e7 : e7;
    fprintf(file, ",%s%" PRId64 ".%07" PRId64, e7 < 0 ? "-" : "", value / 10000000,
            value % 10000000);
}

static void put_nodes(const struct road_graph *graph, FILE *file)
{
    fputs("node,lon,lat\n", file);
    for (uint32_t node = 0; node < graph->node_count; node++) {
        fprintf(file, "%" PRId64, graph->names[node]);
        put_degrees(file, graph->points[node].lon_e7);
        put_degrees(file, graph->points[node].lat_e7);
        fputc('\n', file);
    }
}

static void put_edges(const struct road_graph *graph, FILE *file)
{
    fputs("from,to,length_m,time_ms\n", file);
    for (uint32_t arc = 0; arc < graph->arc_count; arc++) {
        fprintf(file, "%" PRId64 ",%" PRId64 ",%" PRIu32 ",%" PRIu32 "\n",
                graph->names[graph->tail[arc]], graph->names[graph->head[arc]],
                graph->length_m[arc], graph->free_ms[arc]);
    }
}

static bool write_file(const struct road_graph *graph, const char *folder, const char *name,
                       void (*put)(const struct road_graph *, FILE *), struct input_error *error)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || length >= (int)sizeof path) {
        return input_error_set(error, "%.200s...: the path is too long", folder);
    }
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return input_error_set(error, "%s: %s", path, strerror(errno));
    }
    put(graph, file);
    const bool ok = ferror(file) == 0;
    if (fclose(file) != 0 || !ok) {
        return input_error_set(error, "%s: %s", path, strerror(errno));
    }
    return true;
}

bool tables_write_network(const struct road_graph *graph, const char *folder,
                          struct input_error *error)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return input_error_set(error, "%s: %s", folder, strerror(errno));
    }
    return write_file(graph, folder, "nodes.csv", put_nodes, error) &&
           write_file(graph, folder, "edges.csv", put_edges, error);
}
