/* What each kind of fact says, in the words of the tables. */
#include "store/pg_project.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/pg_audit.h"
#include "store/pg_project_money.h"
#include "store/pg_row.h"

#define JSON_MAX 2048
#define DAY_MS   86400000

static struct geo_point place_point(const struct pg_project *project, struct road_place place)
{
    return project->config.point(project->config.user, place);
}

void pg_project_rider(struct pg_project *project, struct rider_id rider)
{
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_RIDERS]);
    pg_row_rider(&row, rider);
}

/* ---- the fleet ---- */

static void take_vehicle(struct pg_project *project, const struct fact *fact)
{
    const struct fact_vehicle *vehicle = &fact->vehicle;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_VEHICLES]);
    pg_row_int(&row, vehicle->vehicle.value);
    pg_row_int(&row, vehicle->seats);
    pg_row_int(&row, vehicle->wheelchair_spaces);
    pg_row_int(&row, vehicle->designed_for);
    pg_row_int(&row, vehicle->battery_wh);
    pg_row_int(&row, vehicle->from_ms);
    pg_row_int(&row, vehicle->until_ms);
    pg_row_point(&row, place_point(project, vehicle->home));
}

static const char *stop_text(enum stop_kind kind)
{
    static const char *const TEXTS[] = {[STOP_PICKUP] = "pickup",
                                        [STOP_DROPOFF] = "dropoff",
                                        [STOP_CHARGE] = "charge",
                                        [STOP_CLEAN] = "clean",
                                        [STOP_INSPECT] = "inspect"};
    CHECK(kind >= STOP_PICKUP && kind < STOP_KIND_COUNT);
    return TEXTS[kind];
}

static void take_plan(struct pg_project *project, const struct fact *fact)
{
    char json[JSON_MAX];
    const struct fact_plan *plan = &fact->plan;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_PLANS]);
    size_t size = (size_t)snprintf(json, sizeof json, "[");
    for (uint32_t i = 0; i < plan->stop_count; i++)
        size += (size_t)snprintf(json + size, sizeof json - size,
                                 "%s{\"ride\": %" PRIu64 ", \"stop\": \"%s\"}", i > 0 ? ", " : "",
                                 plan->stops[i].ride.value, stop_text(plan->stops[i].kind));
    snprintf(json + size, sizeof json - size, "]");
    pg_row_int(&row, plan->vehicle.value);
    pg_row_int(&row, plan->plan_id);
    pg_row_int(&row, plan->revision);
    pg_row_text(&row, json);
    pg_row_int(&row, fact->at_ms);
}

static void take_visit(struct pg_project *project, const struct fact *fact, const char *happening)
{
    const struct visit *visit = &fact->visit.visit;
    const bool is_planned = fact->kind == FACT_VISIT_PLANNED;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_VISITS]);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_text(&row, happening);
    pg_row_int(&row, fact->visit.vehicle.value);
    pg_row_text(&row, stop_text(visit->kind));
    pg_row_int(&row, visit->station);
    pg_row_int(&row, fact->at_ms);
    if (is_planned) {
        pg_row_point(&row, place_point(project, visit->place));
    } else {
        pg_row_null(&row);
        pg_row_null(&row);
    }
}

static void take_work(struct pg_project *project, const struct fact *fact)
{
    const struct fact_work *work = &fact->work;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_WORK]);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_int(&row, work->from_ms);
    pg_row_int(&row, work->until_ms);
    pg_row_int(&row, work->work[COST_METRES]);
    pg_row_int(&row, work->work[COST_SERVICE_MS] / 1000); /* the rest of a second is left out */
    pg_row_int(&row, work->work[COST_ENERGY_WH]);
    pg_row_int(&row, work->work[COST_RIDES]);
    pg_row_int(&row, work->work[COST_HELP_MS] / 1000);
}

/* ---- people's doings ---- */

static void take_closure(struct pg_project *project, const struct fact *fact)
{
    const struct fact_road *road = &fact->road;
    const struct road_place middle = {.node = ROAD_NONE, .arc = road->arc, .along_permille = 500};
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_CLOSURES]);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_int(&row, fact->kind == FACT_ROAD_CLOSED);
    pg_row_int(&row, road->arc);
    pg_row_rider(&row, road->by);
    pg_row_int(&row, fact->at_ms);
    pg_row_text(&row, road->reason);
    pg_row_point(&row, place_point(project, middle));
    pg_audit_number(project, fact, road->by, "arc", road->arc, road->reason);
}

