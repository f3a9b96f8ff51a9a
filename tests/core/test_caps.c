#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "core/calendar.h"
#include "core/caps.h"

#define MONDAY 20514 /* 2026-03-02 */

static struct caps_rule rule_of(int64_t day_pence, int64_t week_pence)
{
    const struct caps caps = {day_pence, week_pence};
    return caps_rule(&caps);
}

Test(caps, charges_what_room_is_left)
{
    static const struct {
        int64_t day_cap, week_cap;
        int64_t monday, tuesday; /* fares charged before */
        int32_t day;
        int64_t fare, charge;
    } rows[] = {
        {500, 2000, 0, 0, MONDAY, 300, 300},
        {500, 2000, 300, 0, MONDAY, 300, 200},
        {500, 2000, 500, 0, MONDAY, 300, 0},
        {500, 2000, 500, 0, MONDAY + 1, 300, 300},  /* a new day */
        {500, 900, 500, 300, MONDAY + 1, 300, 100}, /* the week binds */
        {500, 900, 500, 400, MONDAY + 6, 300, 0},   /* Sunday, same week */
        {500, 900, 500, 400, MONDAY + 7, 300, 300}, /* Monday after */
        {500, 2000, 0, 400, MONDAY, 300, 300},      /* late, and has room of its own */
        {500, 2000, 0, 400, MONDAY - 1, 300, 300},  /* late by a week */
        {500, 2000, 0, 400, MONDAY - 30, 700, 500}, /* of a week no longer kept: for itself */
        {0, 2000, 0, 0, MONDAY, 300, 0},
        {CAP_NONE_PENCE, CAP_NONE_PENCE, 900, 0, MONDAY, 300, 300},
        {CAP_NONE_PENCE, 1000, 900, 0, MONDAY, 300, 100},
        {500, 2000, 0, 0, MONDAY, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct caps_rule rule = rule_of(rows[i].day_cap, rows[i].week_cap);
        struct cap_account account = {0};
        cr_assert(caps_record(&account, MONDAY, rows[i].monday, rows[i].monday));
        cr_assert(caps_record(&account, MONDAY + 1, rows[i].tuesday, rows[i].tuesday));
        const struct cap_account before = account;
        int64_t charge = caps_charge(&rule, &account, rows[i].day, rows[i].fare);
        cr_assert_eq(charge, rows[i].charge, "row %zu: %lld", i, (long long)charge);
        cr_assert(memcmp(&account, &before, sizeof account) == 0);
    }
}

/* A cap that is lowered takes nothing back, and one that is raised asks for nothing later. */
Test(caps, that_change_hold_from_then_on)
{
    const struct caps_rule high = rule_of(1000, 3000);
    const struct caps_rule low = rule_of(400, 700);
    struct cap_account account = {0};
    cr_assert(caps_record(&account, MONDAY, 900, caps_charge(&high, &account, MONDAY, 900)));
    cr_expect_eq(caps_charge(&low, &account, MONDAY, 300), 0);
    cr_expect_eq(caps_charge(&low, &account, MONDAY + 1, 300), 0); /* 900 is above the week's 700 */
    cr_expect_eq(caps_charge(&low, &account, MONDAY + 7, 300), 300);
    cr_expect_eq(caps_fall(&low, &account, MONDAY, 900, 900), 900); /* all of it is above */
    struct cap_account cheap = {0};
    cr_assert(caps_record(&cheap, MONDAY, 900, caps_charge(&low, &cheap, MONDAY, 900)));
    cr_expect_eq(cheap.weeks[0].charged_pence + cheap.weeks[1].charged_pence, 400);
    cr_expect_eq(caps_charge(&high, &cheap, MONDAY, 50), 50);
}

/* The example of docs/policy.md: what a cap had saved on other rides is no longer saved. */
Test(caps, give_back_what_the_total_falls_by)
{
    const struct caps_rule rule = rule_of(500, 2000);
    struct cap_account account = {0};
    cr_assert(caps_record(&account, MONDAY, 300, caps_charge(&rule, &account, MONDAY, 300)));
    const int64_t second = caps_charge(&rule, &account, MONDAY, 300);
    cr_assert_eq(second, 200);
    cr_assert(caps_record(&account, MONDAY, 300, second));
    cr_expect_eq(caps_fall(&rule, &account, MONDAY, 300, 300), 200);
    cr_assert(caps_remove(&account, MONDAY, 300, 200));
    cr_expect_eq(caps_fall(&rule, &account, MONDAY, 300, 200), 300); /* more than its charge */
    cr_assert(caps_remove(&account, MONDAY, 300, 300));
    cr_expect_not(caps_remove(&account, MONDAY, 300, 0)); /* it is no longer there */
    cr_expect_eq(caps_fall(&rule, &account, MONDAY - 30, 300, 250), 250); /* for itself */
}

Test(caps, refuse_sums_that_overflow)
{
    struct cap_account account = {0};
    cr_assert(caps_record(&account, MONDAY, INT64_MAX - 5, 0));
    const struct cap_account before = account;
    cr_expect_not(caps_record(&account, MONDAY + 1, 6, 0));
    cr_expect(memcmp(&account, &before, sizeof account) == 0);
    cr_expect(caps_record(&account, MONDAY + 1, 5, 0));
}

/* ---- A life of journeys, and its naive model: the list of them ---- */

#define JOURNEYS_MAX 200
#define DAYS         28

struct journey {
    int32_t day;
    int64_t fare_pence;
    int64_t charged_pence;
    bool is_out; /* refunded */
};

struct life {
    struct journey journeys[JOURNEYS_MAX];
    int count;
    struct cap_account account;
    int64_t paid_pence[DAYS / 7]; /* by week: charges less what was given back */
};

/* What a week costs, anew from all of its journeys. */
static int64_t recomputed(const struct life *life, const struct caps_rule *rule, int32_t week)
{
    int64_t total = 0;
    for (int32_t day = MONDAY + 7 * week; day < MONDAY + 7 * week + 7; day++) {
        int64_t sum = 0;
        for (int i = 0; i < life->count; i++) {
            if (life->journeys[i].day == day && !life->journeys[i].is_out)
                sum += life->journeys[i].fare_pence;
        }
        const int64_t cap = rule->day_pence[day - MONDAY - 7 * week];
        sum = sum < cap ? sum : cap;
        total += sum < rule->week_pence - total ? sum : rule->week_pence - total;
    }
    return total;
}

static int32_t week_at(int32_t day)
{
    return (day - MONDAY) / 7;
}

static void travel(struct life *life, const struct caps_rule *rule, int32_t day, int64_t fare)
{
    const int64_t charge = caps_charge(rule, &life->account, day, fare);
    cr_assert(charge >= 0 && charge <= fare);
    cr_assert(caps_record(&life->account, day, fare, charge));
    cr_assert(life->count < JOURNEYS_MAX);
    life->journeys[life->count++] = (struct journey){day, fare, charge, false};
    life->paid_pence[week_at(day)] += charge;
}

static int64_t refund(struct life *life, const struct caps_rule *rule, struct journey *journey)
{
    const int64_t fall =
        caps_fall(rule, &life->account, journey->day, journey->fare_pence, journey->charged_pence);
    cr_assert(fall >= 0, "a refund raises a total");
    cr_assert(caps_remove(&life->account, journey->day, journey->fare_pence, fall));
    journey->is_out = true;
    life->paid_pence[week_at(journey->day)] -= fall;
    return fall;
}

/* On the way from the first day to the last; a third of the journeys come late, by up to a week. */
static int32_t day_of_arrival(struct random *random, int32_t now)
{
    const int32_t monday = now - (now % 7) - 7;
    const int32_t earliest = monday > 0 ? monday : 0;
    return random_below(random, 3) == 0 ? (int32_t)random_between(random, earliest, now) : now;
}

static void check_life(struct random *random)
{
    struct life life = {.count = 0};
    struct caps_rule rule = {.week_pence = random_between(random, 0, 3000)};
    for (int i = 0; i < CAPS_DAYS; i++)
        rule.day_pence[i] = random_between(random, 0, 900);
    const int rides = (int)random_below(random, JOURNEYS_MAX);
    for (int ride = 0; ride < rides; ride++) {
        const int32_t day = day_of_arrival(random, ride * DAYS / JOURNEYS_MAX);
        travel(&life, &rule, MONDAY + day, random_between(random, 0, 700));
        struct journey *old = &life.journeys[random_below(random, (uint64_t)life.count)];
        if (random_below(random, 4) == 0 && !old->is_out && caps_keeps(&life.account, old->day))
            (void)refund(&life, &rule, old);
        const int32_t week = week_at(life.journeys[ride].day);
        cr_assert_eq(life.paid_pence[week], recomputed(&life, &rule, week));
    }
    for (int32_t week = 0; week < DAYS / 7; week++) {
        cr_assert_leq(life.paid_pence[week], rule.week_pence);
        cr_assert_eq(life.paid_pence[week], recomputed(&life, &rule, week));
    }
}

Test(caps, are_kept_to_the_penny_by_any_life_of_journeys)
{
    struct random random;
    random_init(&random, 20260302);
    const char *more = getenv("COMMONWHEEL_TEST_LIVES"); /* 100 journeys each on average */
    const long lives = more != NULL ? strtol(more, NULL, 10) : 20000;
    for (long life = 0; life < lives; life++)
        check_life(&random);
}

Test(caps, hold_for_each_day_without_refunds)
{
    struct random random;
    random_init(&random, 8);
    for (int round = 0; round < 500; round++) {
        struct life life = {.count = 0};
        const struct caps_rule rule =
            rule_of(random_between(&random, 0, 900), random_between(&random, 0, 3000));
        int64_t days[DAYS] = {0};
        for (int ride = 0; ride < JOURNEYS_MAX; ride++) {
            const int32_t day = day_of_arrival(&random, ride * DAYS / JOURNEYS_MAX);
            travel(&life, &rule, MONDAY + day, random_between(&random, 0, 700));
            days[day] += life.journeys[ride].charged_pence;
            cr_assert_leq(days[day], rule.day_pence[0]);
        }
    }
}

Test(caps, come_to_the_same_total_in_any_order)
{
    struct random random;
    random_init(&random, 3);
    for (int round = 0; round < 2000; round++) {
        const struct caps_rule rule =
            rule_of(random_between(&random, 0, 900), random_between(&random, 0, 3000));
        struct life lives[2] = {0};
        int32_t days[40];
        int64_t fares[40];
        for (int i = 0; i < 40; i++) {
            days[i] = MONDAY + (int32_t)random_below(&random, 14);
            fares[i] = random_between(&random, 0, 700);
            travel(&lives[0], &rule, days[i], fares[i]);
        }
        for (int i = 39; i >= 0; i--) {
            const int j = (int)random_below(&random, (uint64_t)i + 1);
            travel(&lives[1], &rule, days[j], fares[j]);
            days[j] = days[i];
            fares[j] = fares[i];
        }
        for (int week = 0; week < 2; week++)
            cr_assert_eq(lives[0].paid_pence[week], lives[1].paid_pence[week]);
    }
}

/* A rider whose class changes back and forth: no charge passes the caps of its moment. */
Test(caps, of_changing_classes_are_never_passed_and_no_refund_raises_a_total)
{
    struct random random;
    random_init(&random, 77);
    const struct caps_rule rules[] = {rule_of(900, 3000), rule_of(450, 1200), rule_of(0, 0)};
    for (int round = 0; round < 2000; round++) {
        struct life life = {.count = 0};
        const struct caps_rule *rule = &rules[0];
        for (int ride = 0; ride < 100; ride++) {
            if (random_below(&random, 10) == 0)
                rule = &rules[random_below(&random, 3)];
            const int32_t day = MONDAY + day_of_arrival(&random, ride * DAYS / 100);
            const int64_t before = life.paid_pence[week_at(day)];
            travel(&life, rule, day, random_between(&random, 0, 700));
            const int64_t after = life.paid_pence[week_at(day)];
            cr_assert(after == before || after <= rule->week_pence);
            struct journey *old = &life.journeys[random_below(&random, (uint64_t)life.count)];
            if (random_below(&random, 4) == 0 && !old->is_out &&
                caps_keeps(&life.account, old->day)) {
                (void)refund(&life, rule, old);
                cr_assert_geq(life.paid_pence[week_at(old->day)], 0);
            }
        }
    }
}

/* The whole way from a time to a charge, over the nights when the clocks change. */
Test(caps, hold_on_days_of_23_and_25_hours)
{
    static const struct calendar london = {
        .count = 3,
        .changes = {{INT64_C(1761440400000), 0},
                    {INT64_C(1774746000000), 3600},
                    {INT64_C(1792890000000), 0}},
    };
    static const int64_t nights_ms[] = {INT64_C(1774746000000), INT64_C(1792890000000)};
    static const int64_t want[] = {23, 25}; /* hours with one 1-penny ride each */
    const struct caps_rule rule = rule_of(1000, CAP_NONE_PENCE);
    const struct caps_rule tight = rule_of(20, CAP_NONE_PENCE);
    for (int night = 0; night < 2; night++) {
        struct cap_account account = {0};
        struct cap_account capped = {0};
        int32_t day = calendar_travel_day(&london, nights_ms[night]);
        int64_t paid = 0;
        int64_t paid_capped = 0;
        for (int hour = -48; hour < 48; hour++) {
            int64_t at_ms = nights_ms[night] + hour * INT64_C(3600000);
            int32_t at_day = calendar_travel_day(&london, at_ms);
            int64_t charge = caps_charge(&rule, &account, at_day, 1);
            cr_assert(caps_record(&account, at_day, 1, charge));
            paid += at_day == day ? charge : 0;
            charge = caps_charge(&tight, &capped, at_day, 1);
            cr_assert(caps_record(&capped, at_day, 1, charge));
            paid_capped += at_day == day ? charge : 0;
        }
        cr_assert_eq(paid, want[night]);
        cr_assert_eq(paid_capped, 20);
    }
}
