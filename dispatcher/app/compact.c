/* A snapshot made from the store's facts, not from the live core. */
#include "app/compact.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/log.h"
#include "base/arena.h"
#include "core/state.h"

struct compact {
    uv_loop_t *loop;
    uv_work_t work;
    const struct archive *archive;
    struct core_limits limits;
    uint64_t seq;
    bool running;
    bool closing;
    bool ok;
    struct store_error error;
};

struct source {
    struct state *state;
    uint64_t cursor;
};

static const char *take_fact(void *user, const struct fact *fact)
{
    const char *why = NULL;
    return fact_apply(user, fact, &why) ? NULL : why;
}

static bool next_fact(void *user, struct fact *fact)
{
    struct source *source = user;
    return state_snapshot_next(source->state, &source->cursor, fact);
}

/* On the pool. */
static void run(uv_work_t *work)
{
    struct compact *compact = work->data;
    size_t size = state_cost(&compact->limits);
    void *memory = calloc(1, size);
    compact->ok = false;
    if (memory == NULL) {
        memcpy(compact->error.text, "out of memory", sizeof "out of memory");
        return;
    }
    struct arena arena;
    arena_init(&arena, memory, size);
    struct source source = {.state = state_init(&arena, &compact->limits)};
    CHECK(source.state != NULL);
    uint64_t last_seq = 0;
    const struct archive_read read = {
        .up_to = compact->seq, .reader = take_fact, .user = source.state};
    compact->ok = archive_read(compact->archive, &read, &last_seq, &compact->error) &&
                  archive_snapshot(compact->archive, last_seq, next_fact, &source, &compact->error);
    free(memory);
}

static void after_run(uv_work_t *work, int status)
{
    struct compact *compact = work->data;
    char quoted[STORE_ERROR_MAX + 64];
    (void)status;
    compact->running = false;
    if (compact->ok)
        log_line(LOG_INFO, "snapshot", "seq=%" PRIu64, compact->seq);
    else
        log_line(LOG_WARN, "snapshot_failed", "reason=%s",
                 log_quote(compact->error.text, quoted, sizeof quoted));
    if (compact->closing)
        free(compact);
}

struct compact *compact_open(uv_loop_t *loop, const struct archive *archive,
                             struct core_limits limits)
{
    struct compact *compact = calloc(1, sizeof *compact);
    if (compact == NULL)
        return NULL;
    compact->loop = loop;
    compact->archive = archive;
    compact->limits = limits;
    compact->work.data = compact;
    return compact;
}

void compact_start(struct compact *compact, uint64_t seq)
{
    if (compact->running || compact->closing)
        return;
    compact->seq = seq;
    compact->running = uv_queue_work(compact->loop, &compact->work, run, after_run) == 0;
}

void compact_close(struct compact *compact)
{
    compact->closing = true;
    if (!compact->running)
        free(compact);
}
