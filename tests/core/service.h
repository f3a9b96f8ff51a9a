/* A whole service in a town drawn in ASCII, under virtual time: the core, vehicles that drive
 * exactly as their timetable says, and a transcript of what happened. Every fact is also restored
 * into a second core, which must agree after every step; an auditor looks at both. */
#ifndef TESTS_CORE_SERVICE_H
#define TESTS_CORE_SERVICE_H

#include "core/inside.h"
#include "tests/town.h"

#define SERVICE_CARS_MAX     8
#define SERVICE_STATIONS_MAX 4
#define SERVICE_TRACE_MAX    65536
#define SERVICE_START_MS     (INT64_C(1772438400) * 1000) /* Monday 2026-03-02, 08:00 UTC */

/* A vehicle as it sees itself. */
struct service_car {
    uint32_t number;
    uint32_t node; /* where it is, or was last */
    bool muted;    /* neither sends nor hears */
    bool standing;
    bool visiting; /* ... at a station */
    bool driving;
    bool riders_absent; /* nobody comes to its pick-ups */
    int64_t next_ms;    /* arrival, or end of the stand; INT64_MAX idle */
    int64_t stand_from_ms;
    uint64_t seq;
    struct message_plan plan; /* stops still to do */
};

struct service;
typedef void service_watch(struct service *service, const struct event *event, bool done);

struct service {
    struct town *town;
    struct core_config config;
    struct policy policy; /* one tariff for all, no caps */
    struct calendar calendar;
    struct zones zones;
    struct station stations[SERVICE_STATIONS_MAX];
    int64_t battery_wh; /* of each vehicle that is enrolled */
    struct core *core;
    struct core *mirror;
    int64_t now_ms;
    uint32_t car_count;
    struct service_car cars[SERVICE_CARS_MAX];
    struct message answer;       /* the last to a request */
    uint32_t answers;            /* ... and how many the last step gave */
    struct message vehicle_says; /* the last WELCOME, ACK or REJECT */
    uint32_t vehicles_told;      /* MESSAGE_VEHICLEs to who watches the fleet */
    struct ride_view rider_told; /* the last ride told to who watches it, ... */
    uint32_t riders_told;        /* ... and how many were */
    uint32_t plans_told;         /* MESSAGE_PLANs */
    struct message pay;          /* the last MESSAGE_PAY, ... */
    uint32_t pays_told;          /* ... and how many there were */
    uint32_t fact_count;         /* of the last step */
    bool cars_turn;              /* where the core says; else at the stop they drive to */
    service_watch *watch;        /* called before and after each step; may be NULL */
    void *watch_user;
    struct fact_refused refused; /* the last */
    uint64_t next_key;
    uint32_t trace_size;
    char trace[SERVICE_TRACE_MAX];
};

struct service_trip {
    const char *from; /* letters */
    const char *to;
    uint64_t rider; /* 0: 1 */
    uint64_t key;   /* 0: a new one */
    uint8_t party;  /* 0: 1 */
    uint8_t wheelchairs;
    bool private;
    int64_t from_s; /* since the start, as pickup_by_s and arrive_by_s; 0 none */
    int64_t pickup_by_s;
    int64_t arrive_by_s;
    int64_t agreed_pence; /* 0: none */
    int32_t walk_m;       /* agrees to walk so far */
    bool accessible;
};

/* The configuration of a service not yet begun; tests change it, then service_begin(). */
struct service *service_open(const char *map);
void service_begin(struct service *service);

/* The built-in policy with this tariff for all and without caps, as service_open() sets it. */
static inline void service_tariff(struct service *service, struct tariff tariff)
{
    policy_default(&service->policy);
    for (uint32_t i = 0; i < service->policy.tariff_count; i++) {
        service->policy.tariffs[i].tariff = tariff;
    }
    service->policy.caps[0].caps = (struct caps){CAP_NONE_PENCE, CAP_NONE_PENCE};
}
void service_free(struct service *service);

void service_vehicle(struct service *service, uint32_t number, char node, uint8_t seats,
                     uint8_t wheelchair_spaces);
struct service_car *service_car(struct service *service, uint32_t number);

/* The ride, or 0 when refused: service->answer says why. */
uint64_t service_book_trip(struct service *service, const struct service_trip *trip);
#define service_book(service, ...) service_book_trip(service, &(struct service_trip){__VA_ARGS__})

void service_cancel(struct service *service, uint64_t ride, uint64_t rider);
void service_report(struct service *service, uint32_t number, enum report_kind kind, uint64_t ride,
                    enum stop_kind stop);
void service_hello(struct service *service, uint32_t number);

/* Close or open the street between two letters, in both directions; it is asked for by its middle.
 */
void service_road(struct service *service, enum event_kind kind, const char *letters);

/* Any event, now. */
void service_step(struct service *service, const struct event *event);

/* Let vehicles drive and time pass until `until_s` after the start. */
void service_run(struct service *service, int64_t until_s);

/* The core stops, and another recovers from its facts. */
void service_restart(struct service *service);

/* Compare what happened since the last call with `expected`. */
void service_expect(struct service *service, const char *expected, int line);
#define SERVICE_TRACE(service, expected) service_expect(service, expected, __LINE__)
void service_forget(struct service *service);

struct statistics_view service_statistics(const struct service *service);

#endif
