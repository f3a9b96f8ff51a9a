/* A second implementation, from the list of all transfers alone and as naive as can be, must agree
 * about every month. */
#include "core/settlement.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/random.h"

#define TRANSFERS_MAX 20000
#define MONTHS        36
#define FIRST         672 /* January 2026 */

static const struct rider_id finance = {1, 1};
static const struct rider_id director = {1, 2};

static struct settlement_register all;

/* What the oracle knows: everything ever posted, and in which month. */
static struct ledger_transfer list[TRANSFERS_MAX];
static int32_t periods[TRANSFERS_MAX];
static uint32_t listed;

static void begin_month(int32_t period)
{
    if (all.count == 0 || all.books[all.count - 1].period < period)
        settlement_begin(&all, period, listed + 1, NULL);
}

static void post(int32_t period, struct ledger_transfer transfer)
{
    cr_assert_lt(listed, TRANSFERS_MAX);
    transfer.id = listed + 1;
    transfer.at_ms = listed;
    begin_month(period);
    list[listed] = transfer;
    periods[listed++] = period;
    settlement_add(&all, &transfer);
}

static void move(int32_t period, uint32_t debit, uint32_t credit, int64_t pence)
{
    post(period, (struct ledger_transfer){
                     .debit = debit, .credit = credit, .amount_pence = pence, .kind = LEDGER_MOVE});
}

/* Credits less debits of an account, over the list up to a month, or of one month without what
 * settlements posted. */
static int64_t ever(uint32_t account)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < listed; i++) {
        if (list[i].kind != LEDGER_MOVE && list[i].kind != LEDGER_POST)
            continue;
        sum += list[i].credit == account ? list[i].amount_pence : 0;
        sum -= list[i].debit == account ? list[i].amount_pence : 0;
    }
    return sum;
}

static int64_t result_of(int32_t period)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < listed; i++) {
        const struct ledger_transfer *is = &list[i];
        if (periods[i] != period || is->debit == LEDGER_SURPLUS || is->credit == LEDGER_SURPLUS ||
            (is->kind != LEDGER_MOVE && is->kind != LEDGER_POST))
            continue;
        for (int side = 0; side < 2; side++) {
            const uint32_t account = side == 0 ? is->debit : is->credit;
            const bool counts = account == LEDGER_FARE_INCOME || account == LEDGER_FEE_INCOME ||
                                account == LEDGER_CAP_DISCOUNT || account == LEDGER_COMPENSATION ||
                                (account >= LEDGER_ENERGY && account <= LEDGER_OTHER_COST);
            if (counts)
                sum += side == 0 ? -is->amount_pence : is->amount_pence;
        }
    }
    return sum;
}

static struct policy_waterfall draw_waterfall(struct random *random)
{
    struct policy_waterfall waterfall = {
        .mode = (enum policy_mode)random_below(random, 3),
        .rolling_years = random_between(random, 1, 3),
        .loss = (enum policy_loss)random_below(random, 3),
        .line_count = (uint32_t)random_between(random, 1, POLICY_LINES_MAX),
    };
    for (uint32_t i = 0; i < waterfall.line_count; i++) {
        waterfall.lines[i] = (struct policy_line){
            .use = (enum policy_use)random_below(random, 5),
            .fixed_pence = random_between(random, 0, 3000),
            .share_permille = random_between(random, 0, 1000),
            .most_pence =
                random_below(random, 2) == 0 ? POLICY_NONE_PENCE : random_between(random, 0, 5000),
        };
    }
    waterfall.lines[waterfall.line_count - 1].share_permille = POLICY_ALL_PERMILLE;
    waterfall.lines[waterfall.line_count - 1].most_pence = POLICY_NONE_PENCE;
    return waterfall;
}

static void draw_month(struct random *random, int32_t period)
{
    static const uint32_t income[] = {LEDGER_FARE_INCOME,  LEDGER_FEE_INCOME, LEDGER_CAP_DISCOUNT,
                                      LEDGER_COMPENSATION, LEDGER_VAT,        LEDGER_BANK};
    const int64_t count = random_between(random, 0, 200);
    const int64_t dear = random_between(random, 0, 150); /* some months lose */
    for (int64_t i = 0; i < count; i++) {
        const uint32_t account = income[random_below(random, 6)];
        const bool back = random_below(random, 5) == 0;
        const int64_t pence = random_between(random, 0, 400);
        struct ledger_transfer transfer = {.debit = LEDGER_RIDERS + (uint32_t)(i % 7),
                                           .credit = account,
                                           .amount_pence = pence,
                                           .kind = (enum ledger_kind)random_between(random, 1, 5)};
        if (back) {
            transfer.credit = transfer.debit;
            transfer.debit = account;
        }
        post(period, transfer);
        if (random_below(random, 2) == 0)
            move(period, LEDGER_ENERGY + (uint32_t)random_below(random, 8), LEDGER_PAYABLE,
                 random_between(random, 0, 3 * dear));
    }
}

