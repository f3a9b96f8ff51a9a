/* Pairs of places are searched by the way on foot, so that the first of equal cost is the one that
 * is wanted, and from the first on only what costs less is looked for. */
#include "core/meeting.h"

#include <string.h>

#include "base/check.h"
#include "core/spot.h"

#define PAIRS_MAX (MEETING_PLACES_MAX * MEETING_PLACES_MAX)

size_t meeting_cost(const struct road_graph *graph)
{
    return road_neighbours_cost(graph->node_count, graph->arc_count) +
           arena_cost(graph->node_count, sizeof(uint32_t)) +
           arena_cost(MEETING_VISITS_MAX, sizeof(uint32_t)) +
           arena_cost(MEETING_VISITS_MAX, sizeof(struct road_place)) +
           arena_cost(MEETING_VISITS_MAX, sizeof(int64_t));
}

bool meeting_init(struct meeting *meeting, struct arena *arena, const struct road_graph *graph)
{
    if (arena->size - arena->used < meeting_cost(graph) ||
        !road_neighbours_init(&meeting->streets, arena, graph)) {
        return false;
    }
    meeting->walk = 0;
    meeting->seen = arena_take(arena, graph->node_count, sizeof *meeting->seen);
    meeting->nodes = arena_take(arena, MEETING_VISITS_MAX, sizeof *meeting->nodes);
    meeting->places = arena_take(arena, MEETING_VISITS_MAX, sizeof *meeting->places);
    meeting->drives = arena_take(arena, MEETING_VISITS_MAX, sizeof *meeting->drives);
    return meeting->seen != NULL && meeting->nodes != NULL && meeting->places != NULL &&
           meeting->drives != NULL;
}

int64_t meeting_walk_m(struct geo_point from, struct geo_point to)
{
    return (geo_distance_mm(from, to) * MEETING_DETOUR_PERMILLE + 999999) / 1000000; /* up */
}

int64_t meeting_walk_ms(int64_t walk_m)
{
    return (walk_m * 1000000 + MEETING_WALK_MM_PER_S - 1) / MEETING_WALK_MM_PER_S; /* up */
}

/* ---- Along the streets ---- */

static bool is_walked(const struct road_graph *graph, uint32_t arc)
{
    return arc != ROAD_NONE && graph->class[arc] > ROAD_CLASS_TRUNK;
}

/* Is there a street that people walk between two neighbours? */
static bool joins(const struct road_graph *graph, uint32_t a, uint32_t b)
{
    return is_walked(graph, road_graph_arc(graph, a, b)) ||
           is_walked(graph, road_graph_arc(graph, b, a));
}

/* Take a node into the walk: once, if it is within reach and there is room. */
static void visit(struct meeting *meeting, const struct road_graph *graph,
                  const struct meeting_wish *wish, uint32_t node, uint32_t *count)
{
    if (meeting->seen[node] == meeting->walk || *count == MEETING_VISITS_MAX) {
        return;
    }
    meeting->seen[node] = meeting->walk;
    if (meeting_walk_m(wish->point, graph->points[node]) <= wish->walk_max_m) {
        meeting->nodes[(*count)++] = node;
    }
}

/* The nodes within the walk, in the order in which they are come upon; how many. */
static uint32_t walk(struct meeting *meeting, const struct road_graph *graph,
                     const struct meeting_wish *wish)
{
    uint32_t count = 0;
    meeting->walk++;
    if (meeting->walk == 0) { /* the numbers are used up */
        memset(meeting->seen, 0, (size_t)graph->node_count * sizeof *meeting->seen);
        meeting->walk = 1;
    }
    if (wish->asked.arc == ROAD_NONE) {
        visit(meeting, graph, wish, wish->asked.node, &count);
    } else if (is_walked(graph, wish->asked.arc)) {
        visit(meeting, graph, wish, graph->tail[wish->asked.arc], &count);
        visit(meeting, graph, wish, graph->head[wish->asked.arc], &count);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t node = meeting->nodes[i];
        const uint32_t end = meeting->streets.first[node + 1];
        for (uint32_t n = meeting->streets.first[node]; n < end; n++) {
            const uint32_t next = meeting->streets.nodes[n];
            if (joins(graph, node, next)) {
                visit(meeting, graph, wish, next, &count);
            }
        }
    }
    return count;
}

/* ---- The best of them ---- */

static void measure_drives(struct core *core, const struct meeting_wish *wish, uint32_t count)
{
    struct meeting *meeting = &core->meeting;
    struct road_query *query = core->network->query;
    for (uint32_t i = 0; i < count; i++) {
        meeting->places[i] = road_place_at_node(meeting->nodes[i]);
    }
    if (wish->end == MEETING_PICKUP) {
        road_query_to(query, meeting->places, count, wish->beyond, meeting->drives);
    } else {
        road_query_from(query, wish->beyond, meeting->places, count, meeting->drives);
    }
}

static bool precedes(const struct meeting_place *a, const struct meeting_place *b)
{
    return a->bound != b->bound ? a->bound < b->bound : a->place.node < b->place.node;
}

