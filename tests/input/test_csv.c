/* Strict CSV: tables of files and of what is wrong with them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/csv.h"

enum { NUMBER, PLACE, EXTRA };

static const struct csv_column COLUMNS[] = {{"number", true}, {"place", true}, {"extra", false}};

static void write_file(char path[64], const char *bytes, size_t size)
{
    snprintf(path, 64, "/tmp/commonwheel-csv-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

/* Reads all rows: number and place of each into `text`, or the error without the path. */
static bool read_rows(const char *bytes, size_t size, char *text, size_t room)
{
    char path[64];
    struct csv csv;
    struct input_error error = {.text = ""};
    size_t used = 0;
    write_file(path, bytes, size);
    text[0] = '\0';
    bool ok = csv_open(&csv, path, COLUMNS, 3, &error);
    if (ok) {
        while (ok && csv_next(&csv, &error)) {
            int64_t number;
            int32_t place;
            ok = csv_whole(&csv, NUMBER, -1000, 1000, &number, &error) &&
                 csv_degrees(&csv, PLACE, 180, &place, &error);
            if (ok)
                used += (size_t)snprintf(text + used, room - used, "%d %d;", (int)number, place);
        }
        ok = ok && !csv_failed(&csv);
        csv_close(&csv);
    }
    unlink(path);
    if (!ok) {
        cr_assert_eq(strncmp(error.text, path, strlen(path)), 0, "%s", error.text);
        snprintf(text, room, "%s", error.text + strlen(path));
    }
    return ok;
}

Test(csv, reads_columns_in_any_order)
{
    static const struct {
        const char *file;
        const char *rows;
    } rows[] = {
        {"number,place\n1,2\n", "1 20000000;"},
        {"number,place\n1,2", "1 20000000;"},
        {"number,place\r\n1,2\r\n-3,4\r\n", "1 20000000;-3 40000000;"},
        {"place,extra,number\n2,,1\n", "1 20000000;"},
        {"\xef\xbb\xbfnumber,place\n1,2\n", "1 20000000;"},
        {"number,place\n", ""},
        {"number,place", ""},
        /* degrees, to the last digit */
        {"number,place\n0,-0.1275\n", "0 -1275000;"},
        {"number,place\n0,51.12345678\n", "0 511234568;"},
        {"number,place\n0,51.12345674\n", "0 511234567;"},
        {"number,place\n0,-51.12345675\n", "0 -511234568;"},
        {"number,place\n0,0.0000001\n", "0 1;"},
        {"number,place\n0,180\n", "0 1800000000;"},
        {"number,place\n0,-180.0000000\n", "0 -1800000000;"},
        {"number,place\n0007,001.5\n", "7 15000000;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        cr_expect(read_rows(rows[i].file, strlen(rows[i].file), text, sizeof text), "row %zu: %s",
                  i, text);
        cr_expect_str_eq(text, rows[i].rows, "row %zu: %s", i, text);
    }
}

