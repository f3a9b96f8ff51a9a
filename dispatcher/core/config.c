/* Each rule is a row: the first that is broken is named. */
#include "core/config.h"

#include <stddef.h>

#include "core/policy_fault.h"

#define HOUR_MS (INT64_C(3600) * 1000)

struct rule {
    int64_t value;
    int64_t least;
    int64_t most;
    const char *fault;
};

static const char *first_fault(const struct rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rules[i].value < rules[i].least || rules[i].value > rules[i].most) {
            return rules[i].fault;
        }
    }
    return NULL;
}

static const char *service_fault(const struct core_config *config)
{
    const struct core_limits *limits = &config->limits;
    const struct core_weights *weights = &config->weights;
    const struct rule rules[] = {
        {limits->vehicles_max, 1, VEHICLES_LIMIT, "vehicles_max is not 1 to 65536"},
        {limits->rides_max, 64, RIDES_LIMIT, "rides_max is not 64 to 4194304"},
        {limits->riders_max, 1, RIDERS_LIMIT, "riders_max is not 1 to 4194304"},
        {weights->vehicle_s, 0, 1000, "the weight of vehicle time is not 0 to 1000"},
        {weights->wait_s, 0, 1000, "the weight of waiting is not 0 to 1000"},
        {weights->ride_s, 0, 1000, "the weight of riding is not 0 to 1000"},
        {config->pickup_ms, 0, HOUR_MS, "the stand at a pick-up is not 0 to 1 hour"},
        {config->dropoff_ms, 0, HOUR_MS, "the stand at a drop-off is not 0 to 1 hour"},
        {config->wheelchair_extra_ms, 0, HOUR_MS, "the time for a wheelchair is not 0 to 1 hour"},
        {config->max_wait_ms, 0, 24 * HOUR_MS, "the longest wait is not 0 to 24 hours"},
        {config->max_ride_permille, 1000, 1000000, "the longest ride is not 1 to 1000 times"},
        {config->max_ride_extra_ms, 0, 24 * HOUR_MS, "the ride's extra is not 0 to 24 hours"},
        {config->improve_searches, 0, 1000, "the searches for better plans are not 0 to 1000"},
        {config->rebalance_ms, 0, HOUR_MS, "the time between rebalancings is not 0 to 1 hour"},
        {config->floor_ms, 0, HOUR_MS,
         "the drive that areas keep a vehicle within is not 0 to 1 h"},
        {config->no_show_after_ms, 0, HOUR_MS, "the wait for a rider is not 0 to 1 hour"},
        {config->silent_after_ms, 1, 24 * HOUR_MS, "the silence allowed is not 1 ms to 24 hours"},
        {config->set_up_pence, config->collects ? 1 : 0, PAYMENT_MOST_PENCE,
         "the least first payment is not 1 to 10000000 pence"},
    };
    return first_fault(rules, sizeof rules / sizeof *rules);
}

static const char *energy_fault(const struct core_config *config)
{
    const struct core_energy *energy = &config->energy;
    const struct rule rules[] = {
        {energy->drive_wh_per_km, 0, 10000, "what a km takes of a battery is not 0 to 10000 Wh"},
        {energy->reserve_permille, 0, 1000, "the battery's reserve is not 0 to 1000 permille"},
        {energy->charge_below_permille, 0, 1000, "the charge to go for more is not 0 to 1000"},
        {energy->charge_idle_permille, 0, 1000, "the charge of idle vehicles is not 0 to 1000"},
        {energy->charge_to_permille, 0, 1000, "the charge to leave with is not 0 to 1000"},
        {energy->clean_every_ms, 0, INT64_MAX, "the time between cleanings is below 0"},
        {energy->clean_ms, 0, VISIT_MAX_MS, "a cleaning does not take 0 to 24 hours"},
        {energy->inspect_every_ms, 0, INT64_MAX, "the time between inspections is below 0"},
        {energy->inspect_ms, 0, VISIT_MAX_MS, "an inspection does not take 0 to 24 hours"},
        {config->stations.count, 0, STATIONS_MAX, "there are more than 1024 stations"},
    };
    const char *fault = first_fault(rules, sizeof rules / sizeof *rules);
    for (uint32_t hour = 0; hour < ENERGY_HOURS && fault == NULL; hour++) {
        if (energy->auxiliary_w[hour] < 0 || energy->auxiliary_w[hour] > 100000) {
            fault = "what heating and cooling take is not 0 to 100000 W";
        }
    }
    return fault;
}

const char *config_fault(const struct core_config *config)
{
    const char *fault = service_fault(config);
    if (fault == NULL) {
        fault = config->policy != NULL ? policy_fault(config->policy).why : "there is no policy";
    }
    if (fault == NULL) {
        fault = energy_fault(config);
    }
    if (fault == NULL) {
        fault = parking_fault(config->parking, config->parking_count);
    }
    if (fault == NULL && config->parking_count > 0 && config->rebalance_ms == 0) {
        fault = "there are waiting places, but rebalancing, which sends vehicles there, is off";
    }
    if (fault == NULL && config->zones == NULL) {
        fault = "there are no zones, not even none";
    }
    if (fault == NULL && (config->calendar == NULL || config->calendar->count < 1 ||
                          config->calendar->count > CALENDAR_MAX)) {
        fault = "the calendar does not know 1 to 256 changes of the clocks";
    }
    if (fault == NULL && config->speeds != NULL && !road_speeds_profile_valid(config->speeds)) {
        fault = "the speeds are not 100 to 1000 permille of free flow";
    }
    return fault;
}
