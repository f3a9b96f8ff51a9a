#include "folder.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pg_server.h"
#include "store/pg_schema.h"

void folder_make(struct folder *folder)
{
    *folder = (struct folder){.path = "/tmp/commonwheel-store-XXXXXX"};
    cr_assert(mkdtemp(folder->path) != NULL);
    cr_assert_eq(uv_loop_init(&folder->loop), 0);
}

static void no_report(void *user, uint32_t number, const char *name, enum pg_schema_state state,
                      const char *applied_at)
{
    (void)user;
    (void)number;
    (void)name;
    (void)state;
    (void)applied_at;
}

void folder_make_pg(struct folder *folder)
{
    struct store_error error;
    folder_make(folder);
    pg_server_make(folder->path);
    pg_server_url(folder->path, folder->url);
    cr_assert(pg_schema_migrate(folder->url, no_report, NULL, &error), "%s", error.text);
}

bool folder_make_kind(struct folder *folder, unsigned kind)
{
    if (kind == 0)
        folder_make(folder);
    else if (kind == 1)
        folder_make_pg(folder);
    return kind < 2;
}

void folder_remove(struct folder *folder)
{
    char path[512];
    if (folder->url[0] != '\0') {
        pg_server_do(folder->path, "kill"); /* what is left goes with the process */
        cr_assert_eq(uv_loop_close(&folder->loop), 0, "a handle was left open");
        return;
    }
    DIR *directory = opendir(folder->path);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        snprintf(path, sizeof path, "%s/%s", folder->path, entry->d_name);
        unlink(path);
    }
    closedir(directory);
    rmdir(folder->path);
    cr_assert_eq(uv_loop_close(&folder->loop), 0, "a handle was left open");
}

static void on_durable(void *user, uint64_t seq)
{
    struct folder *folder = user;
    cr_assert_gt(seq, folder->durable);
    folder->durable = seq;
    folder->durable_calls++;
}

static void on_failed(void *user, const struct store_error *error)
{
    struct folder *folder = user;
    folder->failed = true;
    memcpy(folder->failure, error->text, sizeof folder->failure);
}

static void on_closed(void *user)
{
    struct folder *folder = user;
    folder->closed = true;
}

static void on_segment_closed(void *user, uint64_t last_seq)
{
    struct folder *folder = user;
    folder->closed_segment = last_seq;
}

static const char *take_fact(void *user, const struct fact *fact)
{
    struct folder *folder = user;
    if (fact->kind >= FACT_SNAPSHOT) {
        folder->snapshot_facts++;
        return NULL;
    }
    if (fact->ride.ride.value != fact->seq * 3)
        return "not the fact that was written";
    folder->read_count++;
    folder->read_last = fact->seq;
    return NULL;
}

static void on_note(void *user, const char *what, const char *detail)
{
    struct folder *folder = user;
    (void)detail;
    if (strcmp(what, "store_away") == 0)
        folder->lost_count++;
}

bool folder_open(struct folder *folder, uint32_t segment_size)
{
    struct store_error error = {.text = ""};
    const struct store_file_config config = {.folder = folder->path,
                                             .segment_size = segment_size,
                                             .on_segment_closed = on_segment_closed};
    const struct store_pg_config pg_config = {.url = folder->url,
                                              .shard = STORE_PG_SHARD,
                                              .lease_seconds = PG_LEASE_SECONDS_MIN,
                                              .snapshot_facts = segment_size / 100,
                                              .on_snapshot_due = on_segment_closed,
                                              .on_note = on_note};
    const struct store_callbacks callbacks = {
        .user = folder, .on_durable = on_durable, .on_failed = on_failed, .on_closed = on_closed};
    folder->closed = false;
    folder->read_count = folder->read_last = folder->snapshot_facts = 0;
    folder->store = folder->url[0] == '\0'
                        ? store_file_open(&folder->loop, &config, &callbacks, &error)
                        : store_pg_open(&folder->loop, &pg_config, &callbacks, &error);
    uint64_t last_seq = 0;
    bool ok =
        folder->store != NULL && store_load(folder->store, take_fact, folder, &last_seq, &error);
    if (ok)
        folder->durable = last_seq;
    else
        memcpy(folder->failure, error.text, sizeof folder->failure);
    if (!ok && folder->store != NULL)
        folder_close(folder);
    return ok;
}

struct fact folder_fact(uint64_t seq)
{
    return (struct fact){
        .seq = seq,
        .at_ms = 1700000000000 + (int64_t)seq,
        .kind = FACT_RIDE_CANCELLED,
        .ride = {.ride = {seq * 3}, .vehicle = VEHICLE_NONE, .by = CANCEL_BY_RIDER}};
}

void folder_take(struct folder *folder, uint64_t first, uint64_t last)
{
    enum { BATCH_MAX = 2000 };
    struct fact *facts = calloc(BATCH_MAX, sizeof *facts);
    cr_assert(facts != NULL && last - first < BATCH_MAX);
    for (uint64_t seq = first; seq <= last; seq++)
        facts[seq - first] = folder_fact(seq);
    cr_assert(store_append(folder->store, facts, last - first + 1));
    free(facts);
}

void folder_append(struct folder *folder, uint64_t first, uint64_t last)
{
    folder_take(folder, first, last);
    while (folder->durable < last && !folder->failed)
        uv_run(&folder->loop, UV_RUN_ONCE);
}

void folder_close(struct folder *folder)
{
    store_close(folder->store);
    cr_assert_not(folder->closed, "closed from inside store_close()");
    uv_run(&folder->loop, UV_RUN_DEFAULT);
    cr_assert(folder->closed);
    folder->store = NULL;
}

const char *folder_segment(const struct folder *folder, uint64_t first_seq)
{
    static char path[PATH_MAX];
    cr_assert(journal_segment_path(folder->path, first_seq, path));
    return path;
}

void folder_flip(const char *path, long offset)
{
    FILE *file = fopen(path, "r+b");
    cr_assert(file != NULL);
    fseek(file, offset, SEEK_SET);
    int byte = fgetc(file);
    cr_assert_neq(byte, EOF);
    fseek(file, offset, SEEK_SET);
    fputc(byte ^ 0x10, file);
    fclose(file);
}

void folder_cut(const char *path, long size)
{
    cr_assert_eq(truncate(path, size), 0);
}

long folder_size(const char *path)
{
    struct stat status;
    cr_assert_eq(stat(path, &status), 0);
    return (long)status.st_size;
}
