/* Chains begin at a head each; the low six bits of a number choose a head within a block, and the
 * others the block. */
#include "base/series.h"

#include "base/check.h"

#define NO_PLACE   UINT32_MAX
#define BLOCK_BITS 6
#define BLOCK      (UINT32_C(1) << BLOCK_BITS)

/* The finalizer of SplitMix64, as in base/map.c. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint32_t head_of(const struct series *series, uint64_t number)
{
    const uint32_t block = (uint32_t)mix(number >> BLOCK_BITS) << BLOCK_BITS;
    return (block | ((uint32_t)number & (BLOCK - 1))) & series->mask;
}

/* A power of two, one block at least, that is no less than the places. */
static uint32_t head_count(uint32_t place_count)
{
    CHECK(place_count >= 1 && place_count <= UINT32_C(1) << 30);
    uint32_t count = BLOCK;
    while (count < place_count)
        count *= 2;
    return count;
}

size_t series_cost(uint32_t place_count)
{
    return arena_cost(place_count, sizeof(struct series_place)) +
           arena_cost(head_count(place_count), sizeof(uint32_t));
}

void series_init(struct series *series, struct arena *arena, uint32_t place_count)
{
    const uint32_t heads = head_count(place_count);
    *series = (struct series){
        .places = arena_take(arena, place_count, sizeof *series->places),
        .heads = arena_take(arena, heads, sizeof *series->heads),
        .mask = heads - 1,
        .place_count = place_count,
    };
    CHECK(series->places != NULL && series->heads != NULL);
    for (uint32_t i = 0; i < heads; i++)
        series->heads[i] = NO_PLACE;
}

bool series_get(const struct series *series, uint64_t number, uint32_t *place)
{
    uint32_t at = series->heads[head_of(series, number)];
    while (at != NO_PLACE && series->places[at].number != number)
        at = series->places[at].next;
    if (at == NO_PLACE)
        return false;
    *place = at;
    return true;
}

void series_put(struct series *series, uint64_t number, uint32_t place)
{
    CHECK(place < series->place_count);
    CHECK(!series->places[place].used);
    uint32_t *head = &series->heads[head_of(series, number)];
    series->places[place] = (struct series_place){.number = number, .next = *head, .used = true};
    *head = place;
}

void series_remove(struct series *series, uint32_t place)
{
    CHECK(place < series->place_count);
    CHECK(series->places[place].used);
    uint32_t *link = &series->heads[head_of(series, series->places[place].number)];
    while (*link != place) {
        CHECK(*link != NO_PLACE);
        link = &series->places[*link].next;
    }
    *link = series->places[place].next;
    series->places[place].used = false;
}
