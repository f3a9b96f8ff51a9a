/* What the cars did, as seen from the street: every stand with who boarded and who alighted, and
 * the drive that led to it. All figures about vehicles come from here. */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum record_purpose {
    RECORD_PICKUP,    /* empty, on the way to a rider */
    RECORD_OCCUPIED,  /* with riders aboard */
    RECORD_REBALANCE, /* to where it waits for its next rider: a place, or a kerb of parking.csv */
    RECORD_CHARGE,
    RECORD_DEPOT, /* to wait at a depot of parking.csv, or home; where the vehicle begins */
    RECORD_PURPOSE_COUNT,
};

/* A stand of a vehicle; or a place, without riders, where it turned before it got where it was
 * sent, so that each row's drive is a shortest way from the row before. */
struct record_stand {
    uint32_t vehicle; /* its id */
    uint32_t node;
    int64_t arrive_ms;
    int64_t depart_ms;
    int64_t drive_ms; /* the drive that led here */
    int64_t drive_m;
    enum record_purpose purpose;
    uint32_t people_driven; /* aboard during that drive */
    uint32_t aboard_after;  /* people */
    size_t riders;          /* the first in the record's list: who boards, then who alights */
    uint32_t boarding_count;
    uint32_t alighting_count;
};

struct record {
    struct record_stand *stands; /* in order of departure */
    size_t stand_count;
    size_t stand_capacity;
    uint32_t *riders; /* numbers of persons */
    size_t rider_count;
    size_t rider_capacity;
    uint64_t help_count; /* how often cars asked for remote help, ... */
    int64_t help_ms;     /* ... and for how long in all */
};

/* Add a stand; its counts say how many of `boarding` and `alighting` there are. */
void record_add(struct record *record, const struct record_stand *stand, const uint32_t *boarding,
                const uint32_t *alighting);

/* "pickup", "occupied" ... */
const char *record_purpose_text(enum record_purpose purpose);

void record_free(struct record *record);

#endif
