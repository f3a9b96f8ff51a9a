/* UUIDs in the text form of RFC 9562. */
#ifndef WIRE_CODEC_UUID_H
#define WIRE_CODEC_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/ids.h"

#define CODEC_UUID_TEXT 36 /* characters, without the NUL */

/* "0191e0b4-5d2c-7cc3-98a1-3f7d0a2b6c55", capitals allowed. False for anything else, and for the
 * nil UUID; *key then untouched. */
MUST_CHECK bool codec_uuid_read(const char *text, size_t length, struct booking_key *key);

/* In small letters, ended by a NUL. */
void codec_uuid_write(struct booking_key key, char text[CODEC_UUID_TEXT + 1]);

#endif
