/* The other side of the wire, for programs that call a dispatcher (the load driver, tests): events
 * to request bytes, response bytes to messages. What a decoder gives is checked as far as memory
 * safety needs, no further: the dispatcher is trusted. */
#ifndef WIRE_CODEC_CLIENT_H
#define WIRE_CODEC_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "core/message.h"
#include "wire/codec_call.h"
#include "wire/codec_vehicle.h"

/* The request of EVENT_QUOTE, _BOOK, _CANCEL, _GET_RIDE (of WatchRide too), _LIST_VEHICLES,
 * _GET_STATISTICS, _CLOSE_ROAD (by a point), _OPEN_ROAD or _LIST_CLOSURES, or one about money
 * (codec_client_money.h) into `bytes` (CODEC_REQUEST_MAX); *size may be 0. Who asks and `node` of a
 * spot are not sent. False for any other event. */
MUST_CHECK bool codec_client_request(const struct event *event, uint8_t *bytes, size_t *size);

/* VehicleUp of EVENT_HELLO, _TELEMETRY or _REPORT into `bytes` (CODEC_VEHICLE_UP_MAX); the length,
 * or 0 for any other event. */
size_t codec_client_up(const struct event *event, uint8_t *bytes);

/* The response of `call`, turned into a message of the kind it was made of; not of ListVehicles,
 * WatchFleet, and what answers with closures. A refusal's sentence is not kept. NULL, or a constant
 * sentence and *message untouched. */
MUST_CHECK const char *codec_client_response(const struct codec_call *call, const uint8_t *bytes,
                                             size_t size, struct message *message);

/* ListVehiclesResponse or WatchFleetResponse: *count vehicles (at most LIST_PAGE_MAX) and where
 * the next page begins (0: no more). NULL, or a constant sentence. */
MUST_CHECK const char *codec_client_list(const uint8_t *bytes, size_t size,
                                         struct vehicle_view vehicles[LIST_PAGE_MAX],
                                         uint32_t *count, uint32_t *next_after);

/* CloseRoadResponse, OpenRoadResponse or ListClosuresResponse, as codec_client_list(). */
MUST_CHECK const char *codec_client_closures(const uint8_t *bytes, size_t size,
                                             struct closure_view closures[LIST_PAGE_MAX],
                                             uint32_t *count, uint32_t *next_after);

/* VehicleDown to MESSAGE_WELCOME, _PLAN, _ACK or _REJECT for `vehicle`; a REJECT's sentence is not
 * kept, and its kind is 0 where no report was rejected. NULL, or a constant sentence and *message
 * untouched. */
MUST_CHECK const char *codec_client_down(const uint8_t *bytes, size_t size,
                                         struct vehicle_id vehicle, struct message *message);

#endif
