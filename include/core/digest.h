/* A checksum of records, word by word: for telling states apart, not against forgery. Every bit of
 * a word moves every bit of the result, and the order of the words counts; records are summed, so
 * their order does not, unless the record says its place. */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stdint.h>

/* Take one word into a digest; begin with a number that names the kind of record. O(1). */
static inline uint64_t digest_add(uint64_t digest, uint64_t word)
{
    /* The finalizer of SplitMix64: Steele, Lea, Flood 2014. */
    uint64_t x = (digest ^ word) + UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    /* Words of 0 or of equal halves must not cancel: the digest goes in once more, rotated. */
    return (x ^ (x >> 31)) + (digest << 23 | digest >> 41);
}

static inline uint64_t digest_add_signed(uint64_t digest, int64_t word)
{
    return digest_add(digest, (uint64_t)word);
}

#endif
