/* The parts that several messages share, each way; for wire/ alone. The builders fill a struct that
 * holds a wire message with all it points to, so that one lives on the stack as a whole. */
#ifndef WIRE_CODEC_PART_H
#define WIRE_CODEC_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "commonwheel/v1/common.pb-c.h"
#include "core/event.h"
#include "core/message.h"

#define CODEC_TIME_MAX_MS INT64_C(4102444800000) /* 2100-01-01 00:00 UTC */

/* 0 to CODEC_TIME_MAX_MS. */
bool codec_part_is_time(int64_t time_ms);

/* 0 to PENCE_MAX. */
bool codec_part_is_amount(int64_t pence);

/* A pick-up, drop-off or visit that has a ride exactly if it is no visit. */
bool codec_part_is_stop(int kind, uint64_t ride);

/* False where it is not given (NULL) or not on the earth; *point then untouched. */
bool codec_part_read_point(const Commonwheel__V1__Point *wire, struct geo_point *point);
void codec_part_build_point(struct geo_point point, Commonwheel__V1__Point *wire);

/* False where it is not given, or its parts are out of range; *place then untouched. Whether the
 * network has it is the core's to see. */
bool codec_part_read_place(const Commonwheel__V1__Place *wire, struct road_place *place);
/* CHECKs that the place can be read back. */
void codec_part_build_place(struct road_place place, Commonwheel__V1__Place *wire);

struct codec_part_trip {
    Commonwheel__V1__Trip wire;
    Commonwheel__V1__Point from;
    Commonwheel__V1__Point to;
};

/* NULL and *trip, both ends without a node; or a constant sentence that begins with the field's
 * name, *trip untouched. */
MUST_CHECK const char *codec_part_read_trip(const Commonwheel__V1__Trip *wire, struct trip *trip);
void codec_part_build_trip(const struct trip *trip, struct codec_part_trip *part);

/* A pseudonym as 32 digits 0-9 a-f, and back; false for any other text. */
#define CODEC_PART_ID_MAX 33 /* bytes, with the NUL */
void codec_part_write_id(struct rider_id id, char text[CODEC_PART_ID_MAX]);
bool codec_part_read_id(const char *text, struct rider_id *id);

/* VehicleLink of a link, and back; false for a value that is none. */
int codec_part_link(enum vehicle_link link);
bool codec_part_read_link(int wire, enum vehicle_link *link);

#endif
