/* Receipts, statements and caps: of RiderService and FinanceService (wire/codec_call.h). */
#ifndef WIRE_CODEC_RECEIPT_H
#define WIRE_CODEC_RECEIPT_H

#include "wire/codec_call.h"

MUST_CHECK const char *codec_receipt_caps(const uint8_t *bytes, size_t size,
                                          const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_receipt_list(const uint8_t *bytes, size_t size,
                                          const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_receipt_get(const uint8_t *bytes, size_t size,
                                         const struct codec_caller *caller, struct event *event);

enum codec_reply codec_receipt_capped(const struct message *message, uint8_t *bytes, size_t *size);
enum codec_reply codec_receipt_listed(const struct message *message, uint8_t *bytes, size_t *size);
enum codec_reply codec_receipt_got(const struct message *message, uint8_t *bytes, size_t *size);

#endif
