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
