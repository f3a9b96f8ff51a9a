/* All that is posted follows from the month's sums, so that a proposal need not be kept: it is made
 * again when it is approved, and its digest says whether it is still the same. */
#include "core/settlement.h"

#include <string.h>

#include "base/check.h"
#include "core/digest.h"

#define RECORD_TRANSFER 35 /* what hashes begin with; core/state_work.c has one below */
#define RECORD_PROPOSAL 36
#define MONTHS          12

/* Days from civil: Howard Hinnant, "chrono-compatible low-level date algorithms". Years begin in
 * March, in eras of 400; days before 0000-03-01 are none of a policy's. */
#define ERA_DAYS 146097
#define EPOCH    719468 /* 0000-03-01 to 1970-01-01 */

int32_t settlement_period(int32_t civil_day)
{
    CHECK(civil_day >= POLICY_DAY_MIN && civil_day <= POLICY_DAY_MAX);
    const int32_t day = civil_day + EPOCH;
    const int32_t era = day / ERA_DAYS;
    const int32_t of_era = day % ERA_DAYS;
    const int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int32_t month = (5 * of_year + 2) / 153; /* 0 March */
    return (era * 400 + year - 1970) * MONTHS + month + 2;
}

int32_t settlement_first_day(int32_t period)
{
    const int32_t months = period - 2 + 1970 * MONTHS; /* since March of year 0 */
    CHECK(months >= 0);
    const int32_t year = months / MONTHS;
    const int32_t of_year = (153 * (months % MONTHS) + 2) / 5;
    return year * 365 + year / 4 - year / 100 + year / 400 + of_year - EPOCH;
}

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

static struct settlement_books *find(struct settlement_register *all, int32_t period)
{
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->books[i].period == period) {
            return &all->books[i];
        }
    }
    return NULL;
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

static void open_books(struct settlement_register *all, int32_t period)
{
    if (all->count == SETTLEMENT_PERIODS_MAX) {
        memmove(&all->books[0], &all->books[1],
                (SETTLEMENT_PERIODS_MAX - 1) * sizeof all->books[0]);
        all->count--;
    }
    all->books[all->count++] = (struct settlement_books){.period = period, .hash = RECORD_TRANSFER};
}

