/* What a proposal says must follow from the month's books, and what an approval posts from the
 * proposal: so no journal can give away what was not earned, or twice. */
#include "core/state_settlement.h"

#include "core/calendar.h"
#include "core/digest.h"
#include "core/state_inside.h"
#include "core/state_money.h"

#define RECORD_PERIOD 37 /* what its hash begins with; core/settlement.c has others below */
#define BALANCE_MAX   (PENCE_MAX * (INT64_C(1) << 14)) /* of an account of the ledger */

const struct settlement_register *state_settlements(const struct state *state)
{
    return &state->settlements;
}

static struct settlement_books *last_of(struct state *state)
{
    const uint32_t count = state->settlements.count;
    return count > 0 ? &state->settlements.books[count - 1] : NULL;
}

bool state_settlement_open(const struct state *state, int32_t *period)
{
    const struct settlement_register *all = &state->settlements;
    if (all->count > 0)
        *period = all->books[all->count - 1].period;
    return all->count > 0;
}

static const char *period_fault(int32_t period)
{
    return period > calendar_month(POLICY_DAY_MIN) && period < calendar_month(POLICY_DAY_MAX)
               ? NULL
               : "the month is out of range";
}

const char *state_settlement_begin(struct state *state, int32_t period)
{
    const char *fault = period_fault(period);
    int64_t opening[LEDGER_SERVICE_COUNT];
    int32_t last;
    if (fault != NULL)
        return fault;
    if (state_settlement_open(state, &last) && period <= last)
        return "a month begins that is not later than the last";
    for (uint32_t i = 0; i < LEDGER_SERVICE_COUNT; i++) {
        const struct ledger_account account = ledger_account(state->ledger, i);
        opening[i] = account.credits_posted - account.debits_posted;
    }
    settlement_begin(&state->settlements, period, state->counters.next_transfer, opening);
    return NULL;
}

/* The books of a month that is over, and not settled; NULL where it is none. */
static struct settlement_books *find_due(struct state *state, int32_t period)
{
    const struct settlement_books *last = last_of(state);
    for (uint32_t i = 0; i < state->settlements.count; i++) {
        struct settlement_books *books = &state->settlements.books[i];
        if (books->period == period)
            return books != last && !books->settled && (i == 0 || books[-1].settled) ? books : NULL;
    }
    return NULL;
}

const char *state_settlement_proposed(struct state *state, const struct fact *fact)
{
    const struct fact_proposed *proposed = &fact->proposed;
    struct settlement_books *books = find_due(state, proposed->period);
    if (books == NULL)
        return "a settlement is proposed of a month that is not due";
    const char *fault = settlement_fault(books, &proposed->outcome);
    if (fault != NULL)
        return fault;
    books->outcome = proposed->outcome;
    books->proposed_by = proposed->by;
    books->proposed_ms = fact->at_ms;
    return NULL;
}

const char *state_settlement_approved(struct state *state, const struct fact *fact)
{
    const struct fact_approved *approved = &fact->approved;
    struct settlement_books *books = find_due(state, approved->period);
    if (books == NULL)
        return "a settlement is approved of a month that is not due";
    if (books->outcome.digest == 0 || books->outcome.digest != approved->digest)
        return "a settlement is approved that is not the one proposed";
    if (rider_id_equal(books->proposed_by, approved->by))
        return "a settlement is approved by who proposed it";
    if (!settlement_is_posted(books, &books->outcome, approved->transfers, approved->count))
        return "a settlement posts something else than was proposed";
    const char *fault = approved->count > 0 ? state_money_post(state, fact->at_ms,
                                                               approved->transfers, approved->count)
                                            : NULL;
    if (fault != NULL)
        return fault;
    books->settled = true;
    books->approved_by = approved->by;
    books->settled_ms = fact->at_ms;
    return NULL;
}

static const char *books_fault(const struct settlement_books *books)
{
    for (uint32_t i = 0; i < LEDGER_SERVICE_COUNT; i++) {
        if (books->balances[i] < -BALANCE_MAX || books->balances[i] > BALANCE_MAX)
            return "a month of the snapshot has a balance out of range";
    }
    if (books->outcome.digest != 0)
        return settlement_fault(books, &books->outcome);
    return books->settled ? "a month of the snapshot is settled without a proposal" : NULL;
}

const char *state_settlement_restore(struct state *state, const struct settlement_books *books)
{
    struct settlement_register *all = &state->settlements;
    const char *fault = period_fault(books->period);
    if (all->count == SETTLEMENT_PERIODS_MAX)
        return "the snapshot has more months than are remembered";
    if (all->count > 0 && all->books[all->count - 1].period != books->period - 1)
        return "a month of the snapshot does not follow the one before";
    if (fault == NULL)
        fault = books_fault(books);
    if (fault == NULL)
        all->books[all->count++] = *books;
    return fault;
}

void state_settlement_posted(struct state *state, const struct ledger_transfer *transfers,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        settlement_add(&state->settlements, &transfers[i]);
}

static uint64_t add_outcome(uint64_t digest, const struct settlement_outcome *outcome)
{
    digest = digest_add(digest, outcome->digest);
    digest = digest_add(digest, (uint64_t)outcome->policy << 1 | (outcome->exceeds_cost ? 1 : 0));
    digest = digest_add_signed(digest, outcome->result_pence);
    digest = digest_add_signed(digest, outcome->made_good_pence);
    digest = digest_add_signed(digest, outcome->from_reserve_pence);
    digest = digest_add_signed(digest, outcome->from_council_pence);
    digest = digest_add_signed(digest, outcome->rolling_pence);
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        const struct settlement_line *line = &outcome->lines[i];
        digest = digest_add(digest, (uint64_t)line->use);
        digest = digest_add_signed(digest, line->pence);
        for (const char *at = line->name; *at != '\0'; at++)
            digest = digest_add(digest, (unsigned char)*at);
    }
    return digest;
}

static uint64_t books_digest(const struct settlement_books *books)
{
    uint64_t digest = digest_add_signed(RECORD_PERIOD, books->period);
    digest = digest_add(digest, books->first_transfer);
    digest = digest_add(digest, books->transfer_count);
    digest = digest_add(digest, books->hash);
    for (uint32_t i = 0; i < LEDGER_SERVICE_COUNT; i++)
        digest = digest_add_signed(digest, books->balances[i]);
    if (books->outcome.digest == 0)
        return digest;
    digest = add_outcome(digest, &books->outcome);
    digest = digest_add(digest, books->proposed_by.high);
    digest = digest_add(digest, books->proposed_by.low);
    digest = digest_add_signed(digest, books->proposed_ms);
    if (!books->settled)
        return digest;
    digest = digest_add(digest, books->approved_by.high);
    digest = digest_add(digest, books->approved_by.low);
    return digest_add_signed(digest, books->settled_ms);
}

uint64_t state_settlement_digest(const struct state *state)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < state->settlements.count; i++)
        sum += books_digest(&state->settlements.books[i]);
    return sum;
}
