/* The road network and the stations in the database, for those who draw and ask there: written when
 * they are others than those that it holds. */
#ifndef STORE_PG_MAP_H
#define STORE_PG_MAP_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "base/geo.h"
#include "store/store_error.h"

/* One direction of a straight piece of road. */
struct pg_map_road {
    uint32_t tail; /* nodes, by number */
    uint32_t head;
    uint8_t class; /* 0 motorway to 6 service */
    uint32_t length_m;
    uint32_t free_ms;
    struct geo_point from;
    struct geo_point to;
};

struct pg_map_station {
    uint32_t number;
    uint32_t plugs;
    int64_t power_w;
    bool cleans;
    bool inspects;
    struct geo_point point;
};

struct pg_map_source {
    uint64_t network; /* its digest */
    uint32_t road_count;
    uint32_t station_count;
    void *user;
    void (*road)(void *user, uint32_t number, struct pg_map_road *road);
    void (*station)(void *user, uint32_t index, struct pg_map_station *station);
};

/* In one transaction. Blocking: some 100,000 roads a second, where they are written. */
MUST_CHECK bool pg_map_keep(PGconn *connection, int16_t shard, const struct pg_map_source *source,
                            struct store_error *error);

#endif
