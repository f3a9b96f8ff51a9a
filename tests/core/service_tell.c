#include "tests/core/service_tell.h"

void service_tell(struct service *service, uint32_t number, char node, bool needs_help)
{
    const uint32_t place = town_node(service->town, node);
    const struct event event = {.kind = EVENT_TELEMETRY,
                                .telemetry = {.vehicle = {number},
                                              .seq = ++service_car(service, number)->seq,
                                              .spot = {service->town->graph.points[place], place},
                                              .heading_deg = ROAD_HEADING_UNKNOWN,
                                              .needs_help = needs_help}};
    service_step(service, &event);
}
