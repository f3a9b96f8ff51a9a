/* All that is posted follows from the month's sums and the outcome that was proposed. An approval
 * works the outcome out again: the digest says whether it is still the same. */
#include "core/settlement.h"

#include <string.h>

#include "base/bound.h"
#include "base/check.h"
#include "core/digest.h"

#define RECORD_TRANSFER 35 /* what hashes begin with; core/state_work.c has one below */
#define RECORD_PROPOSAL 36
#define MONTHS          12

/* Closed into the surplus, month by month. */
static const uint32_t income_accounts[] = {LEDGER_FARE_INCOME, LEDGER_FEE_INCOME,
                                           LEDGER_CAP_DISCOUNT, LEDGER_COMPENSATION};
#define INCOME_COUNT (sizeof income_accounts / sizeof income_accounts[0])

_Static_assert(INCOME_COUNT + LEDGER_OTHER_COST - LEDGER_ENERGY + 1 + 1 + POLICY_LINES_MAX ==
                   SETTLEMENT_TRANSFERS_MAX,
               "a surplus posts most");
_Static_assert(SETTLEMENT_TRANSFERS_MAX <= LEDGER_GROUP_MAX, "a settlement is one group");

static bool is_posted(const struct ledger_transfer *transfer)
{
    return transfer->kind == LEDGER_MOVE || transfer->kind == LEDGER_POST;
}

static uint64_t add_transfer(uint64_t hash, const struct ledger_transfer *transfer)
{
    hash = digest_add(hash, transfer->id);
    hash = digest_add(hash, transfer->pending);
    hash = digest_add(hash, transfer->ride);
    hash = digest_add(hash, (uint64_t)transfer->debit << 32 | transfer->credit);
    hash = digest_add_signed(hash, transfer->amount_pence);
    hash = digest_add(hash, (uint64_t)transfer->kind << 33 | (uint64_t)transfer->policy << 1 |
                                (transfer->linked ? 1 : 0));
    hash = digest_add(hash, transfer->refers);
    hash = digest_add_signed(hash, transfer->at_ms);
    return digest_add(hash, transfer->area);
}

const struct settlement_books *settlement_books(const struct settlement_register *all,
                                                int32_t period)
{
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->books[i].period == period) {
            return &all->books[i];
        }
    }
    return NULL;
}

static struct settlement_books *last_of(struct settlement_register *all)
{
    CHECK(all->count > 0 && all->count <= SETTLEMENT_PERIODS_MAX);
    return &all->books[all->count - 1];
}

static void open_books(struct settlement_register *all, int32_t period, uint64_t next)
{
    if (all->count == SETTLEMENT_PERIODS_MAX) {
        memmove(&all->books[0], &all->books[1],
                (SETTLEMENT_PERIODS_MAX - 1) * sizeof all->books[0]);
        all->count--;
    }
    all->books[all->count++] = (struct settlement_books){
        .period = period, .first_transfer = next, .hash = RECORD_TRANSFER};
}

static void take_over(struct settlement_books *books, const int64_t *opening)
{
    for (uint32_t account = 0; account < LEDGER_SERVICE_COUNT; account++) {
        books->balances[account] = opening[account];
        if (opening[account] != 0) {
            books->hash = digest_add_signed(digest_add(books->hash, account), opening[account]);
        }
    }
}

void settlement_begin(struct settlement_register *all, int32_t period, uint64_t next,
                      const int64_t *opening)
{
    const bool is_first = all->count == 0;
    int32_t last = is_first ? period - 1 : last_of(all)->period;
    CHECK(last < period);
    while (last < period) {
        open_books(all, ++last, next);
    }
    if (is_first && opening != NULL) {
        take_over(last_of(all), opening);
    }
}

