#include "app/projection.h"

#include <string.h>

/* A place of another map than ours is nowhere. */
static struct geo_point point_of(void *user, struct road_place place)
{
    const struct projection *projection = user;
    if (!road_place_valid(projection->graph, place))
        return (struct geo_point){0, 0};
    return road_place_point(projection->graph, place);
}

struct pg_project_config projection_make(struct projection *projection,
                                         const struct configuration *config)
{
    const struct policy *policy = config->core.policy;
    struct pg_project_config made = {.point = point_of,
                                     .user = projection,
                                     .caps = projection->caps,
                                     .cap_count = policy->caps_count};
    projection->graph = config->graph;
    memcpy(made.policy_hash, policy->hash, sizeof made.policy_hash);
    for (uint32_t i = 0; i < policy->caps_count; i++) {
        const struct policy_caps *caps = &policy->caps[i];
        projection->caps[i] = (struct pg_project_cap){.class = (int16_t)caps->class,
                                                      .from_day = caps->row.from_day,
                                                      .until_day = caps->row.until_day,
                                                      .day_pence = caps->caps.day_pence,
                                                      .week_pence = caps->caps.week_pence};
    }
    return made;
}

static void give_road(void *user, uint32_t number, struct pg_map_road *road)
{
    const struct road_graph *graph = ((const struct configuration *)user)->graph;
    *road = (struct pg_map_road){.tail = graph->tail[number],
                                 .head = graph->head[number],
                                 .class = graph->class[number],
                                 .length_m = graph->length_m[number],
                                 .free_ms = graph->free_ms[number],
                                 .from = graph->points[graph->tail[number]],
                                 .to = graph->points[graph->head[number]]};
}

static void give_station(void *user, uint32_t index, struct pg_map_station *station)
{
    const struct configuration *config = user;
    const struct station *item = &config->core.stations.items[index];
    *station = (struct pg_map_station){.number = item->id,
                                       .plugs = item->plugs,
                                       .power_w = item->power_w,
                                       .cleans = item->cleans,
                                       .inspects = item->inspects,
                                       .point = road_place_point(config->graph, item->place)};
}

struct pg_map_source projection_map(const struct configuration *config)
{
    return (struct pg_map_source){.network = road_network_digest(config->graph),
                                  .road_count = config->graph->arc_count,
                                  .station_count = config->core.stations.count,
                                  .user = (void *)(uintptr_t)config,
                                  .road = give_road,
                                  .station = give_station};
}
