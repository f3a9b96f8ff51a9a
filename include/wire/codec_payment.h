/* Payments on the wire: the calls of RiderService and FinanceService that are about them, as
 * wire/codec_rider.h says, and the contents of their facts, as wire/codec_record.h says. */
#ifndef WIRE_CODEC_PAYMENT_H
#define WIRE_CODEC_PAYMENT_H

#include "wire/codec_call.h"
#include "wire/codec_record.h"

MUST_CHECK const char *codec_payment_set_up(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_payment_end(const uint8_t *bytes, size_t size,
                                         const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_payment_get(const uint8_t *bytes, size_t size,
                                         const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_payment_record(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_payment_list(const uint8_t *bytes, size_t size,
                                          const struct codec_caller *caller, struct event *event);

/* The responses with one Payment: MESSAGE_PAYMENT. ListPaymentsResponse: MESSAGE_PAYMENTs, and
 * MESSAGE_LIST_END. */
enum codec_reply codec_payment_shown(const struct message *message, uint8_t *bytes, size_t *size);
enum codec_reply codec_payment_listed(const struct message *message, uint8_t *bytes, size_t *size);

struct codec_payment_due {
    Commonwheel__V1__FactPaymentDue wire;
    Commonwheel__V1__Id128 rider;
};

struct codec_payment_changed {
    Commonwheel__V1__FactPaymentChanged wire;
    Commonwheel__V1__Id128 rider;
    struct fact_payment_changed content; /* its texts */
};

struct codec_payment_recorded {
    Commonwheel__V1__FactPaymentRecorded wire;
    Commonwheel__V1__Id128 rider;
    Commonwheel__V1__Id128 by;
    char bank_reference[PAYMENT_BANK_MAX];
};

struct codec_payment_snapshot {
    Commonwheel__V1__FactSnapshotPayment wire;
    struct payment_account content; /* its texts */
};

struct codec_payment_receipt {
    Commonwheel__V1__FactSnapshotReceipt wire;
    char bank_reference[PAYMENT_BANK_MAX];
};

void codec_payment_build_due(const struct fact_payment_due *due, struct codec_payment_due *record);
MUST_CHECK const char *codec_payment_read_due(const Commonwheel__V1__FactPaymentDue *wire,
                                              struct fact_payment_due *due);

void codec_payment_build_changed(const struct fact_payment_changed *changed,
                                 struct codec_payment_changed *record);
MUST_CHECK const char *codec_payment_read_changed(const Commonwheel__V1__FactPaymentChanged *wire,
                                                  struct fact_payment_changed *changed);

void codec_payment_build_recorded(const struct fact_payment_recorded *recorded,
                                  struct codec_payment_recorded *record);
MUST_CHECK const char *codec_payment_read_recorded(const Commonwheel__V1__FactPaymentRecorded *wire,
                                                   struct fact_payment_recorded *recorded);

void codec_payment_build_snapshot(const struct fact_snapshot_payment *payment,
                                  struct codec_payment_snapshot *record);
MUST_CHECK const char *codec_payment_read_snapshot(const Commonwheel__V1__FactSnapshotPayment *wire,
                                                   struct fact_snapshot_payment *payment);

void codec_payment_build_receipt(const struct payment_receipt *receipt,
                                 struct codec_payment_receipt *record);
MUST_CHECK const char *codec_payment_read_receipt(const Commonwheel__V1__FactSnapshotReceipt *wire,
                                                  struct payment_receipt *receipt);

#endif
