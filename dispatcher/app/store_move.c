/* The facts go through a state on their way, so that only what can be recovered from is moved. */
#include "app/store_move.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/state.h"

#define BATCH_MIN 256
#define BATCH_MAX 8192 /* a fleet's enrolments are of one moment */

/* Enough for any store; memory that is not needed is not touched. */
static const struct core_limits LIMITS = {
    .vehicles_max = VEHICLES_LIMIT, .rides_max = RIDES_LIMIT, .riders_max = RIDERS_LIMIT};

struct move {
    uv_loop_t loop;
    struct store *store; /* written to */
    struct state *state;
    struct fact batch[BATCH_MAX];
    size_t count;
    uint64_t taken_seq;
    uint64_t durable_seq;
    bool has_failed;
    struct store_error failure;
};

static void on_durable(void *user, uint64_t seq)
{
    struct move *move = user;
    move->durable_seq = seq;
}

static void on_failed(void *user, const struct store_error *error)
{
    struct move *move = user;
    move->has_failed = true;
    move->failure = *error;
}

static void on_closed(void *user)
{
    struct move *move = user;
    move->store = NULL;
}

static const char *refuse_fact(void *user, const struct fact *fact)
{
    (void)user;
    (void)fact;
    return "the store to move to is not empty";
}

/* Hand the batch down, waiting for room. */
static const char *hand_down(struct move *move)
{
    while (!move->has_failed && !store_append(move->store, move->batch, move->count))
        uv_run(&move->loop, UV_RUN_ONCE);
    move->taken_seq += move->count;
    move->count = 0;
    uv_run(&move->loop, UV_RUN_NOWAIT);
    return move->has_failed ? "the store to move to failed" : NULL;
}

static const char *apply(void *user, const struct fact *fact)
{
    struct move *move = user;
    const char *why = NULL;
    return fact_apply(move->state, fact, &why) ? NULL : why;
}

/* May a batch end before this fact? What one event caused is of one moment and stays together; what
 * a crash cut off is made up for behind the next start. */
static bool may_cut(const struct move *move, const struct fact *fact)
{
    if (move->count == BATCH_MAX)
        return true;
    return move->count >= BATCH_MIN && fact->kind != FACT_STARTED &&
           fact->at_ms != move->batch[move->count - 1].at_ms;
}

static const char *take_fact(void *user, const struct fact *fact)
{
    struct move *move = user;
    const char *why = apply(user, fact);
    if (why == NULL && may_cut(move, fact))
        why = hand_down(move);
    if (why == NULL)
        move->batch[move->count++] = *fact;
    return why;
}

/* Read all of an archive into a state of its own; its digest. */
static bool read_all(struct move *move, const struct archive *archive, store_reader *reader,
                     uint64_t *digest, struct store_error *error)
{
    struct arena arena;
    uint64_t last_seq;
    const size_t size = state_cost(&LIMITS);
    void *memory = calloc(1, size);
    if (memory == NULL)
        return store_error_set(error, "out of memory");
    arena_init(&arena, memory, size);
    move->state = state_init(&arena, &LIMITS);
    CHECK(move->state != NULL);
    const struct archive_read read = {.whole = true, .reader = reader, .user = move};
    const bool ok = archive_read(archive, &read, &last_seq, error);
    if (ok)
        *digest = state_digest(move->state);
    free(memory);
    return ok;
}

/* Write what is left, and wait for all of it. */
static bool finish(struct move *move, struct store_error *error)
{
    if (move->count > 0)
        (void)hand_down(move);
    while (!move->has_failed && move->durable_seq < move->taken_seq)
        uv_run(&move->loop, UV_RUN_ONCE);
    if (move->has_failed)
        *error = move->failure;
    return !move->has_failed;
}

static bool copy(struct move *move, const struct archive *from, uint64_t *digest,
                 struct store_error *error)
{
    uint64_t last_seq = 0;
    if (!store_load(move->store, refuse_fact, move, &last_seq, error))
        return false;
    bool ok = read_all(move, from, take_fact, digest, error);
    if (move->has_failed)
        *error = move->failure;
    return ok && finish(move, error);
}

bool store_move_facts(const struct archive *from, const struct recovery_options *to,
                      struct moved *moved, struct store_error *error)
{
    struct move *move = calloc(1, sizeof *move);
    if (move == NULL)
        return store_error_set(error, "out of memory");
    struct recovery_options options = *to;
    options.callbacks = (struct store_callbacks){move, on_durable, on_failed, on_closed};
    options.on_snapshot_due = NULL;
    CHECK(uv_loop_init(&move->loop) == 0);
    move->store = recovery_open(&move->loop, &options, error);
    bool ok = move->store != NULL && copy(move, from, &moved->from_digest, error);
    if (move->store != NULL)
        store_close(move->store);
    uv_run(&move->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&move->loop) == 0);
    const struct archive archive = recovery_archive(&options);
    ok = ok && read_all(move, &archive, apply, &moved->to_digest, error);
    moved->facts = move->taken_seq;
    free(move);
    if (ok && moved->from_digest != moved->to_digest)
        return store_error_set(
            error, "the copy leads to another state: digest %016" PRIx64 ", not %016" PRIx64,
            moved->to_digest, moved->from_digest);
    return ok;
}
