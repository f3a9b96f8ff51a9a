#include "sim/agenda.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/sort.h"
#include "sim/grow.h"

/* In order of `times_ms`, which are not before `began_ms`; equal ones in order of their numbers. */
static void queue_init(struct agenda_queue *queue, int64_t began_ms, const int64_t *times_ms,
                       uint32_t count)
{
    *queue = (struct agenda_queue){
        .numbers = grow_new(count, sizeof *queue->numbers),
        .keys = grow_new(count, sizeof *queue->keys),
        .count = count,
        .round_ms = began_ms,
    };
    for (uint32_t i = 0; i < count; i++) {
        CHECK(times_ms[i] >= began_ms);
        queue->numbers[i] = i;
        queue->keys[i] = (uint64_t)(times_ms[i] - began_ms);
    }
    uint32_t *number_scratch = grow_new(count, sizeof *number_scratch);
    uint64_t *key_scratch = grow_new(count, sizeof *key_scratch);
    sort_pairs(queue->keys, queue->numbers, key_scratch, number_scratch, count);
    free(number_scratch);
    free(key_scratch);
}

static void queue_free(struct agenda_queue *queue)
{
    free(queue->numbers);
    free(queue->keys);
}

void agenda_init(struct agenda *agenda, int64_t began_ms, const int64_t *heartbeats_ms,
                 uint32_t car_count, int64_t period_ms, const int64_t *people_ms,
                 uint32_t person_count)
{
    const size_t size = heap_cost(car_count);
    struct arena arena;
    *agenda = (struct agenda){.cars_memory = grow_new(size, 1), .period_ms = period_ms};
    arena_init(&arena, agenda->cars_memory, size);
    heap_init(&agenda->cars, &arena, car_count);
    for (uint32_t i = 0; i < car_count; i++) {
        CHECK(heartbeats_ms[i] >= 1); /* so that a round ends before the next begins */
        CHECK(heartbeats_ms[i] <= period_ms);
    }
    queue_init(&agenda->heartbeats, 0, heartbeats_ms, car_count);
    agenda->heartbeats.round_ms = began_ms;
    queue_init(&agenda->people, began_ms, people_ms, person_count);
}

void agenda_free(struct agenda *agenda)
{
    free(agenda->cars_memory);
    queue_free(&agenda->heartbeats);
    queue_free(&agenda->people);
}

void agenda_put_car(struct agenda *agenda, uint32_t car, int64_t at_ms)
{
    if (at_ms == INT64_MAX) {
        heap_remove(&agenda->cars, car);
    } else {
        heap_put(&agenda->cars, car, at_ms);
    }
}

/* Take the queue's next for *item if it is due before that. */
static void prefer(const struct agenda_queue *queue, enum agenda_kind kind,
                   struct agenda_item *item)
{
    if (queue->next == queue->count) {
        return;
    }
    const int64_t at_ms = queue->round_ms + (int64_t)queue->keys[queue->next];
    if (at_ms < item->at_ms) {
        *item = (struct agenda_item){
            .kind = kind, .number = queue->numbers[queue->next], .at_ms = at_ms};
    }
}

bool agenda_peek(const struct agenda *agenda, struct agenda_item *item)
{
    struct agenda_item first = {.kind = AGENDA_CAR, .at_ms = INT64_MAX};
    (void)heap_peek(&agenda->cars, &first.number, &first.at_ms);
    prefer(&agenda->heartbeats, AGENDA_HEARTBEAT, &first);
    prefer(&agenda->people, AGENDA_PERSON, &first);
    if (first.at_ms == INT64_MAX) {
        return false;
    }
    *item = first;
    return true;
}

void agenda_pop(struct agenda *agenda, const struct agenda_item *item)
{
    CHECK(item->kind != AGENDA_CAR);
    struct agenda_queue *queue =
        item->kind == AGENDA_PERSON ? &agenda->people : &agenda->heartbeats;
    CHECK(queue->next < queue->count);
    CHECK(queue->numbers[queue->next] == item->number);
    queue->next++;
    if (item->kind == AGENDA_HEARTBEAT && queue->next == queue->count) {
        queue->next = 0;
        queue->round_ms += agenda->period_ms;
    }
}
