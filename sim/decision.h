/* What the dispatcher said of one request: the figures that it compared, as its fact has them. */
#ifndef SIM_DECISION_H
#define SIM_DECISION_H

#include "core/fact.h"

struct decision {
    enum fact_kind kind; /* FACT_RIDE_BOOKED or FACT_RIDE_REFUSED; FACT_NONE not decided yet */
    enum reason_constraint constraint;
    int64_t over_ms;
    uint32_t option_count;
    struct reason_option options[REASON_OPTIONS_MAX]; /* refused: what was nearest, if anything */
};

/* Take a fact that the request brought forth; those of other kinds say nothing. */
void decision_take(struct decision *decision, const struct fact *fact);

#endif
