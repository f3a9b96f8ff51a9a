/* Radix sort from the lowest byte up: each pass counts, then moves every element to its place in
 * the other array. A byte that is the same in every key costs no pass. */
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"

/* Counts of all eight bytes of all keys, turned into the first place of each value. */
struct histogram {
    size_t places[8][256];
};

static void count_bytes(struct histogram *histogram, const uint64_t *keys, size_t count)
{
    memset(histogram, 0, sizeof *histogram);
    for (size_t i = 0; i < count; i++) {
        for (unsigned byte = 0; byte < 8; byte++)
            histogram->places[byte][(keys[i] >> (8 * byte)) & 255]++;
    }
}

/* True when the pass over this byte can be left out; else the counts become places. */
static bool is_uniform(size_t *places, size_t count)
{
    size_t place = 0;
    for (unsigned value = 0; value < 256; value++) {
        if (places[value] == count)
            return true;
        size_t here = places[value];
        places[value] = place;
        place += here;
    }
    return false;
}

void sort_u64(uint64_t *keys, uint64_t *scratch, size_t count)
{
    CHECK(count == 0 || keys != scratch);
    struct histogram histogram;
    count_bytes(&histogram, keys, count);
    uint64_t *from = keys;
    uint64_t *to = scratch;
    for (unsigned byte = 0; byte < 8; byte++) {
        size_t *places = histogram.places[byte];
        if (is_uniform(places, count))
            continue;
        for (size_t i = 0; i < count; i++)
            to[places[(from[i] >> (8 * byte)) & 255]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys)
        memcpy(keys, from, count * sizeof *keys);
}

void sort_pairs(uint64_t *keys, uint32_t *values, uint64_t *key_scratch, uint32_t *value_scratch,
                size_t count)
{
    CHECK(count == 0 || keys != key_scratch);
    CHECK(count == 0 || values != value_scratch);
    struct histogram histogram;
    count_bytes(&histogram, keys, count);
    bool is_swapped = false;
    for (unsigned byte = 0; byte < 8; byte++) {
        size_t *places = histogram.places[byte];
        if (is_uniform(places, count))
            continue;
        const uint64_t *from = is_swapped ? key_scratch : keys;
        const uint32_t *from_values = is_swapped ? value_scratch : values;
        uint64_t *to = is_swapped ? keys : key_scratch;
        uint32_t *to_values = is_swapped ? values : value_scratch;
        for (size_t i = 0; i < count; i++) {
            size_t place = places[(from[i] >> (8 * byte)) & 255]++;
            to[place] = from[i];
            to_values[place] = from_values[i];
        }
        is_swapped = !is_swapped;
    }
    if (is_swapped) {
        memcpy(keys, key_scratch, count * sizeof *keys);
        memcpy(values, value_scratch, count * sizeof *values);
    }
}
