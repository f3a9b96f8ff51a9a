/* The only file that reads a clock for the dispatcher. */
#include "app/clock.h"

#include <time.h>

#include "base/check.h"

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void clock_start(struct clock *clock, int64_t start_ms, int64_t scale)
{
    CHECK(scale >= 1 && scale <= CLOCK_SCALE_MAX);
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    int64_t wall_ms = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    *clock = (struct clock){
        .start_ms = start_ms != 0 ? start_ms : wall_ms,
        .started_at_ns = monotonic_ns(),
        .scale = scale,
    };
}

int64_t clock_now_ms(const struct clock *clock)
{
    int64_t elapsed_us = (monotonic_ns() - clock->started_at_ns) / 1000;
    return clock->start_ms + elapsed_us * clock->scale / 1000;
}

int64_t clock_until_ms(const struct clock *clock, int64_t at_ms)
{
    int64_t now_ms = clock_now_ms(clock);
    if (at_ms <= now_ms)
        return 0;
    return (at_ms - now_ms + clock->scale - 1) / clock->scale;
}

int64_t clock_wall_s(void)
{
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return (int64_t)wall.tv_sec;
}
