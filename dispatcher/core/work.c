/* Sums over the fleet, so that a round is one fact however many vehicles there are. */
#include "core/work.h"

#include "base/check.h"
#include "core/calendar.h"
#include "core/emit.h"
#include "core/terms.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static bool is_on(const struct core *core)
{
    return core->config.policy->cost_count > 0;
}

static void add_way(struct core *core, uint32_t index, struct road_place from, struct road_place to)
{
    if (road_place_equal(from, to)) {
        return;
    }
    const int64_t driven_mm = energy_length_mm(&core->energy, from, to);
    core->work.driven_mm += driven_mm;
    if (state_vehicle(core->state, index)->enrolled.battery_wh == 0) {
        core->work.taken_mwh += driven_mm * core->config.energy.drive_wh_per_km / 1000;
    }
}

void work_drive(struct core *core, uint32_t index, struct road_place place)
{
    struct live *live = &core->vehicles[index];
    const struct road_place start = core->plans[index].start;
    if (!is_on(core)) {
        return;
    }
    if (live->is_counted) {
        add_way(core, index, live->counted, start);
    }
    add_way(core, index, start, place);
    live->counted = place;
    live->is_counted = true;
}

void work_help(struct core *core, uint32_t index)
{
    struct live *live = &core->vehicles[index];
    if (is_on(core) && live->help_since_ms != 0) {
        core->work.help_ms += core->now_ms - live->helped_ms;
    }
    live->helped_ms = core->now_ms;
}

static int64_t round_end_ms(const struct core *core)
{
    const int64_t from_ms = state_work(core->state)->last.until_ms;
    if (core->work.round_from_ms == from_ms) {
        return core->work.round_end_ms;
    }
    const int64_t hour_ms = calendar_next_hour_ms(core->config.calendar, from_ms);
    const int64_t round_ms = from_ms + WORK_ROUND_MS;
    return round_ms < hour_ms ? round_ms : hour_ms;
}

/* A new round has begun. When it ends is asked for between any two events. */
static void note_round(struct core *core)
{
    const int64_t end_ms = round_end_ms(core);
    core->work.round_from_ms = state_work(core->state)->last.until_ms;
    core->work.round_end_ms = end_ms;
}

int64_t work_due_ms(const struct core *core)
{
    const struct fact_snapshot_work *work = state_work(core->state);
    if (!core->started || (!is_on(core) && !work->unposted)) {
        return INT64_MAX;
    }
    return work->unposted || !state_work_is_on(core->state) ? core->now_ms : round_end_ms(core);
}

static void post(struct core *core)
{
    struct fact fact = {.kind = FACT_TRANSFERS};
    struct fact_transfers group;
    state_work_transfers(core->state, state_counters(core->state)->next_transfer, &group);
    CHECK(group.count > 0);
    if (group.count == 1) {
        fact.kind = FACT_TRANSFER;
        fact.transfer = group.transfers[0];
    } else {
        fact.transfers = group;
    }
    emit_fact(core, &fact);
}

static void begin(struct core *core)
{
    struct fact fact = {.kind = FACT_WORK};
    fact.work.from_ms = core->now_ms;
    fact.work.until_ms = core->now_ms;
    fact.work.policy = terms_policy(core);
    emit_fact(core, &fact);
    note_round(core);
}

/* How long of a shift lies in the round. */
static int64_t service_ms(const struct fact_vehicle *enrolled, const struct fact_work *work)
{
    const int64_t from_ms = enrolled->from_ms > work->from_ms ? enrolled->from_ms : work->from_ms;
    const int64_t until_ms =
        enrolled->until_ms < work->until_ms ? enrolled->until_ms : work->until_ms;
    return until_ms > from_ms ? until_ms - from_ms : 0;
}

static int64_t limited(int64_t amount)
{
    return amount < COST_WORK_MAX ? amount : COST_WORK_MAX;
}

