#include "sim/grow.h"

#include <stdio.h>
#include <stdlib.h>

static void *must_have(void *memory)
{
    if (memory == NULL) {
        fputs("sim: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void *grow(void *items, size_t *capacity, size_t count, size_t size)
{
    if (count <= *capacity) {
        return items;
    }
    size_t wanted = *capacity < 64 ? 64 : *capacity;
    while (wanted < count) {
        wanted *= 2;
    }
    *capacity = wanted;
    return must_have(reallocarray(items, wanted, size));
}

void *grow_new(size_t count, size_t size)
{
    return must_have(calloc(count > 0 ? count : 1, size));
}
