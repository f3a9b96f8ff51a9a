/* FinanceService: requests to events, messages to responses (wire/codec_call.h). */
#ifndef WIRE_CODEC_FINANCE_H
#define WIRE_CODEC_FINANCE_H

#include "wire/codec_call.h"

#define CODEC_FINANCE_TOKEN_MAX 20 /* digits of a 64-bit number */

/* A page token: nothing for 0, else the number; false for any other text. */
bool codec_finance_read_token(const uint8_t *text, size_t length, uint64_t *after);
void codec_finance_write_token(uint64_t after, char text[CODEC_FINANCE_TOKEN_MAX + 1]);

/* The name of an account, in `name`, which is also what is returned: protobuf-c wants texts that
 * may be written to, and does not write to them. */
char *codec_finance_name(uint32_t account, char name[CHART_TEXT_MAX]);

MUST_CHECK const char *codec_finance_refund(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_finance_balance(const uint8_t *bytes, size_t size,
                                             const struct codec_caller *caller,
                                             struct event *event);
MUST_CHECK const char *codec_finance_transfers(const uint8_t *bytes, size_t size,
                                               const struct codec_caller *caller,
                                               struct event *event);

enum codec_reply codec_finance_refunded(const struct message *message, uint8_t *bytes,
                                        size_t *size);
enum codec_reply codec_finance_balanced(const struct message *message, uint8_t *bytes,
                                        size_t *size);
enum codec_reply codec_finance_listed(const struct message *message, uint8_t *bytes, size_t *size);

#endif
