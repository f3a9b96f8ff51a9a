/* Months are summed up in one pass; the oracle keeps every fact and looks at all of them again for
 * each figure. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "app/books.h"
#include "base/random.h"

#define HOUR_MS  INT64_C(3600000)
#define MARCH    20513 /* 2026-03-01 in days since 1970-01-01 */
#define APRIL    20544 /* 2026-04-01 */
#define MARCH_MS (INT64_C(20513) * 24 * HOUR_MS)
#define APRIL_MS (INT64_C(20544) * 24 * HOUR_MS - HOUR_MS) /* clocks went forward on the 29th */

static const struct calendar london = {
    .count = 2,
    .changes = {{.from_ms = INT64_MIN / 2, .offset_s = 0},
                {.from_ms = (INT64_C(20541) * 24 + 1) * HOUR_MS, .offset_s = 3600}},
};

static struct fact booked(int64_t at_ms, uint64_t ride, enum policy_kind kind, bool shared,
                          uint32_t scheme)
{
    struct fact fact = {.at_ms = at_ms, .kind = FACT_RIDE_BOOKED};
    fact.booked.ride.value = ride;
    fact.booked.trip.shared = shared;
    fact.booked.fare.kind = kind;
    fact.booked.fare.scheme = (uint16_t)scheme;
    fact.booked.fare.lines.concession_pence = scheme > 0 ? 100 : 0;
    return fact;
}

static struct fact charged(int64_t at_ms, uint64_t ride)
{
    struct fact fact = {.at_ms = at_ms, .kind = FACT_RIDE_CHARGED};
    fact.charged.ride.value = ride;
    return fact;
}

static struct fact moved(int64_t at_ms, uint64_t ride, uint32_t debit, uint32_t credit,
                         int64_t pence)
{
    struct fact fact = {.at_ms = at_ms, .kind = FACT_TRANSFER};
    fact.transfer = (struct ledger_transfer){.id = 1,
                                             .ride = ride,
                                             .debit = debit,
                                             .credit = credit,
                                             .amount_pence = pence,
                                             .kind = LEDGER_MOVE};
    return fact;
}

static void take(struct books *books, struct fact fact)
{
    const char *why = books_take(books, &fact);
    cr_assert_null(why, "%s", why);
}

Test(books, are_what_a_hand_makes_of_them)
{
    static struct books books;
    const uint32_t rider = LEDGER_RIDERS + 7;
    books_init(&books, &london, MARCH, APRIL);
    take(&books, moved(MARCH_MS - 1, 0, LEDGER_BANK, rider, 900));
    take(&books, booked(MARCH_MS - 1, 1, POLICY_LARGE, false, 2));
    take(&books, charged(MARCH_MS, 1));
    take(&books, moved(MARCH_MS, 1, rider, LEDGER_FARE_INCOME, 200));
    take(&books, moved(MARCH_MS, 1, LEDGER_CONCESSION + 1, LEDGER_FARE_INCOME, 100));
    take(&books, moved(MARCH_MS, 1, LEDGER_CAP_DISCOUNT, LEDGER_FARE_INCOME, 30));
    take(&books, moved(MARCH_MS, 1, LEDGER_FARE_INCOME, LEDGER_VAT, 50));
    take(&books, moved(APRIL_MS - 1, 1, LEDGER_FARE_INCOME, rider, 40));
    take(&books, moved(APRIL_MS - 1, 0, LEDGER_ENERGY, LEDGER_PAYABLE, 70));
    take(&books, moved(APRIL_MS - 1, 0, LEDGER_SURPLUS, LEDGER_ENERGY, 70));
    take(&books, moved(APRIL_MS - 1, 0, LEDGER_FARE_INCOME, LEDGER_SURPLUS, 240));
    take(&books, moved(APRIL_MS, 1, LEDGER_FARE_INCOME, rider, 40));

    const struct books_income *income = &books.income[BOOKS_LARGE_PRIVATE];
    cr_expect_eq(income->rides, 1);
    cr_expect_eq(income->riders_pence, 160);
    cr_expect_eq(income->concession_pence, 100);
    cr_expect_eq(income->cap_discount_pence, 30);
    cr_expect_eq(income->vat_pence, -50);
    cr_expect_eq(books_net_pence(income), 240);
    cr_expect_eq(books.schemes[1].rides, 1);
    cr_expect_eq(books.schemes[1].pence, 100);
    cr_expect_eq(books.accounts[BOOKS_RIDERS].opening_pence, -900);
    cr_expect_eq(books_closing_pence(&books.accounts[BOOKS_RIDERS]), -740);
    cr_expect_eq(books_closing_pence(&books.accounts[LEDGER_FARE_INCOME]), 0);
    cr_expect_eq(books_spend_pence(&books), 70);
    cr_expect_eq(books.areas[0].pence[30][0], 70, "the last day of March");
    books_done(&books);
}

