/* Where vehicles were, as the dispatcher saw them, for the table `track` of a council's database: a
 * CSV file with its columns, which COPY takes as it is (docs/database.md).
 *
 * As a serving dispatcher keeps them, a position is taken when a vehicle is heard, and one in ten
 * seconds of each. In a run a vehicle tells every 30 seconds of a drive where it can next turn, so
 * it is a few seconds ahead of where it is, and each minute where it rests. */
#ifndef SIM_TRACKS_H
#define SIM_TRACKS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/check.h"
#include "core/message.h"

#define TRACKS_SHARD    1
#define TRACKS_MS       INT64_C(10000)
#define TRACKS_VEHICLES 65536 /* two vehicles whose numbers differ by this share their turns */

struct tracks {
    FILE *file;
    int64_t until_ms; /* nothing later is written */
    int64_t *last_ms; /* [TRACKS_VEHICLES] */
};

/* False: the file cannot be written, and errno says why. `until_ms` 0: to the end of the run. */
MUST_CHECK bool tracks_open(struct tracks *tracks, const char *path, int64_t until_ms);

/* The view of a vehicle was told at `now_ms`. */
void tracks_take(struct tracks *tracks, const struct vehicle_view *view, int64_t now_ms);

/* False likewise: something could not be written. */
MUST_CHECK bool tracks_close(struct tracks *tracks);

#endif
