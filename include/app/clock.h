/* The dispatcher's time: read once a turn. It follows the monotonic clock from the wall clock's
 * reading at start-up, so a step of the wall clock neither freezes nor jumps the service. Only a
 * demonstration may scale it or choose where it starts. */
#ifndef APP_CLOCK_H
#define APP_CLOCK_H

#include <stdint.h>

#define CLOCK_SCALE_MAX 3600

struct clock {
    int64_t start_ms;      /* dispatcher's time when started, since 1970-01-01 UTC */
    int64_t started_at_ns; /* monotonic */
    int64_t scale;         /* 1, or more in a demonstration */
};

/* `start_ms` 0: the wall clock's. `scale` is 1 to CLOCK_SCALE_MAX. */
void clock_start(struct clock *clock, int64_t start_ms, int64_t scale);

int64_t clock_now_ms(const struct clock *clock);

/* Real milliseconds until the dispatcher's clock shows `at_ms`, rounded up, 0 if it has passed. */
int64_t clock_until_ms(const struct clock *clock, int64_t at_ms);

/* The wall clock, in seconds; for tokens. */
int64_t clock_wall_s(void);

#endif
