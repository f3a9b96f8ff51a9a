/* Which of the many positions that vehicles tell are kept as their tracks: one in ten seconds of
 * each. */
#ifndef APP_SAMPLING_H
#define APP_SAMPLING_H

#include <stdbool.h>

#include "core/message.h"
#include "store/store.h"

#define SAMPLING_MS       10000
#define SAMPLING_VEHICLES 65536 /* two vehicles whose numbers differ by this share their turns */

struct sampling {
    int64_t last_ms[SAMPLING_VEHICLES]; /* all 0 to begin */
};

/* Hand the view of a vehicle that was heard at `now_ms` to the store, if it is its turn. */
void sampling_take(struct sampling *sampling, struct store *store, const struct vehicle_view *view,
                   int64_t now_ms);

#endif
