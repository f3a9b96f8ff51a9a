/* The tables in PostgreSQL, schema `commonwheel`: numbered scripts, dispatcher/store/schema, that
 * are part of the program. A script is never changed after its release; what is to be otherwise is
 * a new one. */
#ifndef STORE_PG_SCHEMA_H
#define STORE_PG_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct pg_schema_script {
    uint32_t number; /* 1, 2, 3 ... */
    const char *name;
    const char *sql;
};

extern const struct pg_schema_script PG_SCHEMA_SCRIPTS[]; /* [PG_SCHEMA_SCRIPT_COUNT] */
extern const uint32_t PG_SCHEMA_SCRIPT_COUNT;

enum pg_schema_state {
    PG_SCHEMA_APPLIED,
    PG_SCHEMA_PENDING, /* not run yet */
    PG_SCHEMA_CHANGED, /* run, as another text than this program's */
    PG_SCHEMA_UNKNOWN, /* run by a newer program; name is the database's */
};

/* Told of each script, in order. */
typedef void pg_schema_report(void *user, uint32_t number, const char *name,
                              enum pg_schema_state state, const char *applied_at);

/* Tell of all scripts, in the program or the database. False and *error when the server cannot be
 * asked. */
MUST_CHECK bool pg_schema_status(const char *url, pg_schema_report *report, void *user,
                                 struct store_error *error);

/* Run what is pending, each script in its own transaction, and tell of it. Needs a role that may
 * create the schema. Nothing is run where a script is changed or unknown: false, *error names it.
 * Two at once are fine: one waits. */
MUST_CHECK bool pg_schema_migrate(const char *url, pg_schema_report *report, void *user,
                                  struct store_error *error);

/* May facts be kept there: is the schema exactly this program's, and does the server write to the
 * disk what it acknowledges? False and *error says what is amiss and what to do. The connection is
 * a PGconn. */
MUST_CHECK bool pg_schema_check(void *connection, struct store_error *error);

#endif