static void count_vehicles(const struct core *core, struct fact_work *work, int64_t *bought_mwh)
{
    const struct calendar *calendar = core->config.calendar;
    const bool ends_day = calendar_travel_day(calendar, work->from_ms) !=
                          calendar_travel_day(calendar, work->until_ms);
    const uint32_t count = state_vehicle_count(core->state);
    for (uint32_t i = 0; i < count; i++) {
        const struct state_vehicle *vehicle = state_vehicle(core->state, i);
        const struct fact_vehicle *enrolled = &vehicle->enrolled;
        work->work[COST_SERVICE_MS] += service_ms(enrolled, work);
        if (ends_day && enrolled->from_ms < work->until_ms &&
            enrolled->until_ms > work->until_ms - DAY_MS) {
            work->work[COST_VEHICLE_DAYS]++;
        }
        *bought_mwh += state_work_bought_mwh(&vehicle->visit, work->from_ms, work->until_ms);
    }
}

/* Whole metres and watt-hours; what is less waits for the next round. */
static void count(struct core *core, struct fact_work *work)
{
    const struct fact_snapshot_work *before = state_work(core->state);
    int64_t energy_mwh = core->work.taken_mwh + before->bought_mwh;
    count_vehicles(core, work, &energy_mwh);
    work->work[COST_METRES] = limited(core->work.driven_mm / 1000);
    core->work.driven_mm -= work->work[COST_METRES] * 1000;
    work->work[COST_HELP_MS] = limited(core->work.help_ms);
    core->work.help_ms -= work->work[COST_HELP_MS];
    work->work[COST_ENERGY_WH] = limited(energy_mwh / 1000);
    core->work.taken_mwh = energy_mwh - work->work[COST_ENERGY_WH] * 1000;
    work->work[COST_RIDES] = before->ride_count;
    work->work[COST_CLEANED] = before->cleaned_count;
    work->work[COST_INSPECTED] = before->inspected_count;
}

/* By the day and hour that the round lies in. */
static void price(const struct core *core, struct fact_work *work)
{
    const struct policy *policy = core->config.policy;
    const int32_t day = calendar_travel_day(core->config.calendar, work->from_ms);
    const uint32_t hour = calendar_hour(core->config.calendar, work->from_ms);
    for (uint32_t category = 0; category < POLICY_COST_CATEGORIES; category++) {
        for (uint32_t unit = 0; unit < POLICY_UNIT_COUNT; unit++) {
            const struct policy_cost *cost = policy_cost(
                policy, day, (enum policy_cost_category)category, (enum policy_unit)unit);
            if (cost == NULL) {
                continue;
            }
            CHECK(work->line_count < POLICY_COSTS_A_DAY);
            struct work_line *line = &work->lines[work->line_count++];
            *line = (struct work_line){
                .category = cost->category,
                .unit = cost->unit,
                .area = cost->area,
                .rate_millipence = cost->rate_millipence[hour],
                .rest = state_work(core->state)->rests[category][unit],
            };
            line->pence =
                cost_pence(cost->unit, line->rate_millipence,
                           work->work[cost_work(cost->category, cost->unit)], &line->rest);
        }
    }
}

bool work_step(struct core *core)
{
    const struct fact_snapshot_work *before = state_work(core->state);
    if (work_due_ms(core) > core->now_ms) {
        return false;
    }
    if (before->unposted) {
        post(core);
        return true;
    }
    if (!state_work_is_on(core->state) || core->now_ms - before->last.until_ms > WORK_GAP_MS) {
        begin(core);
        return true;
    }
    struct fact fact = {.kind = FACT_WORK};
    fact.work.from_ms = before->last.until_ms;
    fact.work.until_ms = round_end_ms(core);
    fact.work.policy = terms_policy(core);
    count(core, &fact.work);
    price(core, &fact.work);
    emit_fact(core, &fact);
    note_round(core);
    if (before->unposted) {
        post(core);
    }
    return true;
}
