/* What holds after every step of a service: its books, plans and slots. A broken rule aborts. */
#ifndef TESTS_CORE_SERVICE_AUDIT_H
#define TESTS_CORE_SERVICE_AUDIT_H

#include "tests/core/service.h"

void service_audit(const struct service *service);

#endif
