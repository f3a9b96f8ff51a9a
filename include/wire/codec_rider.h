/* RiderService on the wire: request bytes to core events, core messages to response bytes. All that
 * comes from outside is checked here: past a decoder the types are trusted.
 *
 * Every decoder returns NULL and *event (request 0, for the caller to fill); or a constant sentence
 * that begins with the field's name ("trip.party: must be 1 to 8") for Connect's invalid_argument,
 * *event then untouched. Who calls comes from the token, never from the message. */
#ifndef WIRE_CODEC_RIDER_H
#define WIRE_CODEC_RIDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "wire/codec_call.h"

MUST_CHECK const char *codec_rider_quote(const uint8_t *bytes, size_t size,
                                         const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_rider_book(const uint8_t *bytes, size_t size,
                                        const struct codec_caller *caller, struct event *event);
MUST_CHECK const char *codec_rider_cancel(const uint8_t *bytes, size_t size,
                                          const struct codec_caller *caller, struct event *event);
/* Of GetRide and of WatchRide, whose requests are alike. */
MUST_CHECK const char *codec_rider_get(const uint8_t *bytes, size_t size,
                                       const struct codec_caller *caller, struct event *event);

/* Responses; bytes and result as struct codec_call says. QuoteResponse: from MESSAGE_QUOTE or
 * MESSAGE_REFUSED. BookResponse: MESSAGE_RIDE or MESSAGE_REFUSED. */
enum codec_reply codec_rider_quoted(const struct message *message, uint8_t *bytes, size_t *size);
enum codec_reply codec_rider_booked(const struct message *message, uint8_t *bytes, size_t *size);

/* CancelResponse and GetRideResponse: MESSAGE_RIDE. */
enum codec_reply codec_rider_ride(const struct message *message, uint8_t *bytes, size_t *size);

/* WatchRideResponse: each MESSAGE_RIDE is a message of the stream. */
enum codec_reply codec_rider_watched(const struct message *message, uint8_t *bytes, size_t *size);

#endif
