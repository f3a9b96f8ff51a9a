#include "sim/settlements.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

static const struct rider_id proposer = {.high = 3, .low = 1};
static const struct rider_id approver = {.high = 3, .low = 2};

void settlements_init(struct settlements *settlements, const struct scenario *scenario)
{
    *settlements = (struct settlements){.from_ms = scenario->until_ms};
    if (scenario->until_ms == 0) {
        return;
    }
    settlements->next = calendar_month(scenario->first_day);
    settlements->end = calendar_month(calendar_civil(&scenario->calendar, scenario->until_ms).day);
    CHECK(settlements->end - settlements->next <= SETTLEMENTS_MAX);
}

int64_t settlements_due_ms(const struct settlements *settlements)
{
    return settlements->next < settlements->end && !settlements->awaits ? settlements->from_ms
                                                                        : INT64_MAX;
}

bool settlements_are_over(const struct settlements *settlements, int64_t now_ms)
{
    return now_ms >= settlements->from_ms && settlements->next == settlements->end &&
           !settlements->awaits;
}

struct event settlements_propose(struct settlements *settlements)
{
    struct event event = {.kind = EVENT_PROPOSE_SETTLEMENT};
    event.settlement = (struct event_settlement){.period = settlements->next++, .by = proposer};
    settlements->awaits = true;
    return event;
}

bool settlements_take(struct settlements *settlements, const struct settlement_view *view,
                      struct event *event)
{
    const struct settlement_books *books = &view->books;
    if (books->settled) {
        CHECK(settlements->count < SETTLEMENTS_MAX);
        settlements->books[settlements->count++] = *books;
        settlements->awaits = false;
        return false;
    }
    *event = (struct event){.kind = EVENT_APPROVE_SETTLEMENT};
    event->settlement = (struct event_settlement){
        .period = books->period, .by = approver, .digest = books->outcome.digest};
    return true;
}

static bool is_same(const struct settlement_books *a, const struct settlement_books *b)
{
    return a->settled && b->settled && a->hash == b->hash &&
           a->transfer_count == b->transfer_count &&
           memcmp(a->balances, b->balances, sizeof a->balances) == 0;
}

void settlements_finish(const struct settlements *settlements, struct core *core, int64_t now_ms,
                        struct core_output *output, struct auditor *auditor)
{
    const struct event event = {.kind = EVENT_LIST_SETTLEMENTS, .list = {.limit = LIST_PAGE_MAX}};
    uint32_t same = 0;
    core_step(core, now_ms, &event, output);
    for (uint32_t i = 0; i < output->message_count; i++) {
        const struct message *message = &output->messages[i];
        for (uint32_t k = 0; message->kind == MESSAGE_SETTLEMENT && k < settlements->count; k++) {
            const struct settlement_books *then = &settlements->books[k];
            const struct settlement_books *now = &message->settlement.books;
            same += now->period == then->period && is_same(then, now);
        }
    }
    if (settlements->next < settlements->end || same != settlements->count) {
        auditor_fail(auditor, "a month is not settled, or is another than when it was");
    }
}

json_t *settlements_json(const struct settlements *settlements)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < settlements->count; i++) {
        const struct settlement_books *books = &settlements->books[i];
        char month[16];
        char hash[17];
        snprintf(month, sizeof month, "%04d-%02d", 1970 + books->period / 12,
                 books->period % 12 + 1);
        snprintf(hash, sizeof hash, "%016" PRIx64, books->hash);
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "month", month, "hash",
                                        hash, "transfers", (json_int_t)books->transfer_count,
                                        "income_pence", (json_int_t)books->outcome.income_pence,
                                        "cost_pence", (json_int_t)books->outcome.cost_pence,
                                        "result_pence", (json_int_t)books->outcome.result_pence));
    }
    return list;
}
