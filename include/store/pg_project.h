/* What facts mean for the tables people ask (store/pg_tables.h): each fact adds rows, and the rows
 * of a batch go out with its facts, in the same transaction. It knows the fact alone, and no state:
 * what a row needs besides is looked up in the tables. */
#ifndef STORE_PG_PROJECT_H
#define STORE_PG_PROJECT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/pg_tables.h"
#include "store/store.h"

/* A fare cap of the running policy. */
struct pg_project_cap {
    int16_t class;
    int32_t from_day; /* travel days, both included */
    int32_t until_day;
    int64_t day_pence; /* CAP_NONE_PENCE: none */
    int64_t week_pence;
};

struct pg_project_config {
    /* Where a place on the road is; a place of another map may be anywhere. NULL: no tables are
     * filled. */
    struct geo_point (*point)(void *user, struct road_place place);
    void *user;
    uint8_t policy_hash[POLICY_HASH_SIZE]; /* of the running policy, ... */
    const struct pg_project_cap *caps;     /* ... and its caps, borrowed */
    uint32_t cap_count;
};

struct pg_project {
    struct pg_project_config config;
    int16_t shard;
    int32_t track_day; /* of the last sample of the batch */
    struct pg_rows_column columns[PG_TABLES_COUNT][PG_TABLES_COLUMNS_MAX];
};

void pg_project_init(struct pg_project *project, const struct pg_project_config *config,
                     int16_t shard);
void pg_project_done(struct pg_project *project);

/* Forget all rows. */
void pg_project_clear(struct pg_project *project);

/* Add the rows of one fact of the journal. */
void pg_project_take(struct pg_project *project, const struct fact *fact);

/* A rider that a fact names; numbered where it is the first time. */
void pg_project_rider(struct pg_project *project, struct rider_id rider);

/* Add where a vehicle was. */
void pg_project_sample(struct pg_project *project, const struct store_sample *sample);

/* Once a connection, in a pipeline. False when libpq could not, as below. */
MUST_CHECK bool pg_project_prepare(PGconn *connection);

/* Send one statement for each table that has rows; they stay. */
MUST_CHECK bool pg_project_send(struct pg_project *project, PGconn *connection);

#endif
