/* One line of error text, whatever the server says. */
#include "store/pg_session.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

/* Notices are for people at a terminal. */
static void drop_notice(void *user, const PGresult *result)
{
    (void)user;
    (void)result;
}

/* The last of two equal keywords counts: what the URL says is kept. */
static const char *const KEYWORDS[] = {"fallback_application_name",
                                       "connect_timeout",
                                       "tcp_user_timeout",
                                       "gssencmode",
                                       "client_encoding",
                                       "target_session_attrs",
                                       "dbname",
                                       "host",
                                       "hostaddr",
                                       "port",
                                       NULL};
#define KEYWORD_COUNT (sizeof KEYWORDS / sizeof KEYWORDS[0])

/* What is NULL the URL says, or the environment. */
static void fill_values(const char *url, const struct pg_hosts_lists *lists,
                        const char *values[KEYWORD_COUNT])
{
    const char *const all[KEYWORD_COUNT] = {"commonwheel",   "10",         "10000", "disable",
                                            "UTF8",          "read-write", url,     lists->host,
                                            lists->hostaddr, lists->port,  NULL};
    memcpy(values, all, sizeof all);
}

PGconn *pg_session_start(const char *url, const struct pg_hosts_lists *lists)
{
    const char *values[KEYWORD_COUNT];
    fill_values(url, lists, values);
    PGconn *connection = PQconnectStartParams(KEYWORDS, values, 1);
    if (connection != NULL)
        PQsetNoticeReceiver(connection, drop_notice, NULL);
    return connection;
}

/* libpq would quote the string, and a password may be in it. */
static bool is_readable(const char *url)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    PQconninfoFree(options);
    return options != NULL;
}

PGconn *pg_session_open(const char *url, struct store_error *error)
{
    const char *values[KEYWORD_COUNT];
    const struct pg_hosts_lists none = {.host = NULL};
    if (!is_readable(url)) {
        store_error_set(error, "the store is no connection string that libpq can read, such as "
                               "postgresql://dispatcher@db.example:5432/commonwheel");
        return NULL;
    }
    fill_values(url, &none, values);
    PGconn *connection = PQconnectdbParams(KEYWORDS, values, 1);
    if (connection != NULL && PQstatus(connection) == CONNECTION_OK) {
        PQsetNoticeReceiver(connection, drop_notice, NULL);
        return connection;
    }
    pg_session_failed(connection, connection == NULL ? "out of memory" : PQerrorMessage(connection),
                      error);
    PQfinish(connection);
    return NULL;
}

bool pg_session_failed(const PGconn *connection, const char *what, struct store_error *error)
{
    const char *host = PQhost(connection);
    const char *base = PQdb(connection);
    const bool is_named = host != NULL && base != NULL;
    store_error_set(error, "PostgreSQL%s%s%s%s: %s", is_named ? " at " : "", is_named ? host : "",
                    is_named ? ", database " : "", is_named ? base : "", what);
    size_t length = strlen(error->text);
    while (length > 0 && error->text[length - 1] == '\n')
        error->text[--length] = '\0';
    for (char *end = error->text; (end = strpbrk(end, "\n\t")) != NULL;)
        *end = ' ';
    return false;
}

bool pg_session_run(PGconn *connection, const char *sql, struct store_error *error)
{
    PGresult *result = PQexec(connection, sql);
    const ExecStatusType status = PQresultStatus(result);
    const bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!ok)
        pg_session_failed(connection, PQerrorMessage(connection), error);
    PQclear(result);
    return ok;
}

PGresult *pg_session_query(PGconn *connection, const char *sql, int count,
                           const char *const *params, bool binary, struct store_error *error)
{
    PGresult *result =
        PQexecParams(connection, sql, count, NULL, params, NULL, NULL, binary ? 1 : 0);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return result;
    pg_session_failed(connection, PQerrorMessage(connection), error);
    PQclear(result);
    return NULL;
}

int64_t pg_session_int(const PGresult *result, int row, int column)
{
    const char *bytes = PQgetvalue(result, row, column);
    uint64_t wide;
    uint32_t half;
    uint16_t small;
    switch (PQgetlength(result, row, column)) {
    case sizeof wide:
        memcpy(&wide, bytes, sizeof wide);
        return (int64_t)be64toh(wide);
    case sizeof half:
        memcpy(&half, bytes, sizeof half);
        return (int32_t)be32toh(half);
    case sizeof small:
        memcpy(&small, bytes, sizeof small);
        return (int16_t)be16toh(small);
    default:
        return 0;
    }
}
