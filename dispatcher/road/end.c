/* Places at nodes have a weight of none and an offset of 0. */
#include "road/end.h"

#include "road/query.h"

struct road_end road_end_of(const struct road_metric *metric, struct road_place place, bool begins)
{
    const struct road_hierarchy *h = metric->hierarchy;
    CHECK(road_place_valid(h->graph, place));
    if (place.arc == ROAD_NONE)
        return (struct road_end){.rank = h->rank[place.node], .arc = ROAD_NONE, .open = true};
    uint32_t weight = metric->weights_ms[place.arc];
    uint32_t node = begins ? h->graph->head[place.arc] : h->graph->tail[place.arc];
    return (struct road_end){
        .rank = h->rank[node],
        .arc = place.arc,
        .offset_ms =
            begins ? road_place_after_ms(place, weight) : road_place_before_ms(place, weight),
        .open = weight != ROAD_CLOSED,
    };
}

bool road_end_direct(const struct road_metric *metric, struct road_place from, struct road_place to,
                     int64_t *time_ms)
{
    if (road_place_equal(from, to)) {
        *time_ms = 0;
        return true;
    }
    if (from.arc == ROAD_NONE || from.arc != to.arc || from.along_permille > to.along_permille ||
        metric->weights_ms[from.arc] == ROAD_CLOSED)
        return false;
    uint32_t weight = metric->weights_ms[from.arc];
    *time_ms = road_place_before_ms(to, weight) - road_place_before_ms(from, weight);
    return true;
}

int64_t road_end_total(uint32_t between_ms, const struct road_end *from, const struct road_end *to)
{
    if (between_ms >= ROAD_FAR_MS || !from->open || !to->open)
        return ROAD_UNREACHABLE_MS;
    return between_ms + from->offset_ms + to->offset_ms;
}
