/* The wiring: loop, core, store and doors, and the turn that ties them.
 *
 * One turn: 1. the clock is read. 2. Bytes become events (net), and 3. each event goes through
 * core_step() in order of arrival. At the turn's end, before the loop sleeps: 4. all its facts go
 * to the store in one append, 5. messages whose facts are durable leave, the others wait in a ring
 * until on_durable. */
#ifndef APP_DISPATCHER_H
#define APP_DISPATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "app/configuration.h"

struct dispatcher_options {
    int64_t time_scale;    /* 1, more in a demonstration */
    int64_t time_start_ms; /* 0: the wall clock's */
    const char *port_file; /* write the port listened on here, NULL not */
    const char *store;     /* PostgreSQL's URL; NULL: the configuration's journal */
    int32_t lease_seconds; /* of that store */
    bool is_standby;       /* wait for another that leads, and take over from it */
};

/* Serve until SIGTERM or SIGINT. The exit status: 0 after a clean end, 1 after a failure, which
 * was logged. The configuration is borrowed. */
int dispatcher_run(const struct configuration *config, const struct dispatcher_options *options);

#endif
