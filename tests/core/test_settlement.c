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

static void post(int32_t period, struct ledger_transfer transfer)
{
    cr_assert_lt(listed, TRANSFERS_MAX);
    transfer.id = listed + 1;
    transfer.at_ms = listed;
    list[listed] = transfer;
    periods[listed++] = period;
    settlement_add(&all, period, &transfer);
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

static struct settlement_terms terms_of(const struct policy_waterfall *waterfall, int32_t today)
{
    return (struct settlement_terms){.waterfall = waterfall,
                                     .policy = 3,
                                     .today = today,
                                     .loss_pence = -ever(LEDGER_LOSS),
                                     .reserve_pence = ever(LEDGER_RESERVE)};
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
    struct settlement proposed;
    struct settlement settled;
    int64_t expected[LEDGER_SERVICE_COUNT];
    const struct settlement_terms terms = terms_of(waterfall, period + 1);
    const int64_t result_pence = result_of(period);
    expect_moves(waterfall, result_pence, expected);
    cr_assert_eq(settlement_propose(&all, period, &terms, finance, &proposed), SETTLEMENT_OK);
    cr_assert_eq(proposed.result_pence, result_pence);
    int64_t rolling_pence = 0;
    for (int32_t before = FIRST; before <= period; before++)
        rolling_pence += period - before < 12 * waterfall->rolling_years ? result_of(before) : 0;
    cr_assert_eq(proposed.rolling_pence, rolling_pence);
    cr_assert_eq(settlement_approve(&all, period, &terms, finance, proposed.digest, &settled),
                 SETTLEMENT_SAME_PERSON);
    cr_assert_eq(settlement_approve(&all, period, &terms, director, proposed.digest, &settled),
                 SETTLEMENT_OK);
    const uint64_t hash = settlement_books(&all, period)->hash;
    for (uint32_t i = 0; i < settled.transfer_count; i++) {
        cr_assert_eq(settled.transfers[i].linked, i + 1 < settled.transfer_count);
        post(period + 1, settled.transfers[i]);
    }
    cr_assert_eq(settlement_books(&all, period)->hash, hash);
    cr_assert_eq(ever(LEDGER_SURPLUS), 0, "nothing is left over");
    const uint32_t funds[] = {LEDGER_DEBT_SERVICE, LEDGER_RENEWALS, LEDGER_WARD_FUND,
                              LEDGER_RESERVE,      LEDGER_COUNCIL,  LEDGER_LOSS};
    for (uint32_t i = 0; i < 6; i++)
        cr_assert_eq(ever(funds[i]), expected[funds[i]], "account %u", funds[i]);
    cr_assert_leq(ever(LEDGER_LOSS), 0);
    for (uint32_t account = LEDGER_ENERGY; account <= LEDGER_OTHER_COST; account++)
        cr_assert_eq(ever(account), 0, "closed");
    cr_assert_eq(settlement_approve(&all, period, &terms, director, proposed.digest, &settled),
                 SETTLEMENT_EXISTS);
    cr_assert_eq(settlement_approve(&all, period, &terms, finance, proposed.digest, &settled),
                 SETTLEMENT_SETTLED);
    cr_assert_eq(settlement_propose(&all, period, &terms, finance, &settled), SETTLEMENT_SETTLED);
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
    const struct settlement_terms terms = {.waterfall = &waterfall, .today = FIRST + 2};
    struct settlement made;
    memset(&made, 0xa5, sizeof made);
    const struct settlement untouched = made;
    begin();
    cr_expect_eq(settlement_propose(&all, FIRST - 1, &terms, finance, &made),
                 SETTLEMENT_UNKNOWN_PERIOD);
    cr_expect_eq(settlement_propose(&all, FIRST + 2, &terms, finance, &made), SETTLEMENT_NOT_OVER);
    cr_expect_eq(settlement_propose(&all, FIRST + 9, &terms, finance, &made), SETTLEMENT_NOT_OVER);
    cr_expect_eq(settlement_propose(&all, FIRST + 1, &terms, finance, &made),
                 SETTLEMENT_EARLIER_OPEN);
    cr_expect_eq(settlement_approve(&all, FIRST, &terms, director, 7, &made),
                 SETTLEMENT_NOT_PROPOSED);
    cr_expect_eq(memcmp(&made, &untouched, sizeof made), 0);
    cr_assert_eq(settlement_propose(&all, FIRST, &terms, finance, &made), SETTLEMENT_OK);
    cr_expect_eq(settlement_approve(&all, FIRST, &terms, director, made.digest + 1, &made),
                 SETTLEMENT_STALE);
    struct settlement_terms changed = terms;
    changed.loss_pence = 300;
    cr_expect_eq(settlement_approve(&all, FIRST, &changed, director, made.digest, &made),
                 SETTLEMENT_STALE);
    move(FIRST + 2, LEDGER_RIDERS, LEDGER_FARE_INCOME, PENCE_MAX);
    move(FIRST + 2, LEDGER_RIDERS, LEDGER_FARE_INCOME, PENCE_MAX);
    cr_assert_eq(settlement_approve(&all, FIRST, &terms, director, made.digest, &made),
                 SETTLEMENT_OK, "later months change nothing");
    cr_assert_eq(settlement_propose(&all, FIRST + 1, &terms, finance, &made), SETTLEMENT_OK);
    cr_expect(made.result_pence == 300 && made.exceeds_cost && made.rolling_pence == 1300);
    cr_assert_eq(settlement_approve(&all, FIRST + 1, &terms, director, made.digest, &made),
                 SETTLEMENT_OK);
    changed = terms;
    changed.today = FIRST + 3;
    cr_expect_eq(settlement_propose(&all, FIRST + 2, &changed, finance, &made),
                 SETTLEMENT_TOO_LARGE);
    for (int result = 0; result < SETTLEMENT_RESULT_COUNT; result++)
        cr_expect_not_null(settlement_result_text((enum settlement_result)result));
}

Test(settlement, a_months_hash_counts_every_transfer_and_their_order)
{
    begin();
    const uint64_t hash = settlement_books(&all, FIRST + 1)->hash;
    begin();
    cr_expect_eq(settlement_books(&all, FIRST + 1)->hash, hash);
    memset(&all, 0, sizeof all);
    settlement_add(&all, FIRST + 1, &list[2]);
    settlement_add(&all, FIRST + 1, &list[1]);
    cr_expect_neq(settlement_books(&all, FIRST + 1)->hash, hash);
    list[1].area++;
    memset(&all, 0, sizeof all);
    settlement_add(&all, FIRST + 1, &list[1]);
    settlement_add(&all, FIRST + 1, &list[2]);
    cr_expect_neq(settlement_books(&all, FIRST + 1)->hash, hash);
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
    cr_expect_eq(settlement_books(&all, FIRST + 200)->transfer_count, 1);
}

/* The oracle counts days, month by month, from 1 January 1970. */
Test(settlement, knows_every_month)
{
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t day = 0;
    for (int32_t period = 0; period < 12 * 700; period++) {
        const int32_t year = 1970 + period / 12;
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const int32_t length = lengths[period % 12] + (leap && period % 12 == 1 ? 1 : 0);
        cr_assert_eq(settlement_first_day(period), day);
        for (int32_t i = 0; i < length; i++)
            cr_assert_eq(settlement_period(day + i), period);
        day += length;
    }
    cr_expect_eq(settlement_period(-1), -1);
    cr_expect_eq(settlement_first_day(-1), -31);
}
