/* A dispatcher in waiting: a thread of the pool follows the facts of the one that leads into our
 * core, several times a second, until the lease can be taken. The core is that thread's alone
 * meanwhile. */
#ifndef APP_STANDBY_H
#define APP_STANDBY_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "core/core.h"
#include "store/pg_follow.h"

#define STANDBY_POLL_MS  200
#define STANDBY_READY_MS 2000 /* not further behind, it is ready to take over */

struct standby_callbacks {
    void *user;
    void (*on_leader)(
        void *user); /* the core is where all facts lead; standby_follow() has the lease */
    void (*on_failed)(void *user, const struct store_error *error);
    void (*on_closed)(void *user);
};

struct standby;

/* The url and the core are borrowed for its life. NULL out of memory. The first look is taken at
 * once. */
MUST_CHECK struct standby *standby_open(uv_loop_t *loop, const char *url, int32_t lease_seconds,
                                        struct core *core,
                                        const struct standby_callbacks *callbacks);

/* For operators, on one line: "standby: " and whether it is ready, and how far behind. Facts that
 * were committed later than the time that it names may be missing. */
void standby_words(const struct standby *standby, char *words, size_t size);

/* For store_pg_open(), once it leads. */
struct pg_follow *standby_follow(struct standby *standby);

/* Freed by itself after on_closed, which comes once the thread has done. */
void standby_close(struct standby *standby);

#endif
