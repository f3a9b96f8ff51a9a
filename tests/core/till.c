#include "tests/core/till.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "core/emit.h"
#include "core/terms.h"

static struct core *fresh(struct till *till)
{
    const struct core_config *config = &till->service->config;
    const size_t size = core_memory_size(config, &till->service->town->network);
    const size_t rounded = (size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, rounded);
    CHECK(memory != NULL);
    memset(memory, 0, rounded);
    return core_init(memory, size, config, &till->service->town->network);
}

static void begin_step(struct till *till)
{
    till->output.fact_count = 0;
    till->output.message_count = 0;
    till->core->output = &till->output;
}

static void start(struct till *till)
{
    const struct event event = {.kind = EVENT_START, .network_digest = till->core->network_digest};
    core_step(till->core, till->core->now_ms, &event, &till->output);
}

static void set_policy(struct policy *policy)
{
    struct policy_row *row;
    policy_default(policy);
    for (uint32_t i = 0; i < policy->caps_count; i++)
        policy->caps[i].caps = (struct caps){500, 1200};
    policy->fees_count = 1;
    policy->fees[0] = (struct policy_fees){.row = policy->vat[0].row,
                                           .free_after_booking_ms = 60000,
                                           .free_before_pickup_ms = 600000,
                                           .cancel_pence = 150,
                                           .no_show_pence = 250};
    row = &policy->fees[0].row;
    memcpy(row->id, "fees", sizeof "fees");
    policy->lateness_count = 1;
    policy->lateness[0] = (struct policy_lateness){
        .row = policy->vat[0].row, .step_count = 2, .steps = {{600000, 100}, {1200000, 500}}};
    row = &policy->lateness[0].row;
    memcpy(row->id, "late", sizeof "late");
}

void till_open(struct till *till, uint32_t rides_max)
{
    memset(till, 0, sizeof *till);
    till->service = service_open("a--b\n");
    set_policy(&till->service->policy);
    till->service->config.limits = (struct core_limits){TILL_VEHICLES, rides_max, TILL_RIDERS};
    CHECK(core_config_fault(&till->service->config) == NULL);
    till->core = fresh(till);
    till->core->now_ms = SERVICE_START_MS;
    start(till);
    for (uint32_t i = 0; i < TILL_VEHICLES; i++) {
        struct fact fact = {.kind = FACT_VEHICLE_ENROLLED};
        fact.vehicle = (struct fact_vehicle){.vehicle = {i + 1},
                                             .seats = 4,
                                             .home = {.node = 0, .arc = ROAD_NONE},
                                             .designed_for = i % 2 == 0 ? 5 : 12,
                                             .until_ms = INT64_MAX};
        begin_step(till);
        emit_fact(till->core, &fact);
    }
}

void till_close(struct till *till)
{
    free(till->core);
    till->core = NULL;
    till->service->core = NULL;
    till->service->mirror = NULL;
    service_free(till->service);
}

struct ride_id till_book(struct till *till, uint32_t rider, int64_t fare_pence,
                         int64_t concession_pence)
{
    struct core *core = till->core;
    const struct state_rider *known = state_rider(core->state, till_rider(rider));
    const struct cap_account none = {0};
    const int32_t day = calendar_travel_day(core->config.calendar, core->now_ms);
    const struct caps_rule rule = terms_caps(core, known, day);
    struct fact fact = {.kind = FACT_RIDE_BOOKED};
    if (!state_has_room(core->state, till_rider(rider)))
        return (struct ride_id){0};
    fact.booked = (struct fact_booked){
        .ride = {state_counters(core->state)->next_ride},
        .rider = till_rider(rider),
        .key = {1, ++till->next_key},
        .trip = {.party = 1, .shared = true},
        .from = {.node = 0, .arc = ROAD_NONE},
        .to = {.node = 1, .arc = ROAD_NONE},
        .promised_ms = core->now_ms + 900000,
        .pickup_latest_ms = INT64_MAX,
        .dropoff_latest_ms = INT64_MAX,
        .policy = terms_policy(core),
        .fare_pence = fare_pence,
        .fare = {.lines = {.base_pence = fare_pence, .concession_pence = concession_pence},
                 .scheme = concession_pence > 0 ? 3 : 0},
        .quote_pence = caps_charge(&rule, known != NULL ? &known->caps : &none, day,
                                   fare_pence - concession_pence),
    };
    begin_step(till);
    emit_fact(core, &fact);
    charge_hold(core, fact.booked.ride);
    return fact.booked.ride;
}

