/* The one entry: an event goes to its step by a table. Memory is carved from one block at the
 * start, in the order of core_memory_size(). */
#include "core/core.h"

#include <string.h>

#include "base/check.h"
#include "core/billing.h"
#include "core/config.h"
#include "core/improve.h"
#include "core/inside.h"
#include "core/meeting.h"
#include "core/period.h"
#include "core/rematch.h"
#include "core/retime.h"
#include "core/settle.h"
#include "core/step_book.h"
#include "core/step_cancel.h"
#include "core/step_finance.h"
#include "core/step_pay.h"
#include "core/step_places.h"
#include "core/step_read.h"
#include "core/step_receipt.h"
#include "core/step_report.h"
#include "core/step_rider.h"
#include "core/step_road.h"
#include "core/step_settlement.h"
#include "core/step_start.h"
#include "core/step_vehicle.h"
#include "core/step_wake.h"
#include "core/traffic.h"
#include "core/view.h"
#include "core/visit.h"
#include "core/work.h"

typedef void step_function(struct core *core, const struct event *event);

static step_function *const steps[EVENT_KIND_COUNT] = {
    [EVENT_START] = step_start,
    [EVENT_WAKE] = step_wake,
    [EVENT_ENROL] = step_start_enrol,
    [EVENT_QUOTE] = step_book_quote,
    [EVENT_BOOK] = step_book,
    [EVENT_CANCEL] = step_cancel,
    [EVENT_GET_RIDE] = step_read_ride,
    [EVENT_LIST_VEHICLES] = step_read_vehicles,
    [EVENT_GET_STATISTICS] = step_read_statistics,
    [EVENT_EXPLAIN_RIDE] = step_read_explanation,
    [EVENT_LIST_REFUSALS] = step_read_refusals,
    [EVENT_HELLO] = step_vehicle_hello,
    [EVENT_GONE] = step_vehicle_gone,
    [EVENT_TELEMETRY] = step_vehicle_telemetry,
    [EVENT_REPORT] = step_report,
    [EVENT_CLOSE_ROAD] = step_road_close,
    [EVENT_OPEN_ROAD] = step_road_open,
    [EVENT_SET_RIDER_CLASS] = step_rider_class,
    [EVENT_LIST_CLOSURES] = step_road_list,
    [EVENT_SET_ZONES] = step_places_zones,
    [EVENT_SET_PARKING] = step_places_parking,
    [EVENT_REFUND_RIDE] = step_finance_refund,
    [EVENT_TRIAL_BALANCE] = step_finance_balance,
    [EVENT_LIST_TRANSFERS] = step_finance_transfers,
    [EVENT_GET_RECEIPT] = step_receipt,
    [EVENT_LIST_RECEIPTS] = step_receipt_list,
    [EVENT_GET_CAP_STATUS] = step_receipt_caps,
    [EVENT_PAYMENT] = step_pay_answer,
    [EVENT_SET_UP_PAYMENT] = step_pay_set_up,
    [EVENT_END_PAYMENT] = step_pay_end,
    [EVENT_GET_PAYMENT] = step_pay_read,
    [EVENT_RECORD_PAYMENT] = step_pay_record,
    [EVENT_LIST_PAYMENTS] = step_pay_list,
    [EVENT_PROPOSE_SETTLEMENT] = step_settlement_propose,
    [EVENT_APPROVE_SETTLEMENT] = step_settlement_approve,
    [EVENT_LIST_SETTLEMENTS] = step_settlement_list,
    [EVENT_EXPORT_PERIOD] = step_settlement_export,
    [EVENT_PLANS_LATE] = step_vehicle_late,
};

const char *core_config_fault(const struct core_config *config)
{
    return config_fault(config);
}

/* Each ride under way has two stops in plans at the most. */
static uint32_t stops_max(const struct core_config *config)
{
    return 2 * config->limits.rides_max;
}

