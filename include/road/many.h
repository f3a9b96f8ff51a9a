/* Many travel times between places at once, from rows (road/rows.h). What road_query_from(), _to()
 * and _matrix() do while the rows are fresh; see there for what the times mean. */
#ifndef ROAD_MANY_H
#define ROAD_MANY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "road/place.h"
#include "road/rows.h"

struct road_many; /* scratch for one thread, about 64 KiB, in an arena */

/* Lines against columns: the drives are from the lines' places to the columns' (forward), or the
 * other way. The time for line i and column j goes to times_ms[i * line_stride + j *
 * column_stride]. */
struct road_many_task {
    const struct road_place *lines;
    size_t line_count;
    const struct road_place *columns;
    size_t column_count;
    int64_t *times_ms;
    size_t line_stride;
    size_t column_stride;
    bool forward;
};

size_t road_many_cost(void);

/* NULL when the arena is too small. */
MUST_CHECK struct road_many *road_many_init(struct arena *arena);

/* The rows must be fresh (CHECKed). Best with more columns than lines when it is few lines; with
 * many of both either way. Some 10 nanoseconds a time. */
void road_many_times(struct road_many *many, const struct road_rows *rows,
                     const struct road_many_task *task);

#endif
