/* The places themselves stay the shell's: the core points to them. */
#include "core/step_places.h"

#include <string.h>

#include "core/emit.h"

static void record(struct core *core, const struct event *event, enum places_kind kind,
                   uint32_t count)
{
    struct fact fact = {.kind = FACT_PLACES_SET};
    fact.places.kind = kind;
    fact.places.count = count;
    fact.places.by = event->places.by;
    memcpy(fact.places.reason, event->places.reason, sizeof fact.places.reason);
    emit_fact(core, &fact);
    (void)emit_message(core, MESSAGE_LIST_END, event->request);
}

void step_places_zones(struct core *core, const struct event *event)
{
    core->config.zones = event->places.zones;
    record(core, event, PLACES_ZONES, event->places.zones->zone_count);
}

void step_places_parking(struct core *core, const struct event *event)
{
    parking_set(core, event->places.parking, event->places.parking_count);
    record(core, event, PLACES_PARKING, event->places.parking_count);
}
