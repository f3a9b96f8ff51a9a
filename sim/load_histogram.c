/* A value's bucket is its highest bit and the bits behind it. */
#include "sim/load_histogram.h"

#include "base/check.h"

#define EXACT (UINT64_C(1) << LOAD_HISTOGRAM_BITS) /* below it each value has its own bucket */

static uint32_t bucket_of(uint64_t value)
{
    if (value < EXACT) {
        return (uint32_t)value;
    }
    const uint32_t shift = 63 - (uint32_t)__builtin_clzll(value) - LOAD_HISTOGRAM_BITS;
    return (uint32_t)(EXACT * shift + (value >> shift));
}

/* The highest value of a bucket. */
static uint64_t bucket_end(uint32_t bucket)
{
    if (bucket < EXACT) {
        return bucket;
    }
    const uint32_t shift = bucket / (uint32_t)EXACT - 1;
    const uint64_t head = bucket - EXACT * shift;
    return ((head + 1) << shift) - 1;
}

void load_histogram_add(struct load_histogram *histogram, uint64_t value_us)
{
    const uint32_t bucket = bucket_of(value_us);
    CHECK(bucket < LOAD_HISTOGRAM_BUCKETS);
    histogram->buckets[bucket]++;
    histogram->count++;
    if (value_us > histogram->max_us) {
        histogram->max_us = value_us;
    }
}

uint64_t load_histogram_at(const struct load_histogram *histogram, uint32_t permille)
{
    CHECK(permille >= 1 && permille <= 1000);
    const uint64_t wanted = (histogram->count * permille + 999) / 1000;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < LOAD_HISTOGRAM_BUCKETS && seen < wanted; i++) {
        seen += histogram->buckets[i];
        if (seen >= wanted) {
            const uint64_t end = bucket_end(i);
            return end < histogram->max_us ? end : histogram->max_us;
        }
    }
    return 0;
}
