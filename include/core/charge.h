/* Money of a ride, as transfers of the ledger: the quote is held when it is booked, and posted for
 * what is charged, or released, when it ends. A ride that costs nothing holds nothing. */
#ifndef CORE_CHARGE_H
#define CORE_CHARGE_H

#include "core/inside.h"

/* After FACT_RIDE_BOOKED. */
void charge_hold(struct core *core, struct ride_id ride);

/* After FACT_RIDE_ALIGHTED: FACT_RIDE_CHARGED and the transfer. */
void charge_ride(struct core *core, struct ride_id ride);

/* After FACT_RIDE_CANCELLED or FACT_RIDE_NO_SHOW. */
void charge_release(struct core *core, struct ride_id ride);

#endif
