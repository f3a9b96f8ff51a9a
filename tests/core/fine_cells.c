#include "fine_cells.h"

#include <stdlib.h>

#include "base/check.h"

void fine_cells_make(struct road_cells *cells, struct road_network *network)
{
    const uint32_t count = network->graph->node_count;
    CHECK(count <= ROAD_CELLS_MAX);
    *cells = (struct road_cells){
        .graph = network->graph,
        .count = count,
        .of_node = calloc(count, sizeof *cells->of_node),
        .leave = calloc(count, sizeof *cells->leave),
        .enter = calloc(count, sizeof *cells->enter),
        .near = calloc((size_t)count * ROAD_CELLS_NEAR, sizeof *cells->near),
        .enter_by = calloc((size_t)count * ROAD_CELLS_NEAR, sizeof *cells->enter_by),
        .from = calloc((size_t)count * count, sizeof *cells->from),
        .to = calloc((size_t)count * count, sizeof *cells->to),
    };
    CHECK(cells->leave != NULL && cells->enter != NULL);
    CHECK(cells->near != NULL && cells->enter_by != NULL);
    CHECK(cells->of_node != NULL && cells->from != NULL && cells->to != NULL);
    for (uint32_t a = 0; a < count; a++) {
        cells->of_node[a] = (uint16_t)a;
        for (uint32_t b = 0; b < count; b++) {
            const int64_t units =
                road_query_time(network->query, road_place_at_node(a), road_place_at_node(b)) /
                ROAD_CELLS_UNIT_MS; /* rounded down: a bound */
            const int64_t most = ROAD_CELLS_UNITS_MAX;
            cells->from[a * count + b] = (uint16_t)(units < most ? units : most);
            cells->to[b * count + a] = cells->from[a * count + b];
        }
    }
}

void fine_cells_free(struct road_cells *cells)
{
    free(cells->of_node);
    free(cells->leave);
    free(cells->enter);
    free(cells->near);
    free(cells->enter_by);
    free(cells->from);
    free(cells->to);
}
