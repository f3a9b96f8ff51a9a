/* A service whose riders pay. */
#ifndef TESTS_CORE_PAYER_H
#define TESTS_CORE_PAYER_H

#include "tests/core/service.h"

#define DAY_END_S INT64_C(73800) /* 04:30 of the day after the start */

/* With a vehicle, and with a payment provider or without. */
struct service *payer_open(bool collects);

/* The rider takes a ride of 150 pence, to its end. */
void payer_ride(struct service *service, uint64_t rider);

/* The rider's agreement "agreementN" is set up by the payment that comes next. */
void payer_agree(struct service *service, uint64_t rider);

/* The provider's answer; its reference is "paymentN". */
void payer_answer(struct service *service, uint64_t rider, uint64_t payment,
                  enum payment_state state, const char *code);

/* A rider's call. */
void payer_ask(struct service *service, enum event_kind kind, uint64_t rider);

/* The rider's last payment; and is it this one? */
struct payment payer_last(const struct service *service, uint64_t rider);
bool payer_is(const struct service *service, uint64_t rider, uint64_t id, enum payment_kind kind,
              int64_t amount_pence);

int64_t payer_owed(const struct service *service, uint64_t rider);

#endif
