/* Facts as bytes: one protobuf message commonwheel.v1.Fact a record. A decoder of a newer release
 * reads what an older one wrote. */
#ifndef WIRE_CODEC_FACT_H
#define WIRE_CODEC_FACT_H

#include <stddef.h>
#include <stdint.h>

#include "core/fact.h"

#define CODEC_FACT_MAX 4096 /* longest encoding, bytes */

/* Encode into `bytes` (CODEC_FACT_MAX); the length, 1 or more. */
size_t codec_fact_encode(const struct fact *fact, uint8_t *bytes);

/* NULL and *fact; or a constant sentence that says what is wrong, *fact untouched. Checks all that
 * the core trusts: enums, counts, ranges. */
MUST_CHECK const char *codec_fact_decode(const uint8_t *bytes, size_t size, struct fact *fact);

#endif
