/* Is a configuration of the core sound? (core_config_fault(), by its parts.) */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/core.h"

/* NULL, or a constant sentence that names the part that is wrong. */
const char *config_fault(const struct core_config *config);

#endif
