/* What the fleet did is in the ledger, by the policy's rates: known drives, shifts and visits of a
 * small town are the oracle. */
#include "core/work.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/service_energy.h"
#include "tests/core/service_tell.h"

static void cost(struct policy *policy, enum policy_cost_category category, enum policy_unit unit,
                 int64_t rate_millipence)
{
    struct policy_cost *row = &policy->costs[policy->cost_count++];
    *row = (struct policy_cost){
        .row = policy->vat[0].row, .category = category, .unit = unit, .area = 1};
    row->row.id[0] = (char)('0' + policy->cost_count);
    policy->area_count = 1;
    policy->areas[0] = (struct policy_area){.area = 1, .name = "here", .is_local = true};
    for (uint32_t hour = 0; hour < POLICY_HOURS; hour++)
        row->rate_millipence[hour] = rate_millipence;
}

/* 5 pounds a kilometre, 90 pence a vehicle's hour, a penny a watt-hour, 50 pence a ride, 7 pounds a
 * vehicle-day; 3 pounds to be cleaned. */
static struct service *open_town(void)
{
    struct service *s = service_open("a--b--c--d\n");
    cost(&s->policy, POLICY_MAINTENANCE, POLICY_PER_KM, 500000);
    cost(&s->policy, POLICY_CONNECTIVITY, POLICY_PER_HOUR, 90000);
    cost(&s->policy, POLICY_ENERGY, POLICY_PER_KWH, 1000000);
    cost(&s->policy, POLICY_OTHER_COST, POLICY_PER_RIDE, 50000);
    cost(&s->policy, POLICY_INSURANCE, POLICY_PER_VEHICLE_DAY, 700000);
    cost(&s->policy, POLICY_CLEANING, POLICY_PER_VISIT, 300000);
    return s;
}

static int64_t spent(const struct service *s, uint32_t account)
{
    const struct ledger_account content = ledger_account(state_ledger(s->core->state), account);
    cr_expect_eq(content.credits_posted, 0);
    return content.debits_posted;
}

static int64_t payable(const struct service *s)
{
    return ledger_account(state_ledger(s->core->state), LEDGER_PAYABLE).credits_posted;
}

static int64_t reckoned_s(const struct service *s)
{
    return (state_work(s->core->state)->last.until_ms - SERVICE_START_MS) / 1000;
}

/* From a to d are 900 m, driven at 200 Wh a kilometre. */
Test(work, costs_what_was_driven_and_how_long_it_took)
{
    struct service *s = open_town();
    s->config.energy.drive_wh_per_km = 200;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'a', 4, 0);
    service_run(s, 10);
    cr_assert(service_book(s, .from = "a", .to = "d") != 0);
    service_run(s, 1000);
    cr_expect_eq(reckoned_s(s), 900);
    service_restart(s);
    service_hello(s, 1);
    service_hello(s, 2);
    cr_assert(service_book(s, .from = "d", .to = "b") != 0); /* 600 m, from where one stands */
    service_run(s, 3700);
    cr_expect_eq(reckoned_s(s), 3600);
    cr_expect_eq(spent(s, LEDGER_MAINTENANCE), 450 + 300);
    cr_expect_eq(spent(s, LEDGER_ENERGY), 180 + 120);
    cr_expect_eq(spent(s, LEDGER_OTHER_COST), 2 * 50);
    cr_expect_eq(spent(s, LEDGER_CONNECTIVITY), 2 * 90);
    cr_expect_eq(spent(s, LEDGER_INSURANCE), 0, "the day is not over");
    cr_expect_eq(payable(s), 750 + 300 + 100 + 180);
    service_free(s);
}

/* From 08:00 to 04:30 on the second day after it: two travel days end. Shifts end after 24
 * hours. Restarts in between change nothing. */
Test(work, costs_each_vehicle_once_a_day_however_often_the_service_restarts)
{
    struct service *s = open_town();
    service_begin(s);
    for (uint32_t i = 1; i <= 3; i++)
        service_vehicle(s, i, 'a', 4, 0);
    for (int64_t hour = 1; hour <= 45; hour++) {
        service_run(s, hour * 3600 - 7);
        service_restart(s);
    }
    service_run(s, 45 * 3600 + 60);
    cr_expect_eq(spent(s, LEDGER_INSURANCE), 2 * 3 * 700);
    cr_expect_eq(spent(s, LEDGER_CONNECTIVITY), 24 * 3 * 90);
    service_free(s);
}

