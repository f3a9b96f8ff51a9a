/* The statements; what they do is in schema/001_facts.sql. */
#include "store/pg_lease.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/pg_session.h"

#define TAKE                                                                                       \
    "SELECT fence, epoch, last_seq, held_by::text, held_until FROM"                                \
    " commonwheel.take_lease($1::smallint, $2::bigint, $3, $4::integer)"
#define HOLD "SELECT commonwheel.hold_lease($1::smallint, $2::bigint, $3::integer, $4::bigint)"

#define PARAMS      4
#define PARAM_MAX   PG_LEASE_HOLDER_MAX
#define HOLD_NAME   "hold_lease"
#define COLUMN_TEXT 3
#define COLUMN_TIME 4

struct params {
    char text[PARAMS][PARAM_MAX];
    const char *values[PARAMS];
};

static void point(struct params *params)
{
    for (int i = 0; i < PARAMS; i++)
        params->values[i] = params->text[i];
}

static void fill_take(const struct pg_lease *lease, struct params *params)
{
    snprintf(params->text[0], PARAM_MAX, "%d", lease->shard);
    snprintf(params->text[1], PARAM_MAX, "%" PRId64, lease->fence);
    snprintf(params->text[2], PARAM_MAX, "%s", lease->holder);
    snprintf(params->text[3], PARAM_MAX, "%" PRId32, lease->seconds);
    point(params);
}

static void fill_hold(const struct pg_lease *lease, struct params *params)
{
    snprintf(params->text[0], PARAM_MAX, "%d", lease->shard);
    snprintf(params->text[1], PARAM_MAX, "%" PRId64, lease->fence);
    snprintf(params->text[2], PARAM_MAX, "%" PRId32, lease->seconds);
    snprintf(params->text[3], PARAM_MAX, "%" PRIu64, lease->epoch);
    point(params);
}

void pg_lease_init(struct pg_lease *lease, int16_t shard, int32_t seconds)
{
    char host[64] = "";
    CHECK(seconds >= PG_LEASE_SECONDS_MIN && seconds <= PG_LEASE_SECONDS_MAX);
    *lease = (struct pg_lease){.shard = shard, .seconds = seconds};
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    snprintf(lease->holder, sizeof lease->holder, "%s process %ld", host, (long)getpid());
}

bool pg_lease_read_take(struct pg_lease *lease, const PGresult *result, uint64_t *last_seq)
{
    if (PQntuples(result) != 1 || PQgetisnull(result, 0, 0))
        return false;
    lease->fence = pg_session_int(result, 0, 0);
    *last_seq = (uint64_t)pg_session_int(result, 0, 2);
    return true;
}

enum pg_lease_result pg_lease_take(struct pg_lease *lease, PGconn *connection, uint64_t *last_seq,
                                   int64_t *held_until_us, struct store_error *error)
{
    struct params params;
    fill_take(lease, &params);
    PGresult *result = pg_session_query(connection, TAKE, PARAMS, params.values, true, error);
    if (result == NULL)
        return PG_LEASE_FAILED;
    const bool is_taken = pg_lease_read_take(lease, result, last_seq);
    if (!is_taken) {
        store_error_set(error, "another dispatcher has the lease of shard %d: %s", lease->shard,
                        PQgetvalue(result, 0, COLUMN_TEXT));
        if (held_until_us != NULL)
            *held_until_us = pg_session_int(result, 0, COLUMN_TIME);
    }
    PQclear(result);
    return is_taken ? PG_LEASE_TAKEN : PG_LEASE_HELD;
}

bool pg_lease_hold(const struct pg_lease *lease, PGconn *connection, struct store_error *error)
{
    struct params params;
    fill_hold(lease, &params);
    PGresult *result = pg_session_query(connection, HOLD, PARAMS, params.values, true, error);
    PQclear(result);
    return result != NULL;
}

bool pg_lease_prepare(PGconn *connection)
{
    return PQsendPrepare(connection, HOLD_NAME, HOLD, 0, NULL) == 1;
}

bool pg_lease_send_take(const struct pg_lease *lease, PGconn *connection)
{
    struct params params;
    fill_take(lease, &params);
    return PQsendQueryParams(connection, TAKE, PARAMS, NULL, params.values, NULL, NULL, 1) == 1;
}

bool pg_lease_send_hold(const struct pg_lease *lease, PGconn *connection)
{
    struct params params;
    fill_hold(lease, &params);
    return PQsendQueryPrepared(connection, HOLD_NAME, PARAMS, params.values, NULL, NULL, 1) == 1;
}
