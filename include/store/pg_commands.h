/* What officers publish in the database (schema/005_gis.sql), one command after the other, over a
 * connection of its own: handed on, answered, and then the next. A command whose answer was lost
 * comes again. Nothing here is a fact: what a command leads to is for the one who takes it. */
#ifndef STORE_PG_COMMANDS_H
#define STORE_PG_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"
#include "store/pg_map.h"
#include "store/store_error.h"

#define PG_COMMANDS_ARCS_MAX 256

enum pg_command_kind {
    PG_COMMAND_CLOSE = 1,
    PG_COMMAND_OPEN,
    PG_COMMAND_ZONES,
    PG_COMMAND_KERBS,
};

/* Borrowed during the callback. */
struct pg_command {
    int64_t id;
    enum pg_command_kind kind;
    const char *by;     /* the officer's database login */
    uint64_t network;   /* CLOSE, OPEN: the digest of the network that the arcs are of */
    uint32_t arc_count; /* CLOSE, OPEN: 1 to PG_COMMANDS_ARCS_MAX */
    uint32_t arcs[PG_COMMANDS_ARCS_MAX];
    const char *reason;
    const char *content; /* ZONES: all zones, as GeoJSON; KERBS: all waiting places, as CSV */
};

struct pg_commands_callbacks {
    void *user;
    /* No other comes before pg_commands_answer(). */
    void (*on_command)(void *user, const struct pg_command *command);
    void (*on_note)(void *user, const char *what, const char *detail); /* for the log */
    void (*on_closed)(void *user);
};

struct pg_commands;

/* Connect, blocking. `url` is borrowed for its life. NULL and *error. */
MUST_CHECK struct pg_commands *pg_commands_open(const char *url, int16_t shard,
                                                struct store_error *error);

/* The zones and waiting places that are published, as in struct pg_command; each NULL where none
 * ever was, else the caller's to free. Blocking, before pg_commands_start(). */
MUST_CHECK bool pg_commands_places(struct pg_commands *commands, char **zones, char **kerbs,
                                   struct store_error *error);

/* Let the database hold this map (store/pg_map.h); as pg_commands_places(). */
MUST_CHECK bool pg_commands_map(struct pg_commands *commands, const struct pg_map_source *source,
                                struct store_error *error);

/* Begin to hand commands on, on the loop. False and *error: the connection cannot be watched. */
MUST_CHECK bool pg_commands_start(struct pg_commands *commands, uv_loop_t *loop,
                                  const struct pg_commands_callbacks *callbacks,
                                  struct store_error *error);

/* Answer the command that was handed on last, in words; kept until it has arrived. */
void pg_commands_answer(struct pg_commands *commands, bool is_taken, const char *words);

/* Freed by itself after on_closed, which comes on a later turn; at once, without it, where it was
 * never started. */
void pg_commands_close(struct pg_commands *commands);

#endif
