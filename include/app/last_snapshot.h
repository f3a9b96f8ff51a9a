/* The snapshot of a clean stop. */
#ifndef APP_LAST_SNAPSHOT_H
#define APP_LAST_SNAPSHOT_H

#include "core/core.h"
#include "store/archive.h"

/* Write the core's state beside the facts, which this process no longer adds to, and log it; a
 * failure too, which costs the next start time and nothing else. */
void last_snapshot_write(const struct core *core, const struct archive *archive);

#endif
