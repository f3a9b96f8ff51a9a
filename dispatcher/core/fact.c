/* The names of facts and of the states of a ride, as logs and checks print them. */
#include "core/fact.h"

#include <stddef.h>

#include "base/check.h"

static const char *const kinds[FACT_KIND_COUNT] = {
    [FACT_NONE] = "none",
    [FACT_STARTED] = "started",
    [FACT_VEHICLE_ENROLLED] = "vehicle_enrolled",
    [FACT_RIDE_BOOKED] = "ride_booked",
    [FACT_RIDE_REFUSED] = "ride_refused",
    [FACT_PLAN_CHANGED] = "plan_changed",
    [FACT_RIDE_ARRIVED] = "ride_arrived",
    [FACT_RIDE_BOARDED] = "ride_boarded",
    [FACT_RIDE_ALIGHTED] = "ride_alighted",
    [FACT_RIDE_CANCELLED] = "ride_cancelled",
    [FACT_RIDE_NO_SHOW] = "ride_no_show",
    [FACT_RIDE_CHARGED] = "ride_charged",
    [FACT_TRANSFER] = "transfer",
    [FACT_ROAD_CLOSED] = "road_closed",
    [FACT_ROAD_OPENED] = "road_opened",
    [FACT_RIDE_MOVED] = "ride_moved",
    [FACT_TRANSFERS] = "transfers",
    [FACT_RIDE_FEE] = "ride_fee",
    [FACT_RIDE_REFUNDED] = "ride_refunded",
    [FACT_WORK] = "work",
    [FACT_SNAPSHOT_WORK] = "snapshot_work",
    [FACT_PERIOD_BEGUN] = "period_begun",
    [FACT_SETTLEMENT_PROPOSED] = "settlement_proposed",
    [FACT_SETTLEMENT_APPROVED] = "settlement_approved",
    [FACT_PLACES_SET] = "places_set",
    [FACT_SNAPSHOT_PERIOD] = "snapshot_period",
    [FACT_POLICY_ADOPTED] = "policy_adopted",
    [FACT_RIDER_CLASS] = "rider_class",
    [FACT_VISIT_PLANNED] = "visit_planned",
    [FACT_VISIT_BEGUN] = "visit_begun",
    [FACT_VISIT_ENDED] = "visit_ended",
    [FACT_PAYMENT_DUE] = "payment_due",
    [FACT_PAYMENT_CHANGED] = "payment_changed",
    [FACT_PAYMENT_RECORDED] = "payment_recorded",
    [FACT_SNAPSHOT] = "snapshot",
    [FACT_SNAPSHOT_ACCOUNT] = "snapshot_account",
    [FACT_SNAPSHOT_TRANSFER] = "snapshot_transfer",
    [FACT_SNAPSHOT_RIDER] = "snapshot_rider",
    [FACT_SNAPSHOT_VEHICLE] = "snapshot_vehicle",
    [FACT_SNAPSHOT_RIDE] = "snapshot_ride",
    [FACT_SNAPSHOT_CLOSURE] = "snapshot_closure",
    [FACT_SNAPSHOT_REFUSAL] = "snapshot_refusal",
    [FACT_SNAPSHOT_POLICY] = "snapshot_policy",
    [FACT_SNAPSHOT_PAYMENT] = "snapshot_payment",
    [FACT_SNAPSHOT_RECEIPT] = "snapshot_receipt",
};

static const char *const states[RIDE_STATE_COUNT] = {
    [RIDE_NONE] = "none",       [RIDE_BOOKED] = "booked",     [RIDE_ARRIVED] = "arrived",
    [RIDE_ABOARD] = "aboard",   [RIDE_ALIGHTED] = "alighted", [RIDE_CANCELLED] = "cancelled",
    [RIDE_NO_SHOW] = "no_show",
};

const char *fact_kind_text(enum fact_kind kind)
{
    CHECK(kind >= FACT_NONE && kind < FACT_KIND_COUNT);
    CHECK(kinds[kind] != NULL);
    return kinds[kind];
}

const char *ride_state_text(enum ride_state state)
{
    CHECK(state >= RIDE_NONE && state < RIDE_STATE_COUNT);
    CHECK(states[state] != NULL);
    return states[state];
}
