/* A car on the dispatcher's plans, as docs/protocol.md wants it: it drives shortest paths at
 * free-flow times on its own copy of the roads, stands as long as planned, and reports what it did
 * until that is acknowledged. Time comes in as an argument; bytes and sockets are load_link.h's.
 *
 * A drive is cut into segments, one arc or part of one each. The car's place is the end of the
 * segment it is in: where it can next be sent on. */
#ifndef SIM_LOAD_CAR_H
#define SIM_LOAD_CAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "core/event.h"
#include "core/message.h"
#include "road/network.h"
#include "sim/remote_help.h"

#define LOAD_CAR_REPORTS_MAX 96 /* not yet acknowledged */

enum load_car_state {
    LOAD_CAR_IDLE,     /* at its place, without a stop to go to */
    LOAD_CAR_DRIVING,  /* to the first stop, or to the end of the segment to be idle */
    LOAD_CAR_STANDING, /* at the first stops */
    LOAD_CAR_ASKING,   /* on its way, for remote help */
};

struct load_car_stop {
    struct message_stop planned;
    bool arrived; /* reported */
};

struct load_car_report {
    struct event_report report;
    uint64_t sent_ns; /* first; 0 not yet */
    bool told;        /* on this connection */
};

struct load_car {
    struct vehicle_id id;
    const struct road_network *network;
    uint32_t *scratch; /* [scratch_max] arcs of a path; shared by all cars */
    size_t scratch_max;

    enum load_car_state state;
    struct road_place place;
    int64_t place_ms; /* when it is there */
    uint32_t *arcs;   /* of the drive, owned */
    size_t arc_count;
    size_t arc_capacity;
    size_t arc_index; /* of the segment driven now */
    struct road_place goal;
    int64_t depart_ms; /* STANDING: the stand ends */
    bool rests;        /* without stops it goes to ... */
    struct road_place rest;
    int64_t wait_ms;         /* IDLE with stops: sets off then; INT64_MAX never */
    struct remote_help help; /* all zero: it never asks */
    bool has_news;           /* its telemetry is to be sent at once */

    uint64_t epoch;
    uint32_t plan_id;
    uint32_t revision;
    bool resync; /* take the next plan even with an equal revision */
    uint32_t stop_count;
    struct load_car_stop stops[PLAN_STOPS_MAX];

    uint64_t seq; /* last used */
    uint32_t report_count;
    struct load_car_report reports[LOAD_CAR_REPORTS_MAX]; /* oldest first */
    uint32_t stuck;    /* drives without a way, and reports without room */
    uint32_t rejected; /* reports that the dispatcher took for senseless */
    uint32_t refused;  /* plans of a lower epoch, id or revision */
};

void load_car_init(struct load_car *car, struct vehicle_id id, const struct road_network *network,
                   struct road_place home, uint32_t *scratch, size_t scratch_max);
void load_car_done(struct load_car *car);

/* The dispatcher knows it. Reports that an earlier epoch did not acknowledge are made anew. */
void load_car_welcome(struct load_car *car, const struct message_vehicle_reply *welcome);

/* True where it follows the plan from now on; else the plan is not newer than its own. */
bool load_car_plan(struct load_car *car, const struct message_plan *plan, int64_t now_ms);

/* The answer to a report: when it was first sent, or 0 if it is no report of ours. */
uint64_t load_car_answer(struct load_car *car, const struct message_vehicle_reply *reply,
                         bool rejected);

/* The link was lost for so long that others were sent: nobody boards any more. */
void load_car_cut_off(struct load_car *car, int64_t now_ms);

/* Do what is due by `now_ms`. */
void load_car_step(struct load_car *car, int64_t now_ms);

/* When load_car_step() is next due; INT64_MAX never. */
int64_t load_car_due_ms(const struct load_car *car);

/* EVENT_HELLO and EVENT_TELEMETRY of now. */
void load_car_hello(const struct load_car *car, int64_t now_ms, struct event *event);
void load_car_telemetry(struct load_car *car, int64_t now_ms, struct event *event);

#endif
