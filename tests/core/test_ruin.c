/* In the plans of a busy service: what gains must gain what it says, and what does not must leave
 * no trace. */
#include "core/ruin.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/live.h"
#include "core/wake.h"
#include "crowd.h"

/* All that a try could touch. */
struct trace {
    struct plan plans[SERVICE_CARS_MAX];
    struct fleet_vehicle vehicles[SERVICE_CARS_MAX];
    struct fleet_leg legs[SERVICE_CARS_MAX * PLAN_STOPS_MAX];
    uint64_t digest;
};

static void take(const struct service *s, struct trace *trace)
{
    const struct fleet *fleet = &s->core->fleet;
    memset(trace, 0, sizeof *trace);
    memcpy(trace->plans, fleet->plans, fleet->count * sizeof *fleet->plans);
    memcpy(trace->vehicles, fleet->vehicles, fleet->count * sizeof *fleet->vehicles);
    cr_assert_leq(fleet->leg_words, 2);
    memcpy(trace->legs, fleet->legs, fleet->leg_words * 64 * sizeof *fleet->legs);
    trace->digest = core_digest(s->core);
}

static int64_t cost(const struct service *s)
{
    int64_t sum = 0;
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        struct plan plan = s->core->plans[v];
        plan_refresh(&plan, s->now_ms, &s->core->improving);
        cr_assert(plan_schedule(&plan, &s->core->improving));
        if (plan.under_way) { /* what is driven already cannot be saved */
            cr_assert(plan_advance(&plan, s->now_ms, &s->town->network.drive));
        }
        sum += plan_cost(&plan, &s->core->improving);
    }
    return sum;
}

/* Try it for one waiting rider of each vehicle; true when plans changed. */
static bool try_all(struct service *s, uint32_t rider_count, uint32_t *tried)
{
    static struct trace before;
    static struct trace after;
    for (uint32_t v = 0; v < s->core->fleet.count; v++) {
        const struct ride_id ride = wake_next_waiting(s->core, v, (struct ride_id){0});
        uint32_t searches = 0;
        if (ride.value == 0) {
            continue;
        }
        take(s, &before);
        const int64_t was = cost(s);
        if (ruin_try(s->core, v, ride, rider_count, 7000, &searches)) {
            cr_assert_gt(was - cost(s), 7000);
            cr_assert_gt(searches, 1);
            return true;
        }
        cr_assert_leq(searches, RUIN_SEARCHES_MAX);
        *tried += searches > 1;
        take(s, &after);
        cr_assert_arr_eq(&before, &after, sizeof before);
    }
    return false;
}

Test(ruin, gains_or_leaves_everything_byte_for_byte)
{
    static struct core_output output;
    uint32_t found = 0;
    uint32_t tried = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct service *s = crowd_open();
        struct random random;
        random_init(&random, seed + 400);
        crowd_begin(s, seed);
        int64_t time_s = 0;
        bool changed = false;
        for (int i = 0; i < 100 && !changed; i++) {
            crowd_book(s, &random, 20);
            time_s += random_between(&random, 0, 40);
            service_run(s, time_s);
            s->core->now_ms = s->core->fleet.now_ms = s->now_ms;
            for (uint32_t v = 0; v < s->core->fleet.count; v++) {
                live_refresh(s->core, v);
            }
            output = (struct core_output){0};
            s->core->output = &output;
            changed = try_all(s, RUIN_RIDERS_MIN + (uint32_t)i % 4, &tried);
            s->core->output = NULL;
        }
        found += changed; /* the service is over then: nobody heard of it */
        service_free(s);
    }
    cr_assert_gt(found, 10, "%u", found);
    cr_assert_gt(tried, 50, "%u", tried);
}
