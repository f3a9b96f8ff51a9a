/* What GIS officers publish in the database becomes the dispatcher's doing: closures at once, as an
 * operator's, and zones and waiting places in the place of those before. Each command is answered
 * in words once its facts are durable. */
#ifndef APP_OFFICERS_H
#define APP_OFFICERS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "app/configuration.h"
#include "core/core.h"
#include "store/store_error.h"

#define OFFICERS_REQUEST (UINT64_MAX - 1) /* of their events, which net knows nothing of */

struct officers_callbacks {
    void *user;
    bool (*on_event)(void *user, const struct event *event); /* false: again in a moment */
    uint32_t (*closures)(void *user);                        /* roads closed now */
    void (*on_log)(void *user, const char *what, const char *detail);
    void (*on_closed)(void *user);
};

struct officers;

/* Connect, and read what is published. `url` and `config` are borrowed for its life. NULL and
 * *error. */
MUST_CHECK struct officers *officers_open(const char *url, int16_t shard,
                                          const struct configuration *config,
                                          struct store_error *error);

/* The core begins with the configuration's places; these events, for number 0 and 1, put what is
 * published in their place. False: there is nothing of that. */
MUST_CHECK bool officers_begin(const struct officers *officers, uint32_t number,
                               struct event *event);

/* Has the core to be ready for other waiting places (core_config.parking_changes)? */
bool officers_may_park(const struct configuration *config);

/* The core runs: take commands. False and *error. */
MUST_CHECK bool officers_start(struct officers *officers, uv_loop_t *loop,
                               const struct officers_callbacks *callbacks,
                               struct store_error *error);

/* A message to OFFICERS_REQUEST; its facts are durable. */
void officers_take(struct officers *officers, const struct message *message);

/* No event comes any more. It is freed after on_closed, as the places are that the core borrows;
 * at once, without it, where it was never started. */
void officers_close(struct officers *officers);

#endif
