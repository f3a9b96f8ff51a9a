/* Places are plain data; an arc's two ends are nodes, so that a place has one name only. */
#include "road/place.h"

#include "base/check.h"

struct road_place road_place_on_arc(const struct road_graph *graph, uint32_t arc,
                                    int32_t along_permille)
{
    CHECK(arc < graph->arc_count);
    CHECK(along_permille >= 0 && along_permille <= 1000);
    if (along_permille == 0)
        return road_place_at_node(graph->tail[arc]);
    if (along_permille == 1000)
        return road_place_at_node(graph->head[arc]);
    return (struct road_place){.node = ROAD_NONE, .arc = arc, .along_permille = along_permille};
}

struct geo_point road_place_point(const struct road_graph *graph, struct road_place place)
{
    CHECK(road_place_valid(graph, place));
    if (place.arc == ROAD_NONE)
        return graph->points[place.node];
    return geo_between(graph->points[graph->tail[place.arc]], graph->points[graph->head[place.arc]],
                       place.along_permille);
}
