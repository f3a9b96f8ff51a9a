/* PostgreSQL itself says whether it reads the arrays as they were meant. */
#include <criterion/criterion.h>
#include <string.h>

#include "folder.h"
#include "pg_server.h"
#include "store/pg_rows.h"
#include "store/pg_session.h"

Test(pg_rows, are_read_by_the_server_as_they_were_meant)
{
    static const struct {
        enum pg_rows_type type;
        int64_t values[2];
        const char *text;
    } ROWS[] = {
        {PG_ROWS_BOOL, {1, 0}, "{t,f,NULL}"},
        {PG_ROWS_INT2, {-2, 32767}, "{-2,32767,NULL}"},
        {PG_ROWS_INT4, {-70000, 2147483647}, "{-70000,2147483647,NULL}"},
        {PG_ROWS_INT8, {INT64_MIN, INT64_MAX}, "{-9223372036854775808,9223372036854775807,NULL}"},
        {PG_ROWS_TIME,
         {0, 1700000000123},
         "{\"1970-01-01 00:00:00+00\","
         "\"2023-11-14 22:13:20.123+00\",NULL}"},
    };
    struct folder folder;
    struct store_error error;
    folder_make(&folder);
    pg_server_make(folder.path);
    pg_server_url(folder.path, folder.url);
    PGconn *connection = pg_session_open(folder.url, &error);
    cr_assert(connection != NULL, "%s", error.text);
    cr_assert(pg_session_run(connection, "SET TIME ZONE 'UTC'", &error));
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct pg_rows_column column;
        pg_rows_init(&column, ROWS[i].type);
        for (int round = 0; round < 2; round++) { /* the second time in memory used before */
            const Oid type = pg_rows_array(ROWS[i].type);
            const int format = 1;
            int length;
            pg_rows_clear(&column);
            pg_rows_int(&column, ROWS[i].values[0]);
            pg_rows_int(&column, ROWS[i].values[1]);
            pg_rows_null(&column);
            const char *value = pg_rows_value(&column, &length);
            PGresult *result =
                PQexecParams(connection, "SELECT $1::text", 1, &type, &value, &length, &format, 0);
            cr_expect_str_eq(PQgetvalue(result, 0, 0), ROWS[i].text);
            PQclear(result);
        }
        pg_rows_done(&column);
    }
    PQfinish(connection);
    folder_remove(&folder);
}

Test(pg_rows, may_be_none)
{
    struct pg_rows_column column;
    int length;
    pg_rows_init(&column, PG_ROWS_TEXT);
    const char *value = pg_rows_value(&column, &length);
    cr_expect_eq(length, 12);
    cr_expect_eq(memcmp(value, "\0\0\0\0\0\0\0\0\0\0\0\x19", 12), 0);
    pg_rows_bytes(&column, "rows", 4);
    pg_rows_value(&column, &length);
    cr_expect_eq(length, 20 + 4 + 4);
    pg_rows_done(&column);
}
