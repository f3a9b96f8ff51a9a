/* All is tried on the fleet's own plans, beside the index, and undone; what gains is then done
 * again step by step, with its facts. */
#include "core/ruin.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/explain.h"
#include "core/improve.h"
#include "core/live.h"
#include "core/move.h"
#include "core/spare.h"

#define BITS        64
#define NOWHERE     (INT64_MAX / 2) /* a cost above all, that differences can be made of */
#define TOUCHED_MAX (RUIN_VEHICLES_MAX + RUIN_RIDERS_MAX)

/* Somebody who is taken out, and the best that was found for them. */
struct rider {
    struct ride_id ride;
    uint32_t from;
    int64_t distance_ms; /* from the first rider, in place and time */
    struct insertion_request request;
    bool placed;
    bool known; /* `best` is, as plans are now */
    struct insertion best;
    int64_t next_cost; /* in another vehicle, as far as it was seen, or NOWHERE */
};

/* What is tried. */
struct ruin {
    struct core *core;
    const struct core_config *config;
    uint32_t rider_count;
    struct rider riders[RUIN_RIDERS_MAX]; /* the first, then the nearest to them */
    uint32_t touched_count;
    uint32_t touched[TOUCHED_MAX];   /* vehicles whose plans are changed, ... */
    struct plan before[TOUCHED_MAX]; /* ... and as they were */
    bool changed[TOUCHED_MAX];       /* their stops are others in the end */
    uint32_t order[RUIN_RIDERS_MAX]; /* in which they were put back */
    uint32_t order_count;
    struct plan_parts saved; /* by taking out, less what putting back took */
    int64_t left;            /* what that may cost, in weight x ms */
    uint32_t searches;
};

/* ---- Who ---- */

static bool nearer(const struct rider *a, const struct rider *b)
{
    return a->distance_ms != b->distance_ms ? a->distance_ms < b->distance_ms
                                            : a->ride.value < b->ride.value;
}

/* Keep it among the nearest, behind the first. */
static void keep(struct ruin *ruin, uint32_t riders_max, const struct rider *rider)
{
    uint32_t at = ruin->rider_count < riders_max ? ruin->rider_count++ : riders_max;
    for (; at > 1 && nearer(rider, &ruin->riders[at - 1]); at--) {
        if (at < riders_max) {
            ruin->riders[at] = ruin->riders[at - 1];
        }
    }
    if (at < riders_max) {
        ruin->riders[at] = *rider;
    }
}

static int64_t apart_ms(const struct core *core, const struct plan_item *a,
                        const struct plan_item *b)
{
    const int64_t drive_ms = road_query_time(core->network->query, a->place, b->place);
    const int64_t between_ms = a->arrive_ms - b->arrive_ms;
    return drive_ms + (between_ms < 0 ? -between_ms : between_ms);
}

/* The riders of a vehicle who wait and could be moved. */
static void gather_riders(struct ruin *ruin, uint32_t vehicle, uint32_t riders_max,
                          const struct plan_item *first)
{
    struct core *core = ruin->core;
    live_refresh(core, vehicle);
    const struct plan *plan = &core->plans[vehicle];
    for (uint32_t i = plan->committed; i < plan->stop_count; i++) {
        const struct plan_item *item = &plan->stops[i];
        if (item->kind == STOP_PICKUP && item->ride.value != first->ride.value &&
            item->earliest_ms <= core->now_ms + IMPROVE_AHEAD_MS) {
            const struct rider rider = {
                .ride = item->ride, .from = vehicle, .distance_ms = apart_ms(core, first, item)};
            keep(ruin, riders_max, &rider);
        }
    }
}

/* Those of the vehicles that could pass the first one's pick-up. */
static void gather(struct ruin *ruin, uint32_t riders_max, const struct plan_item *first)
{
    const struct core *core = ruin->core;
    const struct fleet *fleet = &core->fleet;
    const uint32_t cell = road_cells_of(&fleet->network->cells, first->place);
    const uint64_t *legs = fleet->in_cell + (size_t)cell * (fleet->legs_max / BITS);
    uint32_t partners[RUIN_PARTNERS_MAX];
    uint32_t count = 0;
    for (uint32_t w = 0; w < fleet->leg_words; w++) {
        for (uint64_t rest = legs[w]; rest != 0 && count < RUIN_PARTNERS_MAX; rest &= rest - 1) {
            const uint32_t vehicle =
                fleet->legs[w * BITS + (uint32_t)__builtin_ctzll(rest)].vehicle;
            uint32_t at = 0;
            while (at < count && partners[at] != vehicle) {
                at++;
            }
            if (at == count && live_is_usable(core, vehicle)) {
                partners[count++] = vehicle;
                gather_riders(ruin, vehicle, riders_max, first);
            }
        }
    }
}

