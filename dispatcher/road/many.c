/* Columns are prepared once for all lines, BATCH at a time. When there are several lines the
 * columns are sorted by rank, a postorder of the tree: then the nodes that a line's rank has in
 * common with column after column, going away from it on either side, can only become fewer, and
 * by no more than neighbouring columns differ. So it takes one look for a line, not for a pair;
 * and as the lengths change little from one column to the next, the loops over the rows run
 * without a hitch. */
#include "road/many.h"

#include "road/end.h"
#include "road/query.h"

#define BATCH     1024 /* columns */
#define LINES_MIN 8    /* fewer are not worth sorting the columns for */
#define AHEAD     8    /* columns for whose memory is asked in advance */

struct column {
    struct road_rows_node node;
    struct road_end end;
    const uint32_t *row_ms;
    uint32_t place;  /* which of the batch's places it is */
    uint32_t shared; /* with the next column, when sorted */
};

struct road_many {
    struct column columns[BATCH];
    uint64_t order[2][BATCH]; /* rank and place of the columns, to sort them */
};

/* What stays the same from line to line of a batch. */
struct batch {
    const struct road_rows *rows;
    const struct road_many_task *task;
    const struct road_place *places; /* of the columns */
    struct column *columns;
    size_t count;
    int64_t *times_ms; /* of the batch's first column */
};

size_t road_many_cost(void)
{
    return arena_cost(1, sizeof(struct road_many));
}

struct road_many *road_many_init(struct arena *arena)
{
    return arena_take(arena, 1, sizeof(struct road_many));
}

static const uint32_t *row_of(const struct road_rows *rows, uint32_t rank, bool up)
{
    return up ? road_rows_up(rows, rank) : road_rows_down(rows, rank);
}

static void prepare(const struct batch *batch)
{
    const struct road_rows *rows = batch->rows;
    bool forward = batch->task->forward;
    for (size_t j = 0; j < batch->count; j++) {
        struct column *column = &batch->columns[j];
        column->end = road_end_of(rows->metric, batch->places[j], !forward);
        __builtin_prefetch(&rows->nodes[column->end.rank]);
    }
    for (size_t j = 0; j < batch->count; j++) {
        struct column *column = &batch->columns[j];
        column->node = rows->nodes[column->end.rank];
        column->row_ms = row_of(rows, column->end.rank, !forward);
        column->place = (uint32_t)j;
    }
}

struct line {
    const struct road_place *place;
    struct road_end end;
    const uint32_t *row_ms;
    int64_t *times_ms;
};

/* The time for one line and one column, given how many ancestors they share. */
static inline void enter(const struct batch *batch, const struct line *line,
                         const struct column *column, uint32_t shared)
{
    const struct road_many_task *task = batch->task;
    int64_t *time_ms = &line->times_ms[column->place * task->column_stride];
    if (line->end.arc == column->end.arc && line->end.arc != ROAD_NONE) {
        struct road_place other = batch->places[column->place];
        struct road_place from = task->forward ? *line->place : other;
        struct road_place to = task->forward ? other : *line->place;
        if (road_end_direct(batch->rows->metric, from, to, time_ms))
            return;
    }
    uint32_t between_ms = road_rows_least(line->row_ms, column->row_ms, shared);
    bool open = between_ms < ROAD_FAR_MS && line->end.open && column->end.open;
    int64_t sum_ms = between_ms + line->end.offset_ms + column->end.offset_ms;
    *time_ms = open ? sum_ms : ROAD_UNREACHABLE_MS;
}

ROAD_ROWS_WIDE static void fill_unsorted(const struct batch *batch, const struct line *line)
{
    const struct road_rows *rows = batch->rows;
    struct road_rows_node node = rows->nodes[line->end.rank];
    for (size_t j = 0; j < batch->count; j++) {
        const struct column *column = &batch->columns[j];
        if (j + AHEAD < batch->count)
            __builtin_prefetch(batch->columns[j + AHEAD].row_ms);
        enter(batch, line, column, road_rows_shared(rows, &node, &column->node));
    }
}

