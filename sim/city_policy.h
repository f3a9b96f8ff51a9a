/* The policy of a synthetic city: one of everything that docs/policy.md knows, on the day of its
 * scenario. The shared rides of small vehicles cost what the built-in policy says, but less
 * off-peak. */
#ifndef SIM_CITY_POLICY_H
#define SIM_CITY_POLICY_H

#include <stdio.h>

/* As YAML. */
void city_policy_write(FILE *file);

#endif
