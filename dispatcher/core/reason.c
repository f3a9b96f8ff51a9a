/* The names of constraints and moves, as tables print them. */
#include "core/reason.h"

#include <stddef.h>

#include "base/check.h"

static const char *const constraints[REASON_CONSTRAINT_COUNT] = {
    [REASON_CONSTRAINT_NONE] = "none",
    [REASON_CONSTRAINT_SEATS] = "seats",
    [REASON_CONSTRAINT_WHEELCHAIR] = "wheelchair",
    [REASON_CONSTRAINT_ARRIVE_BY] = "arrive_by",
    [REASON_CONSTRAINT_RIDE_TIME] = "ride_time",
    [REASON_CONSTRAINT_SHARING] = "sharing",
    [REASON_CONSTRAINT_FULL] = "full",
    [REASON_CONSTRAINT_OTHERS] = "others",
    [REASON_CONSTRAINT_WAIT] = "wait",
    [REASON_CONSTRAINT_SHIFT] = "shift",
    [REASON_CONSTRAINT_NO_SERVICE] = "no_service",
    [REASON_CONSTRAINT_SEVERAL] = "several",
    [REASON_CONSTRAINT_ENERGY] = "energy",
};

static const char *const moves[REASON_MOVE_COUNT] = {
    [REASON_MOVE_NONE] = "none", [REASON_MOVE_BETTER] = "better", [REASON_MOVE_SILENT] = "silent",
    [REASON_MOVE_ROOM] = "room", [REASON_MOVE_ROAD] = "road",
};

const char *reason_constraint_text(enum reason_constraint constraint)
{
    CHECK(constraint >= REASON_CONSTRAINT_NONE && constraint < REASON_CONSTRAINT_COUNT);
    CHECK(constraints[constraint] != NULL);
    return constraints[constraint];
}

const char *reason_move_text(enum reason_move move)
{
    CHECK(move >= REASON_MOVE_NONE && move < REASON_MOVE_COUNT);
    CHECK(moves[move] != NULL);
    return moves[move];
}
