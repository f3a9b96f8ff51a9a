/* A blocking connection to PostgreSQL: for the start, for commands, for threads of their own. The
 * running store has store/pg_link.h.
 *
 * `url` is a libpq connection string, postgresql://... The password comes by libpq's own ways
 * (password file, service file, environment), and is in no error text. What it does not say itself:
 * connecting takes 10 s at most, a server that may not write is passed over, GSS is not tried. */
#ifndef STORE_PG_SESSION_H
#define STORE_PG_SESSION_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/pg_hosts.h"
#include "store/store.h"

#define PG_SESSION_URL_MAX    1024
#define PG_SESSION_PARAMS_MAX 8

/* NULL and *error names the server. PQfinish() it. */
MUST_CHECK PGconn *pg_session_open(const char *url, struct store_error *error);

/* As PQconnectStartParams with the same settings, and the hosts of `lists` in the place of the
 * URL's where it has any; NULL out of memory. */
MUST_CHECK PGconn *pg_session_start(const char *url, const struct pg_hosts_lists *lists);

/* Run statements without results. */
MUST_CHECK bool pg_session_run(PGconn *connection, const char *sql, struct store_error *error);

/* Run one statement with parameters as text ($1 ...), results in binary where `binary`. NULL and
 * *error, or PQclear() the result. */
MUST_CHECK PGresult *pg_session_query(PGconn *connection, const char *sql, int count,
                                      const char *const *params, bool binary,
                                      struct store_error *error);

/* Set *error to the server's name and what it said, on one line. False. */
bool pg_session_failed(const PGconn *connection, const char *what, struct store_error *error);

/* Numbers of a binary result, of 2, 4 or 8 bytes. */
int64_t pg_session_int(const PGresult *result, int row, int column);

#endif
