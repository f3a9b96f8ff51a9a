/* The contents of a snapshot's facts, each way; for wire/ alone. As codec_record.h. */
#ifndef WIRE_CODEC_SNAPSHOT_H
#define WIRE_CODEC_SNAPSHOT_H

#include "wire/codec_bill.h"
#include "wire/codec_record.h"

struct codec_snapshot_head {
    Commonwheel__V1__FactSnapshot wire;
    uint64_t refused_counts[REFUSAL_COUNT];
};

struct codec_snapshot_transfer {
    Commonwheel__V1__FactSnapshotTransfer wire;
    Commonwheel__V1__LedgerTransfer transfer;
};

struct codec_snapshot_rider {
    Commonwheel__V1__FactSnapshotRider wire;
    Commonwheel__V1__Id128 rider;
    Commonwheel__V1__CapsWeek weeks[CAPS_WEEKS];
    Commonwheel__V1__CapsWeek *pointers[CAPS_WEEKS];
    int64_t fares_pence[CAPS_WEEKS][CAPS_DAYS];
    Commonwheel__V1__FactRiderClass class;
};

struct codec_snapshot_vehicle {
    Commonwheel__V1__FactSnapshotVehicle wire;
    struct codec_record_vehicle enrolled;
    struct codec_record_plan plan;
};

struct codec_snapshot_ride {
    Commonwheel__V1__FactSnapshotRide wire;
    struct codec_record_booked booked;
    struct codec_reason_move move;
    struct codec_bill bill;
};

struct codec_snapshot_closure {
    Commonwheel__V1__FactSnapshotClosure wire;
    struct codec_record_road road;
};

void codec_snapshot_build_head(const struct fact_snapshot *head,
                               struct codec_snapshot_head *record);
MUST_CHECK const char *codec_snapshot_read_head(const Commonwheel__V1__FactSnapshot *wire,
                                                struct fact_snapshot *head);

void codec_snapshot_build_account(const struct fact_snapshot_account *account,
                                  Commonwheel__V1__FactSnapshotAccount *wire);
MUST_CHECK const char *codec_snapshot_read_account(const Commonwheel__V1__FactSnapshotAccount *wire,
                                                   struct fact_snapshot_account *account);

void codec_snapshot_build_transfer(const struct fact_snapshot_transfer *transfer,
                                   struct codec_snapshot_transfer *record);
MUST_CHECK const char *
codec_snapshot_read_transfer(const Commonwheel__V1__FactSnapshotTransfer *wire,
                             struct fact_snapshot_transfer *transfer);

void codec_snapshot_build_rider(const struct fact_snapshot_rider *rider,
                                struct codec_snapshot_rider *record);
MUST_CHECK const char *codec_snapshot_read_rider(const Commonwheel__V1__FactSnapshotRider *wire,
                                                 struct fact_snapshot_rider *rider);

void codec_snapshot_build_vehicle(const struct fact_snapshot_vehicle *vehicle,
                                  struct codec_snapshot_vehicle *record);
MUST_CHECK const char *codec_snapshot_read_vehicle(const Commonwheel__V1__FactSnapshotVehicle *wire,
                                                   struct fact_snapshot_vehicle *vehicle);

void codec_snapshot_build_ride(const struct ride *ride, struct codec_snapshot_ride *record);
MUST_CHECK const char *codec_snapshot_read_ride(const Commonwheel__V1__FactSnapshotRide *wire,
                                                struct ride *ride);

void codec_snapshot_build_closure(const struct closure *closure,
                                  struct codec_snapshot_closure *record);
MUST_CHECK const char *codec_snapshot_read_closure(const Commonwheel__V1__FactSnapshotClosure *wire,
                                                   struct closure *closure);
struct codec_snapshot_refusal {
    Commonwheel__V1__FactSnapshotRefusal wire;
    struct codec_record_refused refused;
};

void codec_snapshot_build_refusal(const struct fact_snapshot_refusal *refusal,
                                  struct codec_snapshot_refusal *record);
MUST_CHECK const char *codec_snapshot_read_refusal(const Commonwheel__V1__FactSnapshotRefusal *wire,
                                                   struct fact_snapshot_refusal *refusal);

#endif