static void take_class(struct pg_project *project, const struct fact *fact)
{
    char detail[64];
    const struct fact_rider_class *said = &fact->rider_class;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_CLASSES]);
    pg_project_rider(project, said->rider);
    pg_row_rider(&row, said->rider);
    pg_row_int(&row, said->class.class);
    pg_row_int(&row, said->class.scheme);
    pg_row_int(&row, said->class.class_until_day);
    pg_row_int(&row, said->class.scheme_until_day);
    snprintf(detail, sizeof detail, "class %u, scheme %u", said->class.class, said->class.scheme);
    pg_audit_rider(project, fact, said->by, said->rider, detail);
}

/* ---- rides ---- */

static void take_booked(struct pg_project *project, const struct fact *fact)
{
    const struct fact_booked *booked = &fact->booked;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_RIDES]);
    pg_project_rider(project, booked->rider);
    pg_row_int(&row, (int64_t)booked->ride.value);
    pg_row_rider(&row, booked->rider);
    pg_row_int(&row, booked->trip.party);
    pg_row_int(&row, booked->trip.wheelchairs);
    pg_row_int(&row, booked->trip.shared);
    pg_row_point(&row, booked->trip.from.point);
    pg_row_point(&row, booked->trip.to.point);
    pg_row_point(&row, place_point(project, booked->from));
    pg_row_point(&row, place_point(project, booked->to));
    pg_row_int(&row, booked->walk_from_m);
    pg_row_int(&row, booked->walk_to_m);
    pg_row_int(&row, booked->direct_m);
    pg_row_int(&row, booked->direct_ms / 1000);
    pg_row_int(&row, fact->at_ms);
    pg_row_int(&row, booked->earliest_ms);
    pg_row_int(&row, booked->promised_ms);
    pg_row_int(&row, booked->pickup_latest_ms);
    pg_row_int(&row, booked->policy);
    pg_row_int(&row, booked->fare_pence);
    pg_row_int(&row, booked->fare.lines.concession_pence);
    pg_row_int(&row, booked->fare.scheme);
    pg_row_int(&row, booked->quote_pence);
}

/* A row of what happens to rides; all that is not said stays as it is. */
struct happening {
    const char *kind;
    struct vehicle_id vehicle;
    const char *by;
    bool has_day;
    int32_t travel_day;
    int64_t a;
    int64_t b;
    int64_t c;
    int64_t d;
};

static void take_event(struct pg_project *project, const struct fact *fact, struct ride_id ride,
                       const struct happening *what)
{
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_RIDE_EVENTS]);
    pg_row_int(&row, (int64_t)ride.value);
    pg_row_text(&row, what->kind);
    pg_row_int(&row, fact->at_ms);
    if (what->vehicle.value == VEHICLE_NONE.value)
        pg_row_null(&row);
    else
        pg_row_int(&row, what->vehicle.value);
    if (what->by == NULL)
        pg_row_null(&row);
    else
        pg_row_text(&row, what->by);
    if (what->has_day)
        pg_row_int(&row, what->travel_day);
    else
        pg_row_null(&row);
    pg_row_int(&row, what->a);
    pg_row_int(&row, what->b);
    pg_row_int(&row, what->c);
    pg_row_int(&row, what->d);
}

static void take_moment(struct pg_project *project, const struct fact *fact, const char *kind)
{
    static const char *const BY[] = {[CANCEL_BY_RIDER] = "rider",
                                     [CANCEL_BY_OPERATOR] = "operator",
                                     [CANCEL_BY_SERVICE] = "service"};
    const bool is_cancelled = fact->kind == FACT_RIDE_CANCELLED;
    const struct happening what = {
        .kind = kind, .vehicle = fact->ride.vehicle, .by = is_cancelled ? BY[fact->ride.by] : NULL};
    take_event(project, fact, fact->ride.ride, &what);
}

static void take_charged(struct pg_project *project, const struct fact *fact)
{
    const struct fact_charged *charged = &fact->charged;
    const struct happening what = {.kind = "charged",
                                   .vehicle = VEHICLE_NONE,
                                   .has_day = true,
                                   .travel_day = charged->travel_day,
                                   .a = charged->charged_pence,
                                   .b = charged->cap_saved_pence,
                                   .c = charged->compensation_pence,
                                   .d = charged->vat_permille};
    take_event(project, fact, charged->ride, &what);
}

