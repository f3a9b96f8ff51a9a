/* The agenda of a run: when each car has something to do, when it sends its next heartbeat, and
 * when each person asks. Of what is due at one moment cars come first, then heartbeats, then
 * people, each in order of their numbers.
 *
 * Only the cars need a heap. Heartbeats follow each other in the same order round after round, and
 * people ask once: both are sorted at the start, and what is due next is where a cursor stands. */
#ifndef SIM_AGENDA_H
#define SIM_AGENDA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"

enum agenda_kind { AGENDA_CAR, AGENDA_HEARTBEAT, AGENDA_PERSON };

struct agenda_item {
    enum agenda_kind kind;
    uint32_t number; /* of the car, or of the person */
    int64_t at_ms;
};

/* Numbers in order of their times; each is due once in a round. */
struct agenda_queue {
    uint32_t *numbers; /* [count] */
    uint64_t *keys;    /* [count] ms since the agenda's beginning, in the first round */
    uint32_t count;
    uint32_t next;
    int64_t round_ms; /* when the round under way began */
};

struct agenda {
    struct heap cars;
    void *cars_memory;
    struct agenda_queue heartbeats;
    struct agenda_queue people;
    int64_t period_ms;
};

/* Heartbeats: car i's first comes `heartbeats_ms[i]` (1 to `period_ms`) after `began_ms`, and one
 * every `period_ms` from then. People: person i asks at `people_ms[i]`, not
 * before `began_ms`. No car has anything to do yet. Both arrays may go afterwards. */
void agenda_init(struct agenda *agenda, int64_t began_ms, const int64_t *heartbeats_ms,
                 uint32_t car_count, int64_t period_ms, const int64_t *people_ms,
                 uint32_t person_count);
void agenda_free(struct agenda *agenda);

/* Car `car` has something to do at `at_ms`, and at no other time; INT64_MAX: never. O(log cars). */
void agenda_put_car(struct agenda *agenda, uint32_t car, int64_t at_ms);

/* What is due first: false when there is nothing at all. */
bool agenda_peek(const struct agenda *agenda, struct agenda_item *item);

/* Go on after a heartbeat or a person, as agenda_peek() gave it just now. (A car stays due until
 * agenda_put_car() says when it is next.) */
void agenda_pop(struct agenda *agenda, const struct agenda_item *item);

#endif
