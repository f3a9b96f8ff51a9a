/* Every car of a load run with its link to the dispatcher: one WebSocket each, opened again with a
 * growing pause when it is lost. Telemetry goes out by a schedule that waits for nothing, evenly
 * spread over the cars; every tenth carries a ping behind it, and the pong tells how long the
 * dispatcher took to read it. */
#ifndef SIM_LOAD_FLEET_H
#define SIM_LOAD_FLEET_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/heap.h"
#include "base/random.h"
#include "sim/load_address.h"
#include "sim/load_car.h"
#include "sim/load_clock.h"
#include "sim/load_histogram.h"
#include "sim/load_stream.h"

#define LOAD_FLEET_MAX         20000
#define LOAD_FLEET_OPENING_MAX 64 /* connections being opened at once */
#define LOAD_FLEET_PING_EVERY  10
#define LOAD_FLEET_QUIET_NS    UINT64_C(20000000000) /* without a sign of life: opened anew */
#define LOAD_FLEET_REMIND_NS   UINT64_C(5000000000)  /* without an answer to a report */
#define LOAD_FLEET_TICK_NS     UINT64_C(10000000)
#define LOAD_FLEET_TROUBLE_MAX 160

enum load_link_state {
    LOAD_LINK_DOWN,
    LOAD_LINK_OPENING, /* the connection, and the handshake */
    LOAD_LINK_GREETED, /* hello is sent */
    LOAD_LINK_UP,      /* the dispatcher has said welcome */
};

struct load_fleet;

struct load_link {
    struct load_stream stream;
    struct load_fleet *fleet;
    struct load_car car;
    uint32_t index;
    enum load_link_state state;
    uint32_t place; /* of the fleet's addresses: which it is opened to */
    bool shaken;    /* the handshake is done */
    bool cut_off;
    const char *token;
    char key[32];
    uint64_t retry_ns; /* not opened before */
    uint64_t pause_ns; /* grows with each failure */
    uint64_t reminded_ns;
    uint64_t heard_ns; /* sign of life; while down: when it went down */
};

struct load_fleet_config {
    uv_loop_t *loop;
    struct load_address *address;
    const struct road_network *network;
    const char *const *tokens;       /* [count] borrowed */
    const struct road_place *places; /* [count] where each begins */
    uint32_t count;
    uint32_t hz;
    int64_t time_scale;
    uint64_t seed;
    struct remote_help_plan remote_help;
    int plans_file; /* one line for each plan that a car follows; below 0: none */
};

struct load_fleet {
    struct load_fleet_config config;
    struct load_clock clock;
    struct load_link **links; /* [count] */
    struct heap due;          /* links by the ns at which their cars have something to do */
    void *memory;
    uint32_t *scratch;
    struct random random;
    uint32_t up;
    uint32_t opening;
    int64_t silent_after_ms;
    uint64_t tick_ns;
    uint64_t telemetry_from_ns; /* 0: telemetry has not begun */
    uint64_t telemetry_sent;    /* due so far */
    bool measuring;
    bool closing;
    struct load_histogram telemetry_us;
    struct load_histogram report_us;
    uint64_t disconnects; /* links lost after the welcome */
    uint64_t failures;    /* that never came to a welcome */
    uint64_t bad_frames;
    uint64_t unwritten;                   /* lines of plans_file */
    char trouble[LOAD_FLEET_TROUBLE_MAX]; /* the first refusal, for people; "" none */
};

/* False: out of memory. The fleet stays where it is. */
MUST_CHECK bool load_fleet_init(struct load_fleet *fleet, const struct load_fleet_config *config);
void load_fleet_done(struct load_fleet *fleet);

/* Do what is due, and say when to come again. */
void load_fleet_run(struct load_fleet *fleet, uint64_t now_ns);
uint64_t load_fleet_due_ns(const struct load_fleet *fleet);

/* Count latencies from now on, or no more. */
void load_fleet_measure(struct load_fleet *fleet, bool on);

/* Close all links; the loop has to run for it. */
void load_fleet_close(struct load_fleet *fleet);

uint64_t load_fleet_rejected(const struct load_fleet *fleet);
/* Plans that cars refused: of a lower epoch, number or revision than they had seen. */
uint64_t load_fleet_refused(const struct load_fleet *fleet);
uint64_t load_fleet_stuck(const struct load_fleet *fleet);

#endif
