/* Where facts are kept: one narrow table that every store implements, the file journal
 * (store/store_file.h), PostgreSQL, and the simulator's faulty one.
 *
 * Life: open (each store's own) -> load -> append ... -> close. After a failed write or sync
 * nothing more is acknowledged: on_failed is called once and the process is to stop. All callbacks
 * run on the loop's thread, none from inside store_append() or store_close(). */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/geo.h"
#include "core/fact.h"
#include "store/store_error.h"

struct store_callbacks {
    void *user;
    void (*on_durable)(void *user, uint64_t seq); /* every fact up to seq is durable */
    void (*on_failed)(void *user, const struct store_error *error);
    void (*on_closed)(void *user);
};

/* Reads one fact of `load`, a snapshot's first, then the journal's after it. Returns NULL to go
 * on, or a sentence that says why the fact is refused; load then fails and names its place. */
typedef const char *store_reader(void *user, const struct fact *fact);

/* Gives the facts of a snapshot one by one: true and *fact, or false at the end. */
typedef bool store_snapshot_source(void *user, struct fact *fact);

struct store;

/* Where a vehicle was: no fact, and kept as well as can be. */
struct store_sample {
    struct vehicle_id vehicle;
    int64_t at_ms;
    struct geo_point point;
    uint8_t aboard; /* people */
    uint8_t stops;  /* still before it */
};

struct store_ops {
    /* Every fact, oldest first; blocking, at start-up. *last_seq: of the last fact, 0 if none. */
    bool (*load)(struct store *store, store_reader *reader, void *user, uint64_t *last_seq,
                 struct store_error *error);
    /* Take a batch for writing, in order of seq; copied. It holds all that its events caused.
     * Durable batches are told by on_durable.
     * False when the store's bound of unwritten bytes is reached: nothing was taken, the caller
     * stops taking in events until on_durable. */
    bool (*append)(struct store *store, const struct fact *facts, size_t count);
    /* Write what was taken, then on_closed. */
    void (*close)(struct store *store);
    /* Optional: keep where a vehicle was; where there is no room it is dropped and counted. */
    void (*sample)(struct store *store, const struct store_sample *sample);
    /* Optional: false while the store can make nothing durable, though it may later. */
    bool (*is_well)(const struct store *store);
    /* Optional: median time of the last batches, from handing down to durable, in microseconds; 0
     * before the first. */
    uint64_t (*sync_us)(const struct store *store);
};

struct store {
    const struct store_ops *ops;
    struct store_callbacks callbacks;
};

static inline bool store_load(struct store *store, store_reader *reader, void *user,
                              uint64_t *last_seq, struct store_error *error)
{
    return store->ops->load(store, reader, user, last_seq, error);
}

static inline bool store_append(struct store *store, const struct fact *facts, size_t count)
{
    return store->ops->append(store, facts, count);
}

static inline void store_close(struct store *store)
{
    store->ops->close(store);
}

static inline void store_sample(struct store *store, const struct store_sample *sample)
{
    if (store->ops->sample != NULL)
        store->ops->sample(store, sample);
}

static inline bool store_is_well(const struct store *store)
{
    return store->ops->is_well == NULL || store->ops->is_well(store);
}

static inline uint64_t store_sync_us(const struct store *store)
{
    return store->ops->sync_us == NULL ? 0 : store->ops->sync_us(store);
}

#endif
