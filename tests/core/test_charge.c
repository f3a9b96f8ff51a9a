/* What rides come to, held against a second implementation that is as plain as can be: a list of
 * rides, from which every sum is worked out anew. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "tests/core/till.h"

#define HOUR_MS (INT64_C(3600) * 1000)

static struct till till;

static const struct ride *stored(struct ride_id ride)
{
    return state_ride(till.core->state, ride);
}

/* Booked, ridden and charged at once; what it cost. */
static int64_t ride_for(uint32_t rider, int64_t fare, int64_t concession, struct ride_id *ride)
{
    *ride = till_book(&till, rider, fare, concession);
    cr_assert(till_board(&till, *ride, 0));
    till_alight(&till, *ride);
    return stored(*ride)->charged_pence;
}

Test(charge, posts_the_whole_fare_with_concession_discount_and_vat)
{
    struct ride_id ride;
    till_open(&till, 64);
    cr_expect_eq(ride_for(0, 600, 240, &ride), 360);
    cr_expect_eq(till_owes(&till, 0), 360);
    cr_expect_eq(till_balance(&till, LEDGER_CONCESSION + 2), 240);
    cr_expect_eq(till_balance(&till, LEDGER_VAT), -100); /* a sixth of 600: a small vehicle */
    cr_expect_eq(till_balance(&till, LEDGER_FARE_INCOME), -500);
    cr_expect_eq(ride_for(0, 300, 0, &ride), 140); /* 500 a day */
    cr_expect_eq(till_balance(&till, LEDGER_CAP_DISCOUNT), 160);
    cr_expect_eq(stored(ride)->quote_pence, 140);
    till_close(&till);
}

Test(charge, takes_a_fee_for_a_late_cancellation_and_a_no_show_and_from_nobody_else)
{
    static const struct {
        enum cancel_by by;
        int64_t after_ms;
        int64_t fee;
    } rows[] = {
        {CANCEL_BY_RIDER, 60000, 0},    /* soon after booking */
        {CANCEL_BY_RIDER, 300000, 0},   /* ten minutes before the pick-up */
        {CANCEL_BY_RIDER, 300001, 150}, /* later */
        {CANCEL_BY_RIDER, 900000, 150},
        {CANCEL_BY_RIDER, 900001, 0}, /* the vehicle is late itself */
        {CANCEL_BY_OPERATOR, 600000, 0},
        {CANCEL_BY_SERVICE, 600000, 0},
    };
    till_open(&till, 64);
    int64_t owed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct ride_id ride = till_book(&till, 0, 200, 0);
        till.core->now_ms += rows[i].after_ms;
        till_cancel(&till, ride, rows[i].by);
        owed += rows[i].fee;
        cr_expect_eq(till_owes(&till, 0), owed, "row %zu", i);
        cr_expect_eq(stored(ride)->hold, 0);
    }
    cr_expect_eq(till_balance(&till, LEDGER_VAT), -2 * 25);
    cr_expect_eq(till_balance(&till, LEDGER_FEE_INCOME), -2 * 125);
    const struct ride_id missed = till_book(&till, 1, 200, 0);
    cr_assert(till_miss(&till, missed, 0));
    cr_expect_eq(till_owes(&till, 1), 200, "at most the quote, though the fee is 250");
    till_close(&till);
}

Test(charge, gives_back_for_lateness_by_itself)
{
    static const struct {
        int64_t late_ms;
        int64_t owed;
    } rows[] = {{0, 240}, {599999, 240}, {600000, 216}, {1200000, 120}};
    till_open(&till, 64);
    for (uint32_t i = 0; i < 4; i++) {
        const struct ride_id ride = till_book(&till, i, 240, 0);
        cr_assert(till_board(&till, ride, rows[i].late_ms));
        till_alight(&till, ride);
        cr_expect_eq(till_owes(&till, i), rows[i].owed, "row %u", i);
    }
    cr_expect_eq(till_balance(&till, LEDGER_COMPENSATION), 24 + 120);
    till_close(&till);
}

