/* What the running policy says about one ride, in the moment that it counts. Pure but for reading
 * the configuration and the state. */
#ifndef CORE_TERMS_H
#define CORE_TERMS_H

#include "core/inside.h"

/* The caps of a rider in the week of a travel day: each day's by the row and the rider's class of
 * that day, the week's by those of its Monday. A rider who is NULL is new. */
struct caps_rule terms_caps(const struct core *core, const struct state_rider *rider, int32_t day);

/* Rate of VAT on the net amount, by the vehicle that goes or went, in permille. */
int32_t terms_vat_permille(const struct core *core, const struct ride *ride, int32_t day);

/* What it costs the rider to cancel now: at most the quote, and nothing where the vehicle is not
 * there at the time promised. */
int64_t terms_cancel_pence(const struct core *core, const struct ride *ride);

/* What it costs not to come, at most the quote. */
int64_t terms_no_show_pence(const struct core *core, const struct ride *ride);

/* What is given back of a charge since the vehicle came late, at most the charge. */
int64_t terms_lateness_pence(const struct core *core, const struct ride *ride,
                             int64_t charged_pence);

/* Number of the running policy. */
uint32_t terms_policy(const struct core *core);

#endif