ROAD_ROWS_WIDE static void fill_sorted(const struct batch *batch, const struct line *line)
{
    const struct road_rows *rows = batch->rows;
    const struct column *columns = batch->columns;
    struct road_rows_node node = rows->nodes[line->end.rank];
    size_t begin = 0;
    size_t end = batch->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (columns[middle].end.rank < line->end.rank)
            begin = middle + 1;
        else
            end = middle;
    }
    uint32_t shared = UINT32_MAX;
    for (size_t j = begin; j < batch->count; j++) {
        uint32_t fewer =
            j == begin ? road_rows_shared(rows, &node, &columns[j].node) : columns[j - 1].shared;
        shared = fewer < shared ? fewer : shared;
        enter(batch, line, &columns[j], shared);
    }
    shared = UINT32_MAX;
    for (size_t j = begin; j-- > 0;) {
        uint32_t fewer =
            j + 1 == begin ? road_rows_shared(rows, &node, &columns[j].node) : columns[j].shared;
        shared = fewer < shared ? fewer : shared;
        enter(batch, line, &columns[j], shared);
    }
}

/* Sort by one byte of the rank; stable. */
static void sort_by_byte(const uint64_t *restrict in, uint64_t *restrict out, size_t count,
                         int byte)
{
    size_t starts[257] = {0};
    for (size_t i = 0; i < count; i++)
        starts[(in[i] >> (32 + 8 * byte) & 0xff) + 1]++;
    for (int value = 0; value < 256; value++)
        starts[value + 1] += starts[value];
    for (size_t i = 0; i < count; i++)
        out[starts[in[i] >> (32 + 8 * byte) & 0xff]++] = in[i];
}

/* Bring the prepared columns into the order of their ranks, equal ones as they were. */
static void sort(struct road_many *many, const struct batch *batch)
{
    for (size_t j = 0; j < batch->count; j++)
        many->order[0][j] = (uint64_t)batch->columns[j].end.rank << 32 | j;
    for (int byte = 0; byte < 4; byte++)
        sort_by_byte(many->order[byte % 2], many->order[(byte + 1) % 2], batch->count, byte);
    const uint64_t *sorted = many->order[0];
    /* Ends are worked out again in order: it takes less than moving the columns about. */
    for (size_t j = 0; j < batch->count; j++) {
        struct column *column = &batch->columns[j];
        uint32_t place = (uint32_t)sorted[j];
        column->end = road_end_of(batch->rows->metric, batch->places[place], !batch->task->forward);
        column->node = batch->rows->nodes[column->end.rank];
        column->row_ms = row_of(batch->rows, column->end.rank, !batch->task->forward);
        column->place = place;
    }
    for (size_t j = 0; j + 1 < batch->count; j++)
        batch->columns[j].shared =
            road_rows_shared(batch->rows, &batch->columns[j].node, &batch->columns[j + 1].node);
}

static void fill(struct road_many *many, const struct batch *batch)
{
    const struct road_many_task *task = batch->task;
    bool sorted = task->line_count >= LINES_MIN;
    prepare(batch);
    if (sorted)
        sort(many, batch);
    for (size_t i = 0; i < task->line_count; i++) {
        struct line line = {
            .place = &task->lines[i],
            .end = road_end_of(batch->rows->metric, task->lines[i], task->forward),
            .times_ms = batch->times_ms + i * task->line_stride,
        };
        line.row_ms = row_of(batch->rows, line.end.rank, task->forward);
        if (sorted)
            fill_sorted(batch, &line);
        else
            fill_unsorted(batch, &line);
    }
}

void road_many_times(struct road_many *many, const struct road_rows *rows,
                     const struct road_many_task *task)
{
    CHECK(road_rows_fresh(rows));
    for (size_t first = 0; first < task->column_count; first += BATCH) {
        size_t left = task->column_count - first;
        struct batch batch = {
            .rows = rows,
            .task = task,
            .places = task->columns + first,
            .columns = many->columns,
            .count = left < BATCH ? left : BATCH,
            .times_ms = task->times_ms + first * task->column_stride,
        };
        fill(many, &batch);
    }
}
