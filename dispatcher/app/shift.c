/* Civil midnights, by the calendar's offsets. */
#include "app/shift.h"

#include "input/timezone.h"

#define DAY_S 86400

static int64_t offset_s(const struct calendar *calendar, int64_t at_ms)
{
    int64_t offset = calendar->changes[0].offset_s;
    for (uint32_t i = 0; i < calendar->count && calendar->changes[i].from_ms <= at_ms; i++)
        offset = calendar->changes[i].offset_s;
    return offset;
}

static int64_t civil_day(const struct calendar *calendar, int64_t at_ms)
{
    int64_t civil_s = at_ms / 1000 + offset_s(calendar, at_ms);
    return civil_s / DAY_S - (civil_s % DAY_S < 0);
}

int64_t shift_next_round_ms(int64_t now_ms)
{
    return (now_ms / SHIFT_ROUND_MS + 1) * SHIFT_ROUND_MS;
}

struct event shift_enrolment(const struct fleet_vehicle *vehicle, const struct calendar *calendar,
                             int64_t now_ms)
{
    int64_t day = civil_day(calendar, now_ms);
    int64_t yesterday_ms = timezone_moment_ms(calendar, day - 1, 0);
    bool night_shift = yesterday_ms + vehicle->until_s * 1000 > now_ms; /* still under way */
    int64_t begin_ms = night_shift ? yesterday_ms : timezone_moment_ms(calendar, day, 0);
    bool always = vehicle->until_s - vehicle->from_s >= DAY_S;
    struct event event = {.kind = EVENT_ENROL};
    event.enrol = (struct event_enrol){
        .vehicle = {vehicle->vehicle},
        .seats = vehicle->seats,
        .wheelchair_spaces = vehicle->wheelchair_spaces,
        .designed_for = vehicle->designed_for,
        .from_ms = always ? 0 : begin_ms + vehicle->from_s * 1000,
        .until_ms = always ? INT64_MAX : begin_ms + vehicle->until_s * 1000,
        .home = vehicle->home,
        .battery_wh = vehicle->battery_wh,
    };
    return event;
}