static struct settlement_terms terms_of(const struct policy_waterfall *waterfall)
{
    return (struct settlement_terms){.waterfall = waterfall,
                                     .policy = 3,
                                     .loss_pence = -ever(LEDGER_LOSS),
                                     .reserve_pence = ever(LEDGER_RESERVE)};
}

static enum settlement_result propose(int32_t period, const struct settlement_terms *terms,
                                      struct rider_id by, struct settlement_outcome *outcome)
{
    const enum settlement_result result = settlement_compute(&all, period, terms, outcome);
    for (uint32_t i = 0; i < all.count && result == SETTLEMENT_OK; i++) {
        if (all.books[i].period == period) {
            cr_assert_null(settlement_fault(&all.books[i], outcome));
            all.books[i].outcome = *outcome;
            all.books[i].proposed_by = by;
        }
    }
    return result;
}

static enum settlement_result approve(int32_t period, const struct settlement_terms *terms,
                                      struct rider_id by, uint64_t digest)
{
    const enum settlement_result result = settlement_review(&all, period, terms, by, digest);
    for (uint32_t i = 0; i < all.count && result == SETTLEMENT_OK; i++) {
        if (all.books[i].period == period) {
            all.books[i].settled = true;
            all.books[i].approved_by = by;
        }
    }
    return result;
}

/* What the lines take of a surplus, naively; the balances that must come of it. */
static void expect_moves(const struct policy_waterfall *waterfall, int64_t result_pence,
                         int64_t expected[LEDGER_SERVICE_COUNT])
{
    static const uint32_t accounts[] = {LEDGER_DEBT_SERVICE, LEDGER_RENEWALS, LEDGER_WARD_FUND,
                                        LEDGER_RESERVE, LEDGER_COUNCIL};
    for (uint32_t account = 0; account < LEDGER_SERVICE_COUNT; account++)
        expected[account] = ever(account);
    int64_t left = result_pence;
    if (left < 0) {
        const int64_t reserve = expected[LEDGER_RESERVE] > 0 ? expected[LEDGER_RESERVE] : 0;
        int64_t from_reserve = waterfall->loss == POLICY_LOSS_RESERVE ? reserve : 0;
        if (from_reserve > -left)
            from_reserve = -left;
        expected[LEDGER_RESERVE] -= from_reserve;
        left += from_reserve;
        expected[waterfall->loss == POLICY_LOSS_COUNCIL ? LEDGER_COUNCIL : LEDGER_LOSS] += left;
        return;
    }
    while (left > 0 && expected[LEDGER_LOSS] < 0) {
        expected[LEDGER_LOSS]++;
        left--;
    }
    for (uint32_t i = 0; i < waterfall->line_count; i++) {
        const struct policy_line *line = &waterfall->lines[i];
        int64_t take = line->fixed_pence + left * line->share_permille / 1000;
        take = take > line->most_pence ? line->most_pence : take;
        take = take > left ? left : take;
        expected[accounts[line->use]] += take;
        left -= take;
    }
    cr_assert_eq(left, 0);
}

static void settle_month(const struct policy_waterfall *waterfall, int32_t period)
{
    struct settlement_outcome proposed;
    struct settlement_outcome again;
    struct ledger_transfer transfers[SETTLEMENT_TRANSFERS_MAX];
    int64_t expected[LEDGER_SERVICE_COUNT];
    const struct settlement_terms terms = terms_of(waterfall);
    const int64_t result_pence = result_of(period);
    expect_moves(waterfall, result_pence, expected);
    begin_month(period + 1);
    cr_assert_eq(propose(period, &terms, finance, &proposed), SETTLEMENT_OK);
    cr_assert_eq(proposed.result_pence, result_pence);
    int64_t rolling_pence = 0;
    for (int32_t before = FIRST; before <= period; before++)
        rolling_pence += period - before < 12 * waterfall->rolling_years ? result_of(before) : 0;
    cr_assert_eq(proposed.rolling_pence, rolling_pence);
    cr_assert_eq(approve(period, &terms, finance, proposed.digest), SETTLEMENT_SAME_PERSON);
    cr_assert_eq(approve(period, &terms, director, proposed.digest), SETTLEMENT_OK);
    const struct settlement_books *books = settlement_books(&all, period);
    const uint64_t hash = books->hash;
    const uint32_t count = settlement_transfers(books, &proposed, listed + 1, transfers);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert_eq(transfers[i].linked, i + 1 < count);
        cr_assert_eq(transfers[i].id, listed + 1);
        post(period + 1, transfers[i]);
    }
    cr_assert_eq(books->hash, hash);
    cr_assert_eq(ever(LEDGER_SURPLUS), 0, "nothing is left over");
    const uint32_t funds[] = {LEDGER_DEBT_SERVICE, LEDGER_RENEWALS, LEDGER_WARD_FUND,
                              LEDGER_RESERVE,      LEDGER_COUNCIL,  LEDGER_LOSS};
    for (uint32_t i = 0; i < 6; i++)
        cr_assert_eq(ever(funds[i]), expected[funds[i]], "account %u", funds[i]);
    cr_assert_leq(ever(LEDGER_LOSS), 0);
    for (uint32_t account = LEDGER_ENERGY; account <= LEDGER_OTHER_COST; account++)
        cr_assert_eq(ever(account), 0, "closed");
    cr_assert_eq(approve(period, &terms, director, proposed.digest), SETTLEMENT_EXISTS);
    cr_assert_eq(approve(period, &terms, finance, proposed.digest), SETTLEMENT_SETTLED);
    cr_assert_eq(propose(period, &terms, finance, &again), SETTLEMENT_SETTLED);
}

