#include "random_fact.h"

#include "core/stations.h"

#include <string.h>

#include "random_field.h"
#include "random_money.h"

/* From a refusal's flag to its option. */
#define NEAREST_AT                                                                                 \
    (offsetof(struct reason_refused, nearest) - offsetof(struct reason_refused, has_nearest))

/* From a policy's number to the fare. */
#define FARE_AT (offsetof(struct fact_booked, fare) - offsetof(struct fact_booked, policy))
_Static_assert(FARE_AT == offsetof(struct ride, fare) - offsetof(struct ride, policy), "alike");
/* From a snapshot of work to the numbers that it ends with. */
#define SINCE_AT offsetof(struct fact_snapshot_work, ride_count)

/* From a group's count to its transfers. */
#define GROUP_AT                                                                                   \
    (offsetof(struct fact_transfers, transfers) - offsetof(struct fact_transfers, count))

/* From a plan's flag to its place. */
#define REST_AT (offsetof(struct fact_plan, rest) - offsetof(struct fact_plan, rests))

static struct geo_point draw_point(struct random *random)
{
    return (struct geo_point){
        (int32_t)(random_money_draw(random, 0, 1800000000) - 900000000),
        (int32_t)((int64_t)random_money_draw(random, 0, 3600000000) - 1800000000),
    };
}

static struct road_place draw_place(struct random *random)
{
    uint32_t index = (uint32_t)random_money_draw(random, 0, ROAD_NONE - 1);
    if (random_next(random) % 2 == 0)
        return (struct road_place){index, ROAD_NONE, 0};
    return (struct road_place){ROAD_NONE, index, (int32_t)random_money_draw(random, 1, 999)};
}

static uint64_t enum_last(enum range range)
{
    switch (range) {
    case ENUM_STOP:
        return STOP_DROPOFF;
    case ENUM_REFUSAL:
        return REFUSAL_COUNT - 1;
    case ENUM_STATE:
        return RIDE_STATE_COUNT - 1;
    case ENUM_CANCEL:
    case ENUM_CANCEL_OR_0:
        return CANCEL_BY_SERVICE;
    case ENUM_LEDGER:
        return LEDGER_VOID; /* what there was first */
    case ENUM_PLACES:
        return PLACES_KIND_COUNT - 1;
    case ENUM_LEDGER_TODAY:
        return LEDGER_EXPIRE;
    case ENUM_CONSTRAINT_OR_0:
        return REASON_CONSTRAINT_COUNT - 1;
    case ENUM_MOVE:
        return REASON_MOVE_COUNT - 1;
    case ENUM_PAYMENT_KIND:
        return PAYMENT_KIND_COUNT - 1;
    case ENUM_PAYMENT_STATE:
        return PAYMENT_STATE_COUNT - 1;
    default:
        return LEDGER_HOLD_VOIDED;
    }
}

static uint64_t draw_number(struct random *random, enum range range, size_t size)
{
    uint64_t last = size == 8 ? UINT64_MAX : (UINT64_C(1) << size * 8) - 1;
    switch (range) {
    case ANY:
    case DAY:
        return random_money_draw(random, 0, last);
    case FROM_1:
        return random_money_draw(random, 1, last);
    case NOT_LAST:
        return random_money_draw(random, 0, last - 1);
    case ENUM_VISIT:
        return random_money_draw(random, STOP_CHARGE, STOP_KIND_COUNT - 1);
    case BATTERY:
        return random_money_draw(random, 0, BATTERY_MAX_WH);
    case DWELL:
        return random_money_draw(random, 0, VISIT_MAX_MS);
    case POWER:
        return random_money_draw(random, 0, STATION_POWER_MAX_W);
    case POSITIVE:
        return random_money_draw(random, 0, INT64_MAX);
    case TIME:
        return random_money_draw(random, 0, 4102444800000);
    case RATE:
        return random_money_draw(random, 0, 1000);
    case AMOUNT:
        return random_money_draw(random, 0, PENCE_MAX);
    case ACCOUNT_SUM:
        return random_money_draw(random, 0, UINT64_C(1) << 62);
    case SEATS:
        return random_money_draw(random, 0, SEATS_MAX);
    case PARTY:
        return random_money_draw(random, 1, PARTY_MAX);
    case WALK:
        return random_money_draw(random, 0, TRIP_WALK_MAX_M);
    case CLASS:
        return random_money_draw(random, 0, POLICY_CLASSES_MAX - 1);
    case SCHEME:
        return random_money_draw(random, 0, POLICY_SCHEMES_MAX);
    case FLAG:
        return random_money_draw(random, 0, 1);
    case ZERO:
        return 0;
    case ENUM_CANCEL_OR_0:
    case ENUM_HOLD_OR_0:
    case ENUM_CONSTRAINT_OR_0:
        return random_money_draw(random, 0, enum_last(range));
    default:
        return random_money_draw(random, 1, enum_last(range));
    }
}

