/* Once one pair of places has its cost, of the others only what costs less is looked for, and most
 * of those searches end at once. */
#include "core/meeting.h"

#include <string.h>

#include "base/check.h"
#include "core/spot.h"

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
    if (meeting->seen[node] == meeting->walk || *count == MEETING_VISITS_MAX - 1) {
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

/* The kerb across the street from the one asked for: to go round to that side may be a long way for
 * a vehicle. False at a node, and where nobody drives or walks there. */
static bool across(const struct road_graph *graph, const struct meeting_wish *wish,
                   struct road_place *place)
{
    if (wish->asked.arc == ROAD_NONE) {
        return false;
    }
    const uint32_t back =
        road_graph_arc(graph, graph->head[wish->asked.arc], graph->tail[wish->asked.arc]);
    if (!is_walked(graph, back)) {
        return false;
    }
    *place = road_place_on_arc(graph, back, 1000 - wish->asked.along_permille);
    return true;
}

/* Whatever is within the walk, with the drives between it and the kerb at the other end. */
static uint32_t gather(struct core *core, const struct meeting_wish *wish)
{
    struct meeting *meeting = &core->meeting;
    struct road_query *query = core->network->query;
    uint32_t count = walk(meeting, core->network->graph, wish);
    for (uint32_t i = 0; i < count; i++) {
        meeting->places[i] = road_place_at_node(meeting->nodes[i]);
    }
    if (across(core->network->graph, wish, &meeting->places[count])) {
        count++;
    }
    if (wish->end == MEETING_PICKUP) {
        road_query_to(query, meeting->places, count, wish->beyond, meeting->drives);
    } else {
        road_query_from(query, wish->beyond, meeting->places, count, meeting->drives);
    }
    return count;
}

static bool precedes(const struct meeting_place *a, const struct meeting_place *b)
{
    return a->estimate != b->estimate ? a->estimate < b->estimate : a->place.node < b->place.node;
}

static int64_t estimate_of(const struct core *core, const struct meeting_wish *wish,
                           int64_t walk_ms, int64_t drive_ms)
{
    const struct core_weights *weights = &core->config.weights;
    const int64_t felt_ms = wish->end == MEETING_PICKUP ? walk_ms / 2 : walk_ms;
    return weights->wait_s * felt_ms + (weights->vehicle_s + weights->ride_s) * drive_ms;
}

static int64_t drive_asked(const struct core *core, const struct meeting_wish *wish)
{
    const bool begins = wish->end == MEETING_PICKUP;
    return road_query_time(core->network->query, begins ? wish->asked : wish->beyond,
                           begins ? wish->beyond : wish->asked);
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
    places->count = 0;
    if (wish->asked_allowed) {
        places->places[places->count++] = (struct meeting_place){
            .place = wish->asked, .estimate = estimate_of(core, wish, 0, drive_asked(core, wish))};
    }
    if (wish->walk_max_m == 0) {
        return;
    }
    CHECK(wish->walk_max_m > 0 && wish->walk_max_m <= TRIP_WALK_MAX_M);
    const uint32_t fixed = places->count;
    const uint32_t count = gather(core, wish);
    for (uint32_t i = 0; i < count; i++) {
        struct meeting_place candidate = {.place = meeting->places[i]};
        const int64_t walk_m =
            meeting_walk_m(wish->point, road_place_point(graph, candidate.place));
        if (meeting->drives[i] >= ROAD_UNREACHABLE_MS || walk_m > wish->walk_max_m ||
            road_place_equal(candidate.place, wish->asked)) {
            continue;
        }
        candidate.walk_m = walk_m > 0 ? (int32_t)walk_m : 1; /* a step, to tell it apart */
        candidate.walk_ms = meeting_walk_ms(candidate.walk_m);
        candidate.estimate = estimate_of(core, wish, candidate.walk_ms, meeting->drives[i]);
        enter(core, places, fixed, &candidate);
    }
}

/* ---- The best pair ---- */

struct pair {
    uint32_t from;
    uint32_t to;
    int32_t walk_m;   /* at both ends */
    int64_t estimate; /* of both */
};

/* What is wanted first where the costs are equal. */
static bool is_nearer(const struct pair *a, const struct pair *b)
{
    if (a->walk_m != b->walk_m) {
        return a->walk_m < b->walk_m;
    }
    return a->from != b->from ? a->from < b->from : a->to < b->to;
}

static bool promises_more(const struct pair *a, const struct pair *b)
{
    const bool is_asked = a->walk_m == 0;
    return is_asked != (b->walk_m == 0) ? is_asked : a->estimate < b->estimate;
}

/* The pairs that are searched: the one asked for, then those that promise most. */
static uint32_t list_pairs(const struct meeting_places *from, const struct meeting_places *to,
                           struct pair pairs[MEETING_PAIRS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        for (uint32_t j = 0; j < to->count; j++) {
            const struct pair pair = {.from = i,
                                      .to = j,
                                      .walk_m = from->places[i].walk_m + to->places[j].walk_m,
                                      .estimate =
                                          from->places[i].estimate + to->places[j].estimate};
            uint32_t at = count;
            while (at > 0 && promises_more(&pair, &pairs[at - 1])) {
                at--;
            }
            if (at == MEETING_PAIRS_MAX) {
                continue;
            }
            count += count < MEETING_PAIRS_MAX ? 1 : 0;
            memmove(&pairs[at + 1], &pairs[at], (count - at - 1) * sizeof *pairs);
            pairs[at] = pair;
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

/* Search one pair: what costs less than the choice so far, or as much where it is nearer. */
static bool try_pair(struct core *core, const struct insertion_request *asked,
                     const struct meeting_place *from, const struct meeting_place *to,
                     bool wins_ties, struct meeting_choice *choice)
{
    const struct core_config *config = &core->config;
    const int64_t on_foot = config->weights.wait_s * (from->walk_ms + to->walk_ms);
    struct insertion_request request;
    struct insertion best;
    int64_t limit = INT64_MAX;
    if (choice->cost != INT64_MAX) {
        limit = choice->cost - on_foot + (wins_ties ? 1 : 0);
    }
    /* No bound is put here: who makes a stand last until another comes may save more than they
     * cost. */
    if (!meeting_request(core, asked, from, to, &request) ||
        !insertion_find_below(core->search, &core->fleet, &request, config, limit, &best)) {
        return false;
    }
    *choice = (struct meeting_choice){
        .from = *from, .to = *to, .request = request, .best = best, .cost = best.cost + on_foot};
    return true;
}

bool meeting_find(struct core *core, const struct insertion_request *asked,
                  const struct meeting_places *from, const struct meeting_places *to,
                  struct meeting_choice *choice)
{
    struct pair pairs[MEETING_PAIRS_MAX];
    struct meeting_choice found = {.cost = INT64_MAX};
    struct pair chosen = {0};
    const uint32_t count = list_pairs(from, to, pairs);
    for (uint32_t i = 0; i < count; i++) {
        if (try_pair(core, asked, &from->places[pairs[i].from], &to->places[pairs[i].to],
                     is_nearer(&pairs[i], &chosen), &found)) {
            chosen = pairs[i];
        }
    }
    if (found.cost == INT64_MAX) {
        return false;
    }
    *choice = found;
    return true;
}
