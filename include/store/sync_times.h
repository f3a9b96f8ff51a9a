/* How long the last batches took to become durable. */
#ifndef STORE_SYNC_TIMES_H
#define STORE_SYNC_TIMES_H

#include <stdint.h>

#define SYNC_TIMES_MAX 64

struct sync_times {
    uint64_t us[SYNC_TIMES_MAX]; /* a ring */
    uint64_t count;              /* ever added */
};

void sync_times_add(struct sync_times *times, uint64_t us);

/* Of up to SYNC_TIMES_MAX; 0 before the first. */
uint64_t sync_times_median(const struct sync_times *times);

#endif
