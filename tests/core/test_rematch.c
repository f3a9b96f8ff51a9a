/* In the plans of a busy service: the best assignment of ends of plans to vehicles, against all
 * that there are. */
#include "core/rematch.h"

#include <criterion/criterion.h>

#include "core/live.h"
#include "core/spare.h"
#include "crowd.h"

#define SIDES_MAX 7

/* What every vehicle's end of a plan costs with every vehicle; -1: cannot be. */
struct oracle {
    uint32_t sides;
    uint32_t tails; /* mask of sides that have something to give out */
    int64_t costs[SIDES_MAX][SIDES_MAX];
};

static struct plan_parts alone(struct core *core, const struct splice_side *side, uint32_t cut)
{
    struct splice_side ended = *side;
    struct plan plan;
    ended.plan.stop_count = (uint8_t)cut;
    cr_assert(splice_join(core, side, cut, &ended, cut, &core->improving, &plan));
    return plan_parts(&plan);
}

static void fill(struct core *core, struct oracle *oracle)
{
    const struct rematch *rematch = core->rematch;
    oracle->sides = rematch->side_count;
    oracle->tails = 0;
    for (uint32_t t = 0; t < oracle->sides; t++) {
        const struct splice_side *tail = &rematch->sides[t];
        oracle->tails |= (uint32_t)(rematch->cuts[t] < tail->plan.stop_count) << t;
        for (uint32_t h = 0; h < oracle->sides; h++) {
            const struct splice_side *head = &rematch->sides[h];
            struct plan plan;
            oracle->costs[t][h] = -1;
            if (splice_join(core, head, rematch->cuts[h], tail, rematch->cuts[t], &core->improving,
                            &plan) &&
                spare_keeps((const struct plan *const[]){&tail->plan},
                            (const struct plan *const[]){&plan}, 1)) {
                const struct plan_parts parts = alone(core, head, rematch->cuts[h]);
                oracle->costs[t][h] =
                    plan_cost(&plan, &core->improving) - plan_weigh(&parts, &core->improving);
            }
        }
    }
}

/* The least sum over all ways to give every end to a vehicle of its own: each is a number to the
 * base of the vehicles. */
static int64_t least(const struct oracle *oracle)
{
    int64_t best = INT64_MAX;
    uint32_t ways = 1;
    for (uint32_t t = 0; t < oracle->sides; t++) {
        ways *= (oracle->tails >> t & 1) != 0 ? oracle->sides : 1;
    }
    for (uint32_t way = 0; way < ways; way++) {
        uint32_t digits = way;
        uint32_t taken = 0;
        int64_t sum = 0;
        for (uint32_t t = 0; t < oracle->sides && sum >= 0; t++) {
            if ((oracle->tails >> t & 1) != 0) {
                const uint32_t h = digits % oracle->sides;
                digits /= oracle->sides;
                const bool fits = oracle->costs[t][h] >= 0 && (taken >> h & 1) == 0;
                taken |= UINT32_C(1) << h;
                sum = fits ? sum + oracle->costs[t][h] : -1;
            }
        }
        best = sum >= 0 && sum < best ? sum : best;
    }
    return best;
}

/* What the moves found gain, plan by plan, from where each vehicle's change counts. */
static int64_t gain_of(const struct service *s)
{
    const struct rematch *rematch = s->core->rematch;
    int64_t gain = 0;
    uint32_t stops = 0;
    uint32_t was_stops = 0;
    for (uint32_t i = 0; i < rematch->move_count; i++) {
        struct plan plan = rematch->moves[i].plan;
        uint32_t side = 0;
        while (rematch->sides[side].vehicle != rematch->moves[i].vehicle) {
            side++;
        }
        const struct plan_parts was = splice_parts(&rematch->sides[side], rematch->cuts[side]);
        cr_assert(plan_schedule(&plan, &s->core->improving));
        gain += plan_weigh(&was, &s->core->improving) - plan_cost(&plan, &s->core->improving);
        stops += plan.stop_count;
        was_stops += rematch->sides[side].plan.stop_count;
    }
    cr_assert_eq(stops, was_stops);
    return gain;
}

Test(rematch, finds_what_gains_and_never_more_than_the_best_of_all_assignments)
{
    uint32_t found_count = 0;
    uint32_t whole_count = 0;
    uint32_t none_count = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct service *s = crowd_open();
        struct random random;
        random_init(&random, seed + 500);
        crowd_begin(s, seed);
        int64_t time_s = 0;
        for (int i = 0; i < 100; i++) {
            struct oracle oracle;
            crowd_book(s, &random, 20);
            time_s += random_between(&random, 0, 60);
            service_run(s, time_s);
            s->core->now_ms = s->core->fleet.now_ms = s->now_ms;
            s->core->rematch->row_count = 0;
            const uint32_t vehicle = (uint32_t)random_below(&random, s->core->fleet.count);
            const bool found = rematch_find(s->core, vehicle, 0);
            if (s->core->rematch->row_count == 0) {
                continue;
            }
            fill(s->core, &oracle);
            int64_t now = 0;
            for (uint32_t t = 0; t < oracle.sides; t++) {
                now += (oracle.tails >> t & 1) != 0 ? oracle.costs[t][t] : 0;
            }
            const int64_t most = now - least(&oracle);
            cr_assert_eq(found, most > 0, "seed %d: %d, gain %ld", (int)seed, found, (long)most);
            if (found) {
                const int64_t gain = gain_of(s);
                cr_assert_gt(gain, 0);
                cr_assert_leq(gain, most);
                cr_assert_eq(gain, plan_weigh(&s->core->rematch->saved, &s->core->improving));
                whole_count += gain == most;
            }
            found_count += found;
            none_count += !found;
        }
        service_free(s);
    }
    cr_assert_gt(found_count, 20, "%u", found_count);
    cr_assert_gt(whole_count, 10, "%u", whole_count);
    cr_assert_gt(none_count, 20, "%u", none_count);
}