static struct reason_option draw_option(struct random *random)
{
    return (struct reason_option){
        .vehicle.value = (uint32_t)random_money_draw(random, 0, UINT32_MAX),
        .vehicle_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .wait_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .ride_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .others_wait_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .others_ride_ms = (int32_t)random_money_draw(random, 0, UINT32_MAX),
        .pickup_ms = (int64_t)random_money_draw(random, 0, UINT64_MAX),
        .cost = (int64_t)random_money_draw(random, 0, UINT64_MAX),
    };
}

/* A count, and the options behind it. */
struct options {
    uint32_t count;
    struct reason_option options[REASON_OPTIONS_MAX];
};
_Static_assert(offsetof(struct options, options) == offsetof(struct reason, options),
               "as in struct reason");
_Static_assert(offsetof(struct fact_booked, options) - offsetof(struct fact_booked, option_count) ==
                   offsetof(struct options, options),
               "as in struct fact_booked");

/* True where the range is one of these, and was filled. */
static bool fill_reason(struct random *random, enum range range, uint8_t *at)
{
    if (range == OPTION) {
        struct reason_option option = draw_option(random);
        memcpy(at, &option, sizeof option);
    } else if (range == OPTIONS) {
        struct options *options = (void *)at;
        options->count = (uint32_t)random_money_draw(random, 0, REASON_OPTIONS_MAX);
        for (uint32_t i = 0; i < options->count; i++)
            options->options[i] = draw_option(random);
    } else if (range == HAS_NEAREST) {
        struct reason_refused *why = (void *)(at - offsetof(struct reason_refused, has_nearest));
        why->has_nearest = random_money_draw(random, 0, 1) == 1;
        if (why->has_nearest)
            why->nearest = draw_option(random);
    } else {
        return false;
    }
    return true;
}

static bool fill_whole(struct random *random, enum range range, uint8_t *at)
{
    if (range == SET_BEFORE)
        return true;
    if (range == REFUND)
        random_money_refund(random, (void *)at);
    else if (range == BILL)
        random_money_bill(random, (void *)at);
    else if (range == WORK)
        random_money_work(random, (void *)at);
    else if (range == WORK_SINCE)
        random_money_since(random, (void *)(at - SINCE_AT));
    else if (range == OUTCOME)
        random_money_outcome(random, (void *)at);
    else if (range == CLOSING)
        random_money_closing(random, (void *)(at - offsetof(struct fact_approved, count)));
    else if (range == BOOKS)
        random_money_books(random, (void *)at);
    else if (range == CAPS)
        random_money_caps(random, (void *)at);
    else if (range == GROUP)
        random_money_group(random, (void *)(at - offsetof(struct fact_transfers, count)));
    else if (range == POINT)
        *(struct geo_point *)(void *)at = draw_point(random);
    else if (range == PLACE)
        *(struct road_place *)(void *)at = draw_place(random);
    else
        return false;
    return true;
}

static void fill(struct random *random, const struct random_field *field, uint8_t *at)
{
    if (fill_whole(random, field->range, at) || fill_reason(random, field->range, at))
        return;
    if (field->range == PRICED) {
        *(uint32_t *)(void *)at = (uint32_t)random_money_draw(random, 0, UINT32_MAX);
        if (*(uint32_t *)(void *)at != 0)
            random_money_fare(random, (void *)(at + FARE_AT));
        return;
    }
    if (field->range == STOPS) {
        struct fact_plan *plan = (void *)(at - offsetof(struct fact_plan, stop_count));
        plan->stop_count = (uint32_t)random_money_draw(random, 0, PLAN_STOPS_MAX);
        for (uint32_t i = 0; i < plan->stop_count; i++) {
            plan->stops[i].ride.value = random_money_draw(random, 1, UINT64_MAX);
            plan->stops[i].kind = (enum stop_kind)random_money_draw(random, 1, 2);
        }
        return;
    }
    if (field->range == REST) {
        struct fact_plan *plan = (void *)(at - offsetof(struct fact_plan, rests));
        plan->rests = random_money_draw(random, 0, 1) == 1;
        if (plan->rests)
            plan->rest = draw_place(random);
        return;
    }
    if (field->range == TEXT || field->range == NAME) { /* the rest stays zeroed, with the NUL */
        memset(at, 'x',
               (size_t)random_money_draw(random, field->range == NAME ? 1 : 0, field->size - 1));
        return;
    }
    size_t step = field->size > 8 ? 8 : field->size; /* an array of 64-bit counts */
    for (size_t done = 0; done < field->size; done += step) {
        uint64_t number = draw_number(random, field->range, step);
        memcpy(at + done, &number, step); /* little-endian, as every machine this runs on */
    }
}

