/* A policy (core/policy.h) in plain words, with example rides: what a council can read before it
 * votes. */
#ifndef APP_POLICY_WORDS_H
#define APP_POLICY_WORDS_H

#include <stdio.h>

#include "core/policy.h"

/* Every row of a sound policy. */
void policy_words_explain(const struct policy *policy, FILE *out);

/* Fares of example rides on travel day `day`, which the policy holds on, and what caps make of many
 * on one day. */
void policy_words_price(const struct policy *policy, int32_t day, FILE *out);

#endif
