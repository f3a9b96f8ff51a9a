#include "sim/happenings.h"

#include "base/check.h"
#include "sim/person.h"

static const struct rider_id operator_id = {.high = 4, .low = 1};

void happenings_init(struct happenings *happenings, const struct scenario *scenario)
{
    *happenings = (struct happenings){.scenario = scenario};
    settlements_init(&happenings->settlements, scenario);
}

static int64_t closure_ms(const struct happenings *happenings)
{
    const struct scenario *scenario = happenings->scenario;
    const uint32_t next = happenings->closures_done;
    return next < scenario->closure_count
               ? scenario_moment_ms(scenario, scenario->closures[next].at_s)
               : INT64_MAX;
}

static int64_t class_ms(const struct happenings *happenings)
{
    const struct scenario *scenario = happenings->scenario;
    const uint32_t next = happenings->classes_done;
    return next < scenario->class_count ? scenario_moment_ms(scenario, scenario->classes[next].at_s)
                                        : INT64_MAX;
}

static int64_t delay_ms(const struct happenings *happenings)
{
    const struct scenario *scenario = happenings->scenario;
    const uint32_t next = happenings->delays_done;
    return next < scenario->delay_count ? scenario_moment_ms(scenario, scenario->delays[next].at_s)
                                        : INT64_MAX;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t happenings_due_ms(const struct happenings *happenings)
{
    const int64_t settlement_ms = settlements_due_ms(&happenings->settlements);
    return lesser(lesser(closure_ms(happenings), class_ms(happenings)),
                  lesser(delay_ms(happenings), settlement_ms));
}

bool happenings_next(struct happenings *happenings, struct event *event,
                     const struct scenario_delay **delay)
{
    const struct scenario *scenario = happenings->scenario;
    const int64_t due_ms = happenings_due_ms(happenings);
    CHECK(due_ms < INT64_MAX);
    if (closure_ms(happenings) == due_ms) {
        const struct scenario_closure *closure = &scenario->closures[happenings->closures_done++];
        *event = (struct event){.kind = closure->opens ? EVENT_OPEN_ROAD : EVENT_CLOSE_ROAD};
        event->road = (struct event_road){
            .arc = closure->arc, .heading_deg = ROAD_HEADING_UNKNOWN, .reason = "closures.csv"};
        return true;
    }
    if (class_ms(happenings) == due_ms) {
        const struct scenario_class *said = &scenario->classes[happenings->classes_done++];
        *event = (struct event){.kind = EVENT_SET_RIDER_CLASS};
        event->rider_class = (struct event_rider_class){
            .rider = person_rider(said->rider), .by = operator_id, .class = said->class};
        return true;
    }
    if (settlements_due_ms(&happenings->settlements) == due_ms && delay_ms(happenings) > due_ms) {
        *event = settlements_propose(&happenings->settlements);
        return true;
    }
    *delay = &scenario->delays[happenings->delays_done++];
    return false;
}
