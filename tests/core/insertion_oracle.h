/* What a search must find: every candidate written out and priced from first principles, without
 * bounds and without an index. */
#ifndef TESTS_INSERTION_ORACLE_H
#define TESTS_INSERTION_ORACLE_H

#include "situation.h"

typedef void insertion_oracle_visit(void *user, const struct insertion *candidate);

/* All feasible candidates, by vehicle, pick-up and drop-off. The situation's plans are brought up
 * to now. */
void insertion_oracle_all(const struct situation *situation, insertion_oracle_visit *visit,
                          void *user);

/* The first of the cheapest; false when there is none. */
bool insertion_oracle_find(const struct situation *situation, struct insertion *best);

/* The cheapest in one vehicle takes the place of *best, if it costs less. */
void insertion_oracle_vehicle(const struct situation *situation, uint32_t vehicle,
                              struct insertion *best);

/* See insertion_alternative_ms(). */
int64_t insertion_oracle_alternative_ms(const struct situation *situation);

#endif
