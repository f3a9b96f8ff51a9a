/* A seeded generator of pseudo-random numbers (xoshiro256**, seeded by splitmix64; Blackman and
 * Vigna, 2018). Randomness is an argument: whoever wants some is given a generator. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_init(struct random *random, uint64_t seed);

/* The next 64 bits. */
uint64_t random_next(struct random *random);

/* Uniform in 0 .. bound - 1 without bias; bound >= 1. */
uint64_t random_below(struct random *random, uint64_t bound);

/* Uniform in low .. high, both included. */
int64_t random_between(struct random *random, int64_t low, int64_t high);

/* An independent generator for a named purpose, so that drawing more for one purpose does not
 * change what another sees. */
struct random random_fork(const struct random *random, uint64_t purpose);

#endif