static void take_fee(struct pg_project *project, const struct fact *fact)
{
    const struct happening what = {.kind = "fee",
                                   .vehicle = VEHICLE_NONE,
                                   .a = fact->fee.fee_pence,
                                   .d = fact->fee.vat_permille};
    take_event(project, fact, fact->fee.ride, &what);
}

static void take_refunded(struct pg_project *project, const struct fact *fact)
{
    const struct fact_refunded *refunded = &fact->refunded;
    const struct happening what = {.kind = "refunded",
                                   .vehicle = VEHICLE_NONE,
                                   .a = refunded->refund.refund_pence,
                                   .b = refunded->refund.adjusted_pence,
                                   .c = refunded->refund.asked_pence == 0};
    take_event(project, fact, refunded->ride, &what);
    pg_audit_number(project, fact, refunded->by, "ride", (int64_t)refunded->ride.value,
                    refunded->reason);
}

static const char *refusal_word(enum refusal refusal)
{
    static const char *const WORDS[REFUSAL_COUNT] = {
        "none",
        "from_off_road",
        "to_off_road",
        "from_outside",
        "to_outside",
        "from_no_stopping",
        "to_no_stopping",
        "same_place",
        "no_way",
        "too_long",
        "time_passed",
        "too_far_ahead",
        "no_vehicle_fits",
        "no_vehicle_in_time",
        "fare_changed",
        "busy",
    };
    CHECK(refusal < REFUSAL_COUNT);
    return WORDS[refusal];
}

static void take_refusal(struct pg_project *project, const struct fact *fact)
{
    const struct fact_refused *refused = &fact->refused;
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_REFUSALS]);
    pg_row_int(&row, (int64_t)fact->seq);
    pg_row_int(&row, fact->at_ms);
    pg_row_rider(&row, refused->rider);
    pg_row_text(&row, refusal_word(refused->reason));
    if (refused->why.constraint == REASON_CONSTRAINT_NONE)
        pg_row_null(&row);
    else
        pg_row_text(&row, reason_constraint_text(refused->why.constraint));
    pg_row_int(&row, refused->trip.party);
    pg_row_int(&row, refused->trip.wheelchairs);
    pg_row_point(&row, refused->trip.from.point);
    pg_row_point(&row, refused->trip.to.point);
}

/* ---- all of it ---- */

static void take_visits(struct pg_project *project, const struct fact *fact)
{
    take_visit(project, fact,
               fact->kind == FACT_VISIT_PLANNED ? "planned"
               : fact->kind == FACT_VISIT_BEGUN ? "begun"
                                                : "ended");
}

static void take_ride(struct pg_project *project, const struct fact *fact)
{
    static const char *const MOMENTS[] = {[FACT_RIDE_ARRIVED] = "arrived",
                                          [FACT_RIDE_BOARDED] = "boarded",
                                          [FACT_RIDE_ALIGHTED] = "alighted",
                                          [FACT_RIDE_CANCELLED] = "cancelled",
                                          [FACT_RIDE_NO_SHOW] = "no_show"};
    take_moment(project, fact, MOMENTS[fact->kind]);
}

typedef void taker(struct pg_project *project, const struct fact *fact);

void pg_project_take(struct pg_project *project, const struct fact *fact)
{
    static taker *const TAKERS[FACT_SNAPSHOT] = {
        [FACT_VEHICLE_ENROLLED] = take_vehicle,
        [FACT_RIDE_BOOKED] = take_booked,
        [FACT_RIDE_REFUSED] = take_refusal,
        [FACT_PLAN_CHANGED] = take_plan,
        [FACT_RIDE_ARRIVED] = take_ride,
        [FACT_RIDE_BOARDED] = take_ride,
        [FACT_RIDE_ALIGHTED] = take_ride,
        [FACT_RIDE_CANCELLED] = take_ride,
        [FACT_RIDE_NO_SHOW] = take_ride,
        [FACT_RIDE_CHARGED] = take_charged,
        [FACT_RIDE_FEE] = take_fee,
        [FACT_RIDE_REFUNDED] = take_refunded,
        [FACT_ROAD_CLOSED] = take_closure,
        [FACT_ROAD_OPENED] = take_closure,
        [FACT_VISIT_PLANNED] = take_visits,
        [FACT_VISIT_BEGUN] = take_visits,
        [FACT_VISIT_ENDED] = take_visits,
        [FACT_RIDER_CLASS] = take_class,
        [FACT_WORK] = take_work,
    };
    CHECK(fact->kind < FACT_SNAPSHOT);
    if (TAKERS[fact->kind] != NULL)
        TAKERS[fact->kind](project, fact);
    else
        pg_project_money(project, fact);
}