static void fit_wheelchairs(struct trip *trip)
{
    if (trip->wheelchairs > trip->party)
        trip->wheelchairs = trip->party;
}

void random_fact(struct random *random, enum fact_kind kind, struct fact *fact)
{
    memset(fact, 0, sizeof *fact);
    fact->seq = random_money_draw(random, kind < FACT_SNAPSHOT ? 1 : 0, UINT64_MAX);
    fact->at_ms = (int64_t)random_money_draw(random, 0, INT64_MAX);
    fact->kind = kind;
    for (size_t i = 0; i < random_field_count; i++) {
        if (random_fields[i].kind == kind)
            fill(random, &random_fields[i], (uint8_t *)fact + random_fields[i].offset);
    }
    if (kind == FACT_TRANSFER)
        random_money_fit(&fact->transfer);
    if (kind == FACT_SNAPSHOT_TRANSFER)
        random_money_fit(&fact->snapshot_transfer.transfer);
    if (kind == FACT_RIDE_BOOKED)
        fit_wheelchairs(&fact->booked.trip);
    if (kind == FACT_RIDE_REFUSED)
        fit_wheelchairs(&fact->refused.trip);
    if (kind == FACT_SNAPSHOT_REFUSAL)
        fit_wheelchairs(&fact->snapshot_refusal.refused.trip);
    if (kind == FACT_SNAPSHOT_RIDE)
        fit_wheelchairs(&fact->snapshot_ride.trip);
}

static bool stops_equal(const struct fact_plan *a, const struct fact_plan *b)
{
    if (a->stop_count != b->stop_count)
        return false;
    for (uint32_t i = 0; i < a->stop_count; i++) {
        if (a->stops[i].ride.value != b->stops[i].ride.value ||
            a->stops[i].kind != b->stops[i].kind)
            return false;
    }
    return true;
}

const char *random_fact_difference(const struct fact *a, const struct fact *b)
{
    if (a->seq != b->seq || a->at_ms != b->at_ms || a->kind != b->kind)
        return "seq, at_ms or kind";
    for (size_t i = 0; i < random_field_count; i++) {
        const uint8_t *in_a = (const uint8_t *)a + random_fields[i].offset;
        const uint8_t *in_b = (const uint8_t *)b + random_fields[i].offset;
        size_t into_plan = offsetof(struct fact_plan, stop_count);
        if (random_fields[i].kind != a->kind)
            continue;
        if (random_fields[i].range == REST &&
            memcmp(in_a + REST_AT, in_b + REST_AT, sizeof(struct road_place)) != 0)
            return "rest";
        if (random_fields[i].range == WORK_SINCE &&
            memcmp(in_a, in_b, sizeof a->snapshot_work - SINCE_AT) != 0)
            return "work since";
        if (random_fields[i].range == GROUP &&
            memcmp(in_a + GROUP_AT, in_b + GROUP_AT, sizeof a->transfers.transfers) != 0)
            return "transfers";
        if (random_fields[i].range == PRICED &&
            memcmp(in_a + FARE_AT, in_b + FARE_AT, sizeof(struct fare)) != 0)
            return "fare";
        if (random_fields[i].range == OPTIONS && memcmp(in_a, in_b, sizeof(struct options)) != 0)
            return "options";
        if (random_fields[i].range == HAS_NEAREST &&
            memcmp(in_a + NEAREST_AT, in_b + NEAREST_AT, sizeof(struct reason_option)) != 0)
            return "nearest";
        if (random_fields[i].range == STOPS
                ? !stops_equal((const void *)(in_a - into_plan), (const void *)(in_b - into_plan))
                : memcmp(in_a, in_b, random_fields[i].size) != 0)
            return random_fields[i].name;
    }
    return NULL;
}
