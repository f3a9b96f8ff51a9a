/* Straight from the live core: the store is closed, so nothing changes meanwhile. */
#include "app/last_snapshot.h"

#include <inttypes.h>

#include "app/log.h"

struct source {
    const struct core *core;
    uint64_t cursor;
};

static bool next_fact(void *user, struct fact *fact)
{
    struct source *source = user;
    return core_snapshot_next(source->core, &source->cursor, fact);
}

void last_snapshot_write(const struct core *core, const struct archive *archive)
{
    struct source source = {.core = core};
    struct store_error error;
    char quoted[STORE_ERROR_MAX + 64];
    const uint64_t seq = core_seq(core);
    if (archive_snapshot(archive, seq, next_fact, &source, &error))
        log_line(LOG_INFO, "snapshot", "seq=%" PRIu64, seq);
    else
        log_line(LOG_WARN, "snapshot_failed", "reason=%s",
                 log_quote(error.text, quoted, sizeof quoted));
}
