/* Latencies in buckets whose width grows with the value, so that any percentile is right within
 * 1.6 % (as HdrHistogram, G. Tene). Record what is measured from the moment a call was due, not
 * from when it was sent: a slow server then cannot hide the calls it held up. */
#ifndef SIM_LOAD_HISTOGRAM_H
#define SIM_LOAD_HISTOGRAM_H

#include <stdint.h>

#define LOAD_HISTOGRAM_BITS    6 /* 64 buckets to each doubling */
#define LOAD_HISTOGRAM_BUCKETS ((1 << LOAD_HISTOGRAM_BITS) * (64 - LOAD_HISTOGRAM_BITS + 1))

struct load_histogram {
    uint64_t count;
    uint64_t max_us;
    uint64_t buckets[LOAD_HISTOGRAM_BUCKETS];
};

void load_histogram_add(struct load_histogram *histogram, uint64_t value_us);

/* The least value that at least `permille` of 1,000 values do not pass, rounded up to its bucket's
 * end; 0 of an empty histogram. `permille` is 1 to 1000. */
uint64_t load_histogram_at(const struct load_histogram *histogram, uint32_t permille);

#endif
