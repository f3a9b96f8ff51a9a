/* The CSV files of a scenario (docs/scenario.md), strictly: a header row says which columns there
 * are, in any order; every row has as many fields; fields are numbers or plain words without
 * quotes. Unknown, missing and doubled columns, bad numbers, empty files and over-long lines are
 * refused with file, line, column and reason. Lines end in LF or CRLF; a byte order mark in front
 * is passed over.
 *
 *     static const struct csv_column COLUMNS[] = {{"node", true}, {"name", false}};
 *     struct csv csv;
 *     if (!csv_open(&csv, path, COLUMNS, 2, error))
 *         return false;
 *     while (csv_next(&csv, error)) {
 *         if (!csv_whole(&csv, 0, 0, INT64_MAX, &id, error)) ...
 *     }
 *     bool ok = !csv_failed(&csv);
 *     csv_close(&csv); */
#ifndef INPUT_CSV_H
#define INPUT_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "input/input_error.h"

#define CSV_COLUMNS_MAX 32
#define CSV_LINE_MAX    4096        /* bytes */
#define CSV_FILE_MAX    (1ul << 32) /* bytes */

struct csv_column {
    const char *name;
    bool is_required;
};

struct csv_field {
    const char *start;
    size_t length;
};

struct csv {
    const char *path;                 /* borrowed, as are the columns */
    const struct csv_column *columns; /* as the caller numbers them */
    size_t column_count;
    char *text; /* the whole file */
    size_t size;
    size_t at;   /* where the next line begins */
    size_t line; /* number of the line read last, from 1 */
    size_t field_count;
    size_t place[CSV_COLUMNS_MAX];            /* by the caller's column: field + 1, 0 if absent */
    struct csv_field fields[CSV_COLUMNS_MAX]; /* of the line read last */
    bool is_failed;
};

/* Reads the file and its header. False and *error, with nothing to close. */
MUST_CHECK bool csv_open(struct csv *csv, const char *path, const struct csv_column *columns,
                         size_t column_count, struct input_error *error);
/* ditto, of a text of `size` bytes, copied; `path` stands for the file in errors. */
MUST_CHECK bool csv_open_text(struct csv *csv, const char *path, const char *text, size_t size,
                              const struct csv_column *columns, size_t column_count,
                              struct input_error *error);
void csv_close(struct csv *csv);

/* The next row; false at the end, and on a bad line, when csv_failed() is true and *error set. */
MUST_CHECK bool csv_next(struct csv *csv, struct input_error *error);
bool csv_failed(const struct csv *csv);

/* Does the file have this column; and is its field in this row other than empty? */
bool csv_has(const struct csv *csv, size_t column);
bool csv_is_given(const struct csv *csv, size_t column);

/* The field as a whole number from `low` to `high`. The column must be there, as in all below. */
MUST_CHECK bool csv_whole(const struct csv *csv, size_t column, int64_t low, int64_t high,
                          int64_t *value, struct input_error *error);

/* The field as decimal degrees, -limit to limit, in whole 1e-7 degrees, further digits rounded
 * (halves away from zero). No exponents. */
MUST_CHECK bool csv_degrees(const struct csv *csv, size_t column, int32_t limit, int32_t *e7,
                            struct input_error *error);

/* The field as it stands, without NUL; until the next csv_next(). */
struct csv_field csv_text(const struct csv *csv, size_t column);

/* An error about a field of this row, or of a line: "FILE:LINE: column 'NAME': REASON". False. */
bool csv_refuse(const struct csv *csv, size_t column, const char *reason,
                struct input_error *error);
bool csv_refuse_at(const struct csv *csv, size_t line, size_t column, const char *reason,
                   struct input_error *error);

#endif
