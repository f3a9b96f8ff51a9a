/* Random fleets in a small town, and a request: vehicles idle, under way and in their stands, with
 * riders aboard, limits that are nearly or already broken, and ties. */
#ifndef TESTS_SITUATION_H
#define TESTS_SITUATION_H

#include "core/insertion.h"
#include "small_town.h"

#define SITUATION_VEHICLES_MAX 8
#define SITUATION_STATIONS_MAX 3
#define SITUATION_NOW_MS       INT64_C(1000000)

struct situation {
    struct small_town *town;
    struct core_config config;
    int64_t now_ms;
    struct plan plans[SITUATION_VEHICLES_MAX]; /* scheduled */
    bool usable[SITUATION_VEHICLES_MAX];
    uint32_t count;
    struct insertion_request request;
    bool has_batteries; /* they count */
};

void situation_make(struct situation *situation, struct random *random, struct small_town *town);

/* Dwell times, weights and the kind of limits. */
void situation_config(struct situation *situation, struct random *random);

/* What batteries are used for in such a town, and some stations. */
void situation_energy(struct random *random, struct core_config *config,
                      struct station stations[SITUATION_STATIONS_MAX]);

/* A vehicle somewhere on its way, whose rides are numbered from `first_ride` on. */
void situation_vehicle(const struct situation *situation, struct random *random, struct plan *plan,
                       uint64_t first_ride);

/* Another request. */
void situation_request(struct situation *situation, struct random *random);

int64_t situation_drive_ms(const struct situation *situation, struct road_place from,
                           struct road_place to);

/* Put a stop before the stop `at` of `count`; returns how many there are then. */
uint32_t situation_put(struct plan_item *stops, uint32_t count, uint32_t at,
                       const struct plan_item *item);

bool situation_chance(struct random *random, uint64_t percent);

#endif
