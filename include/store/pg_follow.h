/* A standby's view of a shard in PostgreSQL: another dispatcher leads, and its facts are handed on
 * as they come, until the lease can be taken. All blocking, for a thread of its own. */
#ifndef STORE_PG_FOLLOW_H
#define STORE_PG_FOLLOW_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "store/pg_archive.h"
#include "store/pg_lease.h"
#include "store/store.h"

struct pg_follow {
    const char *url; /* borrowed */
    struct pg_lease lease;
    PGconn *session; /* NULL while the server is away */
    struct pg_archive_summary summary;
};

enum pg_follow_result {
    PG_FOLLOW_ON,     /* another leads */
    PG_FOLLOW_LEADS,  /* the lease was taken, and every fact is handed on */
    PG_FOLLOW_AWAY,   /* *error: the server is; try again */
    PG_FOLLOW_SPOILT, /* *error: a fact was refused, or a snapshot deleted that was handed on in
                         part */
};

void pg_follow_init(struct pg_follow *follow, const char *url, int16_t shard,
                    int32_t lease_seconds);
void pg_follow_done(struct pg_follow *follow);

/* Hand on what facts have come since the last time, then try to take the lease. */
MUST_CHECK enum pg_follow_result pg_follow_poll(struct pg_follow *follow, store_reader *reader,
                                                void *user, struct store_error *error);

#endif
