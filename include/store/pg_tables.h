/* The statements that fill the tables people ask (schema/002_tables.sql and on): one a table and
 * batch, with an array for each column. */
#ifndef STORE_PG_TABLES_H
#define STORE_PG_TABLES_H

#include <stdint.h>

#include "store/pg_rows.h"

#define PG_TABLES_COLUMNS_MAX 32

/* In the order in which they are filled: a row comes behind what it names. */
enum pg_tables_id {
    PG_TABLE_POLICIES,
    PG_TABLE_CAPS,
    PG_TABLE_RIDERS,
    PG_TABLE_CLASSES,
    PG_TABLE_VEHICLES,
    PG_TABLE_PLANS,
    PG_TABLE_RIDES,
    PG_TABLE_RIDE_EVENTS,
    PG_TABLE_REFUSALS,
    PG_TABLE_VISITS,
    PG_TABLE_CLOSURES,
    PG_TABLE_WORK,
    PG_TABLE_TRANSFERS,
    PG_TABLE_PAYMENTS,
    PG_TABLE_RECEIPTS,
    PG_TABLE_SETTLEMENTS,
    PG_TABLE_AUDIT,
    PG_TABLE_TRACK_DAYS,
    PG_TABLE_TRACKS,
    PG_TABLES_COUNT,
};

struct pg_tables_statement {
    const char *name; /* of the prepared statement */
    const char *sql;  /* $1 is the shard, $2 ... the columns */
    uint32_t column_count;
    enum pg_rows_type columns[PG_TABLES_COLUMNS_MAX];
};

const struct pg_tables_statement *pg_tables_statement(enum pg_tables_id id);

#endif
