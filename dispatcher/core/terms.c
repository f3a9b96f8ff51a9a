/* A rider's class and the rows in force are asked for each day of the week by itself, so that what
 * a day costs does not depend on when its journeys come to be known. */
#include "core/terms.h"

#include "base/check.h"
#include "core/kinds.h"
#include "core/policy.h"

struct caps_rule terms_caps(const struct core *core, const struct state_rider *rider, int32_t day)
{
    struct caps_rule rule;
    const int32_t monday = day - (int32_t)caps_weekday(day);
    for (int32_t i = 0; i < CAPS_DAYS; i++) {
        const int32_t of = monday + i;
        const struct caps *caps =
            &policy_caps(core->config.policy, of, state_rider_class(rider, of))->caps;
        rule.day_pence[i] = caps->day_pence;
        rule.week_pence = i == 0 ? caps->week_pence : rule.week_pence;
    }
    return rule;
}

/* Of the vehicle that goes or went, or of what was quoted where there is none. */
static enum policy_kind kind_of(const struct core *core, const struct ride *ride)
{
    const uint32_t index = state_vehicle_index(core->state, ride->vehicle);
    return index == UINT32_MAX
               ? ride->fare.kind
               : policy_kind(kinds_designed_for(&state_vehicle(core->state, index)->enrolled));
}

int32_t terms_vat_permille(const struct core *core, const struct ride *ride, int32_t day)
{
    return (int32_t)policy_vat_permille(core->config.policy, day, kind_of(core, ride));
}

static int32_t today(const struct core *core)
{
    return calendar_travel_day(core->config.calendar, core->now_ms);
}

static int64_t within_quote(const struct ride *ride, int64_t fee_pence)
{
    CHECK(fee_pence >= 0);
    return fee_pence < ride->quote_pence ? fee_pence : ride->quote_pence;
}

int64_t terms_cancel_pence(const struct core *core, const struct ride *ride)
{
    const bool is_late = ride->state == RIDE_BOOKED && core->now_ms > ride->promised_ms;
    if (is_late) {
        return 0;
    }
    return within_quote(ride, policy_cancel_pence(core->config.policy, today(core), ride->booked_ms,
                                                  ride->promised_ms, core->now_ms));
}

int64_t terms_no_show_pence(const struct core *core, const struct ride *ride)
{
    return within_quote(ride, policy_no_show_pence(core->config.policy, today(core)));
}

int64_t terms_lateness_pence(const struct core *core, const struct ride *ride,
                             int64_t charged_pence)
{
    const int32_t day = calendar_travel_day(core->config.calendar, ride->boarded_ms);
    return policy_lateness_pence(core->config.policy, day, ride->arrived_ms - ride->promised_ms,
                                 charged_pence);
}

uint32_t terms_policy(const struct core *core)
{
    const struct fact_snapshot_policy *last = state_policies_last(core->state);
    return last != NULL ? last->policy.number : 0;
}