Test(charge, refunds_in_part_then_as_a_whole_once_for_each_key)
{
    struct ride_id ride;
    struct refund_view view;
    till_open(&till, 64);
    cr_assert_eq(ride_for(0, 300, 0, &ride), 300);
    cr_expect_eq(till_refund(&till, ride, 1, 301, &view), MESSAGE_ERROR_OVER_PAID);
    cr_expect_eq(till.output.fact_count, 0);
    cr_expect_eq(till_refund(&till, ride, 1, 100, &view), MESSAGE_ERROR_NONE);
    cr_expect_eq(view.returned_pence, 100);
    cr_expect_eq(till_refund(&till, ride, 1, 100, &view), MESSAGE_ERROR_NONE);
    cr_expect(till.output.fact_count == 0 && view.refund_pence == 100);
    cr_expect_eq(till_refund(&till, ride, 1, 50, &view), MESSAGE_ERROR_KEY_TAKEN);
    cr_expect_eq(till_refund(&till, ride, 2, 201, &view), MESSAGE_ERROR_OVER_PAID);
    cr_expect_eq(till_owes(&till, 0), 200);
    cr_expect_eq(till_balance(&till, LEDGER_VAT), -33);
    cr_expect_eq(till_refund(&till, ride, 3, 0, &view), MESSAGE_ERROR_NONE);
    cr_expect(view.refund_pence == 200 && view.adjusted_pence == 0 && view.returned_pence == 300);
    cr_expect_eq(till_refund(&till, ride, 4, 0, &view), MESSAGE_ERROR_OVER_PAID);
    cr_expect_eq(till_owes(&till, 0), 0);
    cr_expect_eq(till_balance(&till, LEDGER_VAT), 0);
    cr_expect_eq(till_balance(&till, LEDGER_FARE_INCOME), 0);
    const struct ride_id waiting = till_book(&till, 0, 300, 0);
    cr_expect_eq(till_refund(&till, waiting, 1, 0, &view), MESSAGE_ERROR_NOT_PAID);
    cr_expect_eq(till_refund(&till, (struct ride_id){99}, 1, 0, &view), MESSAGE_ERROR_NOT_FOUND);
    till_close(&till);
}

Test(charge, lets_a_refund_count_for_the_caps)
{
    struct refund_view view;
    till_open(&till, 64);
    const struct ride_id first = till_book(&till, 0, 300, 0);
    const struct ride_id second = till_book(&till, 0, 300, 0); /* quoted 300: nothing charged yet */
    cr_assert(till_board(&till, first, 0));
    till_alight(&till, first);
    cr_assert(till_board(&till, second, 0));
    till_alight(&till, second);
    cr_assert_eq(till_owes(&till, 0), 500);
    cr_assert_eq(till_refund(&till, first, 1, 0, &view), MESSAGE_ERROR_NONE);
    cr_expect(view.refund_pence == 300 && view.adjusted_pence == 100);
    cr_expect_eq(till_owes(&till, 0), 300, "what the other ride costs without it");
    cr_expect_eq(till_balance(&till, LEDGER_CAP_DISCOUNT), 0);
    cr_assert_eq(till_refund(&till, second, 2, 0, &view), MESSAGE_ERROR_NONE);
    cr_expect(view.refund_pence == 200 && view.adjusted_pence == -100);
    cr_expect_eq(till_owes(&till, 0), 0);
    till_close(&till);
}

/* ---- A journal that was torn ---- */

/* A core that took in all but the last `lost` facts of the step just made, after its first wake. */
static void tear(uint32_t lost, struct core *before)
{
    const struct event wake = {.kind = EVENT_WAKE};
    const char *why = NULL;
    for (uint32_t i = 0; i + lost < till.output.fact_count; i++)
        cr_assert(core_restore(before, &till.output.facts[i], &why), "%s", why);
    free(till.core);
    till.core = before;
    const struct event start = {.kind = EVENT_START, .network_digest = before->network_digest};
    core_step(before, before->now_ms, &start, &till.output);
    cr_assert_leq(core_wake_at_ms(before), before->now_ms);
    core_step(before, before->now_ms, &wake, &till.output);
}

static struct core *copy_core(void)
{
    const struct core_config *config = &till.service->config;
    const size_t size = (core_memory_size(config, &till.service->town->network) + 63) / 64 * 64;
    void *memory = aligned_alloc(64, size);
    memset(memory, 0, size);
    struct core *copy = core_init(memory, size, config, &till.service->town->network);
    struct fact fact;
    uint64_t cursor = 0;
    const char *why = NULL;
    while (core_snapshot_next(till.core, &cursor, &fact))
        cr_assert(core_restore(copy, &fact, &why), "%s", why);
    return copy;
}

