#include "store/pg_tables.h"

#define BOOL  PG_ROWS_BOOL
#define BYTES PG_ROWS_BYTES
#define INT2  PG_ROWS_INT2
#define INT4  PG_ROWS_INT4
#define INT8  PG_ROWS_INT8
#define TEXT  PG_ROWS_TEXT
#define DATE  PG_ROWS_DATE
#define TIME  PG_ROWS_TIME
#define UUID  PG_ROWS_UUID

static const struct pg_tables_statement STATEMENTS[PG_TABLES_COUNT] = {
    [PG_TABLE_POLICIES] = {"take_policies",
                           "SELECT commonwheel.take_policies($1, $2, $3, $4, $5, $6, $7)",
                           6,
                           {INT4, BYTES, TEXT, TEXT, TIME, BOOL}},
    [PG_TABLE_CAPS] = {"take_caps",
                       "INSERT INTO commonwheel.cap_limit"
                       " SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7)",
                       6,
                       {INT4, INT2, DATE, DATE, INT8, INT8}},
    [PG_TABLE_RIDERS] = {"take_riders", "SELECT commonwheel.take_riders($1, $2)", 1, {UUID}},
    [PG_TABLE_CLASSES] = {"take_rider_classes",
                          "SELECT commonwheel.take_rider_classes($1, $2, $3, $4, $5, $6)",
                          5,
                          {UUID, INT2, INT2, DATE, DATE}},
    [PG_TABLE_VEHICLES] =
        {"take_vehicles",
         "SELECT commonwheel.take_vehicles($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
         9,
         {INT8, INT2, INT2, INT2, INT8, TIME, TIME, INT4, INT4}},
    [PG_TABLE_PLANS] = {"take_plans",
                        "SELECT commonwheel.take_plans($1, $2, $3, $4, $5, $6)",
                        5,
                        {INT8, INT8, INT8, TEXT, TIME}},
    [PG_TABLE_RIDES] = {"take_rides",
                        "INSERT INTO commonwheel.ride (shard, id, rider, state, party, wheelchairs,"
                        " shared, asked_from_geom, asked_to_geom, from_geom, to_geom, walk_from_m,"
                        " walk_to_m, direct_m, direct_s, booked_at, earliest_at, promised_at,"
                        " pickup_latest_at, policy, fare_pence, concession_pence, scheme,"
                        " quote_pence)"
                        " SELECT $1, r.id, rider, 'booked', party, wheelchairs, shared,"
                        " commonwheel.point(afx, afy), commonwheel.point(atx, aty),"
                        " commonwheel.point(fx, fy), commonwheel.point(tx, ty), walk_from,"
                        " walk_to, direct_m, direct_s, booked, earliest, promised, latest, policy,"
                        " fare, concession, scheme, quote"
                        " FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
                        " $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27) AS r"
                        " (id, rider, party, wheelchairs, shared, afx, afy, atx, aty, fx, fy, tx,"
                        " ty, walk_from, walk_to, direct_m, direct_s, booked, earliest, promised,"
                        " latest, policy, fare, concession, scheme, quote)",
                        26,
                        {INT8, UUID, INT2, INT2, BOOL, INT4, INT4, INT4, INT4,
                         INT4, INT4, INT4, INT4, INT4, INT4, INT8, INT8, TIME,
                         TIME, TIME, TIME, INT4, INT8, INT8, INT2, INT8}},
    [PG_TABLE_RIDE_EVENTS] = {"take_ride_events",
                              "SELECT commonwheel.take_ride_events($1, $2, $3, $4, $5, $6, $7, $8,"
                              " $9, $10, $11)",
                              10,
                              {INT8, TEXT, TIME, INT8, TEXT, DATE, INT8, INT8, INT8, INT8}},
    [PG_TABLE_REFUSALS] = {"take_refusals",
                           "INSERT INTO commonwheel.refusal"
                           " SELECT $1, seq, at, rider, reason, lacking, party, wheelchairs,"
                           " commonwheel.point(fx, fy), commonwheel.point(tx, ty)"
                           " FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r"
                           " (seq, at, rider, reason, lacking, party, wheelchairs, fx, fy, tx, ty)",
                           11,
                           {INT8, TIME, UUID, TEXT, TEXT, INT2, INT2, INT4, INT4, INT4, INT4}},
    [PG_TABLE_VISITS] = {"take_visits",
                         "SELECT commonwheel.take_visits($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                         8,
                         {INT8, TEXT, INT8, TEXT, INT8, TIME, INT4, INT4}},
    [PG_TABLE_CLOSURES] = {"take_closures",
                           "SELECT commonwheel.take_closures($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                           8,
                           {INT8, BOOL, INT8, UUID, TIME, TEXT, INT4, INT4}},
    [PG_TABLE_WORK] = {"take_work",
                       "INSERT INTO commonwheel.work"
                       " SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9)",
                       8,
                       {INT8, TIME, TIME, INT8, INT8, INT8, INT8, INT8}},
    [PG_TABLE_TRANSFERS] = {"take_transfers",
                            "INSERT INTO commonwheel.transfer"
                            " SELECT $1, * FROM"
                            " unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                            13,
                            {INT8, INT8, TIME, TEXT, INT4, INT4, INT8, INT8, INT8, INT4, INT8, INT4,
                             BOOL}},
    [PG_TABLE_PAYMENTS] = {"take_payments",
                           "SELECT commonwheel.take_payments($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                           " $10, $11, $12)",
                           11,
                           {INT8, TEXT, UUID, TEXT, DATE, INT8, TIME, TEXT, TEXT, INT8, INT8}},
    [PG_TABLE_RECEIPTS] = {"take_receipts",
                           "SELECT commonwheel.take_receipts($1, $2, $3, $4, $5, $6, $7, $8)",
                           7,
                           {INT8, UUID, INT8, TEXT, INT8, UUID, TIME}},
    [PG_TABLE_SETTLEMENTS] = {"take_settlements",
                              "SELECT commonwheel.take_settlements($1, $2, $3, $4, $5, $6, $7, $8,"
                              " $9, $10, $11)",
                              10,
                              {DATE, BOOL, UUID, TIME, INT8, INT8, INT8, INT8, INT4, TEXT}},
    [PG_TABLE_AUDIT] = {"take_audit",
                        "INSERT INTO commonwheel.audit"
                        " SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7)",
                        6,
                        {INT8, TIME, UUID, TEXT, TEXT, TEXT}},
    [PG_TABLE_TRACK_DAYS] = {"make_track_days",
                             "SELECT commonwheel.make_track_day(day)"
                             " FROM unnest($2) AS day WHERE $1 IS NOT NULL",
                             1,
                             {DATE}},
    [PG_TABLE_TRACKS] = {"take_tracks",
                         "INSERT INTO commonwheel.track"
                         " SELECT $1, vehicle, at, commonwheel.point(lon, lat), aboard, stops"
                         " FROM unnest($2, $3, $4, $5, $6, $7) AS t"
                         " (vehicle, at, lon, lat, aboard, stops) ON CONFLICT DO NOTHING",
                         6,
                         {INT8, TIME, INT4, INT4, INT2, INT2}},
};

const struct pg_tables_statement *pg_tables_statement(enum pg_tables_id id)
{
    return &STATEMENTS[id];
}