Test(settlement, agrees_with_the_list_of_transfers_in_random_months)
{
    struct random random;
    uint32_t losses = 0;
    random_init(&random, 1);
    for (int history = 0; history < 30; history++) {
        memset(&all, 0, sizeof all);
        listed = 0;
        for (int32_t period = FIRST; period < FIRST + MONTHS; period++) {
            const struct policy_waterfall waterfall = draw_waterfall(&random);
            draw_month(&random, period);
            move(period, LEDGER_RIDERS, LEDGER_FARE_INCOME, 1);
            losses += result_of(period) < 0;
            settle_month(&waterfall, period);
        }
    }
    cr_expect(losses > 100 && losses < 980, "%u", losses);
}

static struct policy_waterfall plain(void)
{
    struct policy policy;
    policy_default(&policy);
    return policy.waterfalls[0];
}

static void begin(void)
{
    memset(&all, 0, sizeof all);
    listed = 0;
    move(FIRST, LEDGER_RIDERS, LEDGER_FARE_INCOME, 1000);
    move(FIRST + 1, LEDGER_RIDERS, LEDGER_FARE_INCOME, 500);
    move(FIRST + 1, LEDGER_ENERGY, LEDGER_PAYABLE, 200);
}

Test(settlement, is_refused_with_the_reason)
{
    const struct policy_waterfall waterfall = plain();
    const struct settlement_terms terms = {.waterfall = &waterfall};
    struct settlement_outcome made;
    memset(&made, 0xa5, sizeof made);
    const struct settlement_outcome untouched = made;
    memset(&all, 0, sizeof all);
    cr_expect_eq(propose(FIRST, &terms, finance, &made), SETTLEMENT_UNKNOWN_PERIOD);
    begin();
    begin_month(FIRST + 2);
    cr_expect_eq(propose(FIRST - 1, &terms, finance, &made), SETTLEMENT_UNKNOWN_PERIOD);
    cr_expect_eq(propose(FIRST + 2, &terms, finance, &made), SETTLEMENT_NOT_OVER);
    cr_expect_eq(propose(FIRST + 9, &terms, finance, &made), SETTLEMENT_NOT_OVER);
    cr_expect_eq(propose(FIRST + 1, &terms, finance, &made), SETTLEMENT_EARLIER_OPEN);
    cr_expect_eq(approve(FIRST, &terms, director, 7), SETTLEMENT_NOT_PROPOSED);
    cr_expect_eq(memcmp(&made, &untouched, sizeof made), 0);
    cr_assert_eq(propose(FIRST, &terms, finance, &made), SETTLEMENT_OK);
    cr_expect_eq(approve(FIRST, &terms, director, made.digest + 1), SETTLEMENT_STALE);
    struct settlement_terms changed = terms;
    changed.loss_pence = 300;
    cr_expect_eq(approve(FIRST, &changed, director, made.digest), SETTLEMENT_STALE);
    move(FIRST + 2, LEDGER_RIDERS, LEDGER_FARE_INCOME, PENCE_MAX);
    move(FIRST + 2, LEDGER_RIDERS, LEDGER_FARE_INCOME, PENCE_MAX);
    cr_assert_eq(approve(FIRST, &terms, director, made.digest), SETTLEMENT_OK,
                 "later months change nothing");
    cr_assert_eq(propose(FIRST + 1, &terms, finance, &made), SETTLEMENT_OK);
    cr_expect(made.result_pence == 300 && made.exceeds_cost && made.rolling_pence == 1300);
    cr_assert_eq(approve(FIRST + 1, &terms, director, made.digest), SETTLEMENT_OK);
    begin_month(FIRST + 3);
    cr_expect_eq(propose(FIRST + 2, &terms, finance, &made), SETTLEMENT_TOO_LARGE);
}

