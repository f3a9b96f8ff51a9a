/* Rows as PostgreSQL's binary arrays, one a column: what INSERT .. SELECT FROM unnest($1, ...)
 * takes in, whatever the number of rows. Columns are filled in step, row by row; their memory grows
 * to what the largest batch needs and is kept. */
#ifndef STORE_PG_ROWS_H
#define STORE_PG_ROWS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

/* Numbers of PostgreSQL's types, which never change. */
enum pg_rows_type {
    PG_ROWS_BOOL = 16,
    PG_ROWS_BYTES = 17,
    PG_ROWS_INT8 = 20,
    PG_ROWS_INT2 = 21,
    PG_ROWS_INT4 = 23,
    PG_ROWS_TEXT = 25,
    PG_ROWS_DATE = 1082,
    PG_ROWS_TIME = 1184, /* timestamptz */
    PG_ROWS_UUID = 2950,
};

struct pg_rows_column {
    enum pg_rows_type type;
    uint32_t count;
    size_t size;
    size_t capacity;
    uint8_t *bytes;
};

void pg_rows_init(struct pg_rows_column *column, enum pg_rows_type type);
void pg_rows_done(struct pg_rows_column *column);

/* Empty it; its memory stays. */
void pg_rows_clear(struct pg_rows_column *column);

/* Add a value: a whole number of the column's type (times in ms, dates in days since 1970; what
 * PostgreSQL's times do not reach is "infinity"), bytes or text. Out of memory aborts. */
void pg_rows_int(struct pg_rows_column *column, int64_t value);
void pg_rows_bytes(struct pg_rows_column *column, const void *bytes, size_t length);
void pg_rows_null(struct pg_rows_column *column);

/* The whole as a parameter of PQsendQueryPrepared: bytes and length; borrowed until it changes. */
const char *pg_rows_value(struct pg_rows_column *column, int *length);

/* The number of the array's type, for PQsendPrepare. */
Oid pg_rows_array(enum pg_rows_type type);

#endif
