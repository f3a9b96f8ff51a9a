#include "sim/record.h"

#include <stdlib.h>

#include "base/check.h"
#include "sim/grow.h"

void record_add(struct record *record, const struct record_stand *stand, const uint32_t *boarding,
                const uint32_t *alighting)
{
    record->stands = grow(record->stands, &record->stand_capacity, record->stand_count + 1,
                          sizeof *record->stands);
    record->riders = grow(record->riders, &record->rider_capacity,
                          record->rider_count + stand->boarding_count + stand->alighting_count,
                          sizeof *record->riders);
    struct record_stand *added = &record->stands[record->stand_count++];
    *added = *stand;
    added->riders = record->rider_count;
    for (uint32_t i = 0; i < stand->boarding_count; i++) {
        record->riders[record->rider_count++] = boarding[i];
    }
    for (uint32_t i = 0; i < stand->alighting_count; i++) {
        record->riders[record->rider_count++] = alighting[i];
    }
}

const char *record_purpose_text(enum record_purpose purpose)
{
    static const char *const texts[RECORD_PURPOSE_COUNT] = {[RECORD_PICKUP] = "pickup",
                                                            [RECORD_OCCUPIED] = "occupied",
                                                            [RECORD_REBALANCE] = "rebalance",
                                                            [RECORD_CHARGE] = "charge",
                                                            [RECORD_DEPOT] = "depot"};
    CHECK(purpose < RECORD_PURPOSE_COUNT);
    return texts[purpose];
}

void record_free(struct record *record)
{
    free(record->stands);
    free(record->riders);
    *record = (struct record){0};
}
