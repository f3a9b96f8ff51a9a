/* A record is a head and the encoded fact. What is left moves to the front when the end is reached.
 */
#include "store/pg_queue.h"

#include <stdlib.h>
#include <string.h>

#include "wire/codec_fact.h"

struct head {
    uint64_t seq;
    int64_t at_ms;
    uint32_t kind;
    uint32_t length;
};

#define RECORD_MAX (sizeof(struct head) + CODEC_FACT_MAX)

bool pg_queue_init(struct pg_queue *queue, size_t capacity)
{
    *queue = (struct pg_queue){.bytes = malloc(capacity), .capacity = capacity};
    return queue->bytes != NULL;
}

void pg_queue_done(struct pg_queue *queue)
{
    free(queue->bytes);
    queue->bytes = NULL;
}

bool pg_queue_has_room(const struct pg_queue *queue, size_t count)
{
    return queue->tail - queue->head + count * RECORD_MAX <= queue->capacity;
}

void pg_queue_put(struct pg_queue *queue, const struct fact *fact)
{
    CHECK(pg_queue_has_room(queue, 1));
    CHECK(queue->last_seq == 0 || fact->seq == queue->last_seq + 1);
    if (queue->tail + RECORD_MAX > queue->capacity) {
        memmove(queue->bytes, queue->bytes + queue->head, queue->tail - queue->head);
        queue->tail -= queue->head;
        queue->head = 0;
    }
    uint8_t *record = queue->bytes + queue->tail;
    const size_t length = codec_fact_encode(fact, record + sizeof(struct head));
    const struct head head = {fact->seq, fact->at_ms, (uint32_t)fact->kind, (uint32_t)length};
    memcpy(record, &head, sizeof head);
    queue->tail += sizeof head + length;
    queue->last_seq = fact->seq;
}

bool pg_queue_is_empty(const struct pg_queue *queue)
{
    return queue->head == queue->tail;
}

bool pg_queue_next(const struct pg_queue *queue, size_t *cursor, struct pg_queue_item *item)
{
    struct head head;
    const size_t place = queue->head + *cursor;
    if (place == queue->tail)
        return false;
    memcpy(&head, queue->bytes + place, sizeof head);
    *item = (struct pg_queue_item){.seq = head.seq,
                                   .at_ms = head.at_ms,
                                   .kind = (enum fact_kind)head.kind,
                                   .body = queue->bytes + place + sizeof head,
                                   .length = head.length};
    *cursor += sizeof head + head.length;
    return true;
}

void pg_queue_drop(struct pg_queue *queue, size_t cursor)
{
    CHECK(cursor <= queue->tail - queue->head);
    queue->head += cursor;
    if (queue->head == queue->tail)
        queue->head = queue->tail = 0;
}
