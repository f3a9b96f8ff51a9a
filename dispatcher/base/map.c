/* Linear probing in a table twice the capacity or more. Removal shifts later entries of the run
 * back, so there are no tombstones and the table never needs rebuilding. */
#include "base/map.h"

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of x moves every bit. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint32_t home(const struct map *map, struct map_key key)
{
    return (uint32_t)mix(mix(key.high) + UINT64_C(0x9e3779b97f4a7c15) + key.low) & map->mask;
}

static bool is_equal(struct map_key a, struct map_key b)
{
    return a.high == b.high && a.low == b.low;
}

/* Entries for a capacity: the power of two at or above twice of it. */
static uint32_t table_size(uint32_t capacity)
{
    CHECK(capacity <= UINT32_C(1) << 30);
    uint32_t size = 2;
    while (size < 2 * capacity)
        size *= 2;
    return size;
}

/* The entry that holds `key`, or the free one where it would go. */
static uint32_t find(const struct map *map, struct map_key key)
{
    uint32_t index = home(map, key);
    while (map->entries[index].used && !is_equal(map->entries[index].key, key))
        index = (index + 1) & map->mask;
    return index;
}

size_t map_cost(uint32_t capacity)
{
    return arena_cost(table_size(capacity), sizeof(struct map_entry));
}

void map_init(struct map *map, struct arena *arena, uint32_t capacity)
{
    uint32_t size = table_size(capacity);
    *map = (struct map){
        .entries = arena_take(arena, size, sizeof(struct map_entry)),
        .mask = size - 1,
        .capacity = capacity,
    };
    CHECK(map->entries != NULL);
}

bool map_put(struct map *map, struct map_key key, uint32_t value)
{
    struct map_entry *entry = &map->entries[find(map, key)];
    if (!entry->used) {
        if (map->count == map->capacity)
            return false;
        map->count++;
    }
    *entry = (struct map_entry){.key = key, .value = value, .used = 1};
    return true;
}

bool map_get(const struct map *map, struct map_key key, uint32_t *value)
{
    const struct map_entry *entry = &map->entries[find(map, key)];
    if (!entry->used)
        return false;
    *value = entry->value;
    return true;
}

void map_remove(struct map *map, struct map_key key)
{
    uint32_t hole = find(map, key);
    if (!map->entries[hole].used)
        return;
    for (uint32_t next = (hole + 1) & map->mask; map->entries[next].used;
         next = (next + 1) & map->mask) {
        uint32_t from_home = (next - home(map, map->entries[next].key)) & map->mask;
        uint32_t from_hole = (next - hole) & map->mask;
        if (from_home >= from_hole) {
            map->entries[hole] = map->entries[next];
            hole = next;
        }
    }
    map->entries[hole] = (struct map_entry){.used = 0};
    map->count--;
}
