/* The dispatcher's clock as the load driver knows it: set by the first welcome of each epoch, run
 * on by the machine's own at the time scale. */
#ifndef SIM_LOAD_CLOCK_H
#define SIM_LOAD_CLOCK_H

#include <stdint.h>

struct load_clock {
    int64_t at_ms;  /* the dispatcher's clock ... */
    uint64_t at_ns; /* ... when the machine's showed this; 0 not set yet */
    int64_t scale;  /* milliseconds of the dispatcher's in one of the machine's */
    uint64_t epoch; /* of the welcome that set it */
};

static inline int64_t load_clock_ms(const struct load_clock *clock, uint64_t now_ns)
{
    return clock->at_ms + (int64_t)((now_ns - clock->at_ns) / 1000) * clock->scale / 1000;
}

/* How long until the dispatcher's clock shows `at_ms`, in ns; 0 when it is past. Two microseconds
 * more than that, so that no rounding makes it a millisecond too early. */
static inline uint64_t load_clock_until_ns(const struct load_clock *clock, int64_t at_ms,
                                           uint64_t now_ns)
{
    const int64_t left_ms = at_ms - load_clock_ms(clock, now_ns);
    return left_ms <= 0 ? 0 : ((uint64_t)left_ms * 1000000) / (uint64_t)clock->scale + 2000;
}

#endif
