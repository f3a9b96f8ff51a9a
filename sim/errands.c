#include "sim/errands.h"

#include <stdlib.h>

#include "base/check.h"
#include "sim/grow.h"

void errands_init(struct errands *errands, uint32_t count)
{
    const size_t size = heap_cost(count);
    struct arena arena;
    *errands = (struct errands){.memory = grow_new(size, 1)};
    arena_init(&arena, errands->memory, size);
    heap_init(&errands->heap, &arena, count);
}

void errands_free(struct errands *errands)
{
    free(errands->memory);
}

void errands_put(struct errands *errands, uint32_t person, int64_t at_ms)
{
    heap_put(&errands->heap, person, at_ms);
}

int64_t errands_due_ms(const struct errands *errands)
{
    uint32_t person = 0;
    int64_t at_ms = INT64_MAX;
    (void)heap_peek(&errands->heap, &person, &at_ms);
    return at_ms;
}

uint32_t errands_take(struct errands *errands)
{
    uint32_t person = 0;
    int64_t at_ms = 0;
    CHECK(heap_pop(&errands->heap, &person, &at_ms));
    return person;
}
