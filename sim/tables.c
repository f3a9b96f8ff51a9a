#include "sim/tables.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "input/network_csv.h"
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

/* ",vehicle,pickup_s,cost_s" of an option, or as many commas. */
static void put_option(const struct world *world, FILE *file, const struct reason_option *option)
{
    if (option == NULL) {
        fputs(",,,", file);
        return;
    }
    fprintf(file, ",%" PRIu32, option->vehicle.value);
    put_moment(world, file, option->pickup_ms);
    put_time(file, true, option->cost);
}

static void put_parts(FILE *file, const struct reason_option *option)
{
    const bool is_known = option != NULL;
    put_time(file, is_known, is_known ? option->vehicle_ms : 0);
    put_time(file, is_known, is_known ? option->wait_ms : 0);
    put_time(file, is_known, is_known ? option->ride_ms : 0);
    put_time(file, is_known, is_known ? option->others_wait_ms : 0);
    put_time(file, is_known, is_known ? option->others_ride_ms : 0);
}

bool tables_write_decisions(const struct world *world, FILE *file)
{
    fputs("request,decision,constraint,over_s,vehicle,pickup_s,cost_s,vehicle_time_s,wait_s,ride_s,"
          "others_wait_s,others_ride_s,second_vehicle,second_pickup_s,second_cost_s,"
          "third_vehicle,third_pickup_s,third_cost_s,"
          "fourth_vehicle,fourth_pickup_s,fourth_cost_s\n",
          file);
    for (uint32_t i = 0; i < world->scenario->request_count; i++) {
        const struct decision *decision = &world->decisions[i];
        const bool is_refused = decision->kind == FACT_RIDE_REFUSED;
        if (decision->kind == FACT_NONE) {
            continue;
        }
        fprintf(file, "%" PRId64 ",%s,%s", world->persons[i].request->id,
                is_refused ? "refused" : "booked",
                is_refused ? reason_constraint_text(decision->constraint) : "");
        put_time(file, is_refused, decision->over_ms);
        for (uint32_t o = 0; o < REASON_OPTIONS_MAX; o++) {
            const bool is_there = o < decision->option_count;
            put_option(world, file, is_there ? &decision->options[o] : NULL);
            if (o == 0) {
                put_parts(file, is_there ? &decision->options[o] : NULL);
            }
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

bool tables_write_network(const struct road_graph *graph, const char *folder,
                          struct input_error *error)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return input_error_set(error, "%s: %s", folder, strerror(errno));
    }
    return network_csv_write(folder, graph, error);
}
