/* Facts that are not durable yet, encoded, first in first out, in one block of memory. */
#ifndef STORE_PG_QUEUE_H
#define STORE_PG_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fact.h"

struct pg_queue {
    uint8_t *bytes; /* [capacity] */
    size_t capacity;
    size_t head;
    size_t tail;
    uint64_t last_seq; /* of the last fact put in; 0 none ever */
};

/* One fact, borrowed from the queue. */
struct pg_queue_item {
    uint64_t seq;
    int64_t at_ms;
    enum fact_kind kind;
    const uint8_t *body; /* wire/codec_fact.h */
    size_t length;
};

MUST_CHECK bool pg_queue_init(struct pg_queue *queue, size_t capacity);
void pg_queue_done(struct pg_queue *queue);

/* Is there room for so many facts, however long? */
bool pg_queue_has_room(const struct pg_queue *queue, size_t count);

/* Put in the fact after the last one; there must be room. */
void pg_queue_put(struct pg_queue *queue, const struct fact *fact);

bool pg_queue_is_empty(const struct pg_queue *queue);

/* Walk from the oldest: *cursor from 0; false at the end. */
bool pg_queue_next(const struct pg_queue *queue, size_t *cursor, struct pg_queue_item *item);

/* Take out all before the cursor of a walk. */
void pg_queue_drop(struct pg_queue *queue, size_t cursor);

#endif