Test(charge, mends_a_journal_that_lost_the_last_facts_of_a_step)
{
    for (uint32_t lost = 0; lost <= 2; lost++) {
        struct refund_view view;
        till_open(&till, 64);
        const struct ride_id ride = till_book(&till, 0, 300, 0);
        cr_assert(till_board(&till, ride, 0));
        struct core *before = copy_core();
        till_alight(&till, ride);
        cr_assert_eq(till.output.fact_count, 3);
        tear(lost, before);
        cr_expect_eq(till_owes(&till, 0), 300, "lost %u", lost);
        cr_expect_eq(till_balance(&till, LEDGER_VAT), -50);
        cr_expect(!charge_is_torn(stored(ride)));
        if (lost < 2) {
            before = copy_core();
            cr_assert_eq(till_refund(&till, ride, 1, 60, &view), MESSAGE_ERROR_NONE);
            cr_assert_eq(till.output.fact_count, 2);
            tear(lost, before);
            cr_expect_eq(till_owes(&till, 0), 240, "lost %u of a refund", lost);
            cr_expect_eq(till_balance(&till, LEDGER_VAT), -40);
        }
        till_close(&till);
    }
}

Test(charge, lets_holds_expire_in_its_wake)
{
    till_open(&till, 64);
    struct ride_id ride;
    (void)ride_for(0, 300, 0, &ride);
    struct fact hold = {.kind = FACT_TRANSFER};
    hold.transfer = (struct ledger_transfer){
        .id = state_counters(till.core->state)->next_transfer,
        .debit = LEDGER_RIDERS,
        .credit = LEDGER_BANK,
        .amount_pence = 70,
        .kind = LEDGER_HOLD,
        .expires_ms = till.core->now_ms + HOUR_MS,
    };
    hold.seq = state_counters(till.core->state)->seq + 1;
    hold.at_ms = till.core->now_ms;
    const char *why = NULL;
    cr_assert(fact_apply(till.core->state, &hold, &why), "%s", why);
    const struct event wake = {.kind = EVENT_WAKE};
    core_step(till.core, till.core->now_ms, &wake, &till.output);
    cr_assert_eq(core_wake_at_ms(till.core), hold.transfer.expires_ms);
    core_step(till.core, hold.transfer.expires_ms, &wake, &till.output);
    cr_assert_eq(till.output.fact_count, 1);
    cr_expect_eq(till.output.facts[0].transfer.kind, LEDGER_EXPIRE);
    cr_expect_eq(ledger_holds(state_ledger(till.core->state)), 0);
    till_close(&till);
}

/* ---- Random lives of twelve riders, and the plain model ---- */

#define RIDES    256 /* remembered by the core, and by the model in a ring */
#define JOURNEYS 512 /* of one rider, remembered by the model */

struct journey {
    uint64_t ride;
    int32_t week;
    int32_t day;
    int64_t fare_pence; /* that counts */
    bool is_out;
    bool is_alone; /* of a week before the last two */
};

struct model {
    struct random random;
    struct ride_id under_way[RIDES];
    uint32_t under_way_count;
    struct ride_id ended[RIDES];
    uint32_t ended_next;
    struct journey journeys[TILL_RIDERS][JOURNEYS];
    uint32_t journey_next[TILL_RIDERS];
    int32_t latest_week[TILL_RIDERS];
    int64_t owes_pence[TILL_RIDERS];
    int64_t vat_pence;
    uint64_t seen[24]; /* operations, by kind */
};

static int64_t plain_vat(int64_t gross_pence, int64_t permille)
{
    int64_t vat = 0; /* the least that is at least as near as the one above */
    while ((2 * vat + 1) * (1000 + permille) <= 2 * gross_pence * permille)
        vat++;
    return vat;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* What a week costs a rider, from the list of journeys. */
static int64_t plain_week(const struct model *model, uint32_t rider, int32_t week)
{
    int64_t total = 0;
    for (int32_t day = 7 * week - 3; day < 7 * week + 4; day++) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < JOURNEYS; i++) {
            const struct journey *journey = &model->journeys[rider][i];
            if (journey->ride != 0 && journey->day == day && !journey->is_out && !journey->is_alone)
                sum += journey->fare_pence;
        }
        total += least(sum, 500);
    }
    return least(total, 1200);
}

static uint32_t rider_of(struct ride_id ride)
{
    return (uint32_t)stored(ride)->rider.low - 1;
}

static int64_t plain_gross(const struct ride *ride)
{
    const struct bill *bill = &ride->bill;
    const bool ridden = ride->state == RIDE_ALIGHTED;
    return bill->is_out ? 0
                        : ride->charged_pence + bill->fee_pence - bill->refunded_pence +
                              (ridden ? ride->fare.lines.concession_pence : 0);
}

static void check_rider(const struct model *model, uint32_t rider)
{
    cr_assert_eq(till_owes(&till, rider), model->owes_pence[rider], "rider %u owes", rider);
    cr_assert_eq(-till_balance(&till, LEDGER_VAT), model->vat_pence);
}

