/* The core's money without its roads and vehicles: rides are booked, ridden, cancelled, missed and
 * refunded by their facts, and charged by the core itself, thousands of times a second. */
#ifndef TESTS_CORE_TILL_H
#define TESTS_CORE_TILL_H

#include "core/charge.h"
#include "tests/core/service.h"

#define TILL_VEHICLES 48
#define TILL_RIDERS   12

struct till {
    struct service *service; /* its configuration and network */
    struct core *core;
    struct core_output output; /* of the last step */
    uint64_t next_key;
};

/* A policy with caps of 500 and 1200 pence, fees of 150 and 250, a tenth and a half of the charge
 * back for 10 and 20 minutes of lateness, VAT by capacity; half of the vehicles are large. */
void till_open(struct till *till, uint32_t rides_max);
void till_close(struct till *till);

/* What follows is one step each; its facts are in output. */
struct ride_id till_book(struct till *till, uint32_t rider, int64_t fare_pence,
                         int64_t concession_pence);
bool till_board(struct till *till, struct ride_id ride, int64_t late_ms); /* false: no vehicle */
void till_alight(struct till *till, struct ride_id ride);
void till_cancel(struct till *till, struct ride_id ride, enum cancel_by by);
bool till_miss(struct till *till, struct ride_id ride, int64_t late_ms);
enum message_error till_refund(struct till *till, struct ride_id ride, uint64_t key, int64_t pence,
                               struct refund_view *view); /* 0 pence: all */

/* Everything anew from a snapshot, and on with that. */
void till_restart(struct till *till);

/* A new core from the journal's facts but for the last, which a torn journal lost; then its wake.
 */
int64_t till_owes(const struct till *till, uint32_t rider);      /* posted, by the ledger */
int64_t till_balance(const struct till *till, uint32_t account); /* debits less credits */

static inline struct rider_id till_rider(uint32_t rider)
{
    return (struct rider_id){7, rider + 1};
}

#endif
