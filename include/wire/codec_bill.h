/* What rides came to, and refunds, each way; for wire/ alone, as wire/codec_record.h. */
#ifndef WIRE_CODEC_BILL_H
#define WIRE_CODEC_BILL_H

#include "commonwheel/v1/fact.pb-c.h"
#include "core/fact.h"

struct codec_bill {
    Commonwheel__V1__RideBill wire;
    Commonwheel__V1__RideRefund refunds[REFUNDS_MAX];
    Commonwheel__V1__Id128 keys[REFUNDS_MAX];
    Commonwheel__V1__RideRefund *pointers[REFUNDS_MAX];
};

struct codec_bill_refunded {
    Commonwheel__V1__FactRefunded wire;
    Commonwheel__V1__RideRefund refund;
    Commonwheel__V1__Id128 key;
    Commonwheel__V1__Id128 by;
    char reason[REFUND_REASON_MAX];
};

/* The bill's message, or NULL where it is all 0. */
Commonwheel__V1__RideBill *codec_bill_build(const struct bill *bill, struct codec_bill *record);

/* NULL is all 0. */
MUST_CHECK const char *codec_bill_read(const Commonwheel__V1__RideBill *wire, struct bill *bill);

void codec_bill_build_charged(const struct fact_charged *charged,
                              Commonwheel__V1__FactCharged *wire);
MUST_CHECK const char *codec_bill_read_charged(const Commonwheel__V1__FactCharged *wire,
                                               struct fact_charged *charged);

void codec_bill_build_fee(const struct fact_fee *fee, Commonwheel__V1__FactFee *wire);
MUST_CHECK const char *codec_bill_read_fee(const Commonwheel__V1__FactFee *wire,
                                           struct fact_fee *fee);

void codec_bill_build_refunded(const struct fact_refunded *refunded,
                               struct codec_bill_refunded *record);
MUST_CHECK const char *codec_bill_read_refunded(const Commonwheel__V1__FactRefunded *wire,
                                                struct fact_refunded *refunded);

#endif
