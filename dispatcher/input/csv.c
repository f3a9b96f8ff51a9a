/* The file is read whole, and fields point into it. */
#include "input/csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/utf8.h"

#define SHOWN 40 /* bytes of a bad field that an error repeats */

/* Bytes of a field to repeat in an error: none where they are no text. */
static int shown_length(struct csv_field field)
{
    if (!utf8_is_text(field.start, field.length))
        return 0;
    if (field.length <= SHOWN)
        return (int)field.length;
    int length = SHOWN;
    while (((uint8_t)field.start[length] & 0xc0) == 0x80) /* not in the middle of a character */
        length--;
    return length;
}

static bool refuse_line(struct csv *csv, const char *reason, struct input_error *error)
{
    csv->is_failed = true;
    return input_error_set(error, "%s:%zu: %s", csv->path, csv->line, reason);
}

bool csv_refuse_at(const struct csv *csv, size_t line, size_t column, const char *reason,
                   struct input_error *error)
{
    return input_error_set(error, "%s:%zu: column '%s': %s", csv->path, line,
                           csv->columns[column].name, reason);
}

bool csv_refuse(const struct csv *csv, size_t column, const char *reason, struct input_error *error)
{
    return csv_refuse_at(csv, csv->line, column, reason, error);
}

static bool read_all(struct csv *csv, FILE *file, struct input_error *error)
{
    struct stat status;
    if (fstat(fileno(file), &status) != 0)
        return input_error_set(error, "%s: %s", csv->path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return input_error_set(error, "%s: is not a file", csv->path);
    if ((uint64_t)status.st_size > CSV_FILE_MAX)
        return input_error_set(error, "%s: is longer than %lu bytes", csv->path, CSV_FILE_MAX);
    csv->size = (size_t)status.st_size;
    csv->text = malloc(csv->size + 1);
    if (csv->text == NULL)
        return input_error_set(error, "%s: there is no memory to read it", csv->path);
    if (fread(csv->text, 1, csv->size, file) != csv->size)
        return input_error_set(error, "%s: cannot be read to its end", csv->path);
    csv->text[csv->size] = '\0';
    return true;
}

/* The fields of the next line; false at the end of the file or on a bad line. */
static bool read_line(struct csv *csv, struct input_error *error)
{
    if (csv->at == csv->size)
        return false;
    const char *start = csv->text + csv->at;
    const char *end = memchr(start, '\n', csv->size - csv->at);
    size_t length = end != NULL ? (size_t)(end - start) : csv->size - csv->at;
    csv->at += length + (end != NULL ? 1 : 0);
    csv->line++;
    if (length > 0 && start[length - 1] == '\r')
        length--;
    if (length > CSV_LINE_MAX)
        return refuse_line(csv, "the line is too long", error);
    if (memchr(start, '\0', length) != NULL)
        return refuse_line(csv, "the line holds a NUL byte", error);
    csv->field_count = 0;
    for (const char *stop = start + length;; start++) {
        const char *comma = memchr(start, ',', (size_t)(stop - start));
        const char *field_end = comma != NULL ? comma : stop;
        if (csv->field_count == CSV_COLUMNS_MAX)
            return refuse_line(csv, "there are too many fields", error);
        csv->fields[csv->field_count++] =
            (struct csv_field){.start = start, .length = (size_t)(field_end - start)};
        start = field_end;
        if (comma == NULL)
            return true;
    }
}

/* The caller's number of the column that the header calls `name`; column_count if none. */
static size_t find_column(const struct csv *csv, struct csv_field name)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (strlen(csv->columns[i].name) == name.length &&
            memcmp(csv->columns[i].name, name.start, name.length) == 0)
            return i;
    }
    return csv->column_count;
}

static bool read_header(struct csv *csv, struct input_error *error)
{
    static const char MARK[] = "\xef\xbb\xbf"; /* byte order mark */
    if (csv->size >= 3 && memcmp(csv->text, MARK, 3) == 0)
        csv->at = 3;
    if (csv->at == csv->size)
        return input_error_set(error, "%s: is empty", csv->path);
    if (!read_line(csv, error))
        return false;
    for (size_t i = 0; i < csv->field_count; i++) {
        size_t column = find_column(csv, csv->fields[i]);
        if (column == csv->column_count)
            return input_error_set(error, "%s:1: column '%.*s': there is no such column", csv->path,
                                   shown_length(csv->fields[i]), csv->fields[i].start);
        if (csv->place[column] != 0)
            return csv_refuse(csv, column, "stands here twice", error);
        csv->place[column] = i + 1;
    }
    for (size_t i = 0; i < csv->column_count; i++) {
        if (csv->columns[i].is_required && csv->place[i] == 0)
            return csv_refuse(csv, i, "is missing", error);
    }
    return true;
}