/* The ride is the plan of a vehicle that has nothing else to do, which comes for it. */
static bool come(struct till *till, struct ride_id ride, int64_t late_ms)
{
    struct core *core = till->core;
    uint32_t index = 0;
    while (index < TILL_VEHICLES && state_vehicle(core->state, index)->plan.stop_count > 0)
        index++;
    if (index == TILL_VEHICLES)
        return false;
    struct fact fact = {.kind = FACT_PLAN_CHANGED};
    fact.plan = state_vehicle(core->state, index)->plan;
    fact.plan.vehicle = state_vehicle(core->state, index)->enrolled.vehicle;
    fact.plan.plan_id++;
    fact.plan.revision = 1;
    fact.plan.stop_count = 2;
    fact.plan.stops[0] = (struct plan_stop){ride, STOP_PICKUP};
    fact.plan.stops[1] = (struct plan_stop){ride, STOP_DROPOFF};
    begin_step(till);
    emit_fact(core, &fact);
    const int64_t at_ms = state_ride(core->state, ride)->promised_ms + late_ms;
    core->now_ms = at_ms > core->now_ms ? at_ms : core->now_ms;
    emit_ride_fact(core, FACT_RIDE_ARRIVED, ride, 0);
    return true;
}

bool till_board(struct till *till, struct ride_id ride, int64_t late_ms)
{
    if (!come(till, ride, late_ms))
        return false;
    emit_ride_fact(till->core, FACT_RIDE_BOARDED, ride, 0);
    return true;
}

void till_alight(struct till *till, struct ride_id ride)
{
    begin_step(till);
    emit_ride_fact(till->core, FACT_RIDE_ALIGHTED, ride, 0);
    charge_ride(till->core, ride);
}

void till_cancel(struct till *till, struct ride_id ride, enum cancel_by by)
{
    const struct ride *stored = state_ride(till->core->state, ride);
    const int64_t fee_pence = by == CANCEL_BY_RIDER ? terms_cancel_pence(till->core, stored) : 0;
    begin_step(till);
    emit_ride_fact(till->core, FACT_RIDE_CANCELLED, ride, by);
    charge_release(till->core, ride, fee_pence);
}

bool till_miss(struct till *till, struct ride_id ride, int64_t late_ms)
{
    if (!come(till, ride, late_ms))
        return false;
    const struct ride *stored = state_ride(till->core->state, ride);
    const int64_t fee_pence = terms_no_show_pence(till->core, stored);
    emit_ride_fact(till->core, FACT_RIDE_NO_SHOW, ride, 0);
    charge_release(till->core, ride, fee_pence);
    return true;
}

enum message_error till_refund(struct till *till, struct ride_id ride, uint64_t key, int64_t pence,
                               struct refund_view *view)
{
    struct event_refund asked = {
        .ride = ride, .key = {2, key}, .all = pence == 0, .pence = pence, .reason = "late"};
    begin_step(till);
    return charge_refund(till->core, &asked, view);
}

void till_restart(struct till *till)
{
    struct core *copy = fresh(till);
    struct fact fact;
    uint64_t cursor = 0;
    const char *why = NULL;
    while (core_snapshot_next(till->core, &cursor, &fact))
        CHECK(core_restore(copy, &fact, &why));
    CHECK(core_restored(copy, &why));
    CHECK(core_digest(copy) == core_digest(till->core));
    free(till->core);
    till->core = copy;
    start(till);
}

int64_t till_balance(const struct till *till, uint32_t account)
{
    const struct ledger_account content = ledger_account(state_ledger(till->core->state), account);
    return content.debits_posted - content.credits_posted;
}

int64_t till_owes(const struct till *till, uint32_t rider)
{
    const struct state_rider *known = state_rider(till->core->state, till_rider(rider));
    return known == NULL ? 0 : till_balance(till, LEDGER_RIDERS + known->number);
}
