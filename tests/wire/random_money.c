#include "random_money.h"

#include <string.h>

#define GROUP_MAX 12 /* as long as there were no longer ones, so that golden rows stay */

/* Uniform in low .. high; in half of the cases one of the two. */
uint64_t random_money_draw(struct random *random, uint64_t low, uint64_t high)
{
    uint64_t dice = random_next(random);
    if (dice % 4 == 0)
        return low;
    if (dice % 4 == 1)
        return high;
    return high - low == UINT64_MAX ? random_next(random)
                                    : low + random_below(random, high - low + 1);
}

/* A transfer is between two accounts. */
void random_money_fit(struct ledger_transfer *transfer)
{
    if (transfer->debit == transfer->credit)
        transfer->credit ^= 1;
}

void random_money_fare(struct random *random, struct fare *fare)
{
    int64_t *const amounts[] = {
        &fare->lines.base_pence,     &fare->lines.distance_pence,   &fare->lines.time_pence,
        &fare->lines.minimum_pence,  &fare->lines.single_cap_pence, &fare->lines.national_cap_pence,
        &fare->lines.off_peak_pence, &fare->lines.concession_pence,
    };
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
        *amounts[i] = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    fare->kind = (enum policy_kind)random_money_draw(random, 0, POLICY_LARGE);
    fare->scheme = (uint16_t)random_money_draw(random, 0, POLICY_SCHEMES_MAX);
}

static void draw_transfer(struct random *random, struct ledger_transfer *transfer)
{
    *transfer = (struct ledger_transfer){
        .id = random_money_draw(random, 1, UINT64_MAX),
        .pending = random_money_draw(random, 0, UINT64_MAX),
        .ride = random_money_draw(random, 0, UINT64_MAX),
        .debit = (uint32_t)random_money_draw(random, 0, UINT32_MAX),
        .credit = (uint32_t)random_money_draw(random, 0, UINT32_MAX),
        .amount_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX),
        .kind = (enum ledger_kind)random_money_draw(random, LEDGER_MOVE, LEDGER_EXPIRE),
        .policy = (uint32_t)random_money_draw(random, 0, UINT32_MAX),
        .refers = random_money_draw(random, 0, UINT64_MAX),
        .expires_ms = (int64_t)random_money_draw(random, 0, INT64_MAX),
        .area = (uint32_t)random_money_draw(random, 0, UINT32_MAX),
        .linked = random_money_draw(random, 0, 1) == 1,
    };
    random_money_fit(transfer);
}

void random_money_group(struct random *random, struct fact_transfers *group)
{
    group->count = (uint32_t)random_money_draw(random, 2, GROUP_MAX);
    for (uint32_t i = 0; i < group->count; i++)
        draw_transfer(random, &group->transfers[i]);
}

void random_money_closing(struct random *random, struct fact_approved *approved)
{
    approved->count = (uint32_t)random_money_draw(random, 0, SETTLEMENT_TRANSFERS_MAX);
    for (uint32_t i = 0; i < approved->count; i++)
        draw_transfer(random, &approved->transfers[i]);
}

static int64_t draw_sum(struct random *random)
{
    const int64_t least = -(INT64_C(1) << 62);
    return (int64_t)((uint64_t)least + random_money_draw(random, 0, UINT64_C(1) << 63));
}

void random_money_outcome(struct random *random, struct settlement_outcome *outcome)
{
    outcome->policy = (uint32_t)random_money_draw(random, 0, UINT32_MAX);
    outcome->income_pence = draw_sum(random);
    outcome->cost_pence = draw_sum(random);
    outcome->result_pence = draw_sum(random);
    outcome->made_good_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    outcome->from_reserve_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    outcome->from_council_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    outcome->carried_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    outcome->rolling_pence = draw_sum(random);
    outcome->exceeds_cost = random_money_draw(random, 0, 1) == 1;
    outcome->line_count = (uint32_t)random_money_draw(random, 1, POLICY_LINES_MAX);
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        struct settlement_line *line = &outcome->lines[i];
        memset(line->name, 'x', (size_t)random_money_draw(random, 0, POLICY_ID_MAX - 1));
        line->use = (enum policy_use)random_money_draw(random, 0, POLICY_COUNCIL_REVENUE);
        line->pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    }
    outcome->digest = random_money_draw(random, 1, UINT64_MAX);
}

static struct rider_id draw_person(struct random *random)
{
    return (struct rider_id){random_money_draw(random, 0, UINT64_MAX),
                             random_money_draw(random, 0, UINT64_MAX)};
}

