/* Amounts are checked one by one here; that they fit together is for core/state_money.c. */
#include "wire/codec_bill.h"

#include <string.h>

#include "base/utf8.h"
#include "wire/codec_part.h"
#include "wire/codec_record.h"

#define VAT_PERMILLE_MAX 1000

static bool is_rate(int64_t permille)
{
    return permille >= 0 && permille <= VAT_PERMILLE_MAX;
}

static bool is_signed_amount(int64_t pence)
{
    return pence >= -PENCE_MAX && pence <= PENCE_MAX;
}

static void build_refund(const struct bill_refund *refund, Commonwheel__V1__RideRefund *wire,
                         Commonwheel__V1__Id128 *key)
{
    *wire = (Commonwheel__V1__RideRefund)COMMONWHEEL__V1__RIDE_REFUND__INIT;
    codec_record_build_id(refund->key.high, refund->key.low, key);
    wire->key = key;
    wire->asked_pence = refund->asked_pence;
    wire->refund_pence = refund->refund_pence;
    wire->adjusted_pence = refund->adjusted_pence;
}

static const char *read_refund(const Commonwheel__V1__RideRefund *wire, struct bill_refund *refund)
{
    if (wire == NULL || wire->key == NULL)
        return "refund.key: required";
    if (!codec_part_is_amount(wire->asked_pence) || !codec_part_is_amount(wire->refund_pence) ||
        !is_signed_amount(wire->adjusted_pence))
        return "refund.asked_pence, refund_pence, adjusted_pence: not an amount";
    *refund = (struct bill_refund){
        .key = {wire->key->high, wire->key->low},
        .asked_pence = wire->asked_pence,
        .refund_pence = wire->refund_pence,
        .adjusted_pence = wire->adjusted_pence,
    };
    return NULL;
}

static bool is_blank(const struct bill *bill)
{
    return bill->travel_day == 0 && bill->vat_permille == 0 && bill->cap_saved_pence == 0 &&
           bill->compensation_pence == 0 && bill->fee_pence == 0 && bill->transfer == 0 &&
           !bill->is_out && !bill->unposted && bill->refund_count == 0;
}

Commonwheel__V1__RideBill *codec_bill_build(const struct bill *bill, struct codec_bill *record)
{
    if (is_blank(bill))
        return NULL;
    CHECK(bill->refund_count <= REFUNDS_MAX);
    record->wire = (Commonwheel__V1__RideBill)COMMONWHEEL__V1__RIDE_BILL__INIT;
    record->wire.travel_day = bill->travel_day;
    record->wire.vat_permille = bill->vat_permille;
    record->wire.cap_saved_pence = bill->cap_saved_pence;
    record->wire.compensation_pence = bill->compensation_pence;
    record->wire.fee_pence = bill->fee_pence;
    record->wire.transfer_id = bill->transfer;
    record->wire.is_out = bill->is_out;
    record->wire.unposted = bill->unposted;
    for (uint32_t i = 0; i < bill->refund_count; i++) {
        build_refund(&bill->refunds[i], &record->refunds[i], &record->keys[i]);
        record->pointers[i] = &record->refunds[i];
    }
    record->wire.n_refunds = bill->refund_count;
    record->wire.refunds = record->pointers;
    return &record->wire;
}

const char *codec_bill_read(const Commonwheel__V1__RideBill *wire, struct bill *bill)
{
    const char *why = NULL;
    *bill = (struct bill){0};
    if (wire == NULL)
        return NULL;
    if (!is_rate(wire->vat_permille) || !codec_part_is_amount(wire->cap_saved_pence) ||
        !codec_part_is_amount(wire->compensation_pence) || !codec_part_is_amount(wire->fee_pence))
        return "bill: not a rate, or not an amount";
    if (wire->n_refunds > REFUNDS_MAX)
        return "bill.refunds: too many";
    bill->travel_day = wire->travel_day;
    bill->vat_permille = wire->vat_permille;
    bill->cap_saved_pence = wire->cap_saved_pence;
    bill->compensation_pence = wire->compensation_pence;
    bill->fee_pence = wire->fee_pence;
    bill->transfer = wire->transfer_id;
    bill->is_out = wire->is_out;
    bill->unposted = wire->unposted;
    bill->refund_count = (uint32_t)wire->n_refunds;
    for (uint32_t i = 0; i < bill->refund_count && why == NULL; i++) {
        why = read_refund(wire->refunds[i], &bill->refunds[i]);
        bill->refunded_pence += bill->refunds[i].refund_pence;
    }
    return why;
}