/* Put it where it belongs behind the first `fixed`; the last falls out when there is no room. Zones
 * are asked for what would stay. */
static void enter(const struct core *core, struct meeting_places *places, uint32_t fixed,
                  const struct meeting_place *candidate)
{
    uint32_t at = places->count;
    while (at > fixed && precedes(candidate, &places->places[at - 1])) {
        at--;
    }
    if (at == MEETING_PLACES_MAX || spot_judge(core, candidate->place) != SPOT_ALLOWED) {
        return;
    }
    if (places->count < MEETING_PLACES_MAX) {
        places->count++;
    }
    memmove(&places->places[at + 1], &places->places[at],
            (places->count - at - 1) * sizeof *places->places);
    places->places[at] = *candidate;
}

void meeting_find_places(struct core *core, const struct meeting_wish *wish,
                         struct meeting_places *places)
{
    struct meeting *meeting = &core->meeting;
    const struct road_graph *graph = core->network->graph;
    const struct core_weights *weights = &core->config.weights;
    places->count = 0;
    if (wish->asked_allowed) {
        places->places[places->count++] = (struct meeting_place){.place = wish->asked};
    }
    if (wish->walk_max_m == 0) {
        return;
    }
    CHECK(wish->walk_max_m > 0 && wish->walk_max_m <= TRIP_WALK_MAX_M);
    const uint32_t fixed = places->count;
    const uint32_t count = walk(meeting, graph, wish);
    measure_drives(core, wish, count);
    for (uint32_t i = 0; i < count; i++) {
        struct meeting_place candidate = {.place = meeting->places[i]};
        if (meeting->drives[i] >= ROAD_UNREACHABLE_MS ||
            road_place_equal(candidate.place, wish->asked)) {
            continue;
        }
        candidate.walk_m =
            (int32_t)meeting_walk_m(wish->point, graph->points[candidate.place.node]);
        candidate.walk_ms = meeting_walk_ms(candidate.walk_m);
        candidate.bound = weights->wait_s * candidate.walk_ms +
                          (weights->vehicle_s + weights->ride_s) * meeting->drives[i];
        enter(core, places, fixed, &candidate);
    }
}

/* ---- The best pair ---- */

struct pair {
    uint32_t from;
    uint32_t to;
    int32_t walk_m; /* at both ends */
};

static uint32_t sort_pairs_by_walk(const struct meeting_places *from,
                                   const struct meeting_places *to, struct pair pairs[PAIRS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        for (uint32_t j = 0; j < to->count; j++) {
            const int32_t walk_m = from->places[i].walk_m + to->places[j].walk_m;
            uint32_t at = count++;
            for (; at > 0 && pairs[at - 1].walk_m > walk_m; at--) {
                pairs[at] = pairs[at - 1];
            }
            pairs[at] = (struct pair){.from = i, .to = j, .walk_m = walk_m};
        }
    }
    return count;
}

bool meeting_request(struct core *core, const struct insertion_request *asked,
                     const struct meeting_place *from, const struct meeting_place *to,
                     struct insertion_request *request)
{
    struct insertion_request made = *asked;
    made.pickup.place = from->place;
    made.pickup.earliest_ms += from->walk_ms;
    made.dropoff.place = to->place;
    if (made.dropoff.latest_ms != INT64_MAX) {
        made.dropoff.latest_ms -= to->walk_ms;
    }
    if (road_place_equal(from->place, to->place) ||
        (from->walk_ms > 0 && made.pickup.earliest_ms > made.pickup.latest_ms) ||
        (to->walk_ms > 0 && made.dropoff.latest_ms < made.pickup.earliest_ms)) {
        return false;
    }
    made.direct_ms = road_query_time(core->network->query, from->place, to->place);
    if (made.direct_ms >= ROAD_UNREACHABLE_MS) {
        return false;
    }
    *request = made;
    return true;
}

bool meeting_find(struct core *core, const struct insertion_request *asked,
                  const struct meeting_places *from, const struct meeting_places *to,
                  struct meeting_choice *choice)
{
    const struct core_config *config = &core->config;
    struct pair pairs[PAIRS_MAX];
    int64_t limit = INT64_MAX; /* what a choice has to cost less than */
    const uint32_t count = sort_pairs_by_walk(from, to, pairs);
    for (uint32_t i = 0; i < count; i++) {
        struct insertion_request request;
        struct insertion best;
        const struct meeting_place *begin = &from->places[pairs[i].from];
        const struct meeting_place *end = &to->places[pairs[i].to];
        const int64_t on_foot = config->weights.wait_s * (begin->walk_ms + end->walk_ms);
        const int64_t left = limit == INT64_MAX ? limit : limit - on_foot;
        /* The rider is aboard for the shortest drive at least. */
        if (left <= 0 || !meeting_request(core, asked, begin, end, &request) ||
            config->weights.ride_s * request.direct_ms >= left ||
            !insertion_find_below(core->search, &core->fleet, &request, config, left, &best)) {
            continue;
        }
        limit = best.cost + on_foot;
        *choice = (struct meeting_choice){
            .from = *begin, .to = *end, .request = request, .best = best, .cost = limit};
    }
    return limit != INT64_MAX;
}
