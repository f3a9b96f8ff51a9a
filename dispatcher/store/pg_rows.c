/* The binary form of an array: dimensions, has nulls, element type, count, lower bound; then length
 * and bytes of each element. All big-endian. */
#include "store/pg_rows.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE    20
#define FIRST_SIZE     4096
#define EPOCH_2000_MS  INT64_C(946684800000) /* where PostgreSQL's times begin */
#define EPOCH_2000_DAY 10957                 /* ... and its dates */
#define DATE_MAX       100000000
#define DATE_MIN       (-2440000)
#define TIME_MAX_MS    INT64_C(9223371331200000) /* the last that it has, since 2000 */
#define TIME_MIN_MS    (-INT64_C(211813488000000))

static void put32(uint8_t *bytes, uint32_t value)
{
    const uint32_t big = htobe32(value);
    memcpy(bytes, &big, sizeof big);
}

static uint8_t *extend(struct pg_rows_column *column, size_t size)
{
    if (column->size + size > column->capacity) {
        size_t capacity = column->capacity == 0 ? FIRST_SIZE : column->capacity;
        while (capacity < column->size + size)
            capacity *= 2;
        uint8_t *bytes = realloc(column->bytes, capacity);
        CHECK(bytes != NULL);
        column->bytes = bytes;
        column->capacity = capacity;
    }
    uint8_t *place = column->bytes + column->size;
    column->size += size;
    return place;
}

void pg_rows_clear(struct pg_rows_column *column)
{
    column->count = 0;
    column->size = 0;
    memset(extend(column, HEADER_SIZE), 0, HEADER_SIZE);
}

void pg_rows_init(struct pg_rows_column *column, enum pg_rows_type type)
{
    *column = (struct pg_rows_column){.type = type};
    pg_rows_clear(column);
}

void pg_rows_done(struct pg_rows_column *column)
{
    free(column->bytes);
    column->bytes = NULL;
}

void pg_rows_bytes(struct pg_rows_column *column, const void *bytes, size_t length)
{
    uint8_t *place = extend(column, 4 + length);
    put32(place, (uint32_t)length);
    if (length > 0)
        memcpy(place + 4, bytes, length);
    column->count++;
}

void pg_rows_null(struct pg_rows_column *column)
{
    put32(extend(column, 4), UINT32_MAX);
    put32(column->bytes + 4, 1);
    column->count++;
}

/* Microseconds since 2000; the extremes are infinity and -infinity. */
static int64_t time_us(int64_t at_ms)
{
    if (at_ms >= TIME_MAX_MS)
        return INT64_MAX;
    if (at_ms < TIME_MIN_MS + EPOCH_2000_MS)
        return INT64_MIN;
    return (at_ms - EPOCH_2000_MS) * 1000;
}

/* Days since 2000, likewise. */
static int32_t date_day(int64_t day)
{
    if (day > DATE_MAX)
        return INT32_MAX;
    return day < DATE_MIN ? INT32_MIN : (int32_t)(day - EPOCH_2000_DAY);
}

void pg_rows_int(struct pg_rows_column *column, int64_t value)
{
    uint16_t small;
    uint32_t half;
    uint64_t wide;
    uint8_t bit;
    switch (column->type) {
    case PG_ROWS_BOOL:
        bit = value != 0;
        pg_rows_bytes(column, &bit, sizeof bit);
        return;
    case PG_ROWS_INT2:
        small = htobe16((uint16_t)value);
        pg_rows_bytes(column, &small, sizeof small);
        return;
    case PG_ROWS_INT4:
    case PG_ROWS_DATE:
        half = htobe32((uint32_t)(column->type == PG_ROWS_DATE ? date_day(value) : value));
        pg_rows_bytes(column, &half, sizeof half);
        return;
    case PG_ROWS_TIME:
        value = time_us(value);
        break;
    default:
        CHECK(column->type == PG_ROWS_INT8);
    }
    wide = htobe64((uint64_t)value);
    pg_rows_bytes(column, &wide, sizeof wide);
}

const char *pg_rows_value(struct pg_rows_column *column, int *length)
{
    uint8_t *bytes = column->bytes;
    put32(bytes, column->count > 0 ? 1 : 0); /* dimensions; what says "has nulls" is kept */
    put32(bytes + 8, (uint32_t)column->type);
    put32(bytes + 12, column->count);
    put32(bytes + 16, 1);
    *length = (int)(column->count > 0 ? column->size : 12);
    return (const char *)bytes;
}

Oid pg_rows_array(enum pg_rows_type type)
{
    switch (type) {
    case PG_ROWS_BOOL:
        return 1000;
    case PG_ROWS_BYTES:
        return 1001;
    case PG_ROWS_INT8:
        return 1016;
    case PG_ROWS_INT2:
        return 1005;
    case PG_ROWS_INT4:
        return 1007;
    case PG_ROWS_TEXT:
        return 1009;
    case PG_ROWS_DATE:
        return 1182;
    case PG_ROWS_TIME:
        return 1185;
    case PG_ROWS_UUID:
        return 2951;
    }
    CHECK(false);
    return 0;
}
