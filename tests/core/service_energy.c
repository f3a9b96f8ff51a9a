#include "tests/core/service_energy.h"

void service_energy_charge(struct service *service, uint32_t number, int32_t permille)
{
    struct service_car *car = service_car(service, number);
    const struct event event = {
        .kind = EVENT_TELEMETRY,
        .telemetry = {.vehicle = {number},
                      .seq = ++car->seq,
                      .spot = {service->town->graph.points[car->node], car->node},
                      .heading_deg = ROAD_HEADING_UNKNOWN,
                      .battery_permille = permille}};
    service_step(service, &event);
}

void service_energy_station(struct service *service, char node, uint32_t plugs, int64_t power_w)
{
    struct stations *stations = &service->config.stations;
    CHECK(stations->count < SERVICE_STATIONS_MAX);
    service->stations[stations->count] = (struct station){
        .id = stations->count + 1,
        .place = road_place_at_node(town_node(service->town, node)),
        .plugs = plugs,
        .power_w = power_w,
        .cleans = true,
    };
    stations->items = service->stations;
    stations->count++;
}
