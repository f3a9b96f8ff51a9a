/* The usual of a moment is that of the hour around it, half an hour before to half an hour after,
 * so that it does not leap at the turn of the hour. */
#include "core/demand.h"

#include <string.h>

#include "base/check.h"

#define MINUTE_MS    INT64_C(60000)
#define HOUR_MS      (60 * MINUTE_MS)
#define FADE_LEFT    9 /* of 10 parts, after a minute */
#define FADE_PARTS   10
#define FADE_MINUTES 120 /* then nothing is left of anything */
#define SATURDAY     5   /* days from Monday */

void demand_init(struct demand *demand, const struct calendar *calendar, uint32_t area_count)
{
    CHECK(area_count <= ROAD_AREAS_MAX);
    memset(demand, 0, sizeof *demand);
    demand->calendar = calendar;
    demand->area_count = area_count;
}

static uint32_t slot_at(const struct demand *demand, int64_t at_ms)
{
    const uint32_t weekday = calendar_weekday(demand->calendar, at_ms);
    const uint32_t kind = weekday < SATURDAY ? 0 : weekday - SATURDAY + 1;
    return kind * 24 + calendar_hour(demand->calendar, at_ms);
}

/* The hour under way is over: it moves what is usual. */
static void learn(struct demand *demand)
{
    uint8_t *days = &demand->days[demand->slot];
    if (demand->is_whole && *days < DEMAND_DAYS) {
        (*days)++;
    }
    for (uint32_t area = 0; area < demand->area_count; area++) {
        int64_t *usual = &demand->usual_milli[demand->slot][area];
        if (demand->is_whole) {
            *usual += (demand->counted[area] * DEMAND_MILLI - *usual) / *days; /* towards 0 */
        }
        demand->counted[area] = 0;
    }
}

static void begin_hour(struct demand *demand, int64_t at_ms, bool is_whole)
{
    demand->slot = slot_at(demand, at_ms);
    demand->hour_ends_ms = calendar_next_hour_ms(demand->calendar, at_ms);
    demand->is_whole = is_whole;
}

static void fade(struct demand *demand, int64_t at_ms)
{
    int64_t minutes = (at_ms - demand->minute_ms) / MINUTE_MS;
    demand->minute_ms += minutes * MINUTE_MS;
    for (uint32_t area = 0; minutes > 0 && area < demand->area_count; area++) {
        int64_t *recent = &demand->recent_milli[area];
        *recent = minutes < FADE_MINUTES ? *recent : 0;
        for (int64_t i = 0; i<minutes && * recent> 0; i++) {
            *recent = *recent * FADE_LEFT / FADE_PARTS; /* rounded down */
        }
    }
}

void demand_advance(struct demand *demand, int64_t at_ms)
{
    if (demand->minute_ms == 0 || at_ms - demand->hour_ends_ms > DEMAND_GAP_MS) {
        memset(demand->recent_milli, 0, sizeof demand->recent_milli);
        memset(demand->counted, 0, sizeof demand->counted);
        demand->minute_ms = at_ms;
        begin_hour(demand, at_ms, false);
        return;
    }
    while (at_ms >= demand->hour_ends_ms) {
        learn(demand);
        begin_hour(demand, demand->hour_ends_ms, true);
    }
    fade(demand, at_ms);
}

void demand_saw(struct demand *demand, uint32_t area)
{
    CHECK(area < demand->area_count && demand->minute_ms != 0);
    demand->recent_milli[area] += DEMAND_MILLI;
    demand->counted[area]++;
}

/* The usual of a window at `at_ms`; false where one of its hours is not known. */
static bool usual_at(const struct demand *demand, uint32_t area, int64_t at_ms, int64_t *milli)
{
    const uint32_t first = slot_at(demand, at_ms - HOUR_MS / 2);
    const uint32_t last = slot_at(demand, at_ms + HOUR_MS / 2);
    const int64_t left_ms =
        calendar_next_hour_ms(demand->calendar, at_ms - HOUR_MS / 2) - (at_ms - HOUR_MS / 2);
    const int64_t share_ms = left_ms < HOUR_MS ? left_ms : HOUR_MS; /* of the first */
    if (demand->days[first] == 0 || demand->days[last] == 0) {
        return false; /* half of a time would be no more than a guess at the rest */
    }
    const int64_t hour_milli = (demand->usual_milli[first][area] * share_ms +
                                demand->usual_milli[last][area] * (HOUR_MS - share_ms)) /
                               HOUR_MS; /* rounded down, as below */
    *milli = hour_milli * DEMAND_WINDOW_MS / HOUR_MS;
    return true;
}

int64_t demand_expected_milli(const struct demand *demand, uint32_t area)
{
    int64_t now_milli = 0;
    int64_t ahead_milli = 0;
    CHECK(area < demand->area_count);
    const int64_t recent_milli = demand->recent_milli[area];
    if (demand->minute_ms == 0 || !usual_at(demand, area, demand->minute_ms, &now_milli) ||
        !usual_at(demand, area, demand->minute_ms + DEMAND_AHEAD_MS, &ahead_milli)) {
        return recent_milli;
    }
    const int64_t expected_milli = ahead_milli + (recent_milli - now_milli) / 2; /* towards 0 */
    return expected_milli > 0 ? expected_milli : 0;
}
