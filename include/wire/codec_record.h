/* The contents of facts, each way; for wire/ alone. A builder fills a struct that holds a wire
 * message with all it points to. A reader gives NULL, or a constant sentence that begins with the
 * field's name and whatever half-read content. */
#ifndef WIRE_CODEC_RECORD_H
#define WIRE_CODEC_RECORD_H

#include "commonwheel/v1/fact.pb-c.h"
#include "core/fact.h"
#include "wire/codec_part.h"
#include "wire/codec_reason.h"

struct codec_record_vehicle {
    Commonwheel__V1__FactVehicle wire;
    Commonwheel__V1__Place home;
};

struct codec_record_booked {
    Commonwheel__V1__FactBooked wire;
    Commonwheel__V1__Id128 rider;
    Commonwheel__V1__Id128 key;
    struct codec_part_trip trip;
    Commonwheel__V1__Place from;
    Commonwheel__V1__Place to;
    struct codec_reason_options options;
    Commonwheel__V1__FareLines fare;
};

struct codec_record_refused {
    Commonwheel__V1__FactRefused wire;
    Commonwheel__V1__Id128 rider;
    Commonwheel__V1__Id128 key;
    struct codec_part_trip trip;
    Commonwheel__V1__ServiceOption nearest;
};

struct codec_record_moved {
    Commonwheel__V1__FactMoved wire;
    struct codec_reason_move move;
};

struct codec_record_plan {
    Commonwheel__V1__FactPlan wire;
    Commonwheel__V1__Place rest;
    Commonwheel__V1__FactStop stops[PLAN_STOPS_MAX];
    Commonwheel__V1__FactStop *pointers[PLAN_STOPS_MAX];
};

struct codec_record_visit {
    Commonwheel__V1__FactVisit wire;
    Commonwheel__V1__Place place;
};

struct codec_record_road {
    Commonwheel__V1__FactRoad wire;
    Commonwheel__V1__Id128 by;
    char reason[CLOSURE_REASON_MAX];
};

struct codec_record_places {
    Commonwheel__V1__FactPlaces wire;
    Commonwheel__V1__Id128 by;
    char reason[CLOSURE_REASON_MAX];
};

void codec_record_build_id(uint64_t high, uint64_t low, Commonwheel__V1__Id128 *wire);

void codec_record_build_vehicle(const struct fact_vehicle *vehicle,
                                struct codec_record_vehicle *record);
MUST_CHECK const char *codec_record_read_vehicle(const Commonwheel__V1__FactVehicle *wire,
                                                 struct fact_vehicle *vehicle);

void codec_record_build_booked(const struct fact_booked *booked,
                               struct codec_record_booked *record);
MUST_CHECK const char *codec_record_read_booked(const Commonwheel__V1__FactBooked *wire,
                                                struct fact_booked *booked);

void codec_record_build_refused(const struct fact_refused *refused,
                                struct codec_record_refused *record);
MUST_CHECK const char *codec_record_read_refused(const Commonwheel__V1__FactRefused *wire,
                                                 struct fact_refused *refused);

void codec_record_build_moved(const struct fact_moved *moved, struct codec_record_moved *record);
MUST_CHECK const char *codec_record_read_moved(const Commonwheel__V1__FactMoved *wire,
                                               struct fact_moved *moved);

void codec_record_build_plan(const struct fact_plan *plan, struct codec_record_plan *record);
MUST_CHECK const char *codec_record_read_plan(const Commonwheel__V1__FactPlan *wire,
                                              struct fact_plan *plan);

void codec_record_build_visit(struct vehicle_id vehicle, const struct visit *visit,
                              struct codec_record_visit *record);
MUST_CHECK const char *codec_record_read_visit(const Commonwheel__V1__FactVisit *wire,
                                               struct fact_visit *visit);

/* That it begins or ends: the vehicle and the kind alone. */
void codec_record_build_visit_mark(const struct fact_visit *visit,
                                   Commonwheel__V1__FactVisit *wire);
MUST_CHECK const char *codec_record_read_visit_mark(const Commonwheel__V1__FactVisit *wire,
                                                    struct fact_visit *visit);

void codec_record_build_ride(const struct fact_ride *ride, Commonwheel__V1__FactRide *wire);
MUST_CHECK const char *codec_record_read_ride(const Commonwheel__V1__FactRide *wire,
                                              enum fact_kind kind, struct fact_ride *ride);

void codec_record_build_road(const struct fact_road *road, struct codec_record_road *record);
MUST_CHECK const char *codec_record_read_road(const Commonwheel__V1__FactRoad *wire,
                                              struct fact_road *road);

void codec_record_build_places(const struct fact_places *places,
                               struct codec_record_places *record);
MUST_CHECK const char *codec_record_read_places(const Commonwheel__V1__FactPlaces *wire,
                                                struct fact_places *places);

#endif
