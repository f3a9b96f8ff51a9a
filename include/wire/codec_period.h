/* The calls of FinanceService about months: requests to events, messages to responses
 * (wire/codec_call.h). */
#ifndef WIRE_CODEC_PERIOD_H
#define WIRE_CODEC_PERIOD_H

#include "wire/codec_call.h"

#define CODEC_PERIOD_TEXT 8 /* bytes of "2026-09", with the NUL */

/* A month such as "2026-09" of the years 1970 to 2999, and back; false for any other text. */
bool codec_period_read(const uint8_t *text, size_t length, int32_t *period);
void codec_period_write(int32_t period, char text[CODEC_PERIOD_TEXT]);

MUST_CHECK const char *codec_period_propose(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_period_approve(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_period_list(const uint8_t *bytes, size_t size,
                                         const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_period_export(const uint8_t *bytes, size_t size,
                                           const struct codec_caller *caller, struct event *event);

/* Of the first two, which have the same field. */
enum codec_reply codec_period_settled(const struct message *message, uint8_t *bytes, size_t *size);
enum codec_reply codec_period_listed(const struct message *message, uint8_t *bytes, size_t *size);
enum codec_reply codec_period_exported(const struct message *message, uint8_t *bytes, size_t *size);

#endif
