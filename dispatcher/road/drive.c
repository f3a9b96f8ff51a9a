/* The drive is unpacked and walked; it is the drive that road_query_path() gives. */
#include "road/drive.h"

#define ARCS_MAX 65536 /* longer drives are not followed: nobody is far from their next stop */

static size_t arcs_max(const struct road_hierarchy *hierarchy)
{
    const size_t arcs = (size_t)hierarchy->node_count + 2;
    return arcs < ARCS_MAX ? arcs : ARCS_MAX;
}

size_t road_drive_cost(const struct road_hierarchy *hierarchy)
{
    return arena_cost(arcs_max(hierarchy), sizeof(uint32_t));
}

bool road_drive_init(struct road_drive *drive, struct arena *arena,
                     const struct road_metric *metric, struct road_query *query)
{
    *drive = (struct road_drive){
        .metric = metric,
        .query = query,
        .arcs = arena_take(arena, arcs_max(metric->hierarchy), sizeof(uint32_t)),
        .arcs_max = arcs_max(metric->hierarchy),
    };
    return drive->arcs != NULL;
}

bool road_drive_ahead(struct road_drive *drive, struct road_place from, struct road_place to,
                      int64_t driven_ms, struct road_place *place, int64_t *reached_ms)
{
    const struct road_metric *metric = drive->metric;
    size_t count = 0;
    if (driven_ms <= 0) {
        *place = from;
        *reached_ms = 0;
        return true;
    }
    if (road_query_path(drive->query, from, to, drive->arcs, drive->arcs_max, &count) !=
        ROAD_PATH_OK) {
        return false;
    }
    int64_t at_ms = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t arc = drive->arcs[i];
        const uint32_t weight = metric->weights_ms[arc];
        const bool last = i + 1 == count;
        const int64_t end_ms = last && to.arc == arc ? road_place_before_ms(to, weight) : weight;
        const int64_t begin_ms = i == 0 && from.arc == arc ? road_place_before_ms(from, weight) : 0;
        at_ms += end_ms - begin_ms;
        if (last || at_ms >= driven_ms) {
            *place = last ? to : road_place_at_node(metric->hierarchy->graph->head[arc]);
            *reached_ms = at_ms;
            return true;
        }
    }
    *place = to; /* equal places: no arc at all */
    *reached_ms = 0;
    return true;
}