void codec_bill_build_charged(const struct fact_charged *charged,
                              Commonwheel__V1__FactCharged *wire)
{
    CHECK(charged->ride.value != 0 && codec_part_is_amount(charged->charged_pence));
    CHECK(is_rate(charged->vat_permille) && codec_part_is_amount(charged->compensation_pence));
    *wire = (Commonwheel__V1__FactCharged)COMMONWHEEL__V1__FACT_CHARGED__INIT;
    wire->ride_id = charged->ride.value;
    wire->charged_pence = charged->charged_pence;
    wire->cap_saved_pence = charged->cap_saved_pence;
    wire->travel_day = charged->travel_day;
    wire->vat_permille = charged->vat_permille;
    wire->compensation_pence = charged->compensation_pence;
}

const char *codec_bill_read_charged(const Commonwheel__V1__FactCharged *wire,
                                    struct fact_charged *charged)
{
    if (wire->ride_id == 0)
        return "ride_id: must be 1 or more";
    if (!codec_part_is_amount(wire->charged_pence) ||
        !codec_part_is_amount(wire->cap_saved_pence) ||
        !codec_part_is_amount(wire->compensation_pence))
        return "charged_pence, cap_saved_pence, compensation_pence: not an amount";
    if (!is_rate(wire->vat_permille))
        return "vat_permille: must be 0 to 1000";
    *charged = (struct fact_charged){
        .ride = {wire->ride_id},
        .charged_pence = wire->charged_pence,
        .cap_saved_pence = wire->cap_saved_pence,
        .travel_day = wire->travel_day,
        .vat_permille = wire->vat_permille,
        .compensation_pence = wire->compensation_pence,
    };
    return NULL;
}

void codec_bill_build_fee(const struct fact_fee *fee, Commonwheel__V1__FactFee *wire)
{
    CHECK(fee->ride.value != 0 && codec_part_is_amount(fee->fee_pence));
    CHECK(is_rate(fee->vat_permille));
    *wire = (Commonwheel__V1__FactFee)COMMONWHEEL__V1__FACT_FEE__INIT;
    wire->ride_id = fee->ride.value;
    wire->fee_pence = fee->fee_pence;
    wire->vat_permille = fee->vat_permille;
}

const char *codec_bill_read_fee(const Commonwheel__V1__FactFee *wire, struct fact_fee *fee)
{
    if (wire->ride_id == 0)
        return "ride_id: must be 1 or more";
    if (!codec_part_is_amount(wire->fee_pence))
        return "fee_pence: not an amount";
    if (!is_rate(wire->vat_permille))
        return "vat_permille: must be 0 to 1000";
    *fee = (struct fact_fee){{wire->ride_id}, wire->fee_pence, wire->vat_permille};
    return NULL;
}

void codec_bill_build_refunded(const struct fact_refunded *refunded,
                               struct codec_bill_refunded *record)
{
    CHECK(refunded->ride.value != 0 && codec_part_is_amount(refunded->fall_pence));
    record->wire = (Commonwheel__V1__FactRefunded)COMMONWHEEL__V1__FACT_REFUNDED__INIT;
    build_refund(&refunded->refund, &record->refund, &record->key);
    codec_record_build_id(refunded->by.high, refunded->by.low, &record->by);
    memcpy(record->reason, refunded->reason, sizeof record->reason);
    CHECK(record->reason[REFUND_REASON_MAX - 1] == '\0');
    record->wire.ride_id = refunded->ride.value;
    record->wire.refund = &record->refund;
    record->wire.by = &record->by;
    record->wire.fall_pence = refunded->fall_pence;
    record->wire.reason = record->reason;
}

const char *codec_bill_read_refunded(const Commonwheel__V1__FactRefunded *wire,
                                     struct fact_refunded *refunded)
{
    const char *why = read_refund(wire->refund, &refunded->refund);
    if (why != NULL)
        return why;
    if (wire->ride_id == 0 || wire->by == NULL)
        return "ride_id, by: required";
    if (!codec_part_is_amount(wire->fall_pence))
        return "fall_pence: not an amount";
    const size_t length = strlen(wire->reason);
    if (length >= REFUND_REASON_MAX || !utf8_is_text(wire->reason, length))
        return "reason: must be at most 120 bytes of text";
    refunded->ride = (struct ride_id){wire->ride_id};
    refunded->by = (struct rider_id){wire->by->high, wire->by->low};
    refunded->fall_pence = wire->fall_pence;
    memset(refunded->reason, 0, sizeof refunded->reason);
    memcpy(refunded->reason, wire->reason, length);
    return NULL;
}
