/* The scripts run once each, in order, and are never taken for others. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "pg_server.h"
#include "store/pg_schema.h"
#include "store/pg_session.h"

struct told {
    unsigned count;
    unsigned states[4];
};

static void on_script(void *user, uint32_t number, const char *name, enum pg_schema_state state,
                      const char *applied_at)
{
    struct told *told = user;
    cr_expect_eq(number, ++told->count);
    cr_expect(name[0] != '\0');
    cr_expect_eq(applied_at[0] == '\0', state == PG_SCHEMA_PENDING);
    told->states[state]++;
}

Test(pg_schema, runs_each_script_once_and_refuses_changed_and_unknown_ones)
{
    struct folder folder;
    struct store_error error;
    folder_make(&folder);
    pg_server_make(folder.path);
    pg_server_url(folder.path, folder.url);

    struct told told = {0};
    cr_assert(pg_schema_status(folder.url, on_script, &told, &error), "%s", error.text);
    cr_expect_eq(told.states[PG_SCHEMA_PENDING], PG_SCHEMA_SCRIPT_COUNT);

    told = (struct told){0};
    cr_assert(pg_schema_migrate(folder.url, on_script, &told, &error), "%s", error.text);
    cr_expect_eq(told.states[PG_SCHEMA_APPLIED], PG_SCHEMA_SCRIPT_COUNT);
    told = (struct told){0};
    cr_assert(pg_schema_migrate(folder.url, on_script, &told, &error), "%s", error.text);
    cr_expect_eq(told.count, 0);

    pg_server_ask(folder.path, "UPDATE commonwheel.schema_migration SET checksum = checksum + 1"
                               " WHERE number = 1");
    told = (struct told){0};
    cr_assert(pg_schema_status(folder.url, on_script, &told, &error), "%s", error.text);
    cr_expect_eq(told.states[PG_SCHEMA_CHANGED], 1);
    cr_expect_not(pg_schema_migrate(folder.url, on_script, &told, &error));
    cr_expect(strstr(error.text, "script 001 (facts) was run as another text") != NULL, "%s",
              error.text);
    pg_server_ask(folder.path,
                  "UPDATE commonwheel.schema_migration SET checksum = checksum - 1"
                  " WHERE number = 1;"
                  "INSERT INTO commonwheel.schema_migration"
                  " SELECT max(number) + 1, 'later', 1 FROM commonwheel.schema_migration");
    cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, "is of a newer program") != NULL, "%s", folder.failure);
    folder_remove(&folder);
}

Test(pg_schema, says_that_a_url_is_none_without_repeating_it)
{
    struct told told = {0};
    struct store_error error;
    cr_expect_not(pg_schema_status("postgresql://u:secret@[h", on_script, &told, &error));
    cr_expect(strstr(error.text, "no connection string") != NULL, "%s", error.text);
    cr_expect(strstr(error.text, "secret") == NULL, "%s", error.text);
}

/* Facts are the record: not even their owner changes one by mistake. */
Test(pg_schema, refuses_to_change_or_delete_facts)
{
    static const char *const ATTEMPTS[] = {"UPDATE commonwheel.fact SET kind = 2",
                                           "DELETE FROM commonwheel.fact",
                                           "TRUNCATE commonwheel.fact"};
    struct folder folder;
    struct store_error error;
    folder_make_pg(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    folder_append(&folder, 1, 3);
    folder_close(&folder);
    PGconn *connection = pg_session_open(folder.url, &error);
    for (size_t i = 0; i < sizeof ATTEMPTS / sizeof ATTEMPTS[0]; i++) {
        cr_expect_not(pg_session_run(connection, ATTEMPTS[i], &error));
        cr_expect(strstr(error.text, "commonwheel.fact is never changed") != NULL, "%s",
                  error.text);
    }
    PQfinish(connection);
    folder_remove(&folder);
}