bool csv_open(struct csv *csv, const char *path, const struct csv_column *columns,
              size_t column_count, struct input_error *error)
{
    CHECK(column_count <= CSV_COLUMNS_MAX);
    *csv = (struct csv){.path = path, .columns = columns, .column_count = column_count};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    bool ok = read_all(csv, file, error) && read_header(csv, error);
    fclose(file);
    if (!ok)
        csv_close(csv);
    return ok;
}

bool csv_open_text(struct csv *csv, const char *path, const char *text, size_t size,
                   const struct csv_column *columns, size_t column_count, struct input_error *error)
{
    CHECK(column_count <= CSV_COLUMNS_MAX);
    *csv =
        (struct csv){.path = path, .columns = columns, .column_count = column_count, .size = size};
    csv->text = malloc(size + 1);
    if (csv->text == NULL)
        return input_error_set(error, "%s: there is no memory to read it", path);
    memcpy(csv->text, text, size);
    csv->text[size] = '\0';
    if (read_header(csv, error))
        return true;
    csv_close(csv);
    return false;
}

void csv_close(struct csv *csv)
{
    free(csv->text);
    csv->text = NULL;
}

bool csv_next(struct csv *csv, struct input_error *error)
{
    size_t expected = 0;
    for (size_t i = 0; i < csv->column_count; i++)
        expected += csv->place[i] != 0;
    if (csv->is_failed || !read_line(csv, error))
        return false;
    if (csv->field_count == expected)
        return true;
    char reason[80];
    snprintf(reason, sizeof reason, "the number of fields is %zu, not %zu", csv->field_count,
             expected);
    return refuse_line(csv, reason, error);
}

bool csv_failed(const struct csv *csv)
{
    return csv->is_failed;
}

bool csv_has(const struct csv *csv, size_t column)
{
    CHECK(column < csv->column_count);
    return csv->place[column] != 0;
}

struct csv_field csv_text(const struct csv *csv, size_t column)
{
    CHECK(csv_has(csv, column));
    return csv->fields[csv->place[column] - 1];
}

bool csv_is_given(const struct csv *csv, size_t column)
{
    return csv_has(csv, column) && csv_text(csv, column).length > 0;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Digits without a sign, as a number up to INT64_MAX. */
static bool parse_digits(const char *start, size_t length, int64_t *value)
{
    int64_t sum = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(start[i]) || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, start[i] - '0', &sum))
            return false;
    }
    *value = sum;
    return true;
}

bool csv_whole(const struct csv *csv, size_t column, int64_t low, int64_t high, int64_t *value,
               struct input_error *error)
{
    struct csv_field field = csv_text(csv, column);
    bool is_negative = field.length > 0 && field.start[0] == '-';
    int64_t number;
    if (parse_digits(field.start + is_negative, field.length - is_negative, &number)) {
        number = is_negative ? -number : number;
        if (number >= low && number <= high) {
            *value = number;
            return true;
        }
    }
    char reason[160];
    snprintf(reason, sizeof reason, "'%.*s' is not a whole number from %" PRId64 " to %" PRId64,
             shown_length(field), field.start, low, high);
    return csv_refuse(csv, column, reason, error);
}

/* Unsigned decimal degrees to 1e-7 degrees. */
static bool parse_degrees(const char *start, size_t length, int64_t *e7)
{
    const char *point = memchr(start, '.', length);
    size_t whole_length = point != NULL ? (size_t)(point - start) : length;
    if (whole_length > 3 || !parse_digits(start, whole_length, e7))
        return false;
    if (point == NULL) {
        *e7 *= 10000000;
        return true;
    }
    size_t places = length - whole_length - 1;
    for (size_t i = 0; i < places; i++) {
        if (!is_digit(point[1 + i]))
            return false;
    }
    for (size_t i = 0; i < 7; i++)
        *e7 = *e7 * 10 + (i < places ? point[1 + i] - '0' : 0);
    if (places > 7 && point[8] >= '5')
        (*e7)++;
    return places > 0;
}

bool csv_degrees(const struct csv *csv, size_t column, int32_t limit, int32_t *e7,
                 struct input_error *error)
{
    struct csv_field field = csv_text(csv, column);
    bool is_negative = field.length > 0 && field.start[0] == '-';
    int64_t number;
    if (parse_degrees(field.start + is_negative, field.length - is_negative, &number) &&
        number <= (int64_t)limit * 10000000) {
        *e7 = (int32_t)(is_negative ? -number : number);
        return true;
    }
    char reason[160];
    snprintf(reason, sizeof reason, "'%.*s' is not decimal degrees from -%d to %d",
             shown_length(field), field.start, (int)limit, (int)limit);
    return csv_refuse(csv, column, reason, error);
}
