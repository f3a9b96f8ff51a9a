#include "store/pg_row.h"

#include <endian.h>
#include <string.h>

void pg_row_int(struct pg_row *row, int64_t value)
{
    pg_rows_int(row->next++, value);
}

void pg_row_some(struct pg_row *row, int64_t value)
{
    if (value != 0)
        pg_rows_int(row->next++, value);
    else
        pg_rows_null(row->next++);
}

void pg_row_null(struct pg_row *row)
{
    pg_rows_null(row->next++);
}

void pg_row_text(struct pg_row *row, const char *text)
{
    pg_rows_bytes(row->next++, text, strlen(text));
}

void pg_row_rider(struct pg_row *row, struct rider_id rider)
{
    const uint64_t bytes[] = {htobe64(rider.high), htobe64(rider.low)};
    pg_rows_bytes(row->next++, bytes, sizeof bytes);
}

void pg_row_point(struct pg_row *row, struct geo_point point)
{
    pg_row_int(row, point.lon_e7);
    pg_row_int(row, point.lat_e7);
}
