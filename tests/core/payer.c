#include "tests/core/payer.h"

#include <criterion/criterion.h>
#include <stdio.h>

struct service *payer_open(bool collects)
{
    struct service *service = service_open("a--b--c--d\n");
    service->config.collects = collects;
    service->config.set_up_pence = collects ? 100 : 0;
    service_begin(service);
    service_vehicle(service, 1, 'a', 4, 1);
    return service;
}

void payer_ride(struct service *service, uint64_t rider)
{
    const uint64_t ride = service_book(service, .from = "a", .to = "b", .rider = rider);
    cr_assert_neq(ride, 0);
    const int64_t began_s = (service->now_ms - SERVICE_START_MS) / 1000;
    service_run(service, began_s + 1200);
    cr_assert_eq(core_ride(service->core, (struct ride_id){ride})->state, RIDE_ALIGHTED);
    cr_assert_eq(core_ride(service->core, (struct ride_id){ride})->charged_pence, 150);
}

void payer_ask(struct service *service, enum event_kind kind, uint64_t rider)
{
    const struct event event = {.kind = kind, .request = {7}, .payer = {0, rider}};
    service_step(service, &event);
}

void payer_answer(struct service *service, uint64_t rider, uint64_t payment,
                  enum payment_state state, const char *code)
{
    struct event event = {.kind = EVENT_PAYMENT,
                          .payment = {.rider = {0, rider}, .payment = payment, .state = state}};
    snprintf(event.payment.reference, sizeof event.payment.reference, "payment%u",
             (unsigned)payment);
    snprintf(event.payment.agreement, sizeof event.payment.agreement, "agreement%u",
             (unsigned)payment);
    snprintf(event.payment.code, sizeof event.payment.code, "%s", code);
    service_step(service, &event);
}

void payer_agree(struct service *service, uint64_t rider)
{
    payer_ask(service, EVENT_SET_UP_PAYMENT, rider);
    const struct message_pay pay = service->pay.pay;
    cr_assert_eq(pay.kind, PAYMENT_SET_UP);
    payer_answer(service, rider, pay.payment, PAYMENT_SUBMITTED, "");
    payer_answer(service, rider, pay.payment, PAYMENT_DONE, "");
}

int64_t payer_owed(const struct service *service, uint64_t rider)
{
    const struct state_rider *found =
        state_rider(service->core->state, (struct rider_id){0, rider});
    return found != NULL ? state_rider_owed_pence(service->core->state, found) : 0;
}

struct payment payer_last(const struct service *service, uint64_t rider)
{
    const struct state_rider *found =
        state_rider(service->core->state, (struct rider_id){0, rider});
    return found != NULL ? found->payment.last : (struct payment){0};
}

bool payer_is(const struct service *service, uint64_t rider, uint64_t id, enum payment_kind kind,
              int64_t amount_pence)
{
    const struct payment last = payer_last(service, rider);
    return last.id == id && last.kind == kind && last.amount_pence == amount_pence;
}