void settlement_add(struct settlement_register *all, const struct ledger_transfer *transfer)
{
    if (all->count == 0) {
        return;
    }
    struct settlement_books *books = last_of(all);
    CHECK(!books->settled);
    books->transfer_count++;
    books->hash = add_transfer(books->hash, transfer);
    if (!is_posted(transfer) || transfer->debit == LEDGER_SURPLUS ||
        transfer->credit == LEDGER_SURPLUS) {
        return;
    }
    if (transfer->debit < LEDGER_SERVICE_COUNT) {
        books->balances[transfer->debit] -= transfer->amount_pence;
    }
    if (transfer->credit < LEDGER_SERVICE_COUNT) {
        books->balances[transfer->credit] += transfer->amount_pence;
    }
}

static bool is_large(int64_t pence)
{
    return pence > PENCE_MAX || pence < -PENCE_MAX;
}

/* The month's income and costs. False where an amount is too large. */
static bool add_up(const struct settlement_books *books, struct settlement_outcome *to)
{
    for (uint32_t i = 0; i < INCOME_COUNT; i++) {
        if (is_large(books->balances[income_accounts[i]])) {
            return false;
        }
        to->income_pence += books->balances[income_accounts[i]];
    }
    for (uint32_t account = LEDGER_ENERGY; account <= LEDGER_OTHER_COST; account++) {
        if (is_large(books->balances[account])) {
            return false;
        }
        to->cost_pence -= books->balances[account];
    }
    to->result_pence = to->income_pence - to->cost_pence;
    return !is_large(to->result_pence);
}

static void share_surplus(const struct settlement_terms *terms, struct settlement_outcome *to)
{
    const struct policy_waterfall *waterfall = terms->waterfall;
    to->made_good_pence = bound_least(to->result_pence, terms->loss_pence);
    int64_t left_pence = to->result_pence - to->made_good_pence;
    for (uint32_t i = 0; i < waterfall->line_count; i++) {
        to->lines[i].pence = policy_line_pence(&waterfall->lines[i], left_pence);
        left_pence -= to->lines[i].pence;
    }
    CHECK(left_pence == 0); /* the last line takes all that is left */
}

static void bear_loss(const struct settlement_terms *terms, struct settlement_outcome *to)
{
    const int64_t loss_pence = -to->result_pence;
    if (terms->waterfall->loss == POLICY_LOSS_COUNCIL) {
        to->from_council_pence = loss_pence;
    } else if (terms->waterfall->loss == POLICY_LOSS_RESERVE && terms->reserve_pence > 0) {
        to->from_reserve_pence = bound_least(loss_pence, terms->reserve_pence);
    }
    to->carried_pence = loss_pence - to->from_council_pence - to->from_reserve_pence;
}

static uint64_t digest_of(const struct settlement_outcome *outcome,
                          const struct settlement_books *books)
{
    uint64_t digest = digest_add_signed(RECORD_PROPOSAL, books->period);
    digest = digest_add(digest, books->hash);
    digest = digest_add(digest, books->transfer_count);
    digest = digest_add(digest, outcome->policy);
    digest = digest_add_signed(digest, outcome->income_pence);
    digest = digest_add_signed(digest, outcome->cost_pence);
    digest = digest_add_signed(digest, outcome->made_good_pence);
    digest = digest_add_signed(digest, outcome->from_reserve_pence);
    digest = digest_add_signed(digest, outcome->from_council_pence);
    digest = digest_add_signed(digest, outcome->rolling_pence);
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        digest = digest_add(digest, (uint64_t)outcome->lines[i].use);
        digest = digest_add_signed(digest, outcome->lines[i].pence);
    }
    return digest == 0 ? 1 : digest;
}

static enum settlement_result refuse(const struct settlement_register *all, int32_t period)
{
    const struct settlement_books *books = settlement_books(all, period);
    if (all->count > 0 && period >= all->books[all->count - 1].period) {
        return SETTLEMENT_NOT_OVER;
    }
    if (books == NULL) {
        return SETTLEMENT_UNKNOWN_PERIOD;
    }
    if (books->settled) {
        return SETTLEMENT_SETTLED;
    }
    return books != all->books && !books[-1].settled ? SETTLEMENT_EARLIER_OPEN : SETTLEMENT_OK;
}

