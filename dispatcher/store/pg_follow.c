#include "store/pg_follow.h"

#include "store/pg_schema.h"
#include "store/pg_session.h"

struct reading {
    struct pg_follow *follow;
    store_reader *reader;
    void *user;
    bool is_refused;
};

static const char *hand_on(void *user, const struct fact *fact)
{
    struct reading *reading = user;
    const char *why = reading->reader(reading->user, fact);
    reading->is_refused = why != NULL;
    return why;
}

static bool read_on(struct reading *reading, struct store_error *error)
{
    struct pg_follow *follow = reading->follow;
    const struct pg_archive_read read = {.connection = follow->session,
                                         .shard = follow->lease.shard,
                                         .reader = hand_on,
                                         .user = reading};
    return pg_archive_read(&read, &follow->summary, error);
}

static bool open_session(struct pg_follow *follow, struct store_error *error)
{
    if (follow->session == NULL) {
        follow->session = pg_session_open(follow->url, error);
        return follow->session != NULL && pg_schema_check(follow->session, error);
    }
    return true;
}

static enum pg_follow_result poll(struct reading *reading, struct store_error *error)
{
    uint64_t last_seq;
    struct pg_follow *follow = reading->follow;
    if (!open_session(follow, error) || !read_on(reading, error))
        return PG_FOLLOW_AWAY;
    switch (pg_lease_take(&follow->lease, follow->session, &last_seq, NULL, error)) {
    case PG_LEASE_TAKEN: /* nobody else can add a fact any more */
        return read_on(reading, error) ? PG_FOLLOW_LEADS : PG_FOLLOW_AWAY;
    case PG_LEASE_HELD:
        return PG_FOLLOW_ON;
    case PG_LEASE_FAILED:
        break;
    }
    return PG_FOLLOW_AWAY;
}

enum pg_follow_result pg_follow_poll(struct pg_follow *follow, store_reader *reader, void *user,
                                     struct store_error *error)
{
    struct reading reading = {.follow = follow, .reader = reader, .user = user};
    const enum pg_follow_result result = poll(&reading, error);
    if (result != PG_FOLLOW_AWAY)
        return result;
    follow->lease.fence = 0; /* where it was taken, it runs out */
    PQfinish(follow->session);
    follow->session = NULL;
    return reading.is_refused || follow->summary.is_gone ? PG_FOLLOW_SPOILT : PG_FOLLOW_AWAY;
}

void pg_follow_init(struct pg_follow *follow, const char *url, int16_t shard, int32_t lease_seconds)
{
    *follow = (struct pg_follow){.url = url};
    pg_lease_init(&follow->lease, shard, lease_seconds);
}

void pg_follow_done(struct pg_follow *follow)
{
    PQfinish(follow->session);
    follow->session = NULL;
}