static void check_ended(struct ride_id ride)
{
    cr_assert_eq(stored(ride)->hold, 0);
    cr_assert(!stored(ride)->bill.unposted);
}

static void end(struct model *model, uint32_t at)
{
    check_ended(model->under_way[at]);
    model->ended[model->ended_next++ % RIDES] = model->under_way[at];
    model->under_way[at] = model->under_way[--model->under_way_count];
}

static void op_alight(struct model *model, uint32_t at)
{
    const struct ride_id id = model->under_way[at];
    const uint32_t rider = rider_of(id);
    till_alight(&till, id);
    const struct ride *ride = stored(id);
    const int64_t due = ride->fare_pence - ride->fare.lines.concession_pence;
    struct journey *journey = &model->journeys[rider][model->journey_next[rider]++ % JOURNEYS];
    *journey = (struct journey){.ride = id.value,
                                .day = ride->bill.travel_day,
                                .week = calendar_travel_week(ride->bill.travel_day),
                                .fare_pence = least(due, ride->quote_pence)};
    int64_t want;
    if (model->latest_week[rider] - journey->week >= 2) {
        journey->is_alone = true;
        want = least(journey->fare_pence, 500);
    } else {
        journey->is_out = true;
        const int64_t without = plain_week(model, rider, journey->week);
        journey->is_out = false;
        want = plain_week(model, rider, journey->week) - without;
        if (journey->week > model->latest_week[rider])
            model->latest_week[rider] = journey->week;
    }
    cr_assert_eq(ride->charged_pence, want);
    cr_assert_leq(ride->charged_pence, ride->quote_pence, "a quote is broken");
    const int64_t late_ms = ride->arrived_ms - ride->promised_ms;
    const int64_t back = late_ms >= 1200000  ? (want + 1) / 2
                         : late_ms >= 600000 ? (want + 5) / 10
                                             : 0;
    model->owes_pence[rider] += want - back;
    model->vat_pence += plain_vat(plain_gross(ride), ride->bill.vat_permille);
    cr_assert_eq(ride->bill.vat_permille, ride->vehicle.value % 2 == 1 ? 200 : 0);
    check_rider(model, rider);
    end(model, at);
}

static void op_give_up(struct model *model, uint32_t at)
{
    const struct ride_id id = model->under_way[at];
    const uint32_t rider = rider_of(id);
    const enum cancel_by by = (enum cancel_by)random_between(&model->random, 1, 3);
    const bool misses = random_below(&model->random, 3) == 0;
    const int64_t now_ms = till.core->now_ms;
    int64_t fee = 0;
    if (misses) {
        if (!till_miss(&till, id, 0))
            return;
        fee = least(250, stored(id)->quote_pence);
    } else {
        const struct ride *ride = stored(id);
        if (by == CANCEL_BY_RIDER && now_ms > ride->booked_ms + 60000 &&
            now_ms > ride->promised_ms - 600000 && now_ms <= ride->promised_ms)
            fee = least(150, ride->quote_pence);
        till_cancel(&till, id, by);
    }
    cr_assert_eq(stored(id)->charged_pence, 0);
    cr_assert_eq(stored(id)->bill.fee_pence, fee);
    model->owes_pence[rider] += fee;
    model->vat_pence += plain_vat(fee, stored(id)->bill.vat_permille);
    check_rider(model, rider);
    end(model, at);
}

static struct journey *find_journey(struct model *model, uint32_t rider, uint64_t ride)
{
    for (uint32_t i = 0; i < JOURNEYS; i++) {
        if (model->journeys[rider][i].ride == ride)
            return &model->journeys[rider][i];
    }
    return NULL;
}

/* What the rider's total falls by. */
static int64_t plain_fall(struct model *model, struct ride_id id)
{
    const struct ride *ride = stored(id);
    const uint32_t rider = rider_of(id);
    if (ride->state != RIDE_ALIGHTED)
        return ride->bill.fee_pence;
    struct journey *journey = find_journey(model, rider, id.value);
    cr_assert_not_null(journey);
    if (journey->is_alone || model->latest_week[rider] - journey->week >= 2) {
        journey->is_alone = true; /* from now on */
        journey->is_out = true;
        return ride->charged_pence;
    }
    const int64_t before = plain_week(model, rider, journey->week);
    journey->is_out = true;
    return before - plain_week(model, rider, journey->week);
}

