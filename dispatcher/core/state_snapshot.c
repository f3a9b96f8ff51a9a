/* A cursor is a section and a place in it, so that the walk needs no memory of its own. What a
 * snapshot's facts may contradict alone is looked at one by one; that they belong together is what
 * the digest says at the end. */
#include "core/state_snapshot.h"

#include "core/state_payments.h"
#include "core/state_plan.h"
#include "core/state_refusals.h"
#include "core/state_rides.h"

enum section {
    SECTION_COUNTERS,
    SECTION_ACCOUNTS,
    SECTION_TRANSFERS,
    SECTION_REFUSALS,
    SECTION_RIDERS,
    SECTION_VEHICLES,
    SECTION_ACTIVE,
    SECTION_ENDED,
    SECTION_CLOSURES,
    SECTION_POLICIES,
    SECTION_PAYMENTS,
    SECTION_RECEIPTS,
    SECTION_WORK,
    SECTION_PERIODS,
    SECTION_END,
};

static uint64_t cursor_at(enum section section, uint32_t place)
{
    return (uint64_t)section << 32 | place;
}

static bool give_counters(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place != 0)
        return false;
    (*place)++;
    fact->kind = FACT_SNAPSHOT;
    fact->snapshot = state->counters;
    fact->snapshot.digest = state_digest(state);
    fact->snapshot.form = STATE_FORM;
    return true;
}

static bool give_account(const struct state *state, uint32_t *place, struct fact *fact)
{
    while (*place < ledger_account_count(state->ledger)) {
        uint32_t number = (*place)++;
        struct ledger_account account = ledger_account(state->ledger, number);
        if ((account.debits_pending | account.debits_posted | account.credits_pending |
             account.credits_posted) == 0)
            continue;
        fact->kind = FACT_SNAPSHOT_ACCOUNT;
        fact->snapshot_account =
            (struct fact_snapshot_account){.account = number, .content = account};
        return true;
    }
    return false;
}

static bool give_transfer(const struct state *state, uint32_t *place, struct fact *fact)
{
    fact->kind = FACT_SNAPSHOT_TRANSFER;
    return ledger_transfer_next(state->ledger, place, &fact->snapshot_transfer.transfer,
                                &fact->snapshot_transfer.state);
}

static bool give_rider(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place == state->rider_count)
        return false;
    const struct state_rider *rider = &state->riders[(*place)++];
    fact->kind = FACT_SNAPSHOT_RIDER;
    fact->snapshot_rider = (struct fact_snapshot_rider){
        .rider = rider->id,
        .number = rider->number,
        .caps = rider->caps,
        .class = rider->class,
    };
    return true;
}

static bool give_vehicle(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place == state->vehicle_count)
        return false;
    const struct state_vehicle *vehicle = &state->vehicles[(*place)++];
    fact->kind = FACT_SNAPSHOT_VEHICLE;
    fact->snapshot_vehicle = (struct fact_snapshot_vehicle){
        .enrolled = vehicle->enrolled,
        .plan = vehicle->plan,
        .visit = vehicle->visit,
        .cleaned_ms = vehicle->cleaned_ms,
        .inspected_ms = vehicle->inspected_ms,
    };
    return true;
}

/* A place in a list of rides: 0 to begin, then the slot + 1, STATE_NO_SLOT past the last. */
static bool give_ride(const struct state *state, const struct state_list *list, uint32_t *place,
                      struct fact *fact)
{
    uint32_t slot = *place == 0 ? list->oldest : *place - 1;
    if (slot == STATE_NO_SLOT || *place == STATE_NO_SLOT)
        return false;
    CHECK(slot < state->slot_count);
    uint32_t newer = state->slots[slot].newer;
    *place = newer == STATE_NO_SLOT ? STATE_NO_SLOT : newer + 1;
    fact->kind = FACT_SNAPSHOT_RIDE;
    fact->snapshot_ride = state->slots[slot].ride;
    return true;
}

static bool give_closure(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place == state->closure_count)
        return false;
    fact->kind = FACT_SNAPSHOT_CLOSURE;
    fact->snapshot_closure = state->closures[(*place)++];
    return true;
}

static bool give_policy(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place == state->policy_count)
        return false;
    fact->kind = FACT_SNAPSHOT_POLICY;
    fact->snapshot_policy = state->policies[(*place)++];
    return true;
}

static bool give_work(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place != 0 || !state_work_is_on(state))
        return false;
    (*place)++;
    fact->kind = FACT_SNAPSHOT_WORK;
    fact->snapshot_work = state->work;
    return true;
}

static bool give_period(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place == state->settlements.count)
        return false;
    fact->kind = FACT_SNAPSHOT_PERIOD;
    fact->snapshot_period = state->settlements.books[(*place)++];
    return true;
}

/* The oldest first. */
static bool give_refusal(const struct state *state, uint32_t *place, struct fact *fact)
{
    if (*place >= state->refusal_count)
        return false;
    fact->kind = FACT_SNAPSHOT_REFUSAL;
    fact->snapshot_refusal = *state_refusals_at(state, state->refusal_count - 1 - (*place)++);
    return true;
}

