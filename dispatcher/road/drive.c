/* What of the drive ends too early is left out unseen, as far as the shortcuts of the hierarchy
 * reach; only the one in which the moment lies is looked into. */
#include "road/drive.h"

#include "road/end.h"

bool road_drive_ahead(struct road_drive *drive, struct road_place from, struct road_place to,
                      int64_t driven_ms, struct road_place *place, int64_t *reached_ms)
{
    const struct road_metric *metric = drive->metric;
    const struct road_graph *graph = metric->hierarchy->graph;
    struct road_end first = road_end_of(metric, from, true);
    struct road_end last = road_end_of(metric, to, false);
    struct road_path *path = NULL;
    int64_t at_ms = 0;
    if (driven_ms <= 0) {
        *place = from;
        *reached_ms = 0;
        return true;
    }
    if (road_end_direct(metric, from, to, &at_ms)) {
        *place = to;
        *reached_ms = at_ms;
        return true;
    }
    if (road_end_open(&first) && road_end_open(&last))
        path = road_query_between(drive->query, first.rank, last.rank);
    if (path == NULL)
        return false;
    if (from.arc != ROAD_NONE && first.offset_ms >= driven_ms) {
        *place = road_place_at_node(graph->head[from.arc]);
        *reached_ms = first.offset_ms;
        return true;
    }
    at_ms = first.offset_ms;
    at_ms += road_path_skip(path, driven_ms - at_ms);
    uint32_t arc;
    const bool passes = road_path_take(path, &arc, 1) == 1; /* another node before `to` */
    *place = passes ? road_place_at_node(graph->head[arc]) : to;
    *reached_ms = at_ms + (passes ? metric->weights_ms[arc] : last.offset_ms);
    return true;
}
