/* Random histories of a small town: facts that are mostly possible, for a state of their own. */
#ifndef TESTS_CORE_HISTORY_H
#define TESTS_CORE_HISTORY_H

#include "base/random.h"
#include "core/state.h"

struct history {
    struct arena arena;
    struct state *state;
    struct random random;
    bool knows_money;  /* history_draw() draws policies, classes and kinds of vehicles too */
    bool has_visits;   /* vehicles visit stations, too */
    bool pays;         /* riders pay, too */
    bool settles;      /* months begin and are settled, too */
    bool has_officers; /* who publish zones and waiting places, too */
};

/* A state without facts; and its memory given back. */
void history_begin(struct history *history, const struct core_limits *limits, uint64_t seed);
void history_end(struct history *history);

/* A fact of a kind with the seq and time that come next. */
struct fact history_next(const struct history *history, enum fact_kind kind);

/* Something that may happen now, or nearly. */
struct fact history_draw(struct history *history);

/* Apply; a refused fact must leave the digest as it was. NULL, or why it was refused. */
const char *history_apply(struct history *history, const struct fact *fact);

/* Apply what must be accepted. */
void history_must(struct history *history, const struct fact *fact);

/* Shorthands for facts that must be accepted. */
void history_start(struct history *history);
void history_enrol(struct history *history, uint32_t vehicle);
struct ride_id history_book(struct history *history, uint64_t rider, uint64_t key);
void history_plan(struct history *history, uint32_t vehicle, const struct plan_stop *stops,
                  uint32_t count);
void history_ride(struct history *history, enum fact_kind kind, struct ride_id ride);
void history_hold(struct history *history, struct ride_id ride);
void history_resolve(struct history *history, struct ride_id ride, enum ledger_kind kind);
void history_charge(struct history *history, struct ride_id ride, int64_t pence);

/* What holds in every state, looked at through the readers alone. */
void history_check(const struct history *history);

#endif
