/* A real PostgreSQL of one test, by tests/pg_server: made in a temporary folder, gone with the
 * test's process. */
#ifndef TESTS_STORE_PG_SERVER_H
#define TESTS_STORE_PG_SERVER_H

#include <stdint.h>

/* Make a server in `folder`, which is there and empty. The test is said to be skipped, and ends,
 * where PostgreSQL is not installed. */
void pg_server_make(const char *folder);

/* `start`, `kill`, `stop`, `freeze`, `thaw`. */
void pg_server_do(const char *folder, const char *what);

/* Run a statement; the number that it gives, 0 for none. Fails the test where the server does not
 * take it. */
int64_t pg_server_ask(const char *folder, const char *sql);

/* Where its store is. */
void pg_server_url(const char *folder, char url[128]);

#endif
