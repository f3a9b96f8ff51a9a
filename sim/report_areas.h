/* How well each part of the town was served, so that an average cannot hide one that waits for
 * ever: requests by the area they begin in (the network's areas, those that vehicles are sent to).
 * The worst areas are looked for among those with REPORT_AREA_LEAST requests or more. */
#ifndef SIM_REPORT_AREAS_H
#define SIM_REPORT_AREAS_H

#include "sim/world.h"

#define REPORT_AREA_LEAST 20

struct report_area {
    uint32_t requests;
    uint32_t served;
    uint32_t refused;     /* because no vehicle could come in time, as in all below */
    int64_t wait_mean_ms; /* of the served, half up */
    int64_t wait_p95_ms;  /* nearest rank */
    int64_t wait_max_ms;
};

struct report_areas {
    uint32_t count;
    struct report_area areas[ROAD_AREAS_MAX];
    uint32_t compared_count; /* areas with enough requests */
    int64_t worst_mean_ms;   /* the largest of those, each by itself */
    int64_t worst_p95_ms;
    int64_t worst_refused_permille; /* half up */
};

void report_areas_make(const struct world *world, struct report_areas *areas);

#endif