Test(books, tell_fees_by_how_the_ride_ended)
{
    static struct books books;
    static const enum fact_kind ENDS[] = {FACT_RIDE_CANCELLED, FACT_RIDE_NO_SHOW};
    static const enum books_type TYPES[] = {BOOKS_CANCELLED, BOOKS_NO_SHOW};
    books_init(&books, &london, MARCH, APRIL);
    for (uint32_t i = 0; i < 2; i++) {
        const uint64_t ride = i + 1;
        struct fact ended = {.at_ms = MARCH_MS, .kind = ENDS[i], .ride.ride = {ride}};
        struct fact fee = {.at_ms = MARCH_MS, .kind = FACT_RIDE_FEE, .fee.ride = {ride}};
        take(&books, booked(MARCH_MS, ride, POLICY_SMALL, true, 1));
        take(&books, ended);
        take(&books, fee);
        take(&books, moved(MARCH_MS, ride, LEDGER_RIDERS, LEDGER_FEE_INCOME, 60));
        cr_expect_eq(books.income[TYPES[i]].rides, 1);
        cr_expect_eq(books.income[TYPES[i]].riders_pence, 60);
    }
    cr_expect_eq(books.schemes[0].rides, 0, "no scheme pays a fee");
    cr_expect_eq(books_rides(&books), 0);
    books_done(&books);
}

Test(books, take_no_more_areas_than_they_keep)
{
    static struct books books;
    books_init(&books, &london, MARCH, APRIL);
    for (uint32_t i = 0; i <= BOOKS_AREAS_MAX; i++) {
        struct fact fact = moved(MARCH_MS, 0, LEDGER_CLEANING, LEDGER_PAYABLE, 5);
        fact.transfer.area = 1000 - i;
        const char *why = books_take(&books, &fact);
        cr_expect_eq(why == NULL, i < BOOKS_AREAS_MAX, "area %u", i);
    }
    for (uint32_t i = 1; i < books.area_count; i++)
        cr_expect_lt(books.areas[i - 1].area, books.areas[i].area);
    books_done(&books);
}

/* The oracle: all that was, in plain arrays. */

#define RIDES     300
#define TRANSFERS 6000

struct posted {
    struct ledger_transfer transfer;
    int64_t at_ms;
};

static struct posted posted[TRANSFERS];
static uint32_t posted_count;

static bool is_closing(uint32_t account)
{
    return account == LEDGER_SURPLUS || account == LEDGER_LOSS;
}

static bool is_in_march(int64_t at_ms)
{
    return at_ms >= MARCH_MS && at_ms < APRIL_MS;
}

/* Where account `account` stands against income: what it put in, less what it took out. */
static int64_t oracle_income(const enum books_type *types, enum books_type type, uint32_t low,
                             uint32_t high)
{
    int64_t pence = 0;
    for (uint32_t i = 0; i < posted_count; i++) {
        const struct ledger_transfer *t = &posted[i].transfer;
        const bool in = t->credit == LEDGER_FARE_INCOME || t->credit == LEDGER_FEE_INCOME;
        const bool out = t->debit == LEDGER_FARE_INCOME || t->debit == LEDGER_FEE_INCOME;
        if (!is_in_march(posted[i].at_ms) || types[t->ride] != type)
            continue;
        if (in && t->debit >= low && t->debit <= high)
            pence += t->amount_pence;
        if (out && t->credit >= low && t->credit <= high)
            pence -= t->amount_pence;
    }
    return pence;
}

