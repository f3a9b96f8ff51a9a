/* What was run is in schema_migration, with a checksum of each script's text. */
#include "store/pg_schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "store/pg_session.h"

/* Whoever runs scripts holds this lock; the key is "CWMIGRAT". */
#define LOCK   "SELECT pg_advisory_lock(4852432100639523156)"
#define UNLOCK "SELECT pg_advisory_unlock(4852432100639523156)"

#define BOOTSTRAP                                                                                  \
    "CREATE SCHEMA IF NOT EXISTS commonwheel;"                                                     \
    "CREATE TABLE IF NOT EXISTS commonwheel.schema_migration ("                                    \
    "  number integer PRIMARY KEY, name text NOT NULL, checksum bigint NOT NULL,"                  \
    "  applied_at timestamptz NOT NULL DEFAULT now())"

#define IS_THERE "SELECT to_regclass('commonwheel.schema_migration') IS NOT NULL"

#define APPLIED                                                                                    \
    "SELECT number::text, name, checksum::text,"                                                   \
    "       to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"              \
    "  FROM commonwheel.schema_migration AS run ORDER BY run.number" /* not its text */

static uint32_t checksum(const struct pg_schema_script *script)
{
    return crc32c(0, (const uint8_t *)script->sql, strlen(script->sql));
}

static bool is_there(PGconn *connection, bool *there, struct store_error *error)
{
    PGresult *result = pg_session_query(connection, IS_THERE, 0, NULL, false, error);
    if (result == NULL)
        return false;
    *there = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return true;
}

/* The state of script `number`, which is row number - 1 of what was applied, if any is. */
static enum pg_schema_state state_of(const PGresult *applied, uint32_t number)
{
    char text[16];
    const int row = (int)number - 1;
    if (row >= PQntuples(applied))
        return PG_SCHEMA_PENDING;
    if (number > PG_SCHEMA_SCRIPT_COUNT)
        return PG_SCHEMA_UNKNOWN;
    snprintf(text, sizeof text, "%" PRIu32, checksum(&PG_SCHEMA_SCRIPTS[row]));
    return strcmp(text, PQgetvalue(applied, row, 2)) == 0 ? PG_SCHEMA_APPLIED : PG_SCHEMA_CHANGED;
}

static uint32_t script_count(const PGresult *applied)
{
    const uint32_t rows = (uint32_t)PQntuples(applied);
    return rows > PG_SCHEMA_SCRIPT_COUNT ? rows : PG_SCHEMA_SCRIPT_COUNT;
}

static bool is_pending(const PGresult *applied)
{
    return (uint32_t)PQntuples(applied) < PG_SCHEMA_SCRIPT_COUNT;
}

/* No script that was run is another than ours. */
static bool is_ours(PGconn *connection, const PGresult *applied, struct store_error *error)
{
    char text[256];
    for (uint32_t number = 1; number <= (uint32_t)PQntuples(applied); number++) {
        const char *name = PQgetvalue(applied, (int)number - 1, 1);
        const enum pg_schema_state state = state_of(applied, number);
        if (state == PG_SCHEMA_APPLIED)
            continue;
        snprintf(text, sizeof text,
                 state == PG_SCHEMA_CHANGED
                     ? "script %03" PRIu32 " (%s) was run as another text than this program's"
                     : "script %03" PRIu32 " (%s) is of a newer program than this one",
                 number, name);
        return pg_session_failed(connection, text, error);
    }
    return true;
}

/* What was applied, or NULL and *error. An empty database has no table to ask. */
static PGresult *applied_scripts(PGconn *connection, struct store_error *error)
{
    bool there = false;
    if (!is_there(connection, &there, error))
        return NULL;
    return there ? pg_session_query(connection, APPLIED, 0, NULL, false, error)
                 : PQmakeEmptyPGresult(connection, PGRES_TUPLES_OK);
}