Test(csv, names_what_is_wrong_with_the_header)
{
    static const struct {
        const char *file;
        const char *why;
    } rows[] = {
        {"", ": is empty"},
        {"\xef\xbb\xbf", ": is empty"},
        {"\n", ":1: column '': there is no such column"},
        {"number\n", ":1: column 'place': is missing"},
        {"number,place,number\n", ":1: column 'number': stands here twice"},
        {"number,places\n", ":1: column 'places': there is no such column"},
        {"number,place,\n", ":1: column '': there is no such column"},
        {"number, place\n", ":1: column ' place': there is no such column"},
        {"Number,place\n", ":1: column 'Number': there is no such column"},
        {"number;place\n", ":1: column 'number;place': there is no such column"},
        {"number,\x1b[31m\n", ":1: column '': there is no such column"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        cr_expect_not(read_rows(rows[i].file, strlen(rows[i].file), text, sizeof text));
        cr_expect_str_eq(text, rows[i].why, "row %zu: %s", i, text);
    }
}

#define HEAD "number,place\n1,2\n"

Test(csv, names_what_is_wrong_with_a_row)
{
    static const struct {
        const char *file;
        const char *why;
    } rows[] = {
        {HEAD "1\n", ":3: the number of fields is 1, not 2"},
        {HEAD "\n", ":3: the number of fields is 1, not 2"},
        {HEAD "1,2,3\n", ":3: the number of fields is 3, not 2"},
        {HEAD "x,2\n", ":3: column 'number': 'x' is not a whole number from -1000 to 1000"},
        {HEAD ",2\n", ":3: column 'number': '' is not a whole number from -1000 to 1000"},
        {HEAD "-,2\n", ":3: column 'number': '-' is not a whole number from -1000 to 1000"},
        {HEAD "+1,2\n", ":3: column 'number': '+1' is not a whole number from -1000 to 1000"},
        {HEAD " 1,2\n", ":3: column 'number': ' 1' is not a whole number from -1000 to 1000"},
        {HEAD "1.5,2\n", ":3: column 'number': '1.5' is not a whole number from -1000 to 1000"},
        {HEAD "1e3,2\n", ":3: column 'number': '1e3' is not a whole number from -1000 to 1000"},
        {HEAD "1001,2\n", ":3: column 'number': '1001' is not a whole number from -1000 to 1000"},
        {HEAD "9223372036854775808,2\n",
         ":3: column 'number': '9223372036854775808' is not a whole "
         "number from -1000 to 1000"},
        {HEAD "\"1\",2\n", ":3: column 'number': '\"1\"' is not a whole number from -1000 to 1000"},
        {HEAD "\xff,2\n", ":3: column 'number': '' is not a whole number from -1000 to 1000"},
        {HEAD "1,\n", ":3: column 'place': '' is not decimal degrees from -180 to 180"},
        {HEAD "1,.5\n", ":3: column 'place': '.5' is not decimal degrees from -180 to 180"},
        {HEAD "1,5.\n", ":3: column 'place': '5.' is not decimal degrees from -180 to 180"},
        {HEAD "1,--5\n", ":3: column 'place': '--5' is not decimal degrees from -180 to 180"},
        {HEAD "1,5.x\n", ":3: column 'place': '5.x' is not decimal degrees from -180 to 180"},
        {HEAD "1,1.00000000x\n",
         ":3: column 'place': '1.00000000x' is not decimal degrees from -180 to 180"},
        {HEAD "1,180.0000001\n",
         ":3: column 'place': '180.0000001' is not decimal degrees from -180 to 180"},
        {HEAD "1,1e2\n", ":3: column 'place': '1e2' is not decimal degrees from -180 to 180"},
        {HEAD "1,nan\n", ":3: column 'place': 'nan' is not decimal degrees from -180 to 180"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        cr_expect_not(read_rows(rows[i].file, strlen(rows[i].file), text, sizeof text), "row %zu",
                      i);
        cr_expect_str_eq(text, rows[i].why, "row %zu: %s", i, text);
    }
}

Test(csv, refuses_nul_bytes_and_lines_without_end)
{
    char text[512];
    cr_expect_not(read_rows(HEAD "1\0,2\n", sizeof(HEAD "1\0,2\n") - 1, text, sizeof text));
    cr_expect_str_eq(text, ":3: the line holds a NUL byte");
    size_t size = sizeof HEAD - 1 + CSV_LINE_MAX + 2;
    char *file = malloc(size);
    memcpy(file, HEAD, sizeof HEAD - 1);
    memset(file + sizeof HEAD - 1, '1', size - sizeof HEAD);
    cr_expect_not(read_rows(file, size, text, sizeof text));
    memset(file + sizeof HEAD - 1, ',', size - sizeof HEAD + 1);
    file[sizeof HEAD + 60] = '\n';
    cr_expect_not(read_rows(file, size, text, sizeof text));
    cr_expect_str_eq(text, ":3: there are too many fields");
    free(file);
}

Test(csv, refuses_what_is_no_file)
{
    struct csv csv;
    struct input_error error;
    cr_expect_not(csv_open(&csv, "/nonexistent/a.csv", COLUMNS, 3, &error));
    cr_expect_str_eq(error.text, "/nonexistent/a.csv: No such file or directory");
    cr_expect_not(csv_open(&csv, "/", COLUMNS, 3, &error));
    cr_expect_str_eq(error.text, "/: is not a file");
}

Test(csv, knows_which_columns_and_fields_are_given)
{
    static const char FILE_TEXT[] = "number,place,extra\n1,2,\n1,2,word\n";
    char path[64];
    struct csv csv;
    struct input_error error;
    write_file(path, FILE_TEXT, sizeof FILE_TEXT - 1);
    cr_assert(csv_open(&csv, path, COLUMNS, 3, &error));
    unlink(path);
    cr_expect(csv_has(&csv, EXTRA));
    cr_assert(csv_next(&csv, &error));
    cr_expect_not(csv_is_given(&csv, EXTRA));
    cr_assert(csv_next(&csv, &error));
    cr_expect(csv_is_given(&csv, EXTRA));
    cr_expect_eq(csv_text(&csv, EXTRA).length, 4);
    cr_expect_not(csv_refuse(&csv, EXTRA, "is not liked", &error));
    cr_expect(strstr(error.text, ":3: column 'extra': is not liked") != NULL);
    cr_expect_not(csv_next(&csv, &error));
    cr_expect_not(csv_failed(&csv));
    csv_close(&csv);
}
