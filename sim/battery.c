#include "sim/battery.h"

#define MS_PER_MWH 3600 /* of one watt */

struct battery battery_of(const struct scenario_vehicle *vehicle)
{
    return (struct battery){.capacity_mwh = vehicle->battery_wh * 1000,
                            .charge_mwh = vehicle->battery_wh * 10 * vehicle->charge_pct};
}

void battery_stand(struct battery *battery, const struct scenario *scenario, int64_t from_ms,
                   int64_t until_ms)
{
    const struct core_config *config = &scenario->config;
    const int64_t power_w = config->energy.auxiliary_w[calendar_hour(config->calendar, from_ms)];
    battery->charge_mwh -= power_w * (until_ms - from_ms) / MS_PER_MWH;
}

void battery_drive(struct battery *battery, const struct scenario *scenario, uint32_t arc,
                   int64_t from_ms, int64_t until_ms)
{
    battery_stand(battery, scenario, from_ms, until_ms);
    battery->charge_mwh -=
        (int64_t)scenario->network.graph->length_m[arc] * scenario->config.energy.drive_wh_per_km;
}

int64_t battery_plug_w(const struct scenario *scenario, uint32_t node)
{
    const struct stations *stations = &scenario->config.stations;
    int64_t power_w = 0;
    for (uint32_t i = 0; i < stations->count; i++) {
        const struct station *station = &stations->items[i];
        if (station->place.node == node && station->power_w > power_w) {
            power_w = station->power_w;
        }
    }
    return power_w;
}

int64_t battery_charged_mwh(const struct battery *battery, int64_t power_w, int64_t duration_ms)
{
    const int64_t charged_mwh = battery->charge_mwh + power_w * duration_ms / MS_PER_MWH;
    return charged_mwh < battery->capacity_mwh ? charged_mwh : battery->capacity_mwh;
}

int32_t battery_permille(const struct battery *battery, int64_t charge_mwh)
{
    const int64_t permille = charge_mwh * BATTERY_FULL_PERMILLE / battery->capacity_mwh;
    return permille < 1 ? 1 : (int32_t)permille;
}
