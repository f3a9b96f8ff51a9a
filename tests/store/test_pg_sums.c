/* Sums of the day, made by themselves. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "pg_server.h"
#include "store/pg_sums.h"

#define EVERY_MS 150 /* and the first after 10 */

struct scene {
    struct folder folder;
    struct pg_sums *sums;
    bool may_begin;
    int asked_count;
    int note_count;
    char note[256];
    bool is_closed;
};

static bool may_begin(void *user)
{
    struct scene *scene = user;
    scene->asked_count++;
    return scene->may_begin;
}

static void on_note(void *user, const char *what, const char *detail)
{
    struct scene *scene = user;
    scene->note_count++;
    snprintf(scene->note, sizeof scene->note, "%s: %s", what, detail);
}

static void on_closed(void *user)
{
    ((struct scene *)user)->is_closed = true;
}

static void begin(struct scene *scene)
{
    struct store_error error;
    const struct pg_sums_callbacks callbacks = {scene, may_begin, on_note, on_closed};
    memset(scene, 0, sizeof *scene);
    scene->may_begin = true;
    folder_make_pg(&scene->folder);
    pg_server_ask(scene->folder.path,
                  "INSERT INTO commonwheel.refusal VALUES (1, 1, now(), md5('a')::uuid,"
                  " 'no_vehicle', NULL, 1, 0, commonwheel.point(0, 0), commonwheel.point(0, 0))");
    scene->sums =
        pg_sums_open(&scene->folder.loop, scene->folder.url, 1, EVERY_MS, &callbacks, &error);
    cr_assert(scene->sums != NULL, "%s", error.text);
}

static void end(struct scene *scene)
{
    pg_sums_close(scene->sums);
    while (!scene->is_closed)
        uv_run(&scene->folder.loop, UV_RUN_ONCE);
    folder_remove(&scene->folder);
}

static int64_t ask(const struct scene *scene, const char *sql)
{
    return pg_server_ask(scene->folder.path, sql);
}

/* Until another `count` rounds were to begin, and the one before is over. */
static void run_rounds(struct scene *scene, int count)
{
    const int until = scene->asked_count + count;
    while (scene->asked_count < until)
        uv_run(&scene->folder.loop, UV_RUN_ONCE);
}

#define REFUSALS "SELECT sum(refusals) FROM commonwheel.ward_hour"
#define AWAY     "ALTER FUNCTION commonwheel.refresh(smallint) RENAME TO away"
#define BACK     "ALTER FUNCTION commonwheel.away(smallint) RENAME TO refresh"

Test(pg_sums, are_made_anew_for_what_has_happened_since)
{
    struct scene scene;
    begin(&scene);
    run_rounds(&scene, 2);
    cr_expect_eq(ask(&scene, REFUSALS), 1);
    ask(&scene,
        "INSERT INTO commonwheel.refusal SELECT shard, 2, at, rider, reason, lacking, party,"
        " wheelchairs, from_geom, to_geom FROM commonwheel.refusal");
    run_rounds(&scene, 2);
    cr_expect_eq(ask(&scene, REFUSALS), 2);
    cr_expect_eq(scene.note_count, 0, "%s", scene.note);
    end(&scene);
}

Test(pg_sums, move_the_ledgers_checkpoint_on)
{
    struct scene scene;
    begin(&scene);
    ask(&scene, "INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit,"
                " amount_pence, linked) VALUES (1, 7, 1, now(), 'move', 256, 0, 400, false)");
    run_rounds(&scene, 2);
    cr_expect_eq(ask(&scene, "SELECT max(up_to) FROM commonwheel.ledger_checkpoint"), 7);
    cr_expect_eq(ask(&scene, "SELECT count(*) FROM commonwheel.ledger_check(1::smallint)"), 0);
    end(&scene);
}

Test(pg_sums, write_no_account_that_did_not_move)
{
    struct scene scene;
    begin(&scene);
    ask(&scene, "INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit,"
                " amount_pence, linked) VALUES (1, 7, 1, now(), 'move', 256, 0, 400, false)");
    run_rounds(&scene, 2);
    ask(&scene, "INSERT INTO commonwheel.transfer (shard, id, seq, at, kind, debit, credit,"
                " amount_pence, linked) VALUES (1, 8, 2, now(), 'move', 257, 0, 400, false)");
    run_rounds(&scene, 2);
    cr_expect_eq(ask(&scene, "SELECT max(up_to) FROM commonwheel.ledger_checkpoint"), 8);
    cr_expect_eq(ask(&scene, "SELECT up_to FROM commonwheel.ledger_checkpoint WHERE number = 256"),
                 7);
    cr_expect_eq(ask(&scene, "SELECT count(*) FROM commonwheel.ledger_check(1::smallint)"), 0);
    end(&scene);
}

Test(pg_sums, wait_while_the_store_is_behind)
{
    struct scene scene;
    begin(&scene);
    scene.may_begin = false;
    run_rounds(&scene, 5);
    cr_expect_eq(ask(&scene, "SELECT count(*) FROM commonwheel.summary_day"), 0);
    scene.may_begin = true;
    run_rounds(&scene, 2);
    cr_expect_eq(ask(&scene, "SELECT count(*) FROM commonwheel.summary_day"), 1);
    end(&scene);
}

Test(pg_sums, tell_the_first_failure_in_a_row_and_go_on)
{
    struct scene scene;
    begin(&scene);
    for (int row = 1; row <= 2; row++) {
        ask(&scene, AWAY);
        run_rounds(&scene, 2);
        cr_expect_eq(scene.note_count, row);
        cr_expect(strstr(scene.note, "sums_failed: function commonwheel.refresh") != NULL, "%s",
                  scene.note);
        ask(&scene, BACK);
        run_rounds(&scene, 2);
        cr_expect_eq(ask(&scene, REFUSALS), 1);
    }
    end(&scene);
}

Test(pg_sums, go_on_when_the_server_was_killed_and_is_back)
{
    struct scene scene;
    begin(&scene);
    pg_server_do(scene.folder.path, "kill");
    pg_server_do(scene.folder.path, "start");
    run_rounds(&scene, 3);
    cr_expect_eq(ask(&scene, REFUSALS), 1);
    cr_expect_leq(scene.note_count, 1);
    end(&scene);
}
