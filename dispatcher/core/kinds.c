/* A table of counts, so that a vehicle may come, change and go at no cost. */
#include "core/kinds.h"

#include "base/check.h"

uint32_t kinds_designed_for(const struct fact_vehicle *vehicle)
{
    return vehicle->designed_for != 0 ? vehicle->designed_for
                                      : (uint32_t)vehicle->seats + vehicle->wheelchair_spaces;
}

static uint32_t *entry(struct kinds *kinds, const struct fact_vehicle *vehicle)
{
    CHECK(vehicle->seats <= SEATS_MAX);
    CHECK(vehicle->wheelchair_spaces <= SEATS_MAX);
    const enum policy_kind kind = policy_kind(kinds_designed_for(vehicle));
    return &kinds->count[kind][vehicle->seats][vehicle->wheelchair_spaces];
}

void kinds_add(struct kinds *kinds, const struct fact_vehicle *vehicle)
{
    (*entry(kinds, vehicle))++;
}

void kinds_remove(struct kinds *kinds, const struct fact_vehicle *vehicle)
{
    uint32_t *count = entry(kinds, vehicle);
    CHECK(*count > 0);
    (*count)--;
}

bool kinds_fit(const struct kinds *kinds, enum policy_kind kind, uint32_t seats, uint32_t spaces)
{
    for (uint32_t s = seats; s <= SEATS_MAX; s++) {
        for (uint32_t w = spaces; w <= SEATS_MAX; w++) {
            if (kinds->count[kind][s][w] > 0) {
                return true;
            }
        }
    }
    return false;
}
