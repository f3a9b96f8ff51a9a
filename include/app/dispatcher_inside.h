/* What the two parts of the dispatcher share: the turn (dispatcher.c, whose functions these are),
 * and the beginning (dispatcher_start.c). Nobody else's business. */
#ifndef APP_DISPATCHER_INSIDE_H
#define APP_DISPATCHER_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "app/clock.h"
#include "app/compact.h"
#include "app/configuration.h"
#include "app/dispatcher.h"
#include "app/figures.h"
#include "app/officers.h"
#include "app/payments.h"
#include "app/projection.h"
#include "app/recovery.h"
#include "app/sampling.h"
#include "app/standby.h"
#include "base/ring.h"
#include "core/core.h"
#include "net/net.h"
#include "store/archive.h"
#include "store/pg_sums.h"

#define DISPATCHER_TURN_FACTS_MAX 2048 /* of one append */
#define DISPATCHER_WAITING_MAX    8192 /* messages held until their facts are durable */
#define DISPATCHER_RETRY_MS       5    /* when the store could not take the turn's facts */

enum dispatcher_state {
    DISPATCHER_STARTING,
    DISPATCHER_STANDBY, /* another leads; its facts are followed */
    DISPATCHER_SERVING,
    DISPATCHER_DRAINING, /* no new events; what was taken in is made durable and told */
    DISPATCHER_CLOSING,  /* doors and store are closing */
    DISPATCHER_FAILED,   /* the store failed: nothing more is told to anybody */
};

struct dispatcher {
    const struct configuration *config;
    uv_loop_t loop;
    uv_prepare_t turn_end;
    uv_timer_t wake;
    uv_timer_t shutdown;
    uv_timer_t shifts;
    uv_signal_t terminate;
    uv_signal_t interrupt;
    struct clock clock;
    enum dispatcher_state state;
    bool in_turn; /* now_ms was read in this turn */
    int64_t now_ms;
    uint64_t turn_began_ns;
    struct road_network network;
    struct core *core;
    struct store *store;
    struct archive archive; /* what the store writes */
    struct projection projection;
    struct net *net;
    struct pay *pay;
    struct officers *officers; /* NULL: the store is no database, or it is not open */
    struct pg_sums *sums;      /* ditto */
    struct compact *compact;
    struct standby *standby; /* NULL: not one, or no more */
    const struct dispatcher_options *options;
    uint64_t durable_seq;
    int64_t behind_ms; /* facts wait to be durable: the first since then, or none became so since;
                          0: none waits */
    bool is_late;      /* the core is to hear that plans told after the fact ... */
    uint64_t told_seq; /* ... with this number are late, ... */
    uint64_t late_seq; /* ... up to this one */
    uint64_t snapshot_seq;   /* of the last snapshot begun */
    struct fact *turn_facts; /* [DISPATCHER_TURN_FACTS_MAX] not yet taken by the store */
    size_t turn_fact_count;
    struct ring waiting; /* of struct message, by after_seq */
    struct core_output *output;
    struct sampling *sampling; /* of where vehicles are, for the store */
    struct figures figures;
    uint32_t enrolled; /* vehicles told to the core in the enrolment under way */
    uint32_t off_road; /* of them, those that the core would not have */
    void *memory;      /* network and ring */
    size_t memory_size;
    void *core_memory;
    size_t core_memory_size;
    int exit_status;
};

/* Read the clock, once a turn. */
void dispatcher_begin_turn(struct dispatcher *dispatcher);

/* Hand the turn's facts to the store; what it cannot take stays for the next try. */
void dispatcher_append(struct dispatcher *dispatcher);

/* May one more event come in, with all that it may cause? */
bool dispatcher_has_room(const struct dispatcher *dispatcher);

/* Take one event; there must be room. */
void dispatcher_step(struct dispatcher *dispatcher, const struct event *event);

/* Callbacks of the store, the doors and the payment provider, with the dispatcher as their user. */
struct store_callbacks dispatcher_store_callbacks(struct dispatcher *dispatcher);
struct net_callbacks dispatcher_net_callbacks(struct dispatcher *dispatcher);
struct pay_callbacks dispatcher_pay_callbacks(struct dispatcher *dispatcher);
struct officers_callbacks dispatcher_officers_callbacks(struct dispatcher *dispatcher);
struct pg_sums_callbacks dispatcher_sums_callbacks(struct dispatcher *dispatcher);
void dispatcher_snapshot_due(void *user, uint64_t last_seq);

void dispatcher_open_handles(struct dispatcher *dispatcher);

#endif