void settlement_add(struct settlement_register *all, int32_t period,
                    const struct ledger_transfer *transfer)
{
    int32_t last = all->count > 0 ? all->books[all->count - 1].period : period - 1;
    CHECK(last <= period);
    while (last < period) {
        open_books(all, ++last);
    }
    struct settlement_books *books = &all->books[all->count - 1];
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

/* Move `pence`, or back where that is below 0. */
static void move(struct settlement *settlement, uint32_t debit, uint32_t credit, int64_t pence,
                 uint32_t policy)
{
    if (pence == 0) {
        return;
    }
    CHECK(settlement->transfer_count < SETTLEMENT_TRANSFERS_MAX);
    if (settlement->transfer_count > 0) {
        settlement->transfers[settlement->transfer_count - 1].linked = true;
    }
    settlement->transfers[settlement->transfer_count++] = (struct ledger_transfer){
        .debit = pence > 0 ? debit : credit,
        .credit = pence > 0 ? credit : debit,
        .amount_pence = pence > 0 ? pence : -pence,
        .kind = LEDGER_MOVE,
        .policy = policy,
    };
}

static bool is_large(int64_t pence)
{
    return pence > PENCE_MAX || pence < -PENCE_MAX;
}

/* Close the month's income and costs into the surplus. False where an amount is too large. */
static bool close_accounts(const struct settlement_books *books, uint32_t policy,
                           struct settlement *to)
{
    static const uint32_t INCOME[] = {LEDGER_FARE_INCOME, LEDGER_FEE_INCOME, LEDGER_CAP_DISCOUNT,
                                      LEDGER_COMPENSATION};
    for (uint32_t i = 0; i < sizeof INCOME / sizeof INCOME[0]; i++) {
        const int64_t pence = books->balances[INCOME[i]];
        if (is_large(pence)) {
            return false;
        }
        to->income_pence += pence;
        move(to, INCOME[i], LEDGER_SURPLUS, pence, policy);
    }
    for (uint32_t account = LEDGER_ENERGY; account <= LEDGER_OTHER_COST; account++) {
        const int64_t pence = books->balances[account];
        if (is_large(pence)) {
            return false;
        }
        to->cost_pence -= pence;
        move(to, account, LEDGER_SURPLUS, pence, policy);
    }
    to->result_pence = to->income_pence - to->cost_pence;
    return !is_large(to->result_pence);
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void share_surplus(const struct settlement_terms *terms, struct settlement *to)
{
    static const uint32_t ACCOUNTS[] = {
        [POLICY_DEBT_SERVICE] = LEDGER_DEBT_SERVICE,
        [POLICY_RENEWALS_RESERVE] = LEDGER_RENEWALS,
        [POLICY_WARD_FUND] = LEDGER_WARD_FUND,
        [POLICY_COST_RECOVERY_RESERVE] = LEDGER_RESERVE,
        [POLICY_COUNCIL_REVENUE] = LEDGER_COUNCIL,
    };
    const struct policy_waterfall *waterfall = terms->waterfall;
    int64_t left_pence = to->result_pence;
    to->made_good_pence = lesser(left_pence, terms->loss_pence);
    move(to, LEDGER_SURPLUS, LEDGER_LOSS, to->made_good_pence, terms->policy);
    left_pence -= to->made_good_pence;
    for (uint32_t i = 0; i < waterfall->line_count; i++) {
        const struct policy_line *line = &waterfall->lines[i];
        to->lines_pence[i] = policy_line_pence(line, left_pence);
        move(to, LEDGER_SURPLUS, ACCOUNTS[line->use], to->lines_pence[i], terms->policy);
        left_pence -= to->lines_pence[i];
    }
    CHECK(left_pence == 0); /* the last line takes all that is left */
}

static void bear_loss(const struct settlement_terms *terms, struct settlement *to)
{
    const int64_t loss_pence = -to->result_pence;
    if (terms->waterfall->loss == POLICY_LOSS_COUNCIL) {
        to->from_council_pence = loss_pence;
    } else if (terms->waterfall->loss == POLICY_LOSS_RESERVE && terms->reserve_pence > 0) {
        to->from_reserve_pence = lesser(loss_pence, terms->reserve_pence);
    }
    to->carried_pence = loss_pence - to->from_council_pence - to->from_reserve_pence;
    move(to, LEDGER_COUNCIL, LEDGER_SURPLUS, to->from_council_pence, terms->policy);
    move(to, LEDGER_RESERVE, LEDGER_SURPLUS, to->from_reserve_pence, terms->policy);
    move(to, LEDGER_LOSS, LEDGER_SURPLUS, to->carried_pence, terms->policy);
}

static uint64_t digest_of(const struct settlement *settlement, const struct settlement_books *books)
{
    uint64_t digest = digest_add_signed(RECORD_PROPOSAL, settlement->period);
    digest = digest_add(digest, books->hash);
    digest = digest_add(digest, books->transfer_count);
    digest = digest_add_signed(digest, settlement->rolling_pence);
    for (uint32_t i = 0; i < settlement->transfer_count; i++) {
        digest = add_transfer(digest, &settlement->transfers[i]);
    }
    return digest == 0 ? 1 : digest;
}

static enum settlement_result refuse(const struct settlement_register *all, int32_t period,
                                     const struct settlement_terms *terms)
{
    const struct settlement_books *books = settlement_books(all, period);
    if (period >= terms->today) {
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

enum settlement_result settlement_compute(const struct settlement_register *all, int32_t period,
                                          const struct settlement_terms *terms,
                                          struct settlement *settlement)
{
    const enum settlement_result refusal = refuse(all, period, terms);
    if (refusal != SETTLEMENT_OK) {
        return refusal;
    }
    CHECK(terms->loss_pence >= 0);
    const struct settlement_books *books = settlement_books(all, period);
    const int64_t months = terms->waterfall->rolling_years * MONTHS;
    struct settlement made = {.period = period, .line_count = terms->waterfall->line_count};
    if (!close_accounts(books, terms->policy, &made)) {
        return SETTLEMENT_TOO_LARGE;
    }
    if (made.result_pence >= 0) {
        share_surplus(terms, &made);
    } else {
        bear_loss(terms, &made);
    }
    made.rolling_pence = made.result_pence;
    for (const struct settlement_books *before = all->books; before < books; before++) {
        made.rolling_pence += period - before->period < months ? before->result_pence : 0;
    }
    made.exceeds_cost = terms->waterfall->mode == POLICY_COST_RECOVERY && made.rolling_pence > 0;
    made.digest = digest_of(&made, books);
    *settlement = made;
    return SETTLEMENT_OK;
}

enum settlement_result settlement_propose(struct settlement_register *all, int32_t period,
                                          const struct settlement_terms *terms, struct rider_id by,
                                          struct settlement *settlement)
{
    const enum settlement_result result = settlement_compute(all, period, terms, settlement);
    if (result == SETTLEMENT_OK) {
        struct settlement_books *books = find(all, period);
        books->proposed_by = by;
        books->proposal = settlement->digest;
    }
    return result;
}

static bool is_same(struct rider_id a, struct rider_id b)
{
    return a.high == b.high && a.low == b.low;
}

enum settlement_result settlement_approve(struct settlement_register *all, int32_t period,
                                          const struct settlement_terms *terms, struct rider_id by,
                                          uint64_t digest, struct settlement *settlement)
{
    struct settlement_books *books = find(all, period);
    struct settlement made;
    if (books != NULL && books->settled && is_same(books->approved_by, by) &&
        books->proposal == digest) {
        return SETTLEMENT_EXISTS;
    }
    const enum settlement_result result = settlement_compute(all, period, terms, &made);
    if (result != SETTLEMENT_OK) {
        return result;
    }
    if (books->proposal == 0) {
        return SETTLEMENT_NOT_PROPOSED;
    }
    if (is_same(books->proposed_by, by)) {
        return SETTLEMENT_SAME_PERSON;
    }
    if (books->proposal != digest || made.digest != digest) {
        return SETTLEMENT_STALE;
    }
    books->settled = true;
    books->approved_by = by;
    books->result_pence = made.result_pence;
    *settlement = made;
    return SETTLEMENT_OK;
}

const char *settlement_result_text(enum settlement_result result)
{
    static const char *const TEXTS[SETTLEMENT_RESULT_COUNT] = {
        [SETTLEMENT_OK] = "settled",
        [SETTLEMENT_EXISTS] = "settled before, alike",
        [SETTLEMENT_UNKNOWN_PERIOD] = "nothing is known of the period",
        [SETTLEMENT_NOT_OVER] = "the period is not over",
        [SETTLEMENT_EARLIER_OPEN] = "the period before it is not settled",
        [SETTLEMENT_SETTLED] = "the period was settled before",
        [SETTLEMENT_NOT_PROPOSED] = "no settlement of the period was proposed",
        [SETTLEMENT_SAME_PERSON] = "who proposed a settlement cannot approve it",
        [SETTLEMENT_STALE] = "the proposal is not the last one, or what it rests on has changed",
        [SETTLEMENT_TOO_LARGE] = "an amount of the period is too large",
    };
    CHECK(result < SETTLEMENT_RESULT_COUNT);
    return TEXTS[result];
}