static void expect_accounts(const struct books *books)
{
    for (uint32_t account = 0; account < BOOKS_ACCOUNTS; account++) {
        int64_t opening = 0;
        int64_t debits = 0;
        int64_t credits = 0;
        for (uint32_t i = 0; i < posted_count; i++) {
            const struct ledger_transfer *t = &posted[i].transfer;
            const bool is_rider = account == BOOKS_RIDERS;
            const bool d = is_rider ? t->debit >= LEDGER_RIDERS : t->debit == account;
            const bool c = is_rider ? t->credit >= LEDGER_RIDERS : t->credit == account;
            if (posted[i].at_ms < MARCH_MS)
                opening += (d ? t->amount_pence : 0) - (c ? t->amount_pence : 0);
            if (is_in_march(posted[i].at_ms)) {
                debits += d ? t->amount_pence : 0;
                credits += c ? t->amount_pence : 0;
            }
        }
        cr_expect_eq(books->accounts[account].opening_pence, opening, "account %u", account);
        cr_expect_eq(books->accounts[account].debits_pence, debits, "account %u", account);
        cr_expect_eq(books->accounts[account].credits_pence, credits, "account %u", account);
    }
}

static void expect_income(const struct books *books, const enum books_type *types)
{
    for (uint32_t type = 0; type < BOOKS_TYPES; type++) {
        const enum books_type as = (enum books_type)type;
        const struct books_income *income = &books->income[type];
        cr_expect_eq(income->riders_pence, oracle_income(types, as, LEDGER_RIDERS, UINT32_MAX));
        cr_expect_eq(income->vat_pence, oracle_income(types, as, LEDGER_VAT, LEDGER_VAT));
        cr_expect_eq(income->cap_discount_pence,
                     oracle_income(types, as, LEDGER_CAP_DISCOUNT, LEDGER_CAP_DISCOUNT));
        cr_expect_eq(income->concession_pence,
                     oracle_income(types, as, LEDGER_CONCESSION, LEDGER_CONCESSION + 7));
        cr_expect_eq(books_net_pence(income),
                     oracle_income(types, as, 0, UINT32_MAX) -
                         oracle_income(types, as, LEDGER_SURPLUS, LEDGER_LOSS));
    }
    for (uint32_t scheme = 0; scheme < LEDGER_SCHEMES_MAX; scheme++) {
        int64_t pence = 0;
        for (uint32_t type = 0; type < BOOKS_TYPES; type++)
            pence += oracle_income(types, (enum books_type)type, LEDGER_CONCESSION + scheme,
                                   LEDGER_CONCESSION + scheme);
        cr_expect_eq(books->schemes[scheme].pence, pence);
    }
}

/* Midnights of March 2026 in London: the 30th and 31st begin an hour sooner. */
static int64_t midnight_ms(uint32_t day)
{
    return MARCH_MS + (int64_t)day * 24 * HOUR_MS - (day >= 29 ? HOUR_MS : 0);
}

static void expect_spending(const struct books *books)
{
    for (uint32_t i = 0; i < books->area_count; i++) {
        for (uint32_t day = 0; day < BOOKS_DAYS_MAX; day++) {
            for (uint32_t category = 0; category < BOOKS_CATEGORIES; category++) {
                int64_t pence = 0;
                for (uint32_t j = 0; j < posted_count; j++) {
                    const struct ledger_transfer *t = &posted[j].transfer;
                    if (t->area != books->areas[i].area || posted[j].at_ms < midnight_ms(day) ||
                        posted[j].at_ms >= midnight_ms(day + 1))
                        continue;
                    if (t->debit == LEDGER_ENERGY + category && !is_closing(t->credit))
                        pence += t->amount_pence;
                    if (t->credit == LEDGER_ENERGY + category && !is_closing(t->debit))
                        pence -= t->amount_pence;
                }
                cr_expect_eq(books->areas[i].pence[day][category], pence, "day %u", day);
            }
        }
    }
}

static struct ledger_transfer random_transfer(struct random *random)
{
    static const uint32_t ACCOUNTS[] = {
        LEDGER_FARE_INCOME, LEDGER_FEE_INCOME,     LEDGER_VAT,     LEDGER_CAP_DISCOUNT,
        LEDGER_CONCESSION,  LEDGER_CONCESSION + 7, LEDGER_ENERGY,  LEDGER_OTHER_COST,
        LEDGER_BANK,        LEDGER_LOSS,           LEDGER_SURPLUS, LEDGER_RIDERS,
        LEDGER_RIDERS + 90, LEDGER_CONCESSION + 3, LEDGER_PAYABLE, LEDGER_SERVICE_COUNT,
    };
    const uint32_t count = sizeof ACCOUNTS / sizeof ACCOUNTS[0];
    const uint32_t debit = (uint32_t)random_below(random, count);
    const uint32_t credit = (debit + 1 + (uint32_t)random_below(random, count - 1)) % count;
    return (struct ledger_transfer){.id = 1,
                                    .ride = random_below(random, RIDES),
                                    .debit = ACCOUNTS[debit],
                                    .credit = ACCOUNTS[credit],
                                    .amount_pence = (int64_t)random_below(random, 1000),
                                    .kind = (enum ledger_kind)(1 + random_below(random, 5)),
                                    .area = (uint32_t)random_below(random, 4)};
}