void pg_project_sample(struct pg_project *project, const struct store_sample *sample)
{
    const int32_t day = (int32_t)(sample->at_ms / DAY_MS);
    struct pg_row row = pg_row_begin(project->columns[PG_TABLE_TRACKS]);
    struct pg_row days = pg_row_begin(project->columns[PG_TABLE_TRACK_DAYS]);
    if (day != project->track_day)
        pg_row_int(&days, day);
    project->track_day = day;
    pg_row_int(&row, sample->vehicle.value);
    pg_row_int(&row, sample->at_ms);
    pg_row_point(&row, sample->point);
    pg_row_int(&row, sample->aboard);
    pg_row_int(&row, sample->stops);
}

void pg_project_init(struct pg_project *project, const struct pg_project_config *config,
                     int16_t shard)
{
    project->config = *config;
    project->shard = shard;
    for (enum pg_tables_id table = 0; table < PG_TABLES_COUNT; table++) {
        const struct pg_tables_statement *statement = pg_tables_statement(table);
        for (uint32_t i = 0; i < statement->column_count; i++)
            pg_rows_init(&project->columns[table][i], statement->columns[i]);
    }
}

void pg_project_done(struct pg_project *project)
{
    for (enum pg_tables_id table = 0; table < PG_TABLES_COUNT; table++) {
        for (uint32_t i = 0; i < pg_tables_statement(table)->column_count; i++)
            pg_rows_done(&project->columns[table][i]);
    }
}

void pg_project_clear(struct pg_project *project)
{
    project->track_day = INT32_MIN;
    for (enum pg_tables_id table = 0; table < PG_TABLES_COUNT; table++) {
        for (uint32_t i = 0; i < pg_tables_statement(table)->column_count; i++)
            pg_rows_clear(&project->columns[table][i]);
    }
}

bool pg_project_prepare(PGconn *connection)
{
    bool ok = true;
    for (enum pg_tables_id table = 0; ok && table < PG_TABLES_COUNT; table++) {
        const struct pg_tables_statement *statement = pg_tables_statement(table);
        Oid types[PG_TABLES_COLUMNS_MAX + 1] = {PG_ROWS_INT2};
        for (uint32_t i = 0; i < statement->column_count; i++)
            types[i + 1] = pg_rows_array(statement->columns[i]);
        ok = PQsendPrepare(connection, statement->name, statement->sql,
                           (int)statement->column_count + 1, types) == 1;
    }
    return ok;
}

static bool send_table(struct pg_project *project, PGconn *connection, enum pg_tables_id table)
{
    const struct pg_tables_statement *statement = pg_tables_statement(table);
    const uint16_t shard = htobe16((uint16_t)project->shard);
    const char *values[PG_TABLES_COLUMNS_MAX + 1] = {(const char *)&shard};
    int lengths[PG_TABLES_COLUMNS_MAX + 1] = {sizeof shard};
    int formats[PG_TABLES_COLUMNS_MAX + 1] = {1};
    const uint32_t count = project->columns[table][0].count;
    for (uint32_t i = 0; i < statement->column_count; i++) {
        CHECK(project->columns[table][i].count == count);
        values[i + 1] = pg_rows_value(&project->columns[table][i], &lengths[i + 1]);
        formats[i + 1] = 1;
    }
    return PQsendQueryPrepared(connection, statement->name, (int)statement->column_count + 1,
                               values, lengths, formats, 1) == 1;
}

bool pg_project_send(struct pg_project *project, PGconn *connection)
{
    bool ok = true;
    for (enum pg_tables_id table = 0; ok && table < PG_TABLES_COUNT; table++) {
        if (project->columns[table][0].count > 0)
            ok = send_table(project, connection, table);
    }
    return ok;
}