/* The visit of tests/core/test_visit.c: 1879 s at 10 kW, and the service restarts within it. */
Test(work, buys_what_the_plug_gives)
{
    struct service *s = open_town();
    s->battery_wh = 10000;
    service_energy_station(s, 'c', 1, 10000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_energy_charge(s, 1, 290);
    service_run(s, 1000);
    const struct visit visit = state_vehicle(s->core->state, 0)->visit;
    cr_assert(visit.kind == STOP_CHARGE && visit.begun_ms > 0);
    service_restart(s);
    service_run(s, 3700);
    cr_assert_eq(state_vehicle(s->core->state, 0)->visit.kind, 0);
    const int64_t bought_wh = 10000 * visit.dwell_ms / 3600000;
    cr_expect(bought_wh - spent(s, LEDGER_ENERGY) >= 0 && bought_wh - spent(s, LEDGER_ENERGY) <= 1,
              "%ld of %ld", (long)spent(s, LEDGER_ENERGY), (long)bought_wh);
    service_free(s);
}

/* It drives from a to d, goes to wait at b, and sets off from there to c. */
Test(work, counts_the_way_to_where_a_vehicle_waits)
{
    struct service *s = open_town();
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    s->core->plans[0].start = (struct road_place){.node = 0, .arc = ROAD_NONE};
    work_drive(s->core, 0, (struct road_place){.node = 3, .arc = ROAD_NONE});
    cr_expect_eq(s->core->work.driven_mm, 900000);
    s->core->plans[0].start = (struct road_place){.node = 1, .arc = ROAD_NONE};
    work_drive(s->core, 0, (struct road_place){.node = 2, .arc = ROAD_NONE});
    cr_expect_eq(s->core->work.driven_mm, 900000 + 600000 + 300000);
    service_free(s);
}

/* 45 pence a minute: two times 90 s are 135 pence, whatever rounds they lie in. */
Test(work, costs_remote_help_from_need_to_end)
{
    struct service *s = open_town();
    cost(&s->policy, POLICY_REMOTE_HELP, POLICY_PER_MINUTE, 45000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_vehicle(s, 2, 'b', 4, 0);
    service_run(s, 10);
    service_tell(s, 1, 'a', true);
    service_tell(s, 2, 'b', false);
    service_run(s, 40);
    service_tell(s, 1, 'a', true);
    service_run(s, 100);
    service_tell(s, 1, 'a', false);
    service_run(s, 200);
    service_tell(s, 1, 'a', false);
    service_run(s, 901);
    cr_expect_eq(state_work(s->core->state)->last.work[COST_HELP_MS], 90000);
    cr_expect_eq(spent(s, LEDGER_REMOTE_HELP), 67, "half a penny waits");
    service_tell(s, 2, 'b', true);
    service_run(s, 991);
    service_tell(s, 2, 'b', false);
    service_run(s, 1801);
    cr_expect_eq(spent(s, LEDGER_REMOTE_HELP), 135);
    service_free(s);
}

/* Heard at 20, silent from 35 on, and back at 100: 10 s before, and 30 s after. */
Test(work, costs_no_remote_help_while_nothing_is_heard)
{
    struct service *s = open_town();
    cost(&s->policy, POLICY_REMOTE_HELP, POLICY_PER_MINUTE, 60000);
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_car(s, 1)->muted = true;
    service_run(s, 10);
    service_tell(s, 1, 'a', true);
    service_run(s, 20);
    service_tell(s, 1, 'a', true);
    service_run(s, 100);
    cr_assert_eq(s->core->vehicles[0].link, VEHICLE_SILENT);
    service_tell(s, 1, 'a', true);
    service_run(s, 110);
    service_tell(s, 1, 'a', true);
    service_run(s, 120);
    service_hello(s, 1);
    service_run(s, 130);
    service_tell(s, 1, 'a', false);
    service_run(s, 901);
    cr_expect_eq(spent(s, LEDGER_REMOTE_HELP), 40);
    service_free(s);
}

Test(work, is_not_reckoned_where_nothing_costs_anything)
{
    struct service *s = open_town();
    s->policy.cost_count = 0;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_run(s, 4000);
    cr_expect_not(state_work_is_on(s->core->state));
    cr_expect_eq(payable(s), 0);
    service_free(s);
}

static struct core *fresh(const struct service *s)
{
    const size_t size = (core_memory_size(&s->config, &s->town->network) + 63) / 64 * 64;
    void *memory = aligned_alloc(64, size);
    cr_assert_not_null(memory);
    memset(memory, 0, size);
    return core_init(memory, size, &s->config, &s->town->network);
}

/* A journal that ends between a round and its transfers: they are made up for, once. */
Test(work, posts_a_round_whose_transfers_were_lost)
{
    static struct core_output output;
    struct service *s = open_town();
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_run(s, 1000);
    struct core *core = fresh(s);
    struct fact fact;
    uint64_t cursor = 0;
    const char *why = NULL;
    while (core_snapshot_next(s->core, &cursor, &fact)) {
        if (fact.kind == FACT_SNAPSHOT)
            fact.snapshot.form = 0; /* not of the state that its digest is of */
        if (fact.kind == FACT_SNAPSHOT_WORK)
            fact.snapshot_work.unposted = true;
        cr_assert(core_restore(core, &fact, &why), "%s", why);
    }
    const struct event start = {.kind = EVENT_START, .network_digest = core->network_digest};
    core_step(core, core->now_ms, &start, &output);
    for (int i = 0; i < 4; i++)
        core_step(core, core->now_ms, &(struct event){.kind = EVENT_WAKE}, &output);
    const struct ledger_account was = ledger_account(state_ledger(s->core->state), LEDGER_PAYABLE);
    const struct ledger_account is = ledger_account(state_ledger(core->state), LEDGER_PAYABLE);
    cr_expect_gt(was.credits_posted, 0);
    cr_expect_eq(is.credits_posted, 2 * was.credits_posted);
    cr_expect_not(state_work(core->state)->unposted);
    free(core);
    service_free(s);
}
