/* The greater and the lesser of two whole numbers: times, lengths, amounts. */
#ifndef BASE_BOUND_H
#define BASE_BOUND_H

#include <stdint.h>

static inline int64_t bound_most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t bound_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

#endif
