#include "store/sync_times.h"

#include <stdlib.h>
#include <string.h>

void sync_times_add(struct sync_times *times, uint64_t us)
{
    times->us[times->count++ % SYNC_TIMES_MAX] = us;
}

static int compare_us(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t sync_times_median(const struct sync_times *times)
{
    uint64_t samples[SYNC_TIMES_MAX];
    const uint64_t count = times->count < SYNC_TIMES_MAX ? times->count : SYNC_TIMES_MAX;
    if (count == 0)
        return 0;
    memcpy(samples, times->us, count * sizeof samples[0]);
    qsort(samples, count, sizeof samples[0], compare_us);
    return samples[count / 2];
}