static bool give(const struct state *state, enum section section, uint32_t *place,
                 struct fact *fact)
{
    switch (section) {
    case SECTION_COUNTERS:
        return give_counters(state, place, fact);
    case SECTION_ACCOUNTS:
        return give_account(state, place, fact);
    case SECTION_TRANSFERS:
        return give_transfer(state, place, fact);
    case SECTION_RIDERS:
        return give_rider(state, place, fact);
    case SECTION_VEHICLES:
        return give_vehicle(state, place, fact);
    case SECTION_ACTIVE:
        return give_ride(state, &state->active, place, fact);
    case SECTION_ENDED:
        return give_ride(state, &state->ended, place, fact);
    case SECTION_CLOSURES:
        return give_closure(state, place, fact);
    case SECTION_POLICIES:
        return give_policy(state, place, fact);
    case SECTION_WORK:
        return give_work(state, place, fact);
    case SECTION_PERIODS:
        return give_period(state, place, fact);
    case SECTION_REFUSALS:
        return give_refusal(state, place, fact);
    case SECTION_PAYMENTS:
        return state_payments_give(state, place, fact);
    case SECTION_RECEIPTS:
        return state_payments_give_receipt(state, place, fact);
    case SECTION_END:
        break;
    }
    return false;
}

bool state_snapshot_next(const struct state *state, uint64_t *cursor, struct fact *fact)
{
    enum section section = (enum section)(*cursor >> 32);
    uint32_t place = (uint32_t)*cursor;
    struct fact next = {.seq = state->counters.seq, .at_ms = state->at_ms};
    while (section < SECTION_END) {
        if (give(state, section, &place, &next)) {
            *cursor = cursor_at(section, place);
            *fact = next;
            return true;
        }
        section++;
        place = 0;
    }
    *cursor = cursor_at(SECTION_END, 0);
    return false;
}

bool state_snapshot_complete(const struct state *state, const char **why)
{
    if (state->phase != STATE_RESTORING)
        return true;
    const bool comparable = state->expected_form == STATE_FORM;
    if ((!comparable || state_digest(state) == state->expected_digest) &&
        state_plan_all_hold(state))
        return true;
    *why = "the snapshot does not lead to the state that it says";
    return false;
}

static const char *take_counters(struct state *state, const struct fact *fact)
{
    if (state->phase != STATE_EMPTY)
        return "a snapshot begins where there is a state already";
    if (fact->snapshot.next_ride == 0 || fact->snapshot.next_transfer == 0)
        return "the snapshot's counters make no sense";
    if (fact->snapshot.form > STATE_FORM)
        return "the snapshot was written by a later release";
    if (fact->snapshot.charged_pence < 0 || fact->snapshot.cap_saved_pence < 0)
        return "the snapshot's sums make no sense";
    state->phase = STATE_RESTORING;
    state->at_ms = fact->at_ms;
    state->counters = fact->snapshot;
    state->counters.digest = 0;
    state->counters.form = 0;
    if (state->counters.next_payment == 0)
        state->counters.next_payment = 1; /* of before there were payments */
    state->expected_digest = fact->snapshot.digest;
    state->expected_form = fact->snapshot.form;
    return NULL;
}

static const char *take_account(struct state *state, const struct fact *fact)
{
    if (!ledger_restore_account(state->ledger, fact->snapshot_account.account,
                                &fact->snapshot_account.content))
        return "an account of the snapshot is unknown, there twice or out of range";
    return NULL;
}

static const char *take_transfer(struct state *state, const struct fact *fact)
{
    if (fact->snapshot_transfer.transfer.id >= state->counters.next_transfer)
        return "a transfer of the snapshot has a number still to come";
    if (!ledger_restore_transfer(state->ledger, &fact->snapshot_transfer.transfer,
                                 fact->snapshot_transfer.state))
        return "a transfer of the snapshot does not fit the ledger";
    return NULL;
}

static const char *take_rider(struct state *state, const struct fact *fact)
{
    const struct fact_snapshot_rider *rider = &fact->snapshot_rider;
    if (state->rider_count == state->limits.riders_max)
        return "the snapshot has more riders than the limit allows";
    if (rider->number != state->rider_count || state_rider_find(state, rider->rider) != NULL)
        return "a rider of the snapshot is out of order or there twice";
    if (!state_class_is_sound(&rider->class))
        return "a rider of the snapshot is of a class or scheme that is none";
    if (!caps_sound(&rider->caps))
        return "a rider of the snapshot has paid less than nothing, or in no week";
    struct state_rider *added = state_rider_add(state, rider->rider);
    added->class = rider->class;
    added->caps = rider->caps;
    return NULL;
}

