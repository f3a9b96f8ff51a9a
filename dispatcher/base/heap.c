/* A binary heap in an array, with each item's place in it kept beside, so that a key can change. */
#include "base/heap.h"

static bool is_before(const struct heap *heap, uint32_t a, uint32_t b)
{
    if (heap->keys[a] != heap->keys[b])
        return heap->keys[a] < heap->keys[b];
    return a < b;
}

static void place(struct heap *heap, uint32_t index, uint32_t item)
{
    heap->items[index] = item;
    heap->positions[item] = index + 1;
}

/* Put `item` at `index` or above it, moving larger parents down. */
static void rise(struct heap *heap, uint32_t index, uint32_t item)
{
    while (index > 0) {
        uint32_t parent = (index - 1) / 2;
        if (!is_before(heap, item, heap->items[parent]))
            break;
        place(heap, index, heap->items[parent]);
        index = parent;
    }
    place(heap, index, item);
}

/* Put `item` at `index` or below it, moving smaller children up. */
static void sink(struct heap *heap, uint32_t index, uint32_t item)
{
    while (index < heap->count / 2) {
        uint32_t child = 2 * index + 1;
        if (child + 1 < heap->count && is_before(heap, heap->items[child + 1], heap->items[child]))
            child++;
        if (!is_before(heap, heap->items[child], item))
            break;
        place(heap, index, heap->items[child]);
        index = child;
    }
    place(heap, index, item);
}

/* Put `item` where its key belongs, given that the rest of the heap is in order. */
static void settle(struct heap *heap, uint32_t index, uint32_t item)
{
    if (index > 0 && is_before(heap, item, heap->items[(index - 1) / 2]))
        rise(heap, index, item);
    else
        sink(heap, index, item);
}

size_t heap_cost(uint32_t capacity)
{
    return 2 * arena_cost(capacity, sizeof(uint32_t)) + arena_cost(capacity, sizeof(int64_t));
}

void heap_init(struct heap *heap, struct arena *arena, uint32_t capacity)
{
    CHECK(capacity < UINT32_MAX);
    *heap = (struct heap){
        .items = arena_take(arena, capacity, sizeof(uint32_t)),
        .positions = arena_take(arena, capacity, sizeof(uint32_t)),
        .keys = arena_take(arena, capacity, sizeof(int64_t)),
        .capacity = capacity,
    };
    CHECK(heap->items != NULL && heap->positions != NULL && heap->keys != NULL);
}

void heap_put(struct heap *heap, uint32_t item, int64_t key)
{
    CHECK(item < heap->capacity);
    heap->keys[item] = key;
    if (heap->positions[item] == 0)
        rise(heap, heap->count++, item);
    else
        settle(heap, heap->positions[item] - 1, item);
}

void heap_remove(struct heap *heap, uint32_t item)
{
    if (!heap_has(heap, item))
        return;
    uint32_t index = heap->positions[item] - 1;
    uint32_t last = heap->items[--heap->count];
    heap->positions[item] = 0;
    if (last != item)
        settle(heap, index, last);
}

bool heap_has(const struct heap *heap, uint32_t item)
{
    CHECK(item < heap->capacity);
    return heap->positions[item] != 0;
}

bool heap_peek(const struct heap *heap, uint32_t *item, int64_t *key)
{
    if (heap->count == 0)
        return false;
    *item = heap->items[0];
    *key = heap->keys[heap->items[0]];
    return true;
}

bool heap_pop(struct heap *heap, uint32_t *item, int64_t *key)
{
    if (!heap_peek(heap, item, key))
        return false;
    uint32_t last = heap->items[--heap->count];
    heap->positions[*item] = 0;
    if (heap->count > 0)
        sink(heap, 0, last);
    return true;
}

void heap_clear(struct heap *heap)
{
    for (uint32_t i = 0; i < heap->count; i++)
        heap->positions[heap->items[i]] = 0;
    heap->count = 0;
}
