/* Frames of the vehicle's WebSocket: VehicleUp to core events, core messages to VehicleDown. */
#ifndef WIRE_CODEC_VEHICLE_H
#define WIRE_CODEC_VEHICLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "core/message.h"

#define CODEC_VEHICLE_UP_MAX   1024 /* longest VehicleUp, bytes: above it refused unread */
#define CODEC_VEHICLE_DOWN_MAX 4096 /* longest VehicleDown, bytes */

/* EVENT_HELLO, EVENT_TELEMETRY or EVENT_REPORT of `vehicle`, whom the connection belongs to. NULL
 * and *event (request 0); or a constant sentence that begins with the field's name, *event
 * untouched: the frame, not the vehicle, is at fault. */
MUST_CHECK const char *codec_vehicle_decode(const uint8_t *bytes, size_t size,
                                            struct vehicle_id vehicle, struct event *event);

/* MESSAGE_WELCOME, _PLAN, _ACK or _REJECT into `bytes` (CODEC_VEHICLE_DOWN_MAX); the length, or 0
 * for a message that is not a vehicle's. */
size_t codec_vehicle_encode(const struct message *message, uint8_t *bytes);

#endif
