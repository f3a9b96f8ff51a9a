/* The snapshot of a clean stop. */
#ifndef APP_LAST_SNAPSHOT_H
#define APP_LAST_SNAPSHOT_H

#include "core/core.h"

/* Write the core's state into the journal's folder, which nobody uses any more, and log it; a
 * failure too, which costs the next start time and nothing else. */
void last_snapshot_write(const struct core *core, const char *journal);

#endif
