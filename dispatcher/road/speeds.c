/* What is learnt moves a pace by a share of the difference, so old sightings fade by themselves. */
#include "road/speeds.h"

#include "base/check.h"
#include "road/metric.h"

#define SET          8   /* entries that one arc and hour may be in */
#define FINE         256 /* parts of a pace's unit in class_paces */
#define CLASS_STEP   16  /* a drive all on one class moves its pace by 1/16 of the difference */
#define ENTRY_STEP   8 /* one sighting moves a road's pace by 1/8 of the difference at the least */
#define WEIGHT_TRUST 4 /* from so many sightings a road goes by its own pace alone */
#define WEIGHT_MAX   255
#define OWN                                                                                        \
    3 /* parts of a target by what was expected of the road, to one by the drive's                 \
         mean: what a drive cannot tell apart, it does not keep apart for ever */
#define TOO_LONG 8

void road_speeds_profile_free(struct road_speeds_profile *profile)
{
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++)
        for (uint32_t slot = 0; slot < ROAD_SPEEDS_SLOTS; slot++)
            profile->permille[class][slot] = 1000;
}

bool road_speeds_profile_valid(const struct road_speeds_profile *profile)
{
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++)
        for (uint32_t slot = 0; slot < ROAD_SPEEDS_SLOTS; slot++)
            if (profile->permille[class][slot] < ROAD_SPEEDS_PERMILLE_MIN ||
                profile->permille[class][slot] > 1000)
                return false;
    return true;
}

/* One set for 8 nodes, rounded up to a power of two. */
static uint32_t set_count(const struct road_graph *graph)
{
    uint32_t sets = 1;
    while (sets < graph->node_count / SET && sets < UINT32_C(1) << 28)
        sets *= 2;
    return sets;
}

size_t road_speeds_cost(const struct road_graph *graph)
{
    return arena_cost((size_t)set_count(graph) * SET, sizeof(struct road_speeds_entry));
}

bool road_speeds_init(struct road_speeds *speeds, struct arena *arena,
                      const struct road_graph *graph, const struct road_speeds_profile *profile)
{
    struct road_speeds_profile free_flow;
    road_speeds_profile_free(&free_flow);
    if (profile == NULL)
        profile = &free_flow;
    CHECK(road_speeds_profile_valid(profile));
    *speeds = (struct road_speeds){.graph = graph, .set_count = set_count(graph)};
    speeds->entries = arena_take(arena, (size_t)speeds->set_count * SET, sizeof *speeds->entries);
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++)
        for (uint32_t slot = 0; slot < ROAD_SPEEDS_SLOTS; slot++)
            speeds->given_paces[class][slot] = speeds->class_paces[class][slot] =
                ROAD_SPEEDS_FREE * FINE * 1000u / profile->permille[class][slot];
    return speeds->entries != NULL;
}

static uint32_t clamp(int64_t pace, int64_t unit)
{
    if (pace < ROAD_SPEEDS_FREE * unit)
        return (uint32_t)(ROAD_SPEEDS_FREE * unit);
    return (uint32_t)(pace < ROAD_SPEEDS_SLOWEST * unit ? pace : ROAD_SPEEDS_SLOWEST * unit);
}

