/* A vehicle counts where it is idle, where it will be idle within the window, and where it is
 * already going to wait. */
#include "core/rebalance.h"

#include "base/check.h"
#include "core/emit.h"
#include "core/inside.h"
#include "core/live.h"

#define SERVED_MILLI 3000 /* requests that one vehicle serves in a window, in thousandths */

size_t rebalance_cost(uint32_t vehicles_max)
{
    return arena_cost(vehicles_max, sizeof(uint32_t)) +
           arena_cost(vehicles_max, sizeof(struct road_place)) +
           arena_cost(vehicles_max, sizeof(int64_t)) +
           assignment_cost(REBALANCE_MOVES_MAX, vehicles_max);
}

bool rebalance_init(struct rebalance *rebalance, struct arena *arena, uint32_t vehicles_max)
{
    rebalance->idle_vehicles = arena_take(arena, vehicles_max, sizeof *rebalance->idle_vehicles);
    rebalance->starts = arena_take(arena, vehicles_max, sizeof *rebalance->starts);
    rebalance->drives = arena_take(arena, vehicles_max, sizeof *rebalance->drives);
    return rebalance->drives != NULL &&
           assignment_init(&rebalance->assignment, arena, REBALANCE_MOVES_MAX, vehicles_max);
}

void rebalance_saw(struct core *core, struct road_place from)
{
    const uint32_t area = road_cells_of(&core->network->areas, from);
    core->rebalance.demand_milli[area] += REBALANCE_MILLI;
    core->rebalance.known[area] = true;
    core->rebalance.places[area] = from;
}

int64_t rebalance_due_ms(const struct core *core)
{
    return core->config.rebalance_ms == 0 ? INT64_MAX : core->rebalance.due_ms;
}

/* What was counted fades, by the share of the window that has passed. */
static void fade(struct core *core)
{
    const int64_t period_ms = core->config.rebalance_ms;
    const int64_t left_ms = period_ms < REBALANCE_WINDOW_MS ? REBALANCE_WINDOW_MS - period_ms : 0;
    for (uint32_t area = 0; area < core->network->areas.count; area++) {
        int64_t *demand = &core->rebalance.demand_milli[area];
        *demand = *demand * left_ms / REBALANCE_WINDOW_MS; /* rounded down */
    }
}

/* Where the vehicle will wait for its next rider, and whether it is free to be sent now. */
static struct road_place settles(struct core *core, uint32_t index, bool *is_idle)
{
    const struct plan *plan = &core->plans[index];
    *is_idle = plan->stop_count == 0 && !plan->under_way && !plan->standing &&
               !energy_is_low(&core->energy, plan);
    return plan->stop_count == 0 && plan->rests && plan->under_way ? plan->rest
                                                                   : fleet_end(&core->fleet, index);
}

/* Count supply by area, and list the idle vehicles. */
static uint32_t count_supply(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    uint32_t idle_count = 0;
    for (uint32_t area = 0; area < ROAD_AREAS_MAX; area++) {
        rebalance->supply[area] = 0;
        rebalance->idle[area] = 0;
    }
    for (uint32_t v = 0; v < core->fleet.count; v++) {
        if (!live_is_usable(core, v)) {
            continue;
        }
        live_refresh(core, v);
        const struct plan *plan = &core->plans[v];
        bool is_idle = false;
        const struct road_place place = settles(core, v, &is_idle);
        const uint32_t area = road_cells_of(&core->network->areas, place);
        if (plan->until_ms <= core->now_ms || plan->from_ms > core->now_ms ||
            (plan->stop_count > 0 &&
             plan->stops[plan->stop_count - 1].depart_ms > core->now_ms + REBALANCE_WINDOW_MS)) {
            continue;
        }
        rebalance->supply[area]++;
        if (is_idle) {
            rebalance->idle[area]++;
            rebalance->idle_vehicles[idle_count] = v;
            rebalance->starts[idle_count++] = place;
        }
    }
    return idle_count;
}

/* Vehicles that the area needs for what it expects, rounded down. */
static int32_t need(const struct rebalance *rebalance, uint32_t area)
{
    return (int32_t)(rebalance->demand_milli[area] / SERVED_MILLI);
}

