#include "sim/parking_watch.h"

#include <stdlib.h>

#include "base/check.h"
#include "sim/grow.h"

#define NOT_WAITING INT64_MIN

static struct map_key key_of(uint32_t id)
{
    return (struct map_key){.low = id};
}

void parking_watch_init(struct parking_watch *watch, const struct scenario *scenario)
{
    const uint32_t count = scenario->vehicle_count;
    struct arena arena;
    *watch = (struct parking_watch){.scenario = scenario};
    if (scenario->config.parking_count == 0) {
        return;
    }
    watch->memory = grow_new(map_cost(count), 1);
    arena_init(&arena, watch->memory, map_cost(count));
    map_init(&watch->by_id, &arena, count);
    watch->sent_to = grow_new(count, sizeof *watch->sent_to);
    watch->stands_at = grow_new(count, sizeof *watch->stands_at);
    watch->street_ms = grow_new(count, sizeof *watch->street_ms);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(map_put(&watch->by_id, key_of(scenario->vehicles[i].id), i));
        watch->sent_to[i] = PARKING_NONE;
        watch->stands_at[i] = PARKING_NONE;
        watch->street_ms[i] = NOT_WAITING;
    }
}

void parking_watch_free(struct parking_watch *watch)
{
    free(watch->memory);
    free(watch->sent_to);
    free(watch->stands_at);
    free(watch->street_ms);
}

uint32_t parking_watch_lot(const struct scenario *scenario, uint32_t node)
{
    const struct road_place place = road_place_at_node(node);
    for (uint32_t lot = 0; lot < scenario->config.parking_count; lot++) {
        if (road_place_equal(scenario->config.parking[lot].place, place)) {
            return lot;
        }
    }
    return PARKING_NONE;
}

/* The vehicle's number in the scenario; false where nothing is watched. */
static bool find(const struct parking_watch *watch, struct vehicle_id vehicle, uint32_t *number)
{
    return watch->sent_to != NULL && map_get(&watch->by_id, key_of(vehicle.value), number);
}

static bool has_ended(const struct parking_watch *watch, uint32_t number, int64_t at_ms)
{
    const struct scenario_vehicle *vehicle = &watch->scenario->vehicles[number];
    return at_ms >= scenario_moment_ms(watch->scenario, vehicle->until_s);
}

/* Are there at most as many at the lot as it has room for? */
static bool has_room(const struct parking_watch *watch, const uint32_t *lots, uint32_t lot,
                     int64_t at_ms)
{
    const struct parking *parking = &watch->scenario->config.parking[lot];
    uint32_t count = 0;
    for (uint32_t i = 0; i < watch->scenario->vehicle_count; i++) {
        const bool is_home = watch->scenario->vehicles[i].home.node == parking->place.node;
        count += lots[i] == lot && !(is_home && has_ended(watch, i, at_ms));
    }
    return count <= parking->room;
}

bool parking_watch_plan(struct parking_watch *watch, const struct fact_plan *plan, int64_t at_ms,
                        uint32_t *lot)
{
    uint32_t number = 0;
    if (!find(watch, plan->vehicle, &number)) {
        return true;
    }
    *lot = plan->rests && plan->stop_count == 0
               ? parking_watch_lot(watch->scenario, plan->rest.node)
               : PARKING_NONE;
    watch->sent_to[number] = *lot;
    return *lot == PARKING_NONE || has_room(watch, watch->sent_to, *lot, at_ms);
}

void parking_watch_books(struct parking_watch *watch, struct vehicle_id vehicle, int64_t at_ms)
{
    uint32_t number = 0;
    if (!find(watch, vehicle, &number)) {
        return;
    }
    const int64_t waited_ms = at_ms - watch->street_ms[number];
    if (watch->street_ms[number] != NOT_WAITING && !has_ended(watch, number, at_ms) &&
        waited_ms > watch->street_max_ms) {
        watch->street_max_ms = waited_ms;
    }
    watch->street_ms[number] = NOT_WAITING;
}

bool parking_watch_waits(struct parking_watch *watch, struct vehicle_id vehicle, uint32_t node,
                         bool rests, int64_t at_ms, uint32_t *lot)
{
    uint32_t number = 0;
    if (!find(watch, vehicle, &number)) {
        return true;
    }
    *lot = rests ? parking_watch_lot(watch->scenario, node) : PARKING_NONE;
    watch->stands_at[number] = *lot;
    if (*lot != PARKING_NONE) {
        parking_watch_books(watch, vehicle, at_ms);
        return has_room(watch, watch->stands_at, *lot, at_ms);
    }
    if (watch->street_ms[number] == NOT_WAITING) {
        const int64_t from_ms =
            scenario_moment_ms(watch->scenario, watch->scenario->vehicles[number].from_s);
        watch->street_ms[number] = at_ms > from_ms ? at_ms : from_ms;
    }
    return true;
}

void parking_watch_leaves(struct parking_watch *watch, struct vehicle_id vehicle, int64_t at_ms)
{
    uint32_t number = 0;
    parking_watch_books(watch, vehicle, at_ms);
    if (find(watch, vehicle, &number)) {
        watch->stands_at[number] = PARKING_NONE;
    }
}