/* Every amount of an outcome that follows from others is looked at. */
Test(settlement, an_outcome_that_does_not_follow_from_the_month_has_a_fault)
{
    const struct policy_waterfall waterfall = plain();
    const struct settlement_terms terms = {.waterfall = &waterfall, .loss_pence = 100};
    struct settlement_outcome made;
    begin();
    begin_month(FIRST + 2);
    cr_assert_eq(propose(FIRST, &terms, finance, &made), SETTLEMENT_OK);
    const struct settlement_books *books = settlement_books(&all, FIRST);
    int64_t *const amounts[] = {&made.income_pence,       &made.cost_pence,
                                &made.result_pence,       &made.made_good_pence,
                                &made.from_reserve_pence, &made.from_council_pence,
                                &made.carried_pence,      &made.lines[0].pence};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        for (int64_t by = -1; by <= 1; by += 2) {
            *amounts[i] += by;
            cr_expect_not_null(settlement_fault(books, &made), "amount %zu", i);
            *amounts[i] -= by;
        }
    }
    cr_expect_null(settlement_fault(books, &made));
    made.line_count = POLICY_LINES_MAX + 1;
    cr_expect_not_null(settlement_fault(books, &made));
    made.line_count = 0;
    cr_expect_not_null(settlement_fault(books, &made));
    made.line_count = waterfall.line_count;
    made.digest = 0;
    cr_expect_not_null(settlement_fault(books, &made));
}

static uint64_t hash_of(uint32_t first, uint32_t second)
{
    memset(&all, 0, sizeof all);
    settlement_begin(&all, FIRST + 1, 1, NULL);
    settlement_add(&all, &list[first]);
    settlement_add(&all, &list[second]);
    return all.books[0].hash;
}

Test(settlement, a_months_hash_counts_every_transfer_and_their_order)
{
    begin();
    const uint64_t hash = settlement_books(&all, FIRST + 1)->hash;
    cr_expect_eq(hash_of(1, 2), hash);
    cr_expect_neq(hash_of(2, 1), hash);
    list[1].area++;
    cr_expect_neq(hash_of(1, 2), hash);
}

Test(settlement, remembers_the_last_months_and_those_without_a_transfer)
{
    memset(&all, 0, sizeof all);
    listed = 0;
    move(FIRST, LEDGER_RIDERS, LEDGER_FARE_INCOME, 1);
    move(FIRST + 200, LEDGER_RIDERS, LEDGER_FARE_INCOME, 1);
    cr_expect_eq(all.count, SETTLEMENT_PERIODS_MAX);
    cr_expect_null(settlement_books(&all, FIRST));
    cr_expect_eq(settlement_books(&all, FIRST + 199)->transfer_count, 0);
    cr_expect_eq(settlement_books(&all, FIRST + 199)->first_transfer, 2);
    cr_expect_eq(settlement_books(&all, FIRST + 200)->transfer_count, 1);
}

/* What accounts held before there were months is income and cost of the first one, once. */
Test(settlement, the_first_month_takes_over_what_was_there_before)
{
    const struct policy_waterfall waterfall = plain();
    const struct settlement_terms terms = {.waterfall = &waterfall};
    const int64_t opening[LEDGER_SERVICE_COUNT] = {
        [LEDGER_FARE_INCOME] = 700, [LEDGER_ENERGY] = -300};
    struct settlement_outcome made;
    const struct ledger_transfer unseen = {
        .id = 1, .debit = LEDGER_RIDERS, .amount_pence = 700, .kind = LEDGER_MOVE};
    memset(&all, 0, sizeof all);
    listed = 0;
    settlement_add(&all, &unseen);
    cr_expect_eq(all.count, 0);
    settlement_begin(&all, FIRST, 2, opening);
    settlement_begin(&all, FIRST + 1, 2, opening);
    cr_assert_eq(propose(FIRST, &terms, finance, &made), SETTLEMENT_OK);
    cr_expect(made.income_pence == 700 && made.cost_pence == 300 && made.result_pence == 400);
    cr_expect_eq(settlement_books(&all, FIRST + 1)->balances[LEDGER_FARE_INCOME], 0);
    cr_expect_neq(settlement_books(&all, FIRST)->hash, settlement_books(&all, FIRST + 1)->hash);
}
