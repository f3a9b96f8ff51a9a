#include "sim/grow.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_MIN  (2 * HUGE_PAGE)

void *grow_check(void *memory)
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
    return grow_check(reallocarray(items, wanted, size));
}

void *grow_new(size_t count, size_t size)
{
    unsigned char *items = grow_check(calloc(count > 0 ? count : 1, size));
    const size_t bytes = count * size; /* calloc() has checked it */
    const size_t before = HUGE_PAGE - (uintptr_t)items % HUGE_PAGE;
    if (bytes >= HUGE_MIN) {
        /* An advice: without it all is the same, and slower. */
        (void)madvise(items + before, (bytes - before) / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    }
    return items;
}