/* Does the server write what it says it has written? */
static bool is_durable(PGconn *connection, struct store_error *error)
{
    PGresult *result = pg_session_query(
        connection, "SELECT current_setting('fsync'), current_setting('synchronous_commit')", 0,
        NULL, false, error);
    if (result == NULL)
        return false;
    const bool ok =
        strcmp(PQgetvalue(result, 0, 0), "on") == 0 && strcmp(PQgetvalue(result, 0, 1), "off") != 0;
    PQclear(result);
    return ok || pg_session_failed(connection,
                                   "fsync or synchronous_commit is off: what it acknowledges "
                                   "would not outlive a crash",
                                   error);
}

bool pg_schema_check(void *connection, struct store_error *error)
{
    PGresult *applied = applied_scripts(connection, error);
    if (applied == NULL)
        return false;
    bool ok = is_durable(connection, error) && is_ours(connection, applied, error);
    if (ok && is_pending(applied)) {
        char text[160];
        snprintf(text, sizeof text,
                 "the schema has %d of this program's %" PRIu32
                 " scripts: run `dispatcher db migrate`",
                 PQntuples(applied), PG_SCHEMA_SCRIPT_COUNT);
        ok = pg_session_failed(connection, text, error);
    }
    PQclear(applied);
    return ok;
}

bool pg_schema_status(const char *url, pg_schema_report *report, void *user,
                      struct store_error *error)
{
    PGconn *connection = pg_session_open(url, error);
    if (connection == NULL)
        return false;
    PGresult *applied = applied_scripts(connection, error);
    for (uint32_t number = 1; applied != NULL && number <= script_count(applied); number++) {
        const int row = (int)number - 1;
        const bool was_run = row < PQntuples(applied);
        report(user, number, was_run ? PQgetvalue(applied, row, 1) : PG_SCHEMA_SCRIPTS[row].name,
               state_of(applied, number), was_run ? PQgetvalue(applied, row, 3) : "");
    }
    const bool ok = applied != NULL;
    PQclear(applied);
    PQfinish(connection);
    return ok;
}

static bool record(PGconn *connection, const struct pg_schema_script *script,
                   struct store_error *error)
{
    char number[16];
    char sum[16];
    const char *const params[] = {number, script->name, sum};
    snprintf(number, sizeof number, "%" PRIu32, script->number);
    snprintf(sum, sizeof sum, "%" PRIu32, checksum(script));
    PGresult *result = pg_session_query(connection,
                                        "INSERT INTO commonwheel.schema_migration"
                                        " (number, name, checksum) VALUES ($1, $2, $3)",
                                        3, params, false, error);
    PQclear(result);
    return result != NULL;
}

static bool run_script(PGconn *connection, const struct pg_schema_script *script,
                       struct store_error *error)
{
    struct store_error why;
    if (pg_session_run(connection, "BEGIN", &why) &&
        pg_session_run(connection, script->sql, &why) && record(connection, script, &why) &&
        pg_session_run(connection, "COMMIT", &why))
        return true;
    return store_error_set(error, "script %03" PRIu32 " (%s): %.400s", script->number, script->name,
                           why.text);
}

static bool run_pending(PGconn *connection, const PGresult *applied, pg_schema_report *report,
                        void *user, struct store_error *error)
{
    for (uint32_t i = (uint32_t)PQntuples(applied); i < PG_SCHEMA_SCRIPT_COUNT; i++) {
        const struct pg_schema_script *script = &PG_SCHEMA_SCRIPTS[i];
        if (!run_script(connection, script, error))
            return false;
        report(user, script->number, script->name, PG_SCHEMA_APPLIED, "now");
    }
    return true;
}

bool pg_schema_migrate(const char *url, pg_schema_report *report, void *user,
                       struct store_error *error)
{
    PGconn *connection = pg_session_open(url, error);
    if (connection == NULL)
        return false;
    PGresult *applied = NULL;
    bool ok = pg_session_run(connection, LOCK, error) &&
              pg_session_run(connection, BOOTSTRAP, error) &&
              (applied = applied_scripts(connection, error)) != NULL &&
              is_ours(connection, applied, error) &&
              run_pending(connection, applied, report, user, error) &&
              pg_session_run(connection, UNLOCK, error);
    PQclear(applied);
    PQfinish(connection);
    return ok;
}