static void take_random_group(struct books *books, struct random *random, int64_t at_ms)
{
    struct fact fact = {.at_ms = at_ms, .kind = FACT_TRANSFERS};
    fact.transfers.count = 2 + (uint32_t)random_below(random, 3);
    for (uint32_t i = 0; i < fact.transfers.count; i++) {
        const struct ledger_transfer transfer = random_transfer(random);
        fact.transfers.transfers[i] = transfer;
        if (transfer.kind == LEDGER_MOVE || transfer.kind == LEDGER_POST)
            posted[posted_count++] = (struct posted){.transfer = transfer, .at_ms = at_ms};
    }
    take(books, fact);
}

Test(books, agree_with_a_look_at_every_transfer)
{
    static struct books books;
    static enum books_type types[RIDES];
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct random random;
        random_init(&random, seed);
        posted_count = 0;
        books_init(&books, &london, MARCH, APRIL);
        int64_t at_ms = MARCH_MS - 20 * 24 * HOUR_MS;
        types[0] = BOOKS_NO_RIDE;
        for (uint64_t ride = 1; ride < RIDES; ride++) {
            types[ride] = (enum books_type)random_below(&random, BOOKS_FARES);
            take(&books, booked(at_ms, ride,
                                types[ride] >= BOOKS_LARGE_SHARED ? POLICY_LARGE : POLICY_SMALL,
                                types[ride] % 2 == 0, (uint32_t)random_below(&random, 9)));
        }
        while (posted_count < TRANSFERS - 4 && at_ms < APRIL_MS + 20 * 24 * HOUR_MS) {
            take_random_group(&books, &random, at_ms);
            at_ms += (int64_t)random_below(&random, 2 * HOUR_MS);
        }
        expect_accounts(&books);
        expect_income(&books, types);
        expect_spending(&books);
        books_done(&books);
    }
}

Test(books, withhold_few_and_what_would_give_them_away)
{
    static const struct {
        uint64_t rides[4];
        bool withheld[4];
    } ROWS[] = {
        {{0, 0, 0, 0}, {false, false, false, false}},
        {{10, 0, 99, 10}, {false, false, false, false}},
        {{9, 50, 20, 0}, {true, false, true, false}}, /* one alone follows from the total */
        {{3, 4, 20, 30}, {true, true, true, false}},  /* and so does 7 */
        {{5, 5, 20, 30}, {true, true, false, false}}, /* but not 10 */
        {{1, 0, 0, 0}, {true, false, false, false}},  /* the total is withheld too */
        {{1, 10, 0, 0}, {true, true, false, false}},
    };
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        bool withheld[4];
        books_withhold(ROWS[i].rides, 4, withheld);
        for (uint32_t j = 0; j < 4; j++)
            cr_expect_eq(withheld[j], ROWS[i].withheld[j], "row %u, cell %u", i, j);
    }
}

Test(books, never_leave_a_small_count_to_be_worked_out)
{
    struct random random;
    random_init(&random, 9);
    for (uint32_t round = 0; round < 20000; round++) {
        uint64_t rides[8];
        bool withheld[8];
        uint64_t hidden = 0;
        uint64_t total = 0;
        uint32_t rows = 0;
        const uint32_t count = 1 + (uint32_t)random_below(&random, 8);
        for (uint32_t i = 0; i < count; i++) {
            rides[i] = random_below(&random, 3) == 0 ? 0 : random_below(&random, 30);
            total += rides[i];
        }
        books_withhold(rides, count, withheld);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert(withheld[i] || rides[i] == 0 || rides[i] >= BOOKS_LEAST);
            hidden += withheld[i] ? rides[i] : 0;
            rows += withheld[i] ? 1 : 0;
        }
        cr_assert(rows == 0 || total < BOOKS_LEAST || (rows > 1 && hidden >= BOOKS_LEAST));
    }
}
