/* A round says what it counted, by which rates, and what is left over; all of that is looked at
 * here, so that no journal can cost other than its rates say. */
#include "core/state_work.h"

#include "core/digest.h"
#include "core/state_inside.h"

#define RECORD_WORK 34 /* what its hash begins with; core/state_policies.c has one below */

const struct fact_snapshot_work *state_work(const struct state *state)
{
    return &state->work;
}

bool state_work_is_on(const struct state *state)
{
    return state->work.last.until_ms != 0;
}

static uint32_t account_of(enum policy_cost_category category)
{
    _Static_assert(LEDGER_ENERGY + POLICY_OTHER_COST == LEDGER_OTHER_COST, "an account each");
    return LEDGER_ENERGY + (uint32_t)category;
}

void state_work_transfers(const struct state *state, uint64_t next, struct fact_transfers *group)
{
    const struct fact_work *last = &state->work.last;
    _Static_assert(POLICY_COSTS_A_DAY <= LEDGER_GROUP_MAX, "a round is one group");
    *group = (struct fact_transfers){0};
    for (uint32_t i = 0; i < last->line_count; i++) {
        const struct work_line *line = &last->lines[i];
        if (line->pence == 0)
            continue;
        if (group->count > 0)
            group->transfers[group->count - 1].linked = true;
        group->transfers[group->count] = (struct ledger_transfer){
            .id = next + group->count,
            .debit = account_of(line->category),
            .credit = LEDGER_PAYABLE,
            .amount_pence = line->pence,
            .kind = LEDGER_MOVE,
            .policy = last->policy,
            .area = line->area,
        };
        group->count++;
    }
}

int64_t state_work_bought_mwh(const struct visit *visit, int64_t from_ms, int64_t until_ms)
{
    if (visit->kind != STOP_CHARGE || visit->begun_ms == 0)
        return 0;
    const int64_t end_ms = visit->begun_ms + visit->dwell_ms;
    const int64_t first_ms = visit->begun_ms > from_ms ? visit->begun_ms : from_ms;
    const int64_t last_ms = end_ms < until_ms ? end_ms : until_ms;
    return last_ms > first_ms ? visit->power_w * (last_ms - first_ms) / 3600 : 0;
}

/* Do the lines follow from the work, the rates and the rests of before, and nothing else? */
static const char *lines_fault(const struct state *state, const struct fact_work *work)
{
    bool seen[POLICY_COST_CATEGORIES][POLICY_UNIT_COUNT] = {{false}};
    if (work->line_count > POLICY_COSTS_A_DAY)
        return "the round has more costs than a day may have";
    for (uint32_t i = 0; i < work->line_count; i++) {
        const struct work_line *line = &work->lines[i];
        if (line->category >= POLICY_COST_CATEGORIES || line->unit >= POLICY_UNIT_COUNT ||
            line->rate_millipence < 0 || line->rate_millipence > POLICY_MILLIPENCE_MAX)
            return "a cost is of no category or unit, or its rate is out of range";
        if (seen[line->category][line->unit])
            return "a cost is there twice";
        seen[line->category][line->unit] = true;
        int64_t rest = state->work.rests[line->category][line->unit];
        const int64_t amount = work->work[cost_work(line->category, line->unit)];
        const int64_t pence = cost_pence(line->unit, line->rate_millipence, amount, &rest);
        if (pence != line->pence || rest != line->rest || pence > PENCE_MAX)
            return "a cost is not its rate for the work";
    }
    return NULL;
}

static const char *amounts_fault(const struct fact_work *work)
{
    for (uint32_t i = 0; i < COST_WORK_COUNT; i++) {
        if (work->work[i] < 0 || work->work[i] > COST_WORK_MAX)
            return "the work of a round is out of range";
    }
    return NULL;
}

static const char *work_fault(const struct state *state, const struct fact_work *work,
                              int64_t at_ms)
{
    const struct fact_snapshot_work *before = &state->work;
    const char *fault = amounts_fault(work);
    const bool begins = work->from_ms == work->until_ms;
    if (before->unposted)
        return "the costs of the round before are not in the ledger";
    if (work->from_ms < 1 || work->until_ms < work->from_ms || work->until_ms > at_ms)
        return "the round ends before it begins, or is not over";
    if (!begins && work->from_ms != before->last.until_ms)
        return "the round does not follow the one before";
    if (begins && work->from_ms < before->last.until_ms)
        return "the round goes back";
    if (fault == NULL && !begins && work->work[COST_RIDES] != before->ride_count)
        fault = "the rides of the round are not those that ended";
    if (fault == NULL && !begins &&
        (work->work[COST_CLEANED] != before->cleaned_count ||
         work->work[COST_INSPECTED] != before->inspected_count))
        fault = "the visits of the round are not those that ended";
    if (begins && work->line_count != 0)
        return "reckoning begins with costs";
    return fault != NULL ? fault : lines_fault(state, work);
}

const char *state_work_add(struct state *state, const struct fact_work *work, int64_t at_ms)
{
    const char *fault = work_fault(state, work, at_ms);
    if (fault != NULL)
        return fault;
    struct fact_snapshot_work *to = &state->work;
    to->last = *work;
    to->ride_count = 0;
    to->cleaned_count = 0;
    to->inspected_count = 0;
    to->bought_mwh = 0;
    for (uint32_t i = 0; i < work->line_count; i++) {
        const struct work_line *line = &work->lines[i];
        to->rests[line->category][line->unit] = line->rest;
        to->unposted = to->unposted || line->pence > 0;
    }
    return NULL;
}