static const char *take_vehicle(struct state *state, const struct fact *fact)
{
    const struct fact_snapshot_vehicle *vehicle = &fact->snapshot_vehicle;
    struct vehicle_id id = vehicle->enrolled.vehicle;
    if (state->vehicle_count == state->limits.vehicles_max)
        return "the snapshot has more vehicles than the limit allows";
    if (vehicle->enrolled.seats > SEATS_MAX || vehicle->enrolled.wheelchair_spaces > SEATS_MAX)
        return "a vehicle of the snapshot has too many seats";
    if (id.value == VEHICLE_NONE.value || state_vehicle_find(state, id) != NULL)
        return "a vehicle of the snapshot has no number or is there twice";
    if (vehicle->plan.vehicle.value != id.value || vehicle->plan.stop_count > PLAN_STOPS_MAX)
        return "a plan of the snapshot is another vehicle's or too long";
    if (vehicle->visit.kind != 0 && state_plan_visit_fault(&vehicle->visit) != NULL)
        return "a visit of the snapshot is of no kind or out of range";
    struct state_vehicle *added = state_vehicle_add(state, id);
    added->enrolled = vehicle->enrolled;
    kinds_add(&state->kinds, &added->enrolled);
    added->plan = vehicle->plan;
    added->visit = vehicle->visit;
    added->cleaned_ms = vehicle->cleaned_ms;
    added->inspected_ms = vehicle->inspected_ms;
    return NULL;
}

static const char *take_ride(struct state *state, const struct fact *fact)
{
    const struct ride *ride = &fact->snapshot_ride;
    if (state->slot_count == state->limits.rides_max)
        return "the snapshot has more rides than the limit allows";
    if (ride->state <= RIDE_NONE || ride->state >= RIDE_STATE_COUNT)
        return "a ride of the snapshot is in no state";
    if (ride->id.value == 0 || ride->id.value >= state->counters.next_ride ||
        state_rides_find(state, ride->id) != NULL)
        return "a ride of the snapshot has a number still to come, or is there twice";
    const struct state_rider *rider = state_rider_find(state, ride->rider);
    if (rider == NULL)
        return "a ride of the snapshot is nobody's";
    if (state_rides_find_key(state, rider, ride->key) != NULL)
        return "two rides of the snapshot have one key";
    if (ride->bill.refund_count > REFUNDS_MAX)
        return "a ride of the snapshot has too many refunds";
    if (ride->reason.option_count > REASON_OPTIONS_MAX ||
        ride->reason.moved.move >= REASON_MOVE_COUNT)
        return "a ride of the snapshot has a reason that is none";
    if (ride->vehicle.value != VEHICLE_NONE.value &&
        state_vehicle_find(state, ride->vehicle) == NULL)
        return "a ride of the snapshot is on a vehicle that is not known";
    state_rides_add(state, ride);
    return NULL;
}

static const char *take_refusal(struct state *state, const struct fact *fact)
{
    const struct fact_refused *refused = &fact->snapshot_refusal.refused;
    if (state->refusal_count == STATE_REFUSALS_MAX)
        return "the snapshot has more refusals than are remembered";
    if (refused->reason <= REFUSAL_NONE || refused->reason >= REFUSAL_COUNT ||
        refused->why.constraint <= REASON_CONSTRAINT_NONE ||
        refused->why.constraint >= REASON_CONSTRAINT_COUNT)
        return "a refusal of the snapshot has no reason or no constraint";
    state_refusals_add(state, &fact->snapshot_refusal);
    return NULL;
}

const char *state_snapshot_take(struct state *state, const struct fact *fact)
{
    if (fact->kind == FACT_SNAPSHOT)
        return take_counters(state, fact);
    if (state->phase != STATE_RESTORING)
        return "a fact of a snapshot stands outside of one";
    switch (fact->kind) {
    case FACT_SNAPSHOT_ACCOUNT:
        return take_account(state, fact);
    case FACT_SNAPSHOT_TRANSFER:
        return take_transfer(state, fact);
    case FACT_SNAPSHOT_RIDER:
        return take_rider(state, fact);
    case FACT_SNAPSHOT_VEHICLE:
        return take_vehicle(state, fact);
    case FACT_SNAPSHOT_RIDE:
        return take_ride(state, fact);
    case FACT_SNAPSHOT_CLOSURE:
        return state_closures_add(state, &fact->snapshot_closure);
    case FACT_SNAPSHOT_REFUSAL:
        return take_refusal(state, fact);
    case FACT_SNAPSHOT_POLICY:
        return state_policies_add(state, &fact->snapshot_policy);
    case FACT_SNAPSHOT_PAYMENT:
        return state_payments_take(state, &fact->snapshot_payment);
    case FACT_SNAPSHOT_RECEIPT:
        return state_payments_take_receipt(state, &fact->snapshot_receipt);
    case FACT_SNAPSHOT_WORK:
        return state_work_restore(state, &fact->snapshot_work);
    case FACT_SNAPSHOT_PERIOD:
        return state_settlement_restore(state, &fact->snapshot_period);
    default:
        return "the fact is of no known kind";
    }
}
