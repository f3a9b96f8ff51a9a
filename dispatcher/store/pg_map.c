/* Rows go by COPY, in its text format. */
#include "store/pg_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/pg_session.h"

#define ROW_MAX   320
#define POINT_MAX 32

/* "-2.9964012 51.5871234" */
static const char *point_text(struct geo_point point, char text[POINT_MAX])
{
    snprintf(text, POINT_MAX, "%.7f %.7f", (double)point.lon_e7 / 1e7, (double)point.lat_e7 / 1e7);
    return text;
}

static bool begin_copy(PGconn *connection, const char *sql, struct store_error *error)
{
    PGresult *result = PQexec(connection, sql);
    const bool ok = PQresultStatus(result) == PGRES_COPY_IN;
    PQclear(result);
    return ok || pg_session_failed(connection, PQerrorMessage(connection), error);
}

static bool put_row(PGconn *connection, const char *row, int length, struct store_error *error)
{
    CHECK(length > 0 && length < ROW_MAX);
    return PQputCopyData(connection, row, length) == 1 ||
           pg_session_failed(connection, PQerrorMessage(connection), error);
}

static bool end_copy(PGconn *connection, struct store_error *error)
{
    bool ok = PQputCopyEnd(connection, NULL) == 1;
    PGresult *result;
    while ((result = PQgetResult(connection)) != NULL) {
        ok = ok && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return ok || pg_session_failed(connection, PQerrorMessage(connection), error);
}

/* Run a statement about this shard, which is $1; a second parameter may be NULL. */
static bool run(PGconn *connection, const char *sql, int16_t shard, const char *second,
                struct store_error *error)
{
    char number[8];
    const char *params[] = {number, second};
    snprintf(number, sizeof number, "%d", shard);
    PGresult *result =
        pg_session_query(connection, sql, second == NULL ? 1 : 2, params, false, error);
    PQclear(result);
    return result != NULL;
}

static bool write_roads(PGconn *connection, int16_t shard, const struct pg_map_source *source,
                        struct store_error *error)
{
    char row[ROW_MAX];
    char from[POINT_MAX];
    char to[POINT_MAX];
    if (!begin_copy(connection,
                    "COPY commonwheel.road (shard, arc, tail, head, class, length_m, free_ms, "
                    "geom) FROM STDIN",
                    error))
        return false;
    for (uint32_t i = 0; i < source->road_count; i++) {
        struct pg_map_road road;
        source->road(source->user, i, &road);
        const int length =
            snprintf(row, sizeof row,
                     "%d\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%u\t%" PRIu32 "\t%" PRIu32
                     "\tSRID=4326;LINESTRING(%s,%s)\n",
                     shard, i, road.tail, road.head, road.class, road.length_m, road.free_ms,
                     point_text(road.from, from), point_text(road.to, to));
        if (!put_row(connection, row, length, error))
            return false;
    }
    return end_copy(connection, error);
}

static bool write_stations(PGconn *connection, int16_t shard, const struct pg_map_source *source,
                           struct store_error *error)
{
    char row[ROW_MAX];
    char point[POINT_MAX];
    if (!run(connection, "DELETE FROM commonwheel.charger WHERE shard = $1::smallint", shard, NULL,
             error) ||
        !begin_copy(connection,
                    "COPY commonwheel.charger (shard, number, plugs, power_w, cleans, inspects, "
                    "geom) FROM STDIN",
                    error))
        return false;
    for (uint32_t i = 0; i < source->station_count; i++) {
        struct pg_map_station station;
        source->station(source->user, i, &station);
        const int length = snprintf(
            row, sizeof row,
            "%d\t%" PRIu32 "\t%" PRIu32 "\t%" PRId64 "\t%s\t%s\tSRID=4326;POINT(%s)\n", shard,
            station.number, station.plugs, station.power_w, station.cleans ? "t" : "f",
            station.inspects ? "t" : "f", point_text(station.point, point));
        if (!put_row(connection, row, length, error))
            return false;
    }
    return end_copy(connection, error);
}

static bool write_network(PGconn *connection, int16_t shard, const struct pg_map_source *source,
                          const char *checksum, struct store_error *error)
{
    return run(connection, "DELETE FROM commonwheel.road WHERE shard = $1::smallint", shard, NULL,
               error) &&
           write_roads(connection, shard, source, error) &&
           run(connection,
               "INSERT INTO commonwheel.road_network (shard, checksum) "
               "VALUES ($1::smallint, $2::bigint) ON CONFLICT (shard) DO UPDATE SET "
               "checksum = excluded.checksum, loaded_at = now()",
               shard, checksum, error);
}

/* Does the database hold this network? */
static bool look(PGconn *connection, int16_t shard, const char *checksum, bool *is_there,
                 struct store_error *error)
{
    char number[8];
    const char *params[] = {number, checksum};
    snprintf(number, sizeof number, "%d", shard);
    PGresult *result = pg_session_query(connection,
                                        "SELECT FROM commonwheel.road_network WHERE shard = "
                                        "$1::smallint AND checksum = $2::bigint",
                                        2, params, false, error);
    *is_there = result != NULL && PQntuples(result) == 1;
    PQclear(result);
    return result != NULL;
}

bool pg_map_keep(PGconn *connection, int16_t shard, const struct pg_map_source *source,
                 struct store_error *error)
{
    char checksum[24];
    bool is_there = false;
    snprintf(checksum, sizeof checksum, "%" PRId64, (int64_t)source->network);
    if (!look(connection, shard, checksum, &is_there, error) ||
        !pg_session_run(connection, "BEGIN", error))
        return false;
    return (is_there || write_network(connection, shard, source, checksum, error)) &&
           write_stations(connection, shard, source, error) &&
           pg_session_run(connection, "COMMIT", error);
}
