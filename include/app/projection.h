/* What the tables in PostgreSQL need to know of the configuration: the map, and the caps of the
 * policy that runs. */
#ifndef APP_PROJECTION_H
#define APP_PROJECTION_H

#include "app/configuration.h"
#include "store/pg_map.h"
#include "store/pg_project.h"

struct projection {
    const struct road_graph *graph;
    struct pg_project_cap caps[POLICY_CAPS_MAX];
};

/* A configuration for the store; both borrowed for its life. */
struct pg_project_config projection_make(struct projection *projection,
                                         const struct configuration *config);

/* The roads and the stations, to be written to the tables of these names; borrows likewise. */
struct pg_map_source projection_map(const struct configuration *config);

#endif
