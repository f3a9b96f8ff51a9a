/* A car: takes the plan that was released to it, drives there along the road network's shortest
 * paths at the metric's times, or at those of speeds.csv where the scenario has one, stands as the
 * timetable says, and reports what happens, as the vehicle protocol asks. What it does is written
 * into the record.
 *
 * A drive is never broken off between two nodes: when its first stop changes under way, or a road
 * ahead is closed, the car goes on to the next node and says that it can turn there, and when. A
 * car that closed roads leave no way waits for its next plan.
 *
 * A rider who does not come is waited for as long as the dispatcher asks, and then reported.
 *
 * Now and then, where the scenario says so, a car needs remote help on its way: it stands at the
 * next node, says so at once, and goes on by its plan when it does not any more.
 *
 * A car with a battery takes of it as it drives and stands, tells what is left with where it is,
 * and charges while it is on a visit for that. */
#ifndef SIM_CAR_H
#define SIM_CAR_H

#include "sim/auditor.h"
#include "sim/battery.h"
#include "sim/mailbox.h"
#include "sim/person.h"
#include "sim/record.h"

#define CAR_ABOARD_MAX   (2 * SEATS_MAX)
#define CAR_HEARTBEAT_MS INT64_C(30000)
#define CAR_REST_MS      INT64_C(60000)

enum car_state {
    CAR_IDLE,     /* at a node, no stand under way; maybe waiting for its shift */
    CAR_DRIVING,  /* between nodes, due at the last one of its path */
    CAR_STANDING, /* at a stop */
};

/* What all cars share. */
struct car_street {
    const struct scenario *scenario;
    uint64_t seed; /* of what befalls cars */
    struct road_query *query;
    uint32_t *path; /* [path_max] scratch, as long as the longest path */
    size_t path_max;
    struct person *persons;
    const uint32_t *ride_persons; /* by ride id: the person's number */
    struct record *record;
    struct auditor *auditor;
    struct mailbox *inbox; /* events for the dispatcher */
};

struct car_list {
    uint32_t count;
    uint32_t persons[CAR_ABOARD_MAX];
};

/* One arc of a drive: the node at its end, and when the car is there. */
struct car_leg {
    int64_t reach_ms;
    uint32_t node;
    uint32_t arc;
};

/* What a car is about: its plan, and the drive and the stand under way. */
struct car_duty {
    const struct scenario_vehicle *vehicle;
    struct message_plan plan; /* as released, without the stops that are done */
    struct car_list aboard;
    size_t leg_capacity;
    int64_t set_off_ms;
    uint32_t drives_to;            /* the node */
    bool turning;                  /* its path was cut short */
    enum record_purpose heads_for; /* what an empty drive is for */
    struct record_stand stand;     /* the row being made, drive first */

    struct battery battery;
    struct remote_help help;
    uint32_t spent_count; /* so many legs of the drive are taken of it */
    bool is_empty;        /* it has run empty: that was told */

    /* The stand under way. */
    bool visiting;         /* it is a visit, of which plan.stops[0] says what for */
    int64_t power_w;       /* of its plug */
    int64_t visited_ms;    /* when the last visit ended */
    int64_t done_until_ms; /* it lasts at least so long for the stops that are done */
    int64_t held_until_ms; /* ... and so long because something holds it up */
    int64_t delay_ms;      /* the next will be held up for so long */
    struct car_list boarding;
    struct car_list alighting;
};

/* A heartbeat looks at no more than this and one leg, unless there is a battery: thousands of cars
 * are looked at again and again, and should lie close together. */
struct car {
    struct vehicle_id id;
    enum car_state state;
    int64_t due_ms;   /* when car_turn() is next to be called; INT64_MAX never */
    int64_t spoke_ms; /* when it last sent anything */
    uint64_t seq;     /* of what it sends */
    uint32_t node;    /* where it is, or where its drive began */

    /* The drive under way, or the last. */
    uint32_t leg_count;
    uint32_t leg_ahead; /* the first whose end was not passed when it was last looked at */
    bool has_battery;   /* one that counts */
    bool asks_for_help; /* until duty->help.until_ms */
    struct car_leg *legs;

    struct car_duty *duty;
};

/* At its home, with its link up. `duty` is zeroed, and borrowed. */
void car_init(struct car *car, const struct car_street *street,
              const struct scenario_vehicle *vehicle, struct car_duty *duty, int64_t now_ms);

/* A plan has come. One that is older than the car's own is refused. */
void car_take_plan(struct car *car, const struct car_street *street,
                   const struct message_plan *plan, int64_t now_ms);

/* Has it anything to do for riders, or to drive there? A visit goes on when all riders are gone. */
bool car_is_busy(const struct car *car);

/* A road was closed. */
void car_avoid_closed(struct car *car, const struct car_street *street, int64_t now_ms);

/* Something holds it up: its next stand for riders lasts at least so long. */
void car_hold_up(struct car *car, int64_t for_ms);

/* due_ms has come. */
void car_turn(struct car *car, const struct car_street *street, int64_t now_ms);

/* CAR_HEARTBEAT_MS have passed: say where and when it can turn. A car at rest, which would only
 * repeat itself, says that it is there when it has been silent for CAR_REST_MS; so it is never
 * silent for longer than both together. */
void car_heartbeat(struct car *car, const struct car_street *street, int64_t now_ms);

void car_free(struct car *car);

#endif
