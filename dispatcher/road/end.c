/* Most of it is so little that it stands in the header. */
#include "road/end.h"

bool road_end_direct(const struct road_metric *metric, struct road_place from, struct road_place to,
                     int64_t *time_ms)
{
    if (road_place_equal(from, to)) {
        *time_ms = 0;
        return true;
    }
    if (from.arc == ROAD_NONE || from.arc != to.arc || from.along_permille > to.along_permille ||
        metric->weights_ms[from.arc] == ROAD_CLOSED)
        return false;
    uint32_t weight = metric->weights_ms[from.arc];
    *time_ms = road_place_before_ms(to, weight) - road_place_before_ms(from, weight);
    return true;
}