size_t core_memory_size(const struct core_config *config, const struct road_network *network)
{
    const uint32_t vehicles = config->limits.vehicles_max;
    return arena_cost(1, sizeof(struct core)) + state_cost(&config->limits) +
           fleet_cost(vehicles, stops_max(config), network) + rebalance_cost(config) +
           arena_cost(vehicles, sizeof(struct live)) + insertion_search_cost(vehicles) +
           energy_cost(config) + visit_cost(vehicles) + heap_cost(vehicles) +
           meeting_cost(network->graph) + rematch_cost() + traffic_cost(config, network);
}

struct core *core_init(void *memory, size_t size, const struct core_config *config,
                       struct road_network *network)
{
    CHECK(core_config_fault(config) == NULL);
    CHECK(size >= core_memory_size(config, network));
    struct arena arena;
    arena_init(&arena, memory, size);
    const uint32_t vehicles = config->limits.vehicles_max;
    struct core *core = arena_take(&arena, 1, sizeof *core);
    CHECK(core != NULL);
    core->config = *config;
    core->strict = *config;
    core->strict.limits_soft = false;
    core->strict.on_phase = NULL; /* its searches decide nothing anew */
    core->improving = core->strict;
    core->improving.weights.vehicle_s *= IMPROVE_FACTOR_IDLE;
    core->work.round_from_ms = INT64_MIN;
    core->network = network;
    core->network_digest = road_network_digest(network->graph);
    core->state = state_init(&arena, &config->limits);
    CHECK(fleet_init(&core->fleet, &arena, vehicles, stops_max(config), network));
    core->plans = core->fleet.plans;
    CHECK(energy_init(&core->energy, &arena, &core->config, network));
    CHECK(visit_init(&core->visits, &arena, vehicles));
    core->fleet.energy = &core->energy;
    core->vehicles = arena_take(&arena, vehicles, sizeof *core->vehicles);
    CHECK(rebalance_init(core, &arena));
    core->search = insertion_search_init(&arena, vehicles);
    heap_init(&core->wakes, &arena, vehicles);
    CHECK(meeting_init(&core->meeting, &arena, network->graph));
    core->rematch = arena_take(&arena, 1, sizeof *core->rematch);
    CHECK(core->rematch != NULL && rematch_init(core->rematch, &arena));
    traffic_init(core, &arena);
    CHECK(core->state != NULL && core->vehicles != NULL);
    CHECK(core->search != NULL);
    return core;
}

static bool visit_valid(const struct road_graph *graph, const struct visit *visit)
{
    return visit->kind == 0 || road_place_valid(graph, visit->place);
}

static bool rest_valid(const struct road_graph *graph, const struct fact_plan *plan)
{
    return !plan->rests || road_place_valid(graph, plan->rest);
}

/* Are the places that a fact names on this network? */
static const char *network_fault(const struct core *core, const struct fact *fact)
{
    const struct road_graph *graph = core->network->graph;
    uint64_t digest = core->network_digest;
    bool valid = true;
    switch (fact->kind) {
    case FACT_STARTED:
        digest = fact->started.network_digest;
        break;
    case FACT_SNAPSHOT:
        digest = fact->snapshot.network_digest;
        break;
    case FACT_VEHICLE_ENROLLED:
        valid = road_place_valid(graph, fact->vehicle.home);
        break;
    case FACT_SNAPSHOT_VEHICLE:
        valid = road_place_valid(graph, fact->snapshot_vehicle.enrolled.home) &&
                rest_valid(graph, &fact->snapshot_vehicle.plan) &&
                visit_valid(graph, &fact->snapshot_vehicle.visit);
        break;
    case FACT_VISIT_PLANNED:
        valid = road_place_valid(graph, fact->visit.visit.place);
        break;
    case FACT_PLAN_CHANGED:
        valid = rest_valid(graph, &fact->plan);
        break;
    case FACT_RIDE_BOOKED:
        valid =
            road_place_valid(graph, fact->booked.from) && road_place_valid(graph, fact->booked.to);
        break;
    case FACT_ROAD_CLOSED:
    case FACT_ROAD_OPENED:
        valid = fact->road.arc < graph->arc_count;
        break;
    case FACT_SNAPSHOT_CLOSURE:
        valid = fact->snapshot_closure.arc < graph->arc_count;
        break;
    case FACT_SNAPSHOT_RIDE:
        valid = road_place_valid(graph, fact->snapshot_ride.from) &&
                road_place_valid(graph, fact->snapshot_ride.to);
        break;
    default:
        break;
    }
    if (digest != core->network_digest) {
        return "the journal was written with another road network";
    }
    return valid ? NULL : "a place is not on the road network";
}

