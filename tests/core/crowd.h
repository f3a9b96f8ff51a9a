/* A busy service: seven cars that turn where the core says in a town of twenty corners, and riders
 * of every kind who want to go anywhere, with limits that are easily broken. */
#ifndef TESTS_CROWD_H
#define TESTS_CROWD_H

#include "base/random.h"
#include "tests/core/service.h"

/* The configuration may be changed; then crowd_begin(), which draws the cars and their places. */
struct service *crowd_open(void);
void crowd_begin(struct service *service, uint64_t seed);

/* Somebody books, so many in a hundred for later. */
void crowd_book(struct service *service, struct random *random, uint32_t later_percent);

/* The hello of a car from where and when it can next turn, as the core knows it: after a restart it
 * goes on as it was. To be called before, and sent after it. */
struct event crowd_hello(struct service *service, uint32_t number);

#endif