void random_money_books(struct random *random, struct settlement_books *books)
{
    books->period = (int32_t)random_money_draw(random, 0, UINT32_MAX);
    books->first_transfer = random_money_draw(random, 0, UINT64_MAX);
    books->transfer_count = random_money_draw(random, 0, UINT64_MAX);
    books->hash = random_money_draw(random, 0, UINT64_MAX);
    for (uint32_t i = 0; i < LEDGER_SERVICE_COUNT; i++)
        books->balances[i] = draw_sum(random);
    if (random_money_draw(random, 0, 1) == 0)
        return;
    random_money_outcome(random, &books->outcome);
    books->proposed_by = draw_person(random);
    books->proposed_ms = (int64_t)random_money_draw(random, 0, INT64_MAX);
    books->settled = random_money_draw(random, 0, 1) == 1;
    if (!books->settled)
        return;
    books->approved_by = draw_person(random);
    books->settled_ms = (int64_t)random_money_draw(random, 0, INT64_MAX);
}

void random_money_caps(struct random *random, struct cap_account *caps)
{
    for (uint32_t i = 0; i < CAPS_WEEKS; i++) {
        struct caps_week *week = &caps->weeks[i];
        week->week = (int32_t)(random_money_draw(random, 0, 2000) * CAPS_WEEKS + i);
        week->charged_pence = (int64_t)random_money_draw(random, 0, INT64_MAX);
        for (uint32_t day = 0; day < CAPS_DAYS; day++)
            week->fares_pence[day] = (int64_t)random_money_draw(random, 0, INT64_MAX / CAPS_DAYS);
    }
}

void random_money_refund(struct random *random, struct bill_refund *refund)
{
    refund->key = (struct booking_key){random_money_draw(random, 0, UINT64_MAX),
                                       random_money_draw(random, 0, UINT64_MAX)};
    refund->asked_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    refund->refund_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    refund->adjusted_pence = (int64_t)random_money_draw(random, 0, 2 * PENCE_MAX) - PENCE_MAX;
}

void random_money_bill(struct random *random, struct bill *bill)
{
    bill->travel_day = (int32_t)random_money_draw(random, 0, UINT32_MAX);
    bill->vat_permille = (int32_t)random_money_draw(random, 0, 1000);
    bill->cap_saved_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    bill->compensation_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    bill->fee_pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
    bill->transfer = random_money_draw(random, 0, UINT64_MAX);
    bill->is_out = random_money_draw(random, 0, 1) == 1;
    bill->unposted = random_money_draw(random, 0, 1) == 1;
    bill->refund_count = (uint32_t)random_money_draw(random, 0, REFUNDS_MAX);
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        random_money_refund(random, &bill->refunds[i]);
        bill->refunded_pence += bill->refunds[i].refund_pence;
    }
}

void random_money_work(struct random *random, struct fact_work *work)
{
    work->from_ms = (int64_t)random_money_draw(random, 1, INT64_MAX);
    work->until_ms = (int64_t)random_money_draw(random, (uint64_t)work->from_ms, INT64_MAX);
    work->policy = (uint32_t)random_money_draw(random, 0, UINT32_MAX);
    work->line_count = (uint32_t)random_money_draw(random, 0, POLICY_COSTS_A_DAY);
    for (uint32_t i = 0; i < COST_WORK_COUNT; i++)
        work->work[i] = (int64_t)random_money_draw(random, 0, COST_WORK_MAX);
    for (uint32_t i = 0; i < work->line_count; i++) {
        struct work_line *line = &work->lines[i];
        line->category =
            (enum policy_cost_category)random_money_draw(random, 0, POLICY_COST_CATEGORIES - 1);
        line->unit = (enum policy_unit)random_money_draw(random, 0, POLICY_UNIT_COUNT - 1);
        line->area = (uint32_t)random_money_draw(random, 0, UINT32_MAX);
        line->rate_millipence = (int64_t)random_money_draw(random, 0, POLICY_MILLIPENCE_MAX);
        line->pence = (int64_t)random_money_draw(random, 0, PENCE_MAX);
        line->rest = (int64_t)random_money_draw(random, 0, INT64_MAX);
    }
}

void random_money_since(struct random *random, struct fact_snapshot_work *work)
{
    work->ride_count = (int64_t)random_money_draw(random, 0, INT64_MAX);
    work->cleaned_count = (int64_t)random_money_draw(random, 0, INT64_MAX);
    work->inspected_count = (int64_t)random_money_draw(random, 0, INT64_MAX);
    work->bought_mwh = (int64_t)random_money_draw(random, 0, INT64_MAX);
    for (uint32_t category = 0; category < POLICY_COST_CATEGORIES; category++) {
        for (uint32_t unit = 0; unit < POLICY_UNIT_COUNT; unit++)
            work->rests[category][unit] = (int64_t)random_money_draw(random, 0, INT64_MAX);
    }
}
