#include "sim/decision.h"

#include <string.h>

void decision_take(struct decision *decision, const struct fact *fact)
{
    if (fact->kind == FACT_RIDE_BOOKED) {
        decision->kind = fact->kind;
        decision->option_count = fact->booked.option_count;
        memcpy(decision->options, fact->booked.options, sizeof decision->options);
    } else if (fact->kind == FACT_RIDE_REFUSED) {
        decision->kind = fact->kind;
        decision->constraint = fact->refused.why.constraint;
        decision->over_ms = fact->refused.why.over_ms;
        decision->option_count = fact->refused.why.has_nearest ? 1 : 0;
        decision->options[0] = fact->refused.why.nearest;
    }
}