static int64_t rolling_pence(const struct settlement_register *all,
                             const struct settlement_books *books, int64_t result_pence,
                             int64_t years)
{
    int64_t pence = result_pence;
    for (const struct settlement_books *before = all->books; before < books; before++) {
        if (before->settled && books->period - before->period < years * MONTHS) {
            pence += before->outcome.result_pence;
        }
    }
    return pence;
}

enum settlement_result settlement_compute(const struct settlement_register *all, int32_t period,
                                          const struct settlement_terms *terms,
                                          struct settlement_outcome *outcome)
{
    const struct policy_waterfall *waterfall = terms->waterfall;
    const enum settlement_result refusal = refuse(all, period);
    if (refusal != SETTLEMENT_OK) {
        return refusal;
    }
    CHECK(terms->loss_pence >= 0);
    const struct settlement_books *books = settlement_books(all, period);
    struct settlement_outcome made = {.policy = terms->policy, .line_count = waterfall->line_count};
    if (!add_up(books, &made)) {
        return SETTLEMENT_TOO_LARGE;
    }
    for (uint32_t i = 0; i < waterfall->line_count; i++) {
        memcpy(made.lines[i].name, waterfall->lines[i].name, sizeof made.lines[i].name);
        made.lines[i].use = waterfall->lines[i].use;
    }
    if (made.result_pence >= 0) {
        share_surplus(terms, &made);
    } else {
        bear_loss(terms, &made);
    }
    made.rolling_pence = rolling_pence(all, books, made.result_pence, waterfall->rolling_years);
    made.exceeds_cost = waterfall->mode == POLICY_COST_RECOVERY && made.rolling_pence > 0;
    made.digest = digest_of(&made, books);
    *outcome = made;
    return SETTLEMENT_OK;
}

enum settlement_result settlement_review(const struct settlement_register *all, int32_t period,
                                         const struct settlement_terms *terms, struct rider_id by,
                                         uint64_t digest)
{
    const struct settlement_books *books = settlement_books(all, period);
    struct settlement_outcome made;
    if (books != NULL && books->settled && rider_id_equal(books->approved_by, by) &&
        books->outcome.digest == digest) {
        return SETTLEMENT_EXISTS;
    }
    const enum settlement_result result = settlement_compute(all, period, terms, &made);
    if (result != SETTLEMENT_OK) {
        return result;
    }
    CHECK(books != NULL);
    if (books->outcome.digest == 0) {
        return SETTLEMENT_NOT_PROPOSED;
    }
    if (rider_id_equal(books->proposed_by, by)) {
        return SETTLEMENT_SAME_PERSON;
    }
    return books->outcome.digest == digest && made.digest == digest ? SETTLEMENT_OK
                                                                    : SETTLEMENT_STALE;
}

static bool are_amounts(const struct settlement_outcome *outcome, int64_t *lines_pence)
{
    const int64_t amounts[] = {outcome->made_good_pence, outcome->from_reserve_pence,
                               outcome->from_council_pence, outcome->carried_pence};
    for (uint32_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        if (amounts[i] < 0 || amounts[i] > PENCE_MAX) {
            return false;
        }
    }
    *lines_pence = 0;
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        const struct settlement_line *line = &outcome->lines[i];
        if (line->pence < 0 || line->pence > PENCE_MAX || line->use > POLICY_COUNCIL_REVENUE) {
            return false;
        }
        *lines_pence += line->pence;
    }
    return true;
}

const char *settlement_fault(const struct settlement_books *books,
                             const struct settlement_outcome *outcome)
{
    struct settlement_outcome sums = {0};
    int64_t lines_pence;
    if (outcome->digest == 0 || outcome->line_count < 1 || outcome->line_count > POLICY_LINES_MAX)
        return "the settlement has no digest, or no lines or too many";
    if (!are_amounts(outcome, &lines_pence))
        return "the settlement's amounts are out of range";
    if (!add_up(books, &sums) || sums.income_pence != outcome->income_pence ||
        sums.cost_pence != outcome->cost_pence || sums.result_pence != outcome->result_pence)
        return "the settlement's sums are not those of the month";
    const int64_t given_pence = outcome->made_good_pence + lines_pence;
    const int64_t borne_pence =
        outcome->from_reserve_pence + outcome->from_council_pence + outcome->carried_pence;
    const bool is_surplus = outcome->result_pence >= 0;
    if (given_pence != (is_surplus ? outcome->result_pence : 0) ||
        borne_pence != (is_surplus ? 0 : -outcome->result_pence))
        return "the settlement does not give away the result, and nothing else";
    return NULL;
}

