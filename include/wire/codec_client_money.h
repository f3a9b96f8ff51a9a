/* The client's half of the calls about money, as wire/codec_client.h is of all others. */
#ifndef WIRE_CODEC_CLIENT_MONEY_H
#define WIRE_CODEC_CLIENT_MONEY_H

#include "wire/codec_client.h"

struct codec_client_reader;

#define CODEC_CLIENT_ACCOUNTS_MAX (LEDGER_SERVICE_COUNT + 1) /* riders as one */

/* The request of EVENT_REFUND_RIDE, _TRIAL_BALANCE, _LIST_TRANSFERS, _GET_RECEIPT, _LIST_RECEIPTS,
 * _GET_CAP_STATUS, _SET_RIDER_CLASS, _SET_UP_PAYMENT, _END_PAYMENT, _GET_PAYMENT, _RECORD_PAYMENT
 * or _LIST_PAYMENTS, as codec_client_request(). */
MUST_CHECK bool codec_client_money_request(const struct event *event, uint8_t *bytes, size_t *size);

/* What reads RefundRideResponse, SetRiderClassResponse, GetCapStatusResponse, GetReceiptResponse
 * and those that show a Payment, for codec_client_response(); NULL for any other call's. Of a
 * receipt all refunds come as one. */
const struct codec_client_reader *codec_client_money_reader(const struct codec_call *call);

/* TrialBalanceResponse. NULL, or a constant sentence, as below. */
MUST_CHECK const char *
codec_client_money_balance(const uint8_t *bytes, size_t size,
                           struct account_view accounts[CODEC_CLIENT_ACCOUNTS_MAX], uint32_t *count,
                           struct message_balance_end *end);

/* ListTransfersResponse. */
MUST_CHECK const char *codec_client_money_transfers(const uint8_t *bytes, size_t size,
                                                    struct transfer_view transfers[LIST_PAGE_MAX],
                                                    uint32_t *count,
                                                    struct message_transfers_end *end);

/* ListReceiptsResponse but for its statements. Pages of more than 20 receipts may be more than one
 * reading takes ("message: too complex"). */
MUST_CHECK const char *codec_client_money_receipts(const uint8_t *bytes, size_t size,
                                                   struct receipt_view receipts[LIST_PAGE_MAX],
                                                   uint32_t *count,
                                                   struct message_receipts_end *end);

/* ListPaymentsResponse. */
MUST_CHECK const char *codec_client_money_payments(const uint8_t *bytes, size_t size,
                                                   struct payment_view payments[LIST_PAGE_MAX],
                                                   uint32_t *count, struct message_list_end *end);

#endif
