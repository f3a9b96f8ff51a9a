#include "sim/trial_balance.h"

#include "base/check.h"
#include "core/chart.h"

void trial_balance_take(struct core *core, int64_t now_ms, struct core_output *output,
                        struct trial_balance *balance)
{
    const struct event event = {.kind = EVENT_TRIAL_BALANCE};
    balance->count = 0;
    core_step(core, now_ms, &event, output);
    for (uint32_t i = 0; i < output->message_count; i++) {
        const struct message *message = &output->messages[i];
        if (message->kind == MESSAGE_ACCOUNT) {
            CHECK(balance->count <= LEDGER_SERVICE_COUNT);
            balance->accounts[balance->count++] = message->account;
        }
    }
}

json_t *trial_balance_json(const struct trial_balance *balance)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < balance->count; i++) {
        const struct ledger_account *content = &balance->accounts[i].content;
        json_object_set_new(object, chart_text(balance->accounts[i].account),
                            json_pack("{s:I, s:I, s:I, s:I}", "debits",
                                      (json_int_t)content->debits_posted, "credits",
                                      (json_int_t)content->credits_posted, "debits_pending",
                                      (json_int_t)content->debits_pending, "credits_pending",
                                      (json_int_t)content->credits_pending));
    }
    return object;
}