/* The set of an arc and hour: the finishing steps of splitmix64 over both. */
static struct road_speeds_entry *set_of(const struct road_speeds *speeds, uint32_t arc,
                                        uint32_t slot)
{
    uint64_t key = ((uint64_t)arc << 8 | slot) + UINT64_C(0x9e3779b97f4a7c15);
    key = (key ^ (key >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ (key >> 27)) * UINT64_C(0x94d049bb133111eb);
    return speeds->entries + (size_t)((key ^ key >> 31) & (speeds->set_count - 1)) * SET;
}

static struct road_speeds_entry *find(const struct road_speeds *speeds, uint32_t arc, uint32_t slot)
{
    struct road_speeds_entry *set = set_of(speeds, arc, slot);
    for (uint32_t i = 0; i < SET; i++)
        if (set[i].weight > 0 && set[i].arc == arc && set[i].slot == slot)
            return &set[i];
    return NULL;
}

static uint32_t class_pace(const struct road_speeds *speeds, uint32_t arc, uint32_t slot)
{
    return speeds->class_paces[speeds->graph->class[arc]][slot] / FINE;
}

/* A road that was seen little goes by its class in part. */
static uint32_t blend(const struct road_speeds *speeds, const struct road_speeds_entry *entry)
{
    const uint32_t weight = entry->weight < WEIGHT_TRUST ? entry->weight : WEIGHT_TRUST;
    return (entry->pace * weight +
            class_pace(speeds, entry->arc, entry->slot) * (WEIGHT_TRUST - weight)) /
           WEIGHT_TRUST;
}

static uint32_t pace_of(const struct road_speeds *speeds, uint32_t arc, uint32_t slot)
{
    const struct road_speeds_entry *entry = find(speeds, arc, slot);
    return entry == NULL ? class_pace(speeds, arc, slot) : blend(speeds, entry);
}

static uint32_t weight(const struct road_graph *graph, uint32_t arc, uint32_t pace)
{
    const uint64_t ms = (uint64_t)graph->free_ms[arc] * pace / ROAD_SPEEDS_FREE;
    return ms < ROAD_WEIGHT_MAX_MS ? (uint32_t)ms : ROAD_WEIGHT_MAX_MS;
}

uint32_t road_speeds_weight(const struct road_speeds *speeds, uint32_t arc, uint32_t slot)
{
    CHECK(arc < speeds->graph->arc_count && slot < ROAD_SPEEDS_SLOTS);
    return weight(speeds->graph, arc, pace_of(speeds, arc, slot));
}

void road_speeds_fill(const struct road_speeds *speeds, uint32_t slot, uint32_t *weights_ms)
{
    CHECK(slot < ROAD_SPEEDS_SLOTS);
    for (uint32_t arc = 0; arc < speeds->graph->arc_count; arc++)
        weights_ms[arc] = weight(speeds->graph, arc, class_pace(speeds, arc, slot));
    for (size_t i = 0; i < (size_t)speeds->set_count * SET; i++) {
        const struct road_speeds_entry *entry = &speeds->entries[i];
        if (entry->weight > 0 && entry->slot == slot)
            weights_ms[entry->arc] = weight(speeds->graph, entry->arc, blend(speeds, entry));
    }
}

/* How much of arc `at` of the drive was driven, in permille. */
static int64_t share(struct road_place from, struct road_place to, const uint32_t *arcs,
                     size_t count, size_t at)
{
    const int64_t begin = at == 0 && from.arc == arcs[at] ? from.along_permille : 0;
    const int64_t end = at + 1 == count && to.arc == arcs[at] ? to.along_permille : 1000;
    return end > begin ? end - begin : 0;
}

/* The place for a road that is seen for the first time: a free one, or that of the road seen least,
 * once others have been seen as often. */
static struct road_speeds_entry *make_room(struct road_speeds *speeds, uint32_t arc, uint32_t slot)
{
    struct road_speeds_entry *set = set_of(speeds, arc, slot);
    struct road_speeds_entry *least = &set[0];
    for (uint32_t i = 1; i < SET; i++)
        if (set[i].weight < least->weight)
            least = &set[i];
    if (least->weight > 0)
        least->weight--;
    return least->weight == 0 ? least : NULL;
}

static void see_arc(struct road_speeds *speeds, uint32_t arc, uint32_t slot, uint32_t target)
{
    struct road_speeds_entry *entry = find(speeds, arc, slot);
    if (entry == NULL) {
        entry = make_room(speeds, arc, slot);
        if (entry != NULL)
            *entry = (struct road_speeds_entry){
                .arc = arc, .pace = (uint16_t)target, .slot = (uint8_t)slot, .weight = 1};
        return;
    }
    const int32_t step = entry->weight + 1 < ENTRY_STEP ? entry->weight + 1 : ENTRY_STEP;
    const int32_t moved = ((int32_t)target - (int32_t)entry->pace) / step; /* towards zero */
    entry->pace = (uint16_t)clamp((int64_t)entry->pace + moved, 1);
    entry->weight = (uint8_t)(entry->weight < WEIGHT_MAX ? entry->weight + 1 : WEIGHT_MAX);
}

bool road_speeds_see(struct road_speeds *speeds, struct road_place from, struct road_place to,
                     const uint32_t *arcs, size_t count, int64_t taken_ms, uint32_t slot)
{
    const struct road_graph *graph = speeds->graph;
    int64_t free_ms = 0;
    int64_t expected_ms = 0;
    CHECK(slot < ROAD_SPEEDS_SLOTS);
    for (size_t i = 0; i < count; i++) {
        const int64_t part_ms = graph->free_ms[arcs[i]] * share(from, to, arcs, count, i) / 1000;
        free_ms += part_ms;
        expected_ms += part_ms * pace_of(speeds, arcs[i], slot) / ROAD_SPEEDS_FREE;
    }
    if (free_ms < ROAD_SPEEDS_DRIVE_MIN_MS || taken_ms <= 0 || taken_ms > expected_ms * TOO_LONG)
        return false;
    speeds->seen_count++;
    const int64_t mean = ROAD_SPEEDS_FREE * taken_ms / free_ms;
    for (size_t i = 0; i < count; i++) {
        const int64_t part_ms = graph->free_ms[arcs[i]] * share(from, to, arcs, count, i) / 1000;
        const int64_t pace = pace_of(speeds, arcs[i], slot);
        const int64_t scaled = pace * taken_ms / expected_ms;
        const uint32_t target = clamp((OWN * scaled + mean) / (OWN + 1), 1);
        uint32_t *class = &speeds->class_paces[graph->class[arcs[i]]][slot];
        const int64_t difference = (int64_t)target * FINE - *class;
        *class = clamp(*class + difference * part_ms / (free_ms * CLASS_STEP), FINE);
        speeds->class_seen[graph->class[arcs[i]]][slot] = true;
        see_arc(speeds, arcs[i], slot, target);
    }
    return true;
}

void road_speeds_enter(struct road_speeds *speeds, uint32_t slot)
{
    const uint32_t before = (slot + ROAD_SPEEDS_SLOTS - 1) % ROAD_SPEEDS_SLOTS;
    CHECK(slot < ROAD_SPEEDS_SLOTS);
    for (size_t i = 0; i < (size_t)speeds->set_count * SET; i++)
        if (speeds->entries[i].slot == slot)
            speeds->entries[i].weight = (uint8_t)(speeds->entries[i].weight / 2);
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++) {
        const int64_t given = speeds->given_paces[class][slot];
        if (!speeds->class_seen[class][slot])
            speeds->class_paces[class][slot] = clamp(given * speeds->class_paces[class][before] /
                                                         speeds->given_paces[class][before],
                                                     FINE);
    }
}
