/* A vehicle of a service (service.h) says where it is, and whether it asks for remote help. */
#ifndef TESTS_CORE_SERVICE_TELL_H
#define TESTS_CORE_SERVICE_TELL_H

#include "tests/core/service.h"

void service_tell(struct service *service, uint32_t number, char node, bool needs_help);

#endif
