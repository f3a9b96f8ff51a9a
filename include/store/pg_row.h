/* A row, begun in the columns of a table and put in one column after the other. */
#ifndef STORE_PG_ROW_H
#define STORE_PG_ROW_H

#include <stdint.h>

#include "base/geo.h"
#include "core/fact.h"
#include "store/pg_rows.h"

struct pg_row {
    struct pg_rows_column *next;
};

static inline struct pg_row pg_row_begin(struct pg_rows_column *columns)
{
    return (struct pg_row){columns};
}

void pg_row_int(struct pg_row *row, int64_t value);

/* 0 is put in as null. */
void pg_row_some(struct pg_row *row, int64_t value);
void pg_row_null(struct pg_row *row);
void pg_row_text(struct pg_row *row, const char *text);
void pg_row_rider(struct pg_row *row, struct rider_id rider);

/* Two columns: longitude and latitude. */
void pg_row_point(struct pg_row *row, struct geo_point point);

#endif
