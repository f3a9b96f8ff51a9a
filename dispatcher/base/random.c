/* xoshiro256** 1.0 and SplitMix64, after the authors' public domain code (prng.di.unimi.it). */
#include "base/random.h"

#include "base/check.h"

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static uint64_t splitmix(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void random_init(struct random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix(&seed);
}

uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    CHECK(bound >= 1);
    /* 2^64 mod bound: draws below it would make small results more likely, so draw again. */
    uint64_t surplus = (0 - bound) % bound;
    uint64_t draw = random_next(random);
    while (draw < surplus)
        draw = random_next(random);
    return draw % bound;
}

int64_t random_between(struct random *random, int64_t low, int64_t high)
{
    CHECK(low <= high);
    uint64_t span = (uint64_t)high - (uint64_t)low;
    uint64_t offset = span == UINT64_MAX ? random_next(random) : random_below(random, span + 1);
    return (int64_t)((uint64_t)low + offset);
}

struct random random_fork(const struct random *random, uint64_t purpose)
{
    uint64_t seed = splitmix(&purpose);
    for (int i = 0; i < 4; i++) {
        seed ^= random->state[i];
        seed = splitmix(&seed);
    }
    struct random fork;
    random_init(&fork, seed);
    return fork;
}
