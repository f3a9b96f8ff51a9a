/* Facts of every kind with random but valid content, and their comparison field by field. */
#ifndef TESTS_RANDOM_FACT_H
#define TESTS_RANDOM_FACT_H

#include "base/random.h"
#include "core/fact.h"

/* Half of the numbers are ends of their range. */
void random_fact(struct random *random, enum fact_kind kind, struct fact *fact);

/* NULL when equal, else the name of a field that differs. */
const char *random_fact_difference(const struct fact *a, const struct fact *b);

#endif
