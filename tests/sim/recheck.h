/* Works a run out again from its --rides, --stops and --network files and the scenario's tables,
 * with nothing of the project's own: plain Dijkstra, its own reading of the files, its own rules.
 */
#ifndef TESTS_RECHECK_H
#define TESTS_RECHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recheck_rules {
    int64_t pickup_ms;
    int64_t dropoff_ms;
    int64_t max_wait_ms;
    int64_t max_ride_permille;
    int64_t max_ride_extra_ms;
};

struct recheck_result {
    uint32_t served;
    uint32_t drives; /* compared with Dijkstra's */
    uint32_t errors;
    char first[256]; /* the first error */
};

/* `folder` holds nodes.csv and edges.csv (the network as written), vehicles.csv and requests.csv
 * (places by node), rides.csv and stops.csv. */
void recheck_run(const char *folder, const struct recheck_rules *rules,
                 struct recheck_result *result);

#endif
