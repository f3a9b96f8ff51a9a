/* A street is one arc for each direction. A closure is of one arc, so that either direction can be
 * opened alone; what is asked for by a point is both, unless a heading says which. */
#include "core/step_road.h"

#include <string.h>

#include "base/check.h"
#include "core/emit.h"
#include "core/retime.h"
#include "core/traffic.h"

#define DIRECTIONS 2

/* The arcs that are meant: none where no road is near. */
static uint32_t find_arcs(const struct core *core, const struct event_road *asked,
                          uint32_t arcs[DIRECTIONS])
{
    const struct road_graph *graph = core->network->graph;
    struct road_snap snap;
    if (asked->arc != ROAD_NONE) {
        arcs[0] = asked->arc;
        return asked->arc < graph->arc_count ? 1 : 0;
    }
    if (!geo_valid(asked->point) ||
        !road_snap_vehicle(core->network->snapper, asked->point, asked->heading_deg,
                           ROAD_SNAP_MAX_MM, &snap)) {
        return 0;
    }
    arcs[0] = snap.arc;
    arcs[1] = asked->heading_deg == ROAD_HEADING_UNKNOWN
                  ? road_graph_arc(graph, graph->head[snap.arc], graph->tail[snap.arc])
                  : ROAD_NONE;
    return arcs[1] == ROAD_NONE ? 1 : DIRECTIONS;
}

static void emit_closure(struct core *core, struct request_id request, uint32_t position)
{
    const struct road_graph *graph = core->network->graph;
    const struct closure *closure = state_closures_at(core->state, position);
    struct closure_view *view = &emit_message(core, MESSAGE_CLOSURE, request)->closure;
    view->closure = *closure;
    view->from = graph->points[graph->tail[closure->arc]];
    view->to = graph->points[graph->head[closure->arc]];
}

/* The answer that holds those of `arcs` which are closed. */
static void answer(struct core *core, struct request_id request, const uint32_t *arcs,
                   uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t position = state_closures_find(core->state, arcs[i]);
        if (position != UINT32_MAX) {
            emit_closure(core, request, position);
        }
    }
}

static void change(struct core *core, enum fact_kind kind, const struct event_road *asked,
                   uint32_t arc)
{
    struct fact fact = {.kind = kind};
    fact.road.arc = arc;
    fact.road.by = asked->by;
    if (kind == FACT_ROAD_CLOSED) {
        memcpy(fact.road.reason, asked->reason, sizeof fact.road.reason);
    }
    emit_fact(core, &fact);
    road_network_set(core->network, arc,
                     kind == FACT_ROAD_CLOSED ? ROAD_CLOSED : traffic_weight(core, arc));
}

void step_road_close(struct core *core, const struct event *event)
{
    uint32_t arcs[DIRECTIONS];
    const uint32_t count = find_arcs(core, &event->road, arcs);
    uint32_t open_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        open_count += state_closures_find(core->state, arcs[i]) == UINT32_MAX;
    }
    if (count == 0) {
        emit_error(core, event->request, MESSAGE_ERROR_NO_ROAD);
        return;
    }
    if (state_closures_count(core->state) + open_count > CLOSURES_MAX) {
        emit_error(core, event->request, MESSAGE_ERROR_BUSY);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (state_closures_find(core->state, arcs[i]) == UINT32_MAX) {
            change(core, FACT_ROAD_CLOSED, &event->road, arcs[i]);
        }
    }
    answer(core, event->request, arcs, count);
    (void)emit_message(core, MESSAGE_LIST_END, event->request);
    if (open_count > 0) {
        retime_begin(core);
    }
}

void step_road_open(struct core *core, const struct event *event)
{
    uint32_t arcs[DIRECTIONS];
    const uint32_t count = find_arcs(core, &event->road, arcs);
    const uint32_t closed_count = state_closures_count(core->state);
    if (count == 0) {
        emit_error(core, event->request, MESSAGE_ERROR_NO_ROAD);
        return;
    }
    const uint32_t first = core->output->message_count;
    answer(core, event->request, arcs, count); /* while they are known */
    for (uint32_t i = 0; i < count; i++) {
        if (state_closures_find(core->state, arcs[i]) != UINT32_MAX) {
            change(core, FACT_ROAD_OPENED, &event->road, arcs[i]);
        }
    }
    for (uint32_t i = first; i < core->output->message_count; i++) {
        core->output->messages[i].after_seq = state_counters(core->state)->seq;
    }
    (void)emit_message(core, MESSAGE_LIST_END, event->request);
    if (state_closures_count(core->state) < closed_count) {
        retime_begin(core);
    }
}

void step_road_list(struct core *core, const struct event *event)
{
    const uint32_t count = state_closures_count(core->state);
    const uint32_t limit = event->list.limit < LIST_PAGE_MAX ? event->list.limit : LIST_PAGE_MAX;
    uint32_t next = event->list.after;
    for (uint32_t shown = 0; shown < limit && next < count; shown++) {
        emit_closure(core, event->request, next++);
    }
    emit_message(core, MESSAGE_LIST_END, event->request)->list_end.next_after =
        next < count ? next : 0;
}

void step_road_restore(struct core *core)
{
    for (uint32_t i = 0; i < state_closures_count(core->state); i++) {
        const uint32_t arc = state_closures_at(core->state, i)->arc;
        CHECK(arc < core->network->graph->arc_count);
        road_network_set(core->network, arc, ROAD_CLOSED);
    }
}