/* Put the nearest idle vehicles that their areas can spare into a row of the problem. */
static uint32_t fill_row(struct core *core, uint32_t area, uint32_t idle_count, uint32_t filled)
{
    struct rebalance *rebalance = &core->rebalance;
    uint32_t count = 0;
    uint32_t *columns = rebalance->columns + filled;
    int64_t *costs = rebalance->costs + filled;
    road_query_to(core->network->query, rebalance->starts, idle_count, rebalance->places[area],
                  rebalance->drives);
    for (uint32_t i = 0; i < idle_count; i++) {
        const uint32_t from = road_cells_of(&core->network->areas, rebalance->starts[i]);
        const int64_t cost = rebalance->drives[i];
        if (from == area || cost > REBALANCE_DRIVE_MAX_MS ||
            rebalance->supply[from] <= need(rebalance, from)) {
            continue;
        }
        uint32_t at = count < REBALANCE_NEAREST_MAX ? count++ : REBALANCE_NEAREST_MAX;
        while (at > 0 && costs[at - 1] > cost) { /* the dearest falls out of a full row */
            at--;
            if (at + 1 < REBALANCE_NEAREST_MAX) {
                columns[at + 1] = columns[at];
                costs[at + 1] = costs[at];
            }
        }
        if (at < REBALANCE_NEAREST_MAX) {
            columns[at] = i;
            costs[at] = cost;
        }
    }
    return count;
}

/* One row for each vehicle that an area lacks, the areas that lack most first. */
static uint32_t pose_problem(struct core *core, uint32_t idle_count)
{
    struct rebalance *rebalance = &core->rebalance;
    int32_t lacking[ROAD_AREAS_MAX] = {0};
    uint32_t rows = 0;
    for (uint32_t area = 0; area < core->network->areas.count; area++) {
        lacking[area] =
            rebalance->known[area] ? need(rebalance, area) - rebalance->supply[area] : 0;
    }
    rebalance->first[0] = 0;
    while (rows < REBALANCE_MOVES_MAX) {
        uint32_t most = 0;
        for (uint32_t area = 1; area < core->network->areas.count; area++) {
            most = lacking[area] > lacking[most] ? area : most;
        }
        if (lacking[most] <= 0) {
            break;
        }
        lacking[most]--;
        const uint32_t filled = rebalance->first[rows];
        rebalance->row_areas[rows] = most;
        rebalance->penalties[rows] = REBALANCE_DRIVE_MAX_MS;
        rebalance->first[rows + 1] = filled + fill_row(core, most, idle_count, filled);
        rows++;
    }
    return rows;
}

static void send(struct core *core, uint32_t vehicle, struct road_place place)
{
    live_rest(core, vehicle, place);
    emit_plan_fact(core, vehicle);
    emit_plan_change(core, vehicle);
}

/* Solve the problem, and send who was chosen. */
static void send_chosen(struct core *core, uint32_t rows, uint32_t idle_count)
{
    struct rebalance *rebalance = &core->rebalance;
    const struct assignment_problem problem = {
        .rider_count = rows,
        .vehicle_count = idle_count,
        .first = rebalance->first,
        .vehicles = rebalance->columns,
        .costs = rebalance->costs,
        .penalties = rebalance->penalties,
    };
    assignment_solve(&rebalance->assignment, &problem);
    for (uint32_t row = 0; row < rows; row++) {
        const uint32_t column = rebalance->assignment.vehicle_of[row];
        if (column == ASSIGNMENT_NONE) {
            continue;
        }
        const uint32_t from = road_cells_of(&core->network->areas, rebalance->starts[column]);
        if (rebalance->supply[from] > need(rebalance, from)) {
            rebalance->supply[from]--;
            send(core, rebalance->idle_vehicles[column],
                 rebalance->places[rebalance->row_areas[row]]);
        }
    }
}

void rebalance_step(struct core *core)
{
    struct rebalance *rebalance = &core->rebalance;
    if (rebalance_due_ms(core) > core->now_ms) {
        return;
    }
    rebalance->due_ms = core->now_ms + core->config.rebalance_ms;
    const uint32_t idle_count = count_supply(core);
    const uint32_t rows = pose_problem(core, idle_count);
    if (rows > 0) {
        send_chosen(core, rows, idle_count);
    }
    fade(core); /* only now: one need is weighed against another at one time */
}
