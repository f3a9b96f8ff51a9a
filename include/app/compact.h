/* Snapshots while the dispatcher runs: a thread of the pool reads the facts into a state of its
 * own and writes that state down. It shares nothing with the live core, costs the loop nothing,
 * and proves each time that the facts can be recovered from. */
#ifndef APP_COMPACT_H
#define APP_COMPACT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "core/limits.h"
#include "store/archive.h"

struct compact; /* at most one run at a time */

/* The archive is borrowed for its life. NULL when out of memory. */
struct compact *compact_open(uv_loop_t *loop, const struct archive *archive,
                             struct core_limits limits);

/* Begin a snapshot up to `seq`, unless one is being made: that one then does. */
void compact_start(struct compact *compact, uint64_t seq);

/* Free it; a run under way ends first, on the pool. */
void compact_close(struct compact *compact);

#endif
