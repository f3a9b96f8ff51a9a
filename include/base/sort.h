/* Sorting of whole numbers by radix: stable, without allocation, the same on every machine.
 * O(count) time with about 16 KiB of stack; the caller lends scratch as long as the input. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Sort `keys` upwards. `scratch` has room for `count`; its content afterwards is meaningless. */
void sort_u64(uint64_t *keys, uint64_t *scratch, size_t count);

/* Sort `keys` upwards and move `values` with them; equal keys keep their order. */
void sort_pairs(uint64_t *keys, uint32_t *values, uint64_t *key_scratch, uint32_t *value_scratch,
                size_t count);

#endif