/* ---- Ruin ---- */

/* The place of a vehicle among the touched, or behind them. */
static uint32_t find(const struct ruin *ruin, uint32_t vehicle)
{
    uint32_t at = 0;
    while (at < ruin->touched_count && ruin->touched[at] != vehicle) {
        at++;
    }
    return at;
}

/* The plan is about to change: it is kept, and holds the times of who is spared. Its place. */
static uint32_t touch(struct ruin *ruin, uint32_t vehicle)
{
    const uint32_t at = find(ruin, vehicle);
    if (at == ruin->touched_count) {
        CHECK(at < TOUCHED_MAX);
        live_refresh(ruin->core, vehicle);
        ruin->touched[at] = vehicle;
        ruin->before[at] = ruin->core->plans[vehicle];
        ruin->touched_count++;
        spare_hold(&ruin->core->plans[vehicle]);
    }
    return at;
}

static bool take_out(struct ruin *ruin, struct rider *rider)
{
    struct core *core = ruin->core;
    struct plan_parts saved;
    if (find(ruin, rider->from) == RUIN_VEHICLES_MAX) {
        return false;
    }
    const uint32_t at = touch(ruin, rider->from);
    live_request(core, state_ride(core->state, rider->ride), &rider->request);
    rider->request.spares = true;
    spare_hold_request(&ruin->before[at], &rider->request);
    if (rider->request.direct_ms >= ROAD_UNREACHABLE_MS ||
        !move_lift(core, rider->from, rider->ride, &saved)) {
        return false;
    }
    ruin->saved.vehicle_ms += saved.vehicle_ms;
    ruin->saved.wait_ms += saved.wait_ms;
    ruin->saved.ride_ms += saved.ride_ms;
    return true;
}

/* Take out all that can be; false when what is left breaks a promise, or too few were taken. */
static bool take_all_out(struct ruin *ruin)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        if (take_out(ruin, &ruin->riders[i])) {
            ruin->riders[count++] = ruin->riders[i];
        }
    }
    ruin->rider_count = count;
    for (uint32_t i = 0; i < ruin->touched_count; i++) {
        if (!plan_schedule(&ruin->core->plans[ruin->touched[i]], ruin->config)) {
            return false; /* somebody would be met too early, and ride too long */
        }
    }
    return count >= 2;
}

/* ---- Recreate ---- */

/* Search for those whose best is not known; false when somebody finds nothing. */
static bool search_all(struct ruin *ruin)
{
    struct core *core = ruin->core;
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        struct rider *rider = &ruin->riders[i];
        if (!rider->placed && !rider->known) {
            struct insertion others[INSERTION_SEEN_MAX];
            ruin->searches++;
            if (!insertion_find_beside(core->search, &core->fleet, ruin->touched,
                                       ruin->touched_count, true, &rider->request, ruin->config,
                                       ruin->left, &rider->best)) {
                return false;
            }
            rider->known = true;
            rider->next_cost =
                insertion_others(core->search, &rider->best, others) > 0 ? others[0].cost : NOWHERE;
        }
        if (!rider->placed && rider->best.cost >= ruin->left) {
            return false;
        }
    }
    return true;
}

/* Who loses most by coming later; ties go to the first. */
static uint32_t most_urgent(const struct ruin *ruin)
{
    uint32_t most = UINT32_MAX;
    int64_t most_regret = -1;
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        const struct rider *rider = &ruin->riders[i];
        const int64_t regret = rider->next_cost - rider->best.cost;
        if (!rider->placed && regret > most_regret) {
            most = i;
            most_regret = regret;
        }
    }
    CHECK(most < ruin->rider_count);
    return most;
}

