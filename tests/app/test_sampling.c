/* A position of each vehicle in ten seconds, whatever the others do. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "app/sampling.h"

struct kept {
    struct store store; /* first */
    unsigned count;
    struct store_sample last;
};

static void keep(struct store *store, const struct store_sample *sample)
{
    struct kept *kept = (struct kept *)store;
    kept->count++;
    kept->last = *sample;
}

Test(sampling, keeps_one_position_in_ten_seconds_of_each_vehicle)
{
    static const struct store_ops OPS = {.sample = keep};
    struct kept kept = {.store = {.ops = &OPS}};
    struct sampling *sampling = calloc(1, sizeof *sampling);
    cr_assert(sampling != NULL);
    for (int64_t now_ms = 1000000; now_ms < 1060000; now_ms += 1000) {
        for (uint32_t vehicle = 1; vehicle <= 3; vehicle++) {
            const struct vehicle_view view = {.vehicle = {vehicle},
                                              .point = {51, -3},
                                              .heard_ms = vehicle == 3 ? 5 : now_ms,
                                              .people_aboard = 2,
                                              .stop_count = 4};
            sampling_take(sampling, &kept.store, &view, now_ms);
        }
    }
    cr_expect_eq(kept.count, 12, "%u: six of each of the two that were heard", kept.count);
    cr_expect_eq(kept.last.vehicle.value, 2);
    cr_expect_eq(kept.last.at_ms, 1050000);
    cr_expect_eq(kept.last.aboard, 2);
    cr_expect_eq(kept.last.stops, 4);
    free(sampling);
}
