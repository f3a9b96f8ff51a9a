#include "tests/core/history_work.h"

/* The transfers of the last round, if they are still to come; now and then others. */
static struct fact draw_costs(struct history *history)
{
    struct fact fact = history_next(history, FACT_TRANSFERS);
    state_work_transfers(history->state, state_counters(history->state)->next_transfer,
                         &fact.transfers);
    struct ledger_transfer *last = &fact.transfers.transfers[fact.transfers.count - 1];
    if (random_below(&history->random, 8) == 0)
        last->amount_pence++;
    if (random_below(&history->random, 8) == 0)
        last->area++;
    if (fact.transfers.count == 1) {
        const struct ledger_transfer only = *last;
        fact.kind = FACT_TRANSFER;
        fact.transfer = only;
    }
    return fact;
}

struct fact history_work_draw(struct history *history)
{
    struct random *random = &history->random;
    const struct fact_snapshot_work *before = state_work(history->state);
    struct fact fact = history_next(history, FACT_WORK);
    struct fact_work *work = &fact.work;
    if (before->unposted && random_below(random, 10) != 0)
        return draw_costs(history);
    const bool begins = !state_work_is_on(history->state) || random_below(random, 20) == 0;
    work->from_ms = begins ? fact.at_ms : before->last.until_ms;
    work->until_ms = fact.at_ms;
    for (uint32_t i = 0; i < COST_WORK_COUNT && !begins; i++)
        work->work[i] = random_between(random, 0, 100000);
    work->work[COST_RIDES] = before->ride_count - (random_below(random, 8) == 0);
    work->work[COST_CLEANED] = before->cleaned_count;
    work->work[COST_INSPECTED] = before->inspected_count;
    work->line_count = begins ? 0 : (uint32_t)random_below(random, 4);
    for (uint32_t i = 0; i < work->line_count; i++) {
        struct work_line *line = &work->lines[i];
        line->category = (enum policy_cost_category)(2 * i);
        line->unit = (enum policy_unit)random_below(random, POLICY_UNIT_COUNT);
        line->rate_millipence = random_between(random, 0, 20000);
        line->area = i;
        line->rest = before->rests[line->category][line->unit];
        const int64_t amount = work->work[cost_work(line->category, line->unit)];
        if (amount >= 0)
            line->pence = cost_pence(line->unit, line->rate_millipence, amount, &line->rest);
        line->pence += random_below(random, 40) == 0;
    }
    return fact;
}