uint32_t settlement_account(enum policy_use use)
{
    static const uint32_t accounts[] = {
        [POLICY_DEBT_SERVICE] = LEDGER_DEBT_SERVICE,
        [POLICY_RENEWALS_RESERVE] = LEDGER_RENEWALS,
        [POLICY_WARD_FUND] = LEDGER_WARD_FUND,
        [POLICY_COST_RECOVERY_RESERVE] = LEDGER_RESERVE,
        [POLICY_COUNCIL_REVENUE] = LEDGER_COUNCIL,
    };
    CHECK(use <= POLICY_COUNCIL_REVENUE);
    return accounts[use];
}

struct writer {
    struct ledger_transfer *transfers;
    uint32_t count;
    uint64_t next;
    uint32_t policy;
};

/* Move `pence`, or back where that is below 0. */
static void move(struct writer *writer, uint32_t debit, uint32_t credit, int64_t pence)
{
    if (pence == 0) {
        return;
    }
    CHECK(writer->count < SETTLEMENT_TRANSFERS_MAX);
    if (writer->count > 0) {
        writer->transfers[writer->count - 1].linked = true;
    }
    writer->transfers[writer->count] = (struct ledger_transfer){
        .id = writer->next + writer->count,
        .debit = pence > 0 ? debit : credit,
        .credit = pence > 0 ? credit : debit,
        .amount_pence = pence > 0 ? pence : -pence,
        .kind = LEDGER_MOVE,
        .policy = writer->policy,
    };
    writer->count++;
}

uint32_t settlement_transfers(const struct settlement_books *books,
                              const struct settlement_outcome *outcome, uint64_t next,
                              struct ledger_transfer transfers[SETTLEMENT_TRANSFERS_MAX])
{
    struct writer writer = {.transfers = transfers, .next = next, .policy = outcome->policy};
    for (uint32_t i = 0; i < INCOME_COUNT; i++) {
        move(&writer, income_accounts[i], LEDGER_SURPLUS, books->balances[income_accounts[i]]);
    }
    for (uint32_t account = LEDGER_ENERGY; account <= LEDGER_OTHER_COST; account++) {
        move(&writer, account, LEDGER_SURPLUS, books->balances[account]);
    }
    move(&writer, LEDGER_SURPLUS, LEDGER_LOSS, outcome->made_good_pence);
    for (uint32_t i = 0; i < outcome->line_count; i++) {
        move(&writer, LEDGER_SURPLUS, settlement_account(outcome->lines[i].use),
             outcome->lines[i].pence);
    }
    move(&writer, LEDGER_COUNCIL, LEDGER_SURPLUS, outcome->from_council_pence);
    move(&writer, LEDGER_RESERVE, LEDGER_SURPLUS, outcome->from_reserve_pence);
    move(&writer, LEDGER_LOSS, LEDGER_SURPLUS, outcome->carried_pence);
    return writer.count;
}

bool settlement_is_posted(const struct settlement_books *books,
                          const struct settlement_outcome *outcome,
                          const struct ledger_transfer *transfers, uint32_t count)
{
    struct ledger_transfer due[SETTLEMENT_TRANSFERS_MAX];
    const uint64_t next = count > 0 ? transfers[0].id : 0;
    bool same = settlement_transfers(books, outcome, next, due) == count;
    for (uint32_t i = 0; i < count && same; i++) {
        same = ledger_same(&transfers[i], &due[i]);
    }
    return same;
}
