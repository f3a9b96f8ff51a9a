/* What of the drive ends too early is left out unseen, as far as the shortcuts of the hierarchy
 * reach; only the one in which the moment lies is looked into. */
#include "road/drive.h"

#include "road/end.h"

void road_drive_init(struct road_drive *drive, const struct road_metric *metric,
                     struct road_query *query)
{
    *drive = (struct road_drive){.metric = metric, .query = query};
}

/* Where the answer about such a drive is kept. */
static struct road_drive_answer *answer_of(struct road_drive *drive, struct road_place from,
                                           struct road_place to)
{
    const uint64_t key = ((uint64_t)from.node + from.arc) << 32 | (uint32_t)(to.node + to.arc);
    const uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15) >> 32;
    return &drive->answers[hash % ROAD_DRIVE_ANSWERS];
}

static bool holds(const struct road_drive_answer *answer, const struct road_metric *metric,
                  struct road_place from, struct road_place to, int64_t driven_ms)
{
    return driven_ms > answer->after_ms && driven_ms <= answer->reached_ms &&
           answer->version == metric->version && road_place_equal(answer->from, from) &&
           road_place_equal(answer->to, to);
}

/* Follow the drive, which leads over one rank and another. */
static bool look_ahead(struct road_drive *drive, struct road_drive_answer *answer,
                       int64_t driven_ms)
{
    const struct road_metric *metric = drive->metric;
    const struct road_graph *graph = metric->hierarchy->graph;
    const struct road_end first = road_end_of(metric, answer->from, true);
    const struct road_end last = road_end_of(metric, answer->to, false);
    struct road_path *path = NULL;
    if (road_end_open(&first) && road_end_open(&last))
        path = road_query_between(drive->query, first.rank, last.rank);
    if (path == NULL)
        return false;
    if (answer->from.arc != ROAD_NONE && first.offset_ms >= driven_ms) {
        answer->place = road_place_at_node(graph->head[answer->from.arc]);
        answer->reached_ms = first.offset_ms;
        return true;
    }
    answer->after_ms = first.offset_ms;
    answer->after_ms += road_path_skip(path, driven_ms - answer->after_ms);
    uint32_t arc;
    const bool passes = road_path_take(path, &arc, 1) == 1; /* another node before `to` */
    answer->place = passes ? road_place_at_node(graph->head[arc]) : answer->to;
    answer->reached_ms = answer->after_ms + (passes ? metric->weights_ms[arc] : last.offset_ms);
    return true;
}

bool road_drive_ahead(struct road_drive *drive, struct road_place from, struct road_place to,
                      int64_t driven_ms, struct road_place *place, int64_t *reached_ms)
{
    const struct road_metric *metric = drive->metric;
    if (driven_ms <= 0) {
        *place = from;
        *reached_ms = 0;
        return true;
    }
    if (road_end_direct(metric, from, to, reached_ms)) {
        *place = to;
        return true;
    }
    struct road_drive_answer *answer = answer_of(drive, from, to);
    if (!holds(answer, metric, from, to, driven_ms)) {
        struct road_drive_answer found = {.from = from, .to = to, .version = metric->version};
        if (!look_ahead(drive, &found, driven_ms))
            return false;
        *answer = found;
    }
    *place = answer->place;
    *reached_ms = answer->reached_ms;
    return true;
}
