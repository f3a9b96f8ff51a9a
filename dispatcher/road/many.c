/* Columns are prepared once for all lines, BATCH at a time. When there are several lines the
 * columns are sorted by rank, a postorder of the tree: then the nodes that a line's rank has in
 * common with column after column, going away from it on either side, can only become fewer, and
 * by no more than neighbouring columns differ. So it takes one look for a line, not for a pair;
 * and as the lengths change little from one column to the next, the loops over the rows run
 * without a hitch. */
#include "road/many.h"

#include "road/end.h"

#define BATCH     1024 /* columns */
#define LINES_MIN 8    /* fewer are not worth sorting the columns for */

struct sorted {
    const uint32_t *row_ms;
    uint32_t rank;
    uint32_t place;   /* which column it is */
    uint32_t shared;  /* ancestors in common with the next */
    uint32_t base_ms; /* between the rank and its base */
};

struct road_many {
    uint32_t ranks[BATCH];
    uint32_t arcs[BATCH];
    int64_t offsets_ms[BATCH];
    uint32_t between_ms[BATCH]; /* from node to node, of one line */
    struct sorted sorted[BATCH];
    uint64_t order[2][BATCH]; /* ranks and places, to sort them */
};

/* What stays the same from line to line. */
struct batch {
    const struct road_rows *rows;
    const struct road_many_task *task;
    const struct road_place *places; /* of the columns */
    size_t count;
    int64_t *times_ms; /* of the first column */
};

size_t road_many_cost(void)
{
    return arena_cost(1, sizeof(struct road_many));
}

struct road_many *road_many_init(struct arena *arena)
{
    return arena_take(arena, 1, sizeof(struct road_many));
}

static void prepare(struct road_many *many, const struct batch *batch)
{
    const struct road_rows *rows = batch->rows;
    bool begins = !batch->task->forward;
    for (size_t j = 0; j < batch->count; j++) {
        struct road_end end = road_end_of(rows->metric, batch->places[j], begins);
        many->ranks[j] = end.rank;
        many->arcs[j] = end.arc;
        many->offsets_ms[j] = end.offset_ms;
        __builtin_prefetch(&rows->nodes[end.rank]);
    }
}

/* Sort by one byte of the rank; stable. */
static void sort_by_byte(const uint64_t *restrict in, uint64_t *restrict out, size_t count,
                         int byte)
{
    uint32_t starts[257] = {0};
    for (size_t i = 0; i < count; i++)
        starts[(in[i] >> (32 + 8 * byte) & 0xff) + 1]++;
    for (int value = 0; value < 256; value++)
        starts[value + 1] += starts[value];
    for (size_t i = 0; i < count; i++)
        out[starts[in[i] >> (32 + 8 * byte) & 0xff]++] = in[i];
}

static void sort(struct road_many *many, const struct batch *batch)
{
    const struct road_rows *rows = batch->rows;
    for (size_t j = 0; j < batch->count; j++)
        many->order[0][j] = (uint64_t)many->ranks[j] << 32 | j;
    for (int byte = 0; byte < 4; byte++)
        sort_by_byte(many->order[byte % 2], many->order[(byte + 1) % 2], batch->count, byte);
    for (size_t j = 0; j < batch->count; j++) {
        struct sorted *column = &many->sorted[j];
        column->place = (uint32_t)many->order[0][j];
        column->rank = many->ranks[column->place];
        column->row_ms = batch->task->forward ? road_rows_down(rows, column->rank)
                                              : road_rows_up(rows, column->rank);
        column->base_ms = batch->task->forward ? rows->nodes[column->rank].down_ms
                                               : rows->nodes[column->rank].up_ms;
    }
    for (size_t j = 0; j + 1 < batch->count; j++)
        many->sorted[j].shared = road_rows_shared(rows, &rows->nodes[many->sorted[j].rank],
                                                  &rows->nodes[many->sorted[j + 1].rank]);
}

