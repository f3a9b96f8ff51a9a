#include "sim/report_areas.h"

#include <stdlib.h>

#include "base/sort.h"
#include "sim/grow.h"

/* The area where a request begins; UINT32_MAX off the road. */
static uint32_t area_of(const struct world *world, const struct scenario_request *request)
{
    return request->from.node == SPOT_NO_NODE
               ? UINT32_MAX
               : road_cells_of(&world->scenario->network.areas,
                               road_place_at_node(request->from.node));
}

static int64_t rounded(int64_t sum, int64_t count)
{
    return count == 0 ? 0 : (2 * sum + count) / (2 * count);
}

/* Mean, p95 and most of the waits in order. */
static void measure(struct report_area *area, const uint64_t *waits_ms, uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += (int64_t)waits_ms[i];
    }
    if (count > 0) {
        area->wait_mean_ms = rounded(sum, count);
        area->wait_p95_ms = (int64_t)waits_ms[(950 * (uint64_t)count + 999) / 1000 - 1];
        area->wait_max_ms = (int64_t)waits_ms[count - 1];
    }
}

static void count_area(const struct world *world, uint32_t number, const uint32_t *area_of_person,
                       uint64_t *waits_ms, uint64_t *scratch, struct report_area *area)
{
    for (uint32_t i = 0; i < world->scenario->request_count; i++) {
        const struct person *person = &world->persons[i];
        if (area_of_person[i] != number) {
            continue;
        }
        area->requests++;
        area->refused +=
            person->state == PERSON_REFUSED && person->reason == REFUSAL_NO_VEHICLE_IN_TIME;
        if (person->state == PERSON_SERVED) {
            const int64_t wait_ms = person->arrived_ms - person->earliest_ms;
            waits_ms[area->served++] = wait_ms > 0 ? (uint64_t)wait_ms : 0;
        }
    }
    sort_u64(waits_ms, scratch, area->served);
    measure(area, waits_ms, area->served);
}

static int64_t more(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void report_areas_make(const struct world *world, struct report_areas *areas)
{
    const uint32_t count = world->scenario->request_count;
    uint32_t *area_of_person = grow_new(count, sizeof *area_of_person);
    uint64_t *waits_ms = grow_new(count, sizeof *waits_ms);
    uint64_t *scratch = grow_new(count, sizeof *scratch);
    *areas = (struct report_areas){.count = world->scenario->network.areas.count};
    for (uint32_t i = 0; i < count; i++) {
        area_of_person[i] = area_of(world, &world->scenario->requests[i]);
    }
    for (uint32_t number = 0; number < areas->count; number++) {
        struct report_area *area = &areas->areas[number];
        count_area(world, number, area_of_person, waits_ms, scratch, area);
        if (area->requests >= REPORT_AREA_LEAST) {
            areas->compared_count++;
            areas->worst_mean_ms = more(areas->worst_mean_ms, area->wait_mean_ms);
            areas->worst_p95_ms = more(areas->worst_p95_ms, area->wait_p95_ms);
            areas->worst_refused_permille =
                more(areas->worst_refused_permille,
                     rounded((int64_t)area->refused * 1000, area->requests));
        }
    }
    free(area_of_person);
    free(waits_ms);
    free(scratch);
}
