/* Counters of the doors, and their Prometheus text (exposition format 0.0.4). Figures only: nothing
 * here names a person or a ride, so /metrics needs no token. */
#ifndef NET_METRICS_H
#define NET_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "net/connect.h"

#define METRICS_TEXT_MAX (256 * 1024) /* longest text of ours and the dispatcher's */

enum metrics_counter {
    METRICS_CONNECTIONS_ACCEPTED,
    METRICS_CONNECTIONS_REFUSED,
    METRICS_TIMED_OUT,
    METRICS_FRAMES_IN,
    METRICS_FRAMES_OUT,
    METRICS_DROPPED_BAD_FRAME,
    METRICS_DROPPED_TELEMETRY,
    METRICS_DROPPED_REPLY,
    METRICS_DROPPED_ORDER,
    METRICS_DROPPED_SLOW,
    METRICS_WEBHOOKS_TAKEN,
    METRICS_WEBHOOKS_REFUSED,
    METRICS_COUNTER_COUNT,
};

enum metrics_gauge {
    METRICS_CONNECTIONS,
    METRICS_VEHICLES,
    METRICS_STREAMS,
    METRICS_GAUGE_COUNT,
};

struct metrics;

/* NULL: out of memory. */
MUST_CHECK struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

void metrics_count(struct metrics *metrics, enum metrics_counter counter);
uint64_t metrics_get(const struct metrics *metrics, enum metrics_counter counter);
void metrics_add(struct metrics *metrics, enum metrics_gauge gauge, int difference);

/* One request answered. `path` is a call's of the codec table, or NULL for any other. */
void metrics_request(struct metrics *metrics, const char *path, enum connect_code code,
                     uint64_t duration_ns);

/* The text, at most `size` bytes; its length. */
size_t metrics_write(const struct metrics *metrics, char *text, size_t size);

#endif