const char *state_work_restore(struct state *state, const struct fact_snapshot_work *work)
{
    if (state_work_is_on(state) || work->last.until_ms < 1 || work->last.from_ms < 1)
        return "the work of the snapshot is there twice, or of no time";
    if (work->last.line_count > POLICY_COSTS_A_DAY || amounts_fault(&work->last) != NULL)
        return "the work of the snapshot is out of range";
    for (uint32_t i = 0; i < work->last.line_count; i++) {
        const struct work_line *line = &work->last.lines[i];
        if (line->category >= POLICY_COST_CATEGORIES || line->unit >= POLICY_UNIT_COUNT ||
            line->pence < 0 || line->pence > PENCE_MAX)
            return "a cost of the snapshot is of no category or unit, or out of range";
    }
    for (uint32_t category = 0; category < POLICY_COST_CATEGORIES; category++) {
        for (uint32_t unit = 0; unit < POLICY_UNIT_COUNT; unit++) {
            const int64_t rest = work->rests[category][unit];
            if (rest < 0 || rest >= 1000 * cost_parts((enum policy_unit)unit))
                return "what is left of a cost in the snapshot is out of range";
        }
    }
    if (work->ride_count < 0 || work->cleaned_count < 0 || work->inspected_count < 0 ||
        work->bought_mwh < 0)
        return "the work of the snapshot is less than nothing";
    state->work = *work;
    return NULL;
}

void state_work_note_ride(struct state *state)
{
    if (state_work_is_on(state) && state->work.ride_count < COST_WORK_MAX)
        state->work.ride_count++;
}

void state_work_note_visit(struct state *state, const struct visit *visit, int64_t at_ms)
{
    struct fact_snapshot_work *work = &state->work;
    if (!state_work_is_on(state))
        return;
    if (visit->kind == STOP_CLEAN && work->cleaned_count < COST_WORK_MAX)
        work->cleaned_count++;
    if (visit->kind == STOP_INSPECT && work->inspected_count < COST_WORK_MAX)
        work->inspected_count++;
    if (work->bought_mwh < COST_WORK_MAX)
        work->bought_mwh += state_work_bought_mwh(visit, work->last.until_ms, at_ms);
}

static bool is_cost(const struct ledger_transfer *transfer)
{
    return transfer->debit >= LEDGER_ENERGY && transfer->debit <= LEDGER_OTHER_COST &&
           transfer->credit == LEDGER_PAYABLE && transfer->refers == 0;
}

const char *state_work_transfers_fault(const struct state *state,
                                       const struct ledger_transfer *transfers, uint32_t count)
{
    struct fact_transfers due;
    bool any = false;
    for (uint32_t i = 0; i < count; i++)
        any = any || is_cost(&transfers[i]);
    if (!any)
        return NULL;
    state_work_transfers(state, transfers[0].id, &due);
    bool same = state->work.unposted && due.count == count;
    for (uint32_t i = 0; i < count && same; i++) {
        const struct ledger_transfer *is = &transfers[i];
        const struct ledger_transfer *should = &due.transfers[i];
        same = is->debit == should->debit && is->credit == should->credit &&
               is->amount_pence == should->amount_pence && is->area == should->area &&
               is->kind == should->kind && is->policy == should->policy && is->ride == 0;
    }
    return same ? NULL : "the costs are not those of the last round";
}

void state_work_posted(struct state *state, const struct ledger_transfer *transfers)
{
    if (is_cost(&transfers[0]))
        state->work.unposted = false;
}

uint64_t state_work_digest(const struct state *state)
{
    const struct fact_snapshot_work *work = &state->work;
    if (!state_work_is_on(state))
        return 0;
    uint64_t digest = digest_add_signed(RECORD_WORK, work->last.from_ms);
    digest = digest_add_signed(digest, work->last.until_ms);
    digest = digest_add(digest, (uint64_t)work->last.policy << 1 | (work->unposted ? 1 : 0));
    for (uint32_t i = 0; i < COST_WORK_COUNT; i++)
        digest = digest_add_signed(digest, work->last.work[i]);
    for (uint32_t i = 0; i < work->last.line_count; i++) {
        const struct work_line *line = &work->last.lines[i];
        digest = digest_add(digest, (uint64_t)line->category << 40 | (uint64_t)line->unit << 32 |
                                        line->area);
        digest = digest_add_signed(digest, line->rate_millipence);
        digest = digest_add_signed(digest, line->pence);
        digest = digest_add_signed(digest, line->rest);
    }
    digest = digest_add_signed(digest, work->ride_count);
    digest = digest_add_signed(digest, work->cleaned_count);
    digest = digest_add_signed(digest, work->inspected_count);
    digest = digest_add_signed(digest, work->bought_mwh);
    for (uint32_t category = 0; category < POLICY_COST_CATEGORIES; category++) {
        for (uint32_t unit = 0; unit < POLICY_UNIT_COUNT; unit++)
            digest = digest_add_signed(digest, work->rests[category][unit]);
    }
    return digest;
}
