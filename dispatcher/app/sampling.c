#include "app/sampling.h"

void sampling_take(struct sampling *sampling, struct store *store, const struct vehicle_view *view,
                   int64_t now_ms)
{
    int64_t *last_ms = &sampling->last_ms[view->vehicle.value % SAMPLING_VEHICLES];
    if (view->heard_ms != now_ms || now_ms - *last_ms < SAMPLING_MS)
        return;
    const struct store_sample sample = {.vehicle = view->vehicle,
                                        .at_ms = now_ms,
                                        .point = view->point,
                                        .aboard = view->people_aboard,
                                        .stops = view->stop_count};
    *last_ms = now_ms;
    store_sample(store, &sample);
}