/* The first column of this rank or a higher one. */
static size_t find_rank(const struct road_many *many, size_t count, uint32_t rank)
{
    size_t begin = 0;
    size_t end = count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (many->sorted[middle].rank < rank)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

static uint32_t fewer(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline uint32_t look_up(const struct sorted *column, const uint32_t *row_ms,
                               uint32_t base_ms, uint32_t shared)
{
    return road_rows_whole(road_rows_least(row_ms, column->row_ms, shared), base_ms,
                           column->base_ms);
}

/* between_ms[] for a line's rank, going from it to both sides. */
ROAD_ROWS_WIDE static void pass(struct road_many *many, const struct batch *batch, uint32_t rank)
{
    const struct road_rows *rows = batch->rows;
    const struct sorted *columns = many->sorted;
    const bool forward = batch->task->forward;
    const uint32_t *row_ms = forward ? road_rows_up(rows, rank) : road_rows_down(rows, rank);
    uint32_t base_ms = forward ? rows->nodes[rank].up_ms : rows->nodes[rank].down_ms;
    size_t count = batch->count;
    size_t middle = find_rank(many, count, rank);
    uint32_t shared = 0;
    for (size_t j = middle; j < count; j++) {
        shared = j == middle
                     ? road_rows_shared(rows, &rows->nodes[rank], &rows->nodes[columns[j].rank])
                     : fewer(shared, columns[j - 1].shared);
        many->between_ms[columns[j].place] = look_up(&columns[j], row_ms, base_ms, shared);
    }
    for (size_t j = middle; j-- > 0;) {
        shared = j + 1 == middle
                     ? road_rows_shared(rows, &rows->nodes[rank], &rows->nodes[columns[j].rank])
                     : fewer(shared, columns[j].shared);
        many->between_ms[columns[j].place] = look_up(&columns[j], row_ms, base_ms, shared);
    }
}

/* After pass(), for a rank that hangs: the columns in the same dead end, between which and it the
 * way need not lead by the base. */
static void pass_dead_end(struct road_many *many, const struct batch *batch, uint32_t rank)
{
    const struct road_rows *rows = batch->rows;
    struct road_rows_dead_end near = road_rows_dead_end(rows, rank);
    for (size_t j = find_rank(many, batch->count, near.lowest);
         j < batch->count && road_rows_inside(near, many->sorted[j].rank); j++) {
        uint32_t other = many->sorted[j].rank;
        many->between_ms[many->sorted[j].place] = batch->task->forward
                                                      ? road_rows_time(rows, rank, other)
                                                      : road_rows_time(rows, other, rank);
    }
}

/* Times from node to node become times from place to place. */
static void finish(const struct road_many *many, const struct batch *batch,
                   const struct road_place *place, const struct road_end *end, int64_t *times_ms)
{
    const struct road_many_task *task = batch->task;
    for (size_t j = 0; j < batch->count; j++) {
        int64_t *time_ms = &times_ms[j * task->column_stride];
        *time_ms = road_end_total(many->between_ms[j], end->offset_ms, many->offsets_ms[j]);
    }
    if (end->arc == ROAD_NONE)
        return;
    for (size_t j = 0; j < batch->count; j++) {
        if (many->arcs[j] != end->arc)
            continue;
        struct road_place from = task->forward ? *place : batch->places[j];
        struct road_place to = task->forward ? batch->places[j] : *place;
        int64_t direct_ms;
        if (road_end_direct(batch->rows->metric, from, to, &direct_ms))
            times_ms[j * task->column_stride] = direct_ms;
    }
}

static void fill(struct road_many *many, const struct batch *batch)
{
    const struct road_many_task *task = batch->task;
    const struct road_rows *rows = batch->rows;
    bool sorted = task->line_count >= LINES_MIN;
    prepare(many, batch);
    if (sorted)
        sort(many, batch);
    for (size_t i = 0; i < task->line_count; i++) {
        struct road_end end = road_end_of(rows->metric, task->lines[i], task->forward);
        if (sorted) {
            pass(many, batch, end.rank);
            if (road_rows_hangs(rows, end.rank))
                pass_dead_end(many, batch, end.rank);
        } else if (task->forward) {
            road_rows_from(rows, end.rank, many->ranks, batch->count, many->between_ms);
        } else {
            road_rows_to(rows, many->ranks, batch->count, end.rank, many->between_ms);
        }
        finish(many, batch, &task->lines[i], &end, batch->times_ms + i * task->line_stride);
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
            .count = left < BATCH ? left : BATCH,
            .times_ms = task->times_ms + first * task->column_stride,
        };
        fill(many, &batch);
    }
}
