/* Batteries and stations of a service. */
#ifndef TESTS_CORE_SERVICE_ENERGY_H
#define TESTS_CORE_SERVICE_ENERGY_H

#include "tests/core/service.h"

/* One more station, which charges and cleans; before service_begin(). */
void service_energy_station(struct service *service, char node, uint32_t plugs, int64_t power_w);

/* A vehicle says that it is where it was last, and what charge it has. */
void service_energy_charge(struct service *service, uint32_t number, int32_t permille);

#endif
