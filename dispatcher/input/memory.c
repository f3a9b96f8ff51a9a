#include "input/memory.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static size_t whole_pages(size_t size)
{
    return (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

/* Huge pages begin at multiples of their size, so one more is asked for, and what is over is given
 * back at once. */
void *memory_take(size_t size)
{
    const size_t whole = whole_pages(size);
    unsigned char *mapped = mmap(NULL, whole + HUGE_PAGE, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    const size_t before = (HUGE_PAGE - (uintptr_t)mapped % HUGE_PAGE) % HUGE_PAGE;
    if (before > 0)
        (void)munmap(mapped, before);
    (void)munmap(mapped + before + whole, HUGE_PAGE - before);
    /* An advice: without it all is the same, and slower. */
    (void)madvise(mapped + before, whole, MADV_HUGEPAGE);
    return mapped + before;
}

void memory_give(void *memory, size_t size)
{
    if (memory != NULL)
        (void)munmap(memory, whole_pages(size));
}