static void put_back(struct ruin *ruin, struct rider *placed)
{
    struct core *core = ruin->core;
    const uint32_t vehicle = placed->best.vehicle;
    (void)touch(ruin, vehicle);
    insertion_apply(&core->fleet, &placed->best, &placed->request, ruin->config);
    placed->placed = true;
    ruin->left -= placed->best.cost;
    ruin->saved.vehicle_ms -= placed->best.added.vehicle_ms;
    ruin->saved.wait_ms -= placed->best.added.wait_ms;
    ruin->saved.ride_ms -= placed->best.added.ride_ms;
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        struct rider *rider = &ruin->riders[i];
        if (rider->placed || !rider->known) {
            continue;
        }
        if (rider->best.vehicle == vehicle) {
            rider->known = false;
            continue;
        }
        const struct insertion was = rider->best;
        insertion_look_beside(core->search, &core->fleet, vehicle, &rider->request, ruin->config,
                              &rider->best);
        rider->next_cost = rider->best.vehicle == vehicle ? was.cost : rider->next_cost;
    }
}

static bool put_all_back(struct ruin *ruin)
{
    while (ruin->order_count < ruin->rider_count) {
        if (!search_all(ruin)) {
            return false;
        }
        const uint32_t next = most_urgent(ruin);
        put_back(ruin, &ruin->riders[next]);
        ruin->order[ruin->order_count++] = next;
    }
    return true;
}

/* ---- In earnest ---- */

/* While the plans are as they are to be: which of them have other stops than before? */
static void compare(struct ruin *ruin)
{
    for (uint32_t v = 0; v < ruin->touched_count; v++) {
        const struct plan *before = &ruin->before[v];
        const struct plan *now = &ruin->core->plans[ruin->touched[v]];
        ruin->changed[v] = before->stop_count != now->stop_count;
        for (uint32_t i = 0; i < now->stop_count && !ruin->changed[v]; i++) {
            ruin->changed[v] = before->stops[i].ride.value != now->stops[i].ride.value ||
                               before->stops[i].kind != now->stops[i].kind;
        }
    }
}

static bool has_moved(const struct ruin *ruin, const struct rider *rider)
{
    return rider->best.vehicle != rider->from || ruin->changed[find(ruin, rider->from)];
}

static void explain(struct ruin *ruin)
{
    const int64_t saved_cost = plan_weigh(&ruin->saved, ruin->config);
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        const struct rider *rider = &ruin->riders[i];
        if (has_moved(ruin, rider)) {
            explain_move(ruin->core, rider->ride, REASON_MOVE_BETTER, rider->from, &rider->best,
                         &rider->request, ruin->saved.vehicle_ms, saved_cost);
        }
    }
}

/* The same steps on plans and index, with facts and messages. */
static void apply(struct ruin *ruin)
{
    struct core *core = ruin->core;
    explain(ruin);
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        live_drop(core, ruin->riders[i].from, ruin->riders[i].ride);
    }
    for (uint32_t i = 0; i < ruin->order_count; i++) {
        const struct rider *rider = &ruin->riders[ruin->order[i]];
        live_insert(core, &rider->best, &rider->request);
    }
    for (uint32_t v = 0; v < ruin->touched_count; v++) {
        if (ruin->changed[v]) {
            emit_plan_fact(core, ruin->touched[v]);
        }
    }
    for (uint32_t i = 0; i < ruin->rider_count; i++) {
        if (has_moved(ruin, &ruin->riders[i])) {
            emit_ride(core, EMIT_WATCHERS, ruin->riders[i].ride);
        }
    }
    for (uint32_t v = 0; v < ruin->touched_count; v++) {
        if (ruin->changed[v]) {
            emit_plan_change(core, ruin->touched[v]);
        }
    }
}

bool ruin_try(struct core *core, uint32_t vehicle, struct ride_id ride, uint32_t rider_count,
              int64_t gain, uint32_t *searches)
{
    struct ruin ruin = {.core = core, .config = &core->improving, .rider_count = 1};
    CHECK(rider_count >= RUIN_RIDERS_MIN && rider_count <= RUIN_RIDERS_MAX);
    live_refresh(core, vehicle);
    const uint32_t pickup = live_stop(&core->plans[vehicle], ride, STOP_PICKUP);
    CHECK(pickup != UINT32_MAX);
    const struct plan_item first = core->plans[vehicle].stops[pickup];
    ruin.riders[0] = (struct rider){.ride = ride, .from = vehicle};
    gather(&ruin, rider_count, &first);
    bool found = take_all_out(&ruin);
    if (found) {
        ruin.left = plan_weigh(&ruin.saved, ruin.config) - gain;
        found = ruin.left > 0 && put_all_back(&ruin);
        compare(&ruin);
    }
    for (uint32_t i = 0; i < ruin.touched_count; i++) {
        core->plans[ruin.touched[i]] = ruin.before[i];
    }
    if (found) {
        apply(&ruin);
    }
    *searches = ruin.searches;
    return found;
}
