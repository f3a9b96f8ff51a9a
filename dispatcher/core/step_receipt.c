/* Rides are walked from the last that ended back to where the state's memory ends. */
#include "core/step_receipt.h"

#include <string.h>

#include "base/check.h"
#include "core/emit.h"
#include "core/receipt.h"
#include "core/state_rides.h"
#include "core/terms.h"
#include "core/view.h"

_Static_assert(LIST_PAGE_MAX + RECEIPT_MONTHS_MAX < STEP_MESSAGES_MAX, "a page and its statements");

static void emit_receipt(struct core *core, struct request_id request, const struct ride *ride)
{
    struct receipt_view *receipt = &emit_message(core, MESSAGE_RECEIPT, request)->receipt;
    receipt_show(ride, receipt);
    view_policy(core, ride->policy, &receipt->policy);
    view_name(policy_class_name(core->config.policy, ride->fare.class), receipt->class_name);
    view_name(policy_scheme_name(core->config.policy, ride->fare.scheme), receipt->scheme_name);
}

void step_receipt(struct core *core, const struct event *event)
{
    const struct event_ride *asked = &event->ride;
    const struct ride *ride = asked->any_rider ? state_ride(core->state, asked->ride) : NULL;
    if (ride == NULL) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_FOUND);
    } else if (!state_rides_is_ended(ride->state)) {
        emit_error(core, event->request, MESSAGE_ERROR_NOT_ENDED);
    } else {
        emit_receipt(core, event->request, ride);
    }
}

/* When the first ended of all rides that are remembered did. */
static int64_t remembered_ms(const struct core *core)
{
    uint32_t cursor = 0;
    const struct ride *ride = state_ride_ended(core->state, &cursor);
    return ride != NULL ? ride->ended_ms : 0;
}

struct statements {
    uint32_t count;
    struct statement_view months[RECEIPT_MONTHS_MAX]; /* the last first */
    int64_t left_out_ms; /* when the last ride ended that is in none; 0 all are */
};

/* Rides end in the order of the clock, so that each is of the last month or of one before it. */
static void sum_months(const struct core *core, const struct state_rider *rider,
                       struct statements *sums)
{
    const struct ride *ride = state_rider_ended(core->state, rider, (struct ride_id){0});
    sums->count = 0;
    sums->left_out_ms = 0;
    for (uint32_t seen = 0; ride != NULL; seen++) {
        struct receipt_view receipt;
        const struct calendar_civil civil = calendar_civil(core->config.calendar, ride->ended_ms);
        const int32_t month = calendar_month(civil.day);
        const bool is_new = sums->count == 0 || sums->months[sums->count - 1].month != month;
        if (seen == RECEIPT_SCAN_MAX || (is_new && sums->count == RECEIPT_MONTHS_MAX)) {
            sums->left_out_ms = ride->ended_ms;
            return;
        }
        if (is_new) {
            sums->months[sums->count++] = (struct statement_view){.month = month};
        }
        receipt_show(ride, &receipt);
        receipt_add(&sums->months[sums->count - 1], &receipt);
        ride = state_rider_ended(core->state, rider, ride->id);
    }
}

/* What is remembered of the rider, the statements among it; when that begins. */
static int64_t emit_statements(struct core *core, struct request_id request,
                               const struct state_rider *rider)
{
    struct statements sums;
    const int64_t began_ms = remembered_ms(core);
    sum_months(core, rider, &sums);
    for (uint32_t i = 0; i < sums.count; i++) {
        emit_message(core, MESSAGE_STATEMENT, request)->statement = sums.months[i];
    }
    return sums.left_out_ms > began_ms ? sums.left_out_ms : began_ms;
}

void step_receipt_list(struct core *core, const struct event *event)
{
    const struct event_receipts *asked = &event->receipts;
    const struct state_rider *rider = state_rider(core->state, asked->rider);
    struct message_receipts_end end = {.remembered_ms = remembered_ms(core)};
    CHECK(asked->limit >= 1 && asked->limit <= LIST_PAGE_MAX);
    if (rider != NULL) {
        const struct ride *ride = state_rider_ended(core->state, rider, asked->after);
        struct ride_id last = {0};
        for (uint32_t shown = 0; ride != NULL && shown < asked->limit; shown++) {
            emit_receipt(core, event->request, ride);
            last = ride->id;
            ride = state_rider_ended(core->state, rider, last);
        }
        end.next_after = ride != NULL ? last : (struct ride_id){0};
        if (asked->after.value == 0) {
            end.remembered_ms = emit_statements(core, event->request, rider);
        }
    }
    emit_message(core, MESSAGE_RECEIPTS_END, event->request)->receipts_end = end;
}

void step_receipt_caps(struct core *core, const struct event *event)
{
    static const struct cap_account none = {0};
    const struct state_rider *rider = state_rider(core->state, event->cap_status);
    const int32_t day = calendar_travel_day(core->config.calendar, core->now_ms);
    const struct caps_rule rule = terms_caps(core, rider, day);
    struct cap_status_view *view =
        &emit_message(core, MESSAGE_CAP_STATUS, event->request)->cap_status;
    view->class = state_rider_class(rider, day);
    view_name(policy_class_name(core->config.policy, view->class), view->class_name);
    caps_status(&rule, rider != NULL ? &rider->caps : &none, day, &view->caps);
}
