/* OperatorService on the wire. Decoders and encoders are as in codec_rider.h and codec_call.h. */
#ifndef WIRE_CODEC_OPERATOR_H
#define WIRE_CODEC_OPERATOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "wire/codec_call.h"

/* A page token is the position to go on from, in decimal; 0 is the empty one. */
#define CODEC_OPERATOR_TOKEN_MAX 10 /* digits of a 32-bit number */
MUST_CHECK bool codec_operator_read_token(const uint8_t *text, size_t length, uint32_t *after);
void codec_operator_write_token(uint32_t after, char text[CODEC_OPERATOR_TOKEN_MAX + 1]);

/* A page of EVENT_LIST_VEHICLES; page_size 0 becomes LIST_PAGE_MAX. */
MUST_CHECK const char *codec_operator_list(const uint8_t *bytes, size_t size,
                                           const struct codec_caller *caller, struct event *event);

/* The first page of the fleet; while a MESSAGE_LIST_END names a next one, the stream's owner asks
 * for it with an EVENT_LIST_VEHICLES of its own. */
MUST_CHECK const char *codec_operator_watch(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_operator_statistics(const uint8_t *bytes, size_t size,
                                                 const struct codec_caller *caller,
                                                 struct event *event);

/* EVENT_CLOSE_ROAD and EVENT_OPEN_ROAD, with who asks; a closure's number is its arc's plus one. */
MUST_CHECK const char *codec_operator_close(const uint8_t *bytes, size_t size,
                                            const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_operator_open(const uint8_t *bytes, size_t size,
                                           const struct codec_caller *caller, struct event *event);

/* A page of EVENT_LIST_CLOSURES, as codec_operator_list(). */
MUST_CHECK const char *codec_operator_closures(const uint8_t *bytes, size_t size,
                                               const struct codec_caller *caller,
                                               struct event *event);

MUST_CHECK const char *codec_operator_explain(const uint8_t *bytes, size_t size,
                                              const struct codec_caller *caller,
                                              struct event *event);

MUST_CHECK const char *codec_operator_refusals(const uint8_t *bytes, size_t size,
                                               const struct codec_caller *caller,
                                               struct event *event);

/* ListVehiclesResponse in parts: each MESSAGE_VEHICLE is one, MESSAGE_LIST_END the last. */
enum codec_reply codec_operator_listed(const struct message *message, uint8_t *bytes, size_t *size);

/* WatchFleetResponse: each MESSAGE_VEHICLE is a message of the stream. Several may be joined, by
 * putting their bytes one after another, into one message. */
enum codec_reply codec_operator_watched(const struct message *message, uint8_t *bytes,
                                        size_t *size);

/* CloseRoadResponse, OpenRoadResponse and ListClosuresResponse in parts: each MESSAGE_CLOSURE is
 * one, MESSAGE_LIST_END the last. */
enum codec_reply codec_operator_closed(const struct message *message, uint8_t *bytes, size_t *size);

/* GetStatisticsResponse: MESSAGE_STATISTICS. */
enum codec_reply codec_operator_counted(const struct message *message, uint8_t *bytes,
                                        size_t *size);

/* ExplainRideResponse: MESSAGE_EXPLANATION. */
enum codec_reply codec_operator_explained(const struct message *message, uint8_t *bytes,
                                          size_t *size);

/* ListRefusalsResponse in parts: each MESSAGE_REFUSAL is one, MESSAGE_LIST_END the end. */
enum codec_reply codec_operator_refused(const struct message *message, uint8_t *bytes,
                                        size_t *size);

#endif
