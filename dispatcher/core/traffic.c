/* The weights of a coming hour lie in a buffer of their own, with closed roads closed; from there
 * on the network has them. */
#include "core/traffic.h"

#include "base/check.h"
#include "core/retime.h"

static bool is_on(const struct core_config *config)
{
    return config->speeds != NULL || config->learn_speeds;
}

/* Longer drives say nothing that shorter ones do not. */
static size_t path_max(const struct road_network *network)
{
    const size_t arcs = (size_t)network->graph->node_count + 2;
    return arcs < TRAFFIC_ARCS_MAX ? arcs : TRAFFIC_ARCS_MAX;
}

size_t traffic_cost(const struct core_config *config, const struct road_network *network)
{
    if (!is_on(config)) {
        return 0;
    }
    return road_speeds_cost(network->graph) +
           arena_cost(network->graph->arc_count, sizeof(uint32_t)) +
           arena_cost(path_max(network), sizeof(uint32_t)) +
           arena_cost(config->limits.vehicles_max, sizeof(struct traffic_seen));
}

void traffic_init(struct core *core, struct arena *arena)
{
    struct traffic *traffic = &core->traffic;
    const struct road_graph *graph = core->network->graph;
    traffic->is_on = is_on(&core->config);
    if (!traffic->is_on) {
        return;
    }
    CHECK(road_speeds_init(&traffic->speeds, arena, graph, core->config.speeds));
    traffic->weights_ms = arena_take(arena, graph->arc_count, sizeof *traffic->weights_ms);
    traffic->path_max = path_max(core->network);
    traffic->path_arcs = arena_take(arena, traffic->path_max, sizeof *traffic->path_arcs);
    traffic->seen = arena_take(arena, core->config.limits.vehicles_max, sizeof *traffic->seen);
    traffic->slot = ROAD_SPEEDS_SLOTS; /* none yet */
    CHECK(traffic->weights_ms != NULL && traffic->path_arcs != NULL && traffic->seen != NULL);
}

/* Give the network the times of this hour, by what is known now. */
static void begin(struct core *core)
{
    struct traffic *traffic = &core->traffic;
    const uint32_t slot = calendar_hour(core->config.calendar, core->now_ms);
    if (slot != traffic->slot) {
        road_speeds_enter(&traffic->speeds, slot);
    }
    traffic->slot = slot;
    traffic->next_ms = calendar_next_hour_ms(core->config.calendar, core->now_ms);
    if (core->config.learn_speeds && traffic->next_ms > core->now_ms + TRAFFIC_LEARN_MS) {
        traffic->next_ms = core->now_ms + TRAFFIC_LEARN_MS;
    }
    traffic->is_refreshing = true;
    road_speeds_fill(&traffic->speeds, traffic->slot, traffic->weights_ms);
    for (uint32_t i = 0; i < state_closures_count(core->state); i++) {
        traffic->weights_ms[state_closures_at(core->state, i)->arc] = ROAD_CLOSED;
    }
    road_network_refresh(core->network, traffic->weights_ms);
}

void traffic_start(struct core *core)
{
    if (!core->traffic.is_on) {
        return;
    }
    begin(core);
    while (!road_network_step(core->network, TRAFFIC_NODES_MAX)) {
    }
    core->traffic.is_refreshing = false;
}

uint32_t traffic_weight(const struct core *core, uint32_t arc)
{
    const struct traffic *traffic = &core->traffic;
    return traffic->is_on ? road_speeds_weight(&traffic->speeds, arc, traffic->slot)
                          : core->network->graph->free_ms[arc];
}

int64_t traffic_due_ms(const struct core *core)
{
    if (!core->traffic.is_on || !core->started) {
        return INT64_MAX;
    }
    return core->traffic.is_refreshing ? core->now_ms : core->traffic.next_ms;
}

bool traffic_step(struct core *core)
{
    struct traffic *traffic = &core->traffic;
    if (traffic_due_ms(core) > core->now_ms) {
        return false;
    }
    if (!traffic->is_refreshing) {
        begin(core);
    } else if (road_network_step(core->network, TRAFFIC_NODES_MAX)) {
        traffic->is_refreshing = false;
        retime_begin(core);
    }
    return true;
}

void traffic_forget(struct core *core, uint32_t index)
{
    if (core->traffic.is_on) {
        core->traffic.seen[index].at_ms = 0;
    }
}

void traffic_see(struct core *core, uint32_t index, struct road_place place, int64_t at_ms)
{
    struct traffic *traffic = &core->traffic;
    size_t count = 0;
    if (!core->config.learn_speeds) {
        return;
    }
    struct traffic_seen *seen = &traffic->seen[index];
    if (!core->plans[index].under_way) {
        seen->at_ms = 0;
        return;
    }
    if (seen->at_ms != 0 && at_ms - seen->at_ms < TRAFFIC_DRIVE_MS) {
        return;
    }
    if (seen->at_ms != 0 &&
        road_query_path(core->network->query, seen->place, place, traffic->path_arcs,
                        traffic->path_max, &count) == ROAD_PATH_OK) {
        (void)road_speeds_see(&traffic->speeds, seen->place, place, traffic->path_arcs, count,
                              at_ms - seen->at_ms,
                              calendar_hour(core->config.calendar, seen->at_ms));
    }
    *seen = (struct traffic_seen){.place = place, .at_ms = at_ms};
}
