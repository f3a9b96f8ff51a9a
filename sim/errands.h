/* What persons are yet to do besides asking for the first time: at most one thing each, and their
 * state says what. Of what is due at one moment the lower number comes first. */
#ifndef SIM_ERRANDS_H
#define SIM_ERRANDS_H

#include <stdint.h>

#include "base/heap.h"

struct errands {
    struct heap heap;
    void *memory;
};

/* Of persons 0 to count - 1; nobody has anything to do. */
void errands_init(struct errands *errands, uint32_t count);
void errands_free(struct errands *errands);

/* `person` has something to do at `at_ms`, and at no other time. O(log persons). */
void errands_put(struct errands *errands, uint32_t person, int64_t at_ms);

/* When the first is due; INT64_MAX where there is none. */
int64_t errands_due_ms(const struct errands *errands);

/* The person who is due first, and no longer is. There is one. */
uint32_t errands_take(struct errands *errands);

#endif
