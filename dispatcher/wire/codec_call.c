/* The table of calls. */
#include "wire/codec_call.h"

#include <string.h>

#include "wire/codec_finance.h"
#include "wire/codec_operator.h"
#include "wire/codec_payment.h"
#include "wire/codec_period.h"
#include "wire/codec_policy.h"
#include "wire/codec_receipt.h"
#include "wire/codec_rider.h"

#define RIDER    "/commonwheel.v1.RiderService/"
#define OPERATOR "/commonwheel.v1.OperatorService/"
#define FINANCE  "/commonwheel.v1.FinanceService/"

static const struct codec_call calls[] = {
    {RIDER "Quote", false, codec_rider_quote, codec_rider_quoted},
    {RIDER "Book", false, codec_rider_book, codec_rider_booked},
    {RIDER "Cancel", false, codec_rider_cancel, codec_rider_ride},
    {RIDER "GetRide", false, codec_rider_get, codec_rider_ride},
    {RIDER "WatchRide", true, codec_rider_get, codec_rider_watched},
    {RIDER "GetCapStatus", false, codec_receipt_caps, codec_receipt_capped},
    {RIDER "ListReceipts", false, codec_receipt_list, codec_receipt_listed},
    {OPERATOR "ListVehicles", false, codec_operator_list, codec_operator_listed},
    {OPERATOR "WatchFleet", true, codec_operator_watch, codec_operator_watched},
    {OPERATOR "GetStatistics", false, codec_operator_statistics, codec_operator_counted},
    {OPERATOR "CloseRoad", false, codec_operator_close, codec_operator_closed},
    {OPERATOR "OpenRoad", false, codec_operator_open, codec_operator_closed},
    {OPERATOR "ListClosures", false, codec_operator_closures, codec_operator_closed},
    {OPERATOR "ExplainRide", false, codec_operator_explain, codec_operator_explained},
    {OPERATOR "ListRefusals", false, codec_operator_refusals, codec_operator_refused},
    {OPERATOR "SetRiderClass", false, codec_policy_set_class, codec_policy_class_set},
    {FINANCE "RefundRide", false, codec_finance_refund, codec_finance_refunded},
    {FINANCE "TrialBalance", false, codec_finance_balance, codec_finance_balanced},
    {FINANCE "ListTransfers", false, codec_finance_transfers, codec_finance_listed},
    {FINANCE "GetReceipt", false, codec_receipt_get, codec_receipt_got},
    {RIDER "SetUpPayment", false, codec_payment_set_up, codec_payment_shown},
    {RIDER "EndPayment", false, codec_payment_end, codec_payment_shown},
    {RIDER "GetPaymentStatus", false, codec_payment_get, codec_payment_shown},
    {FINANCE "RecordPayment", false, codec_payment_record, codec_payment_shown},
    {FINANCE "ListPayments", false, codec_payment_list, codec_payment_listed},
    {FINANCE "ProposeSettlement", false, codec_period_propose, codec_period_settled},
    {FINANCE "ApproveSettlement", false, codec_period_approve, codec_period_settled},
    {FINANCE "ListSettlements", false, codec_period_list, codec_period_listed},
    {FINANCE "ExportPeriod", false, codec_period_export, codec_period_exported},
};

#define CALL_COUNT (sizeof calls / sizeof calls[0])

const struct codec_call *codec_calls(size_t *count)
{
    *count = CALL_COUNT;
    return calls;
}

const struct codec_call *codec_call_find(const char *path, size_t length)
{
    for (size_t i = 0; i < CALL_COUNT; i++) {
        if (strlen(calls[i].path) == length && memcmp(calls[i].path, path, length) == 0)
            return &calls[i];
    }
    return NULL;
}