static void op_refund(struct model *model, struct ride_id id)
{
    const struct ride *ride = stored(id);
    if (ride == NULL)
        return;
    const struct ride old = *ride;
    const uint32_t rider = rider_of(id);
    const int64_t paid = old.charged_pence + old.bill.fee_pence;
    const int64_t given = old.bill.refunded_pence + old.bill.compensation_pence;
    const bool all = random_below(&model->random, 2) == 0;
    const int64_t pence = all ? 0 : random_between(&model->random, 1, 320);
    const uint64_t key = random_below(&model->random, 5);
    const int64_t vat_before = plain_vat(plain_gross(&old), old.bill.vat_permille);
    struct refund_view view = {0};
    const enum message_error error = till_refund(&till, id, key, pence, &view);
    if (error != MESSAGE_ERROR_NONE || till.output.fact_count == 0) {
        cr_assert_eq(till.output.fact_count, 0, "a refusal leaves the books as they are");
        cr_assert(error != MESSAGE_ERROR_OVER_PAID || old.bill.is_out || pence > paid - given);
        model->seen[8u + (unsigned)error]++;
        check_rider(model, rider);
        return;
    }
    cr_assert(!old.bill.is_out && pence <= paid - given);
    const int64_t fall = all ? plain_fall(model, id) : 0;
    const int64_t net = !all ? pence : fall > given ? fall - given : 0;
    cr_assert_geq(net, 0, "a refund raises a total");
    cr_assert_eq(view.refund_pence - view.adjusted_pence, net);
    model->owes_pence[rider] -= net;
    const int64_t adjusted = view.adjusted_pence;
    const int64_t adjusted_vat = adjusted >= 0 ? plain_vat(adjusted, old.bill.vat_permille)
                                               : -plain_vat(-adjusted, old.bill.vat_permille);
    model->vat_pence +=
        plain_vat(plain_gross(stored(id)), old.bill.vat_permille) - vat_before + adjusted_vat;
    model->seen[8]++;
    check_rider(model, rider);
    check_ended(id);
}

static void op_book(struct model *model)
{
    const uint32_t rider = (uint32_t)random_below(&model->random, TILL_RIDERS);
    const int64_t fare = random_between(&model->random, 0, 400);
    const bool has_scheme = random_below(&model->random, 4) == 0;
    if (model->under_way_count == TILL_VEHICLES)
        return;
    const struct ride_id ride =
        till_book(&till, rider, fare, has_scheme ? random_between(&model->random, 0, fare) : 0);
    cr_assert(ride.value != 0);
    model->under_way[model->under_way_count++] = ride;
    check_rider(model, rider);
}

static void operate(struct model *model)
{
    struct random *random = &model->random;
    const uint64_t dice = random_below(random, 16);
    model->seen[dice / 2]++;
    if (dice < 6 || model->under_way_count == 0) {
        op_book(model);
        return;
    }
    const uint32_t at = (uint32_t)random_below(random, model->under_way_count);
    const struct ride *ride = stored(model->under_way[at]);
    if (dice < 12 && ride->state == RIDE_ABOARD)
        op_alight(model, at);
    else if (dice < 11)
        (void)till_board(&till, ride->id, random_between(random, 0, 30 * 60000));
    else if (dice < 13 && ride->state == RIDE_BOOKED)
        op_give_up(model, at);
    else if (dice < 15)
        op_refund(model, model->ended[random_below(random, RIDES)]);
    else
        till.core->now_ms += random_below(random, 400) == 0
                                 ? random_between(random, 0, 30 * 24 * HOUR_MS)
                                 : random_between(random, 0, 2 * HOUR_MS);
}

Test(charge, keeps_every_promise_through_any_sequence, .timeout = 0)
{
    static struct model model;
    const char *more = getenv("COMMONWHEEL_TEST_OPERATIONS");
    const long operations = more != NULL ? strtol(more, NULL, 10) : 300000;
    random_init(&model.random, 11);
    till_open(&till, RIDES);
    for (long i = 1; i <= operations; i++) {
        operate(&model);
        if (i % 5000 == 0) {
            const uint64_t digest = core_digest(till.core);
            till_restart(&till);
            cr_assert_neq(core_digest(till.core), digest, "a new epoch");
            cr_assert_eq(ledger_difference_pence(state_ledger(till.core->state)), 0);
            cr_assert_eq(ledger_holds(state_ledger(till.core->state)) <= model.under_way_count, 1);
        }
    }
    for (int i = 0; i < 8; i++)
        cr_expect(model.seen[i] > 0, "operation %d", i);
    cr_expect(model.seen[8] > 0 && model.seen[8 + MESSAGE_ERROR_OVER_PAID] > 0 &&
              model.seen[8 + MESSAGE_ERROR_NOT_PAID] > 0);
    till_close(&till);
}
