/* Points, places, trips and enums. The core's enums and the wire's have the same values, but for
 * one: who adds to them appends, here and there. */
#include "wire/codec_part.h"

#include "commonwheel/v1/fact.pb-c.h"
#include "commonwheel/v1/operator.pb-c.h"
#include "commonwheel/v1/vehicle.pb-c.h"

#define TEXT_OF(value) #value
#define TEXT(value)    TEXT_OF(value)

#define SAME(core, wire)                                                                           \
    _Static_assert((int)(core) == (int)COMMONWHEEL__V1__##wire, "values on the wire are for ever")

SAME(STOP_PICKUP, STOP_KIND__STOP_KIND_PICKUP);
SAME(STOP_DROPOFF, STOP_KIND__STOP_KIND_DROPOFF);

SAME(RIDE_BOOKED, RIDE_STATE__RIDE_STATE_BOOKED);
SAME(RIDE_ARRIVED, RIDE_STATE__RIDE_STATE_ARRIVED);
SAME(RIDE_ABOARD, RIDE_STATE__RIDE_STATE_ABOARD);
SAME(RIDE_ALIGHTED, RIDE_STATE__RIDE_STATE_ALIGHTED);
SAME(RIDE_CANCELLED, RIDE_STATE__RIDE_STATE_CANCELLED);
SAME(RIDE_NO_SHOW, RIDE_STATE__RIDE_STATE_NO_SHOW);
SAME(RIDE_STATE_COUNT - 1, RIDE_STATE__RIDE_STATE_NO_SHOW);

SAME(REFUSAL_FROM_OFF_ROAD, REFUSAL_REASON__REFUSAL_REASON_FROM_OFF_ROAD);
SAME(REFUSAL_TO_OFF_ROAD, REFUSAL_REASON__REFUSAL_REASON_TO_OFF_ROAD);
SAME(REFUSAL_FROM_OUTSIDE, REFUSAL_REASON__REFUSAL_REASON_FROM_OUTSIDE);
SAME(REFUSAL_TO_OUTSIDE, REFUSAL_REASON__REFUSAL_REASON_TO_OUTSIDE);
SAME(REFUSAL_FROM_NO_STOPPING, REFUSAL_REASON__REFUSAL_REASON_FROM_NO_STOPPING);
SAME(REFUSAL_TO_NO_STOPPING, REFUSAL_REASON__REFUSAL_REASON_TO_NO_STOPPING);
SAME(REFUSAL_SAME_PLACE, REFUSAL_REASON__REFUSAL_REASON_SAME_PLACE);
SAME(REFUSAL_NO_WAY, REFUSAL_REASON__REFUSAL_REASON_NO_WAY);
SAME(REFUSAL_TOO_LONG, REFUSAL_REASON__REFUSAL_REASON_TOO_LONG);
SAME(REFUSAL_TIME_PASSED, REFUSAL_REASON__REFUSAL_REASON_TIME_PASSED);
SAME(REFUSAL_TOO_FAR_AHEAD, REFUSAL_REASON__REFUSAL_REASON_TOO_FAR_AHEAD);
SAME(REFUSAL_NO_VEHICLE_FITS, REFUSAL_REASON__REFUSAL_REASON_NO_VEHICLE_FITS);
SAME(REFUSAL_NO_VEHICLE_IN_TIME, REFUSAL_REASON__REFUSAL_REASON_NO_VEHICLE_IN_TIME);
SAME(REFUSAL_FARE_CHANGED, REFUSAL_REASON__REFUSAL_REASON_FARE_CHANGED);
SAME(REFUSAL_BUSY, REFUSAL_REASON__REFUSAL_REASON_BUSY);
SAME(REFUSAL_COUNT - 1, REFUSAL_REASON__REFUSAL_REASON_BUSY);

SAME(REPORT_ARRIVED, REPORT_KIND__REPORT_KIND_ARRIVED);
SAME(REPORT_BOARDED, REPORT_KIND__REPORT_KIND_BOARDED);
SAME(REPORT_NO_SHOW, REPORT_KIND__REPORT_KIND_NO_SHOW);
SAME(REPORT_ALIGHTED, REPORT_KIND__REPORT_KIND_ALIGHTED);
SAME(REPORT_DEPARTED, REPORT_KIND__REPORT_KIND_DEPARTED);
SAME(REPORT_KIND_COUNT - 1, REPORT_KIND__REPORT_KIND_DEPARTED);

SAME(CANCEL_BY_RIDER, CANCEL_BY__CANCEL_BY_RIDER);
SAME(CANCEL_BY_OPERATOR, CANCEL_BY__CANCEL_BY_OPERATOR);
SAME(CANCEL_BY_SERVICE, CANCEL_BY__CANCEL_BY_SERVICE);

SAME(LEDGER_MOVE, LEDGER_KIND__LEDGER_KIND_MOVE);
SAME(LEDGER_HOLD, LEDGER_KIND__LEDGER_KIND_HOLD);
SAME(LEDGER_POST, LEDGER_KIND__LEDGER_KIND_POST);
SAME(LEDGER_VOID, LEDGER_KIND__LEDGER_KIND_VOID);
SAME(LEDGER_EXPIRE, LEDGER_KIND__LEDGER_KIND_EXPIRE);

SAME(LEDGER_HOLD_NONE, HOLD_STATE__HOLD_STATE_UNSPECIFIED);
SAME(LEDGER_HOLD_OPEN, HOLD_STATE__HOLD_STATE_OPEN);
SAME(LEDGER_HOLD_POSTED, HOLD_STATE__HOLD_STATE_POSTED);
SAME(LEDGER_HOLD_VOIDED, HOLD_STATE__HOLD_STATE_VOIDED);
SAME(LEDGER_HOLD_OVER, HOLD_STATE__HOLD_STATE_OVER);

/* The core counts from 0, where the wire has "never sent". */
SAME(VEHICLE_OFFLINE + 1, VEHICLE_LINK__VEHICLE_LINK_OFFLINE);
SAME(VEHICLE_ONLINE + 1, VEHICLE_LINK__VEHICLE_LINK_ONLINE);
SAME(VEHICLE_SILENT + 1, VEHICLE_LINK__VEHICLE_LINK_SILENT);

int codec_part_link(enum vehicle_link link)
{
    return (int)link + 1;
}

bool codec_part_read_link(int wire, enum vehicle_link *link)
{
    if (wire <= (int)VEHICLE_OFFLINE || wire > (int)VEHICLE_SILENT + 1)
        return false;
    *link = (enum vehicle_link)(wire - 1);
    return true;
}

bool codec_part_is_time(int64_t time_ms)
{
    return time_ms >= 0 && time_ms <= CODEC_TIME_MAX_MS;
}

bool codec_part_is_amount(int64_t pence)
{
    return pence >= 0 && pence <= PENCE_MAX;
}

bool codec_part_is_stop(int kind)
{
    return kind == STOP_PICKUP || kind == STOP_DROPOFF;
}

bool codec_part_read_point(const Commonwheel__V1__Point *wire, struct geo_point *point)
{
    if (wire == NULL)
        return false;
    struct geo_point read = {wire->latitude_e7, wire->longitude_e7};
    if (!geo_valid(read))
        return false;
    *point = read;
    return true;
}

void codec_part_build_point(struct geo_point point, Commonwheel__V1__Point *wire)
{
    *wire = (Commonwheel__V1__Point)COMMONWHEEL__V1__POINT__INIT;
    wire->latitude_e7 = point.lat_e7;
    wire->longitude_e7 = point.lon_e7;
}

static bool place_is_sound(struct road_place place)
{
    if (place.arc == ROAD_NONE)
        return place.node != ROAD_NONE && place.along_permille == 0;
    return place.node == ROAD_NONE && place.along_permille >= 1 && place.along_permille <= 999;
}

bool codec_part_read_place(const Commonwheel__V1__Place *wire, struct road_place *place)
{
    if (wire == NULL || wire->along_permille > 999)
        return false;
    struct road_place read = {ROAD_NONE, ROAD_NONE, (int32_t)wire->along_permille};
    if (wire->at_case == COMMONWHEEL__V1__PLACE__AT_NODE)
        read.node = wire->node;
    else if (wire->at_case == COMMONWHEEL__V1__PLACE__AT_ARC)
        read.arc = wire->arc;
    if (!place_is_sound(read))
        return false;
    *place = read;
    return true;
}

void codec_part_build_place(struct road_place place, Commonwheel__V1__Place *wire)
{
    CHECK(place_is_sound(place));
    *wire = (Commonwheel__V1__Place)COMMONWHEEL__V1__PLACE__INIT;
    wire->along_permille = (uint32_t)place.along_permille;
    if (place.arc == ROAD_NONE) {
        wire->at_case = COMMONWHEEL__V1__PLACE__AT_NODE;
        wire->node = place.node;
    } else {
        wire->at_case = COMMONWHEEL__V1__PLACE__AT_ARC;
        wire->arc = place.arc;
    }
}

const char *codec_part_read_trip(const Commonwheel__V1__Trip *wire, struct trip *trip)
{
    if (wire == NULL)
        return "trip: required";
    struct trip read = {.from.node = SPOT_NO_NODE, .to.node = SPOT_NO_NODE};
    if (wire->from == NULL)
        return "trip.from: required";
    if (!codec_part_read_point(wire->from, &read.from.point))
        return "trip.from: not a point on the earth";
    if (wire->to == NULL)
        return "trip.to: required";
    if (!codec_part_read_point(wire->to, &read.to.point))
        return "trip.to: not a point on the earth";
    if (wire->party < 1 || wire->party > PARTY_MAX)
        return "trip.party: must be 1 to " TEXT(PARTY_MAX);
    if (wire->wheelchairs > wire->party)
        return "trip.wheelchairs: must be 0 to party";
    if (wire->sharing != COMMONWHEEL__V1__SHARING__SHARING_SHARED &&
        wire->sharing != COMMONWHEEL__V1__SHARING__SHARING_PRIVATE)
        return "trip.sharing: must be SHARING_SHARED or SHARING_PRIVATE";
    if (!codec_part_is_time(wire->pickup_from_ms))
        return "trip.pickup_from_ms: must be 0 or a time before the year 2100";
    if (!codec_part_is_time(wire->pickup_by_ms))
        return "trip.pickup_by_ms: must be 0 or a time before the year 2100";
    if (!codec_part_is_time(wire->arrive_by_ms))
        return "trip.arrive_by_ms: must be 0 or a time before the year 2100";
    if (wire->walk_max_m > TRIP_WALK_MAX_M)
        return "trip.walk_max_m: must be 0 to " TEXT(TRIP_WALK_MAX_M);
    read.party = (uint8_t)wire->party;
    read.wheelchairs = (uint8_t)wire->wheelchairs;
    read.shared = wire->sharing == COMMONWHEEL__V1__SHARING__SHARING_SHARED;
    read.pickup_from_ms = wire->pickup_from_ms;
    read.pickup_by_ms = wire->pickup_by_ms;
    read.arrive_by_ms = wire->arrive_by_ms;
    read.walk_max_m = (int32_t)wire->walk_max_m;
    read.accessible = wire->accessible != 0;
    *trip = read;
    return NULL;
}

void codec_part_build_trip(const struct trip *trip, struct codec_part_trip *part)
{
    part->wire = (Commonwheel__V1__Trip)COMMONWHEEL__V1__TRIP__INIT;
    codec_part_build_point(trip->from.point, &part->from);
    codec_part_build_point(trip->to.point, &part->to);
    part->wire.from = &part->from;
    part->wire.to = &part->to;
    part->wire.party = trip->party;
    part->wire.wheelchairs = trip->wheelchairs;
    part->wire.sharing = trip->shared ? COMMONWHEEL__V1__SHARING__SHARING_SHARED
                                      : COMMONWHEEL__V1__SHARING__SHARING_PRIVATE;
    part->wire.pickup_from_ms = trip->pickup_from_ms;
    part->wire.pickup_by_ms = trip->pickup_by_ms;
    part->wire.arrive_by_ms = trip->arrive_by_ms;
    part->wire.walk_max_m = (uint32_t)trip->walk_max_m;
    part->wire.accessible = trip->accessible;
}
