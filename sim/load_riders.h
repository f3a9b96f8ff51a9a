/* The riders of a load run: each request is sent when it is due, whatever became of those before,
 * and its latency counts from then. An answer that was lost is asked for again with the same key.
 * After the run every acknowledged ride is looked up by whom it belongs to. */
#ifndef SIM_LOAD_RIDERS_H
#define SIM_LOAD_RIDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/message.h"
#include "sim/load_clock.h"
#include "sim/load_demand.h"
#include "sim/load_histogram.h"
#include "sim/load_http.h"

#define LOAD_RIDERS_RETRY_NS    UINT64_C(250000000)
#define LOAD_RIDERS_TROUBLE_MAX 256

enum load_booking_state {
    LOAD_BOOKING_PENDING, /* not due yet, waiting for a connection, or for another try */
    LOAD_BOOKING_SENT,
    LOAD_BOOKING_BOOKED,
    LOAD_BOOKING_REFUSED,
    LOAD_BOOKING_FAILED, /* an answer that should not be */
    LOAD_BOOKING_FOUND,  /* looked up after the run */
    LOAD_BOOKING_LOST,   /* acknowledged, and not there */
};

struct load_booking {
    enum load_booking_state state;
    bool looking_up; /* SENT is the look-up */
    uint64_t ride;
    uint64_t retry_ns;
};

struct load_riders_config {
    struct load_http *http;
    const struct load_clock *clock;
    const struct load_demand *demand;
    const char *const *tokens;  /* by load_demand_request.rider */
    const char *operator_token; /* to ask for the statistics at the end, or NULL */
    int acks_file;              /* descriptor to append acknowledged bookings to, or -1 */
};

struct load_riders {
    struct load_riders_config config;
    struct load_booking *bookings; /* [demand->count] */
    uint64_t start_ns;             /* of the run; 0 not yet */
    uint64_t measure_from_ns;      /* requests due from then are counted */
    uint32_t next;                 /* not yet due */
    uint32_t *queue;               /* a ring: waiting for a connection */
    uint32_t queue_head;
    uint32_t queue_count;
    uint32_t *retries; /* a ring, by retry_ns */
    uint32_t retries_head;
    uint32_t retries_count;
    uint32_t unanswered; /* due, without an answer yet */
    uint32_t to_look_up; /* in the look-up, without an answer yet */
    bool looking_up;
    bool asking_statistics;

    struct load_histogram book_us;
    uint64_t offered; /* due while measuring */
    uint64_t acked;   /* of them: booked */
    uint64_t answered;
    uint64_t booked; /* in the whole run */
    uint64_t refused;
    uint64_t refused_by[REFUSAL_COUNT];
    uint64_t failed;
    uint64_t retried;
    uint64_t turned_away; /* told to come again: unavailable, or too many calls */
    uint64_t lost_acks;
    uint64_t unverified; /* that could not be looked up */
    uint64_t unwritten;  /* to the acks file */
    char trouble[LOAD_RIDERS_TROUBLE_MAX];

    uint64_t by_state[RIDE_STATE_COUNT]; /* of rides looked up */
    struct load_histogram wait_ms; /* from the request, or the wished departure, to the arrival */
    int64_t charged_pence;
    bool has_statistics;
    struct statistics_view statistics;
};

/* False: out of memory. */
MUST_CHECK bool load_riders_init(struct load_riders *riders,
                                 const struct load_riders_config *config);
void load_riders_done(struct load_riders *riders);

/* The first request is due its due_ns after `now_ns`. */
void load_riders_start(struct load_riders *riders, uint64_t now_ns, uint64_t warmup_ns);

/* Do what is due, and say when to come again (UINT64_MAX: not before something comes in). */
void load_riders_run(struct load_riders *riders, uint64_t now_ns);
uint64_t load_riders_due_ns(const struct load_riders *riders);

/* Has every request been sent and answered? */
bool load_riders_finished(const struct load_riders *riders);

/* What is still without an answer has failed. Then look up every acknowledged ride, until
 * load_riders_verified(). */
void load_riders_give_up(struct load_riders *riders);
void load_riders_verify(struct load_riders *riders);
bool load_riders_verified(const struct load_riders *riders);

#endif