bool core_restore(struct core *core, const struct fact *fact, const char **why)
{
    CHECK(!core->started);
    const char *fault = network_fault(core, fact);
    if (fault != NULL) {
        *why = fault;
        return false;
    }
    if (!fact_apply(core->state, fact, why)) {
        return false;
    }
    if (fact->at_ms > core->now_ms) {
        core->now_ms = fact->at_ms;
    }
    return true;
}

bool core_restored(const struct core *core, const char **why)
{
    return state_snapshot_complete(core->state, why);
}

void core_step(struct core *core, int64_t now_ms, const struct event *event,
               struct core_output *output)
{
    CHECK(event->kind > EVENT_NONE && event->kind < EVENT_KIND_COUNT);
    CHECK(core->started || event->kind == EVENT_START);
    if (now_ms > core->now_ms) {
        core->now_ms = now_ms;
    }
    core->fleet.now_ms = core->now_ms;
    output->fact_count = 0;
    output->message_count = 0;
    core->output = output;
    if (core->started) {
        period_look(core);
    }
    steps[event->kind](core, event);
    core->output = NULL;
}

int64_t core_wake_at_ms(const struct core *core)
{
    uint32_t index = 0;
    int64_t key_ms = INT64_MAX;
    (void)heap_peek(&core->wakes, &index, &key_ms);
    const int64_t improve_ms = improve_due_ms(core);
    const int64_t rebalance_ms = rebalance_due_ms(core);
    const int64_t retime_ms = retime_due_ms(core);
    const int64_t traffic_ms = traffic_due_ms(core);
    const int64_t settle_ms = settle_due_ms(core);
    const int64_t billing_ms = billing_due_ms(core);
    key_ms = key_ms < improve_ms ? key_ms : improve_ms;
    key_ms = key_ms < billing_ms ? key_ms : billing_ms;
    key_ms = key_ms < retime_ms ? key_ms : retime_ms;
    key_ms = key_ms < traffic_ms ? key_ms : traffic_ms;
    key_ms = key_ms < settle_ms ? key_ms : settle_ms;
    const int64_t work_ms = work_due_ms(core);
    key_ms = key_ms < work_ms ? key_ms : work_ms;
    const int64_t visit_ms = visit_due_ms(core);
    key_ms = key_ms < visit_ms ? key_ms : visit_ms;
    return key_ms < rebalance_ms ? key_ms : rebalance_ms;
}

uint64_t core_digest(const struct core *core)
{
    return state_digest(core->state);
}

uint64_t core_seq(const struct core *core)
{
    return state_counters(core->state)->seq;
}

uint64_t core_plan_seq(const struct core *core, struct vehicle_id vehicle)
{
    const uint32_t index = state_vehicle_index(core->state, vehicle);
    CHECK(index != UINT32_MAX);
    return core->vehicles[index].plan_seq;
}

bool core_snapshot_next(const struct core *core, uint64_t *cursor, struct fact *fact)
{
    return state_snapshot_next(core->state, cursor, fact);
}

const struct ride *core_ride(const struct core *core, struct ride_id ride)
{
    return state_ride(core->state, ride);
}

void core_statistics(const struct core *core, struct statistics_view *view)
{
    view_statistics(core, view);
}

void core_search_counts(const struct core *core, struct insertion_counts *counts)
{
    insertion_counts(core->search, counts);
}
