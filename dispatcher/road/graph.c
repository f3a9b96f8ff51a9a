/* Look-ups by bisection in the sorted arrays. */
#include "road/graph.h"

#include "base/check.h"

uint32_t road_graph_arc(const struct road_graph *graph, uint32_t tail, uint32_t head)
{
    CHECK(tail < graph->node_count);
    uint32_t low = graph->first_out[tail];
    uint32_t high = graph->first_out[tail + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (graph->head[middle] < head)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graph->first_out[tail + 1] && graph->head[low] == head ? low : ROAD_NONE;
}

uint32_t road_graph_find(const struct road_graph *graph, int64_t name)
{
    uint32_t low = 0;
    uint32_t high = graph->node_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (graph->names[middle] < name)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graph->node_count && graph->names[low] == name ? low : ROAD_NONE;
}
