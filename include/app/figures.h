/* The dispatcher's own figures for /metrics, in the Prometheus text format 0.0.4. */
#ifndef APP_FIGURES_H
#define APP_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/message.h"

struct figures {
    struct statistics_view core;
    bool store_is_well; /* it can make facts durable */
    uint64_t journal_sync_us;
    uint64_t events_taken;
    uint64_t events_refused;   /* while the store or the ring was full */
    uint64_t messages_waiting; /* for their facts to be durable */
    uint64_t turn_max_us;      /* longest turn since the last reading */
};

/* The length written; what does not fit is left out whole. */
size_t figures_write(const struct figures *figures, char *text, size_t size);

#endif
