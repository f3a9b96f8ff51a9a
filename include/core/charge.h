/* Money of a ride: the quote is held when it is booked, and posted for what is charged, or
 * released, when it ends. What a ride comes to is a fact; the transfers that follow from it are
 * another, all or nothing. A journal that was torn between the two is mended by charge_mend(). */
#ifndef CORE_CHARGE_H
#define CORE_CHARGE_H

#include "core/inside.h"

/* After FACT_RIDE_BOOKED. */
void charge_hold(struct core *core, struct ride_id ride);

/* After FACT_RIDE_ALIGHTED: FACT_RIDE_CHARGED and the transfers. Worked out in the step that
 * records it, so two rides at once cannot pass a cap together. */
void charge_ride(struct core *core, struct ride_id ride);

/* After FACT_RIDE_CANCELLED or FACT_RIDE_NO_SHOW: the hold is released, and a fee is charged if it
 * is not 0 (at most the quote). */
void charge_release(struct core *core, struct ride_id ride, int64_t fee_pence);

/* EVENT_REFUND_RIDE: FACT_RIDE_REFUNDED and the transfers, and *view; or why not. The same request
 * again gives the same view, and no facts. */
MUST_CHECK enum message_error charge_refund(struct core *core, const struct event_refund *asked,
                                            struct refund_view *view);

/* An ended ride whose money is not settled, because the journal lost the last facts of a step. */
bool charge_is_torn(const struct ride *ride);
void charge_mend(struct core *core, struct ride_id ride);

#endif
