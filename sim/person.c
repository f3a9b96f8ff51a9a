#include "sim/person.h"

/* Riders that the scenario names, and those it does not, never meet. */
#define RIDER_NAMED   1
#define RIDER_UNNAMED 2
#define RIDER_FINANCE 3
#define KEY_BOOKING   1
#define KEY_REFUND    2
#define PERMILLE      1000

#define WALK_MM_PER_S 1200 /* how fast everybody walks */

static int64_t moment_or_none(const struct scenario *scenario, int64_t second)
{
    return second == SCENARIO_NONE ? 0 : scenario_moment_ms(scenario, second);
}

static int64_t walk_ms(int64_t walk_m)
{
    return (walk_m * 1000000 + WALK_MM_PER_S - 1) / WALK_MM_PER_S; /* up */
}

struct rider_id person_rider(int64_t number)
{
    return (struct rider_id){.high = RIDER_NAMED, .low = (uint64_t)number};
}

void person_init(struct person *person, const struct scenario *scenario,
                 const struct scenario_request *request)
{
    const int64_t at_ms = scenario_moment_ms(scenario, request->at_s);
    const int64_t from_ms = moment_or_none(scenario, request->pickup_from_s);
    *person = (struct person){
        .request = request,
        .vehicle = VEHICLE_NONE,
        .earliest_ms = from_ms > at_ms ? from_ms : at_ms,
        .leaves_ms = from_ms > at_ms ? from_ms : at_ms,
        .boards_ms = from_ms > at_ms ? from_ms : at_ms,
        .promised_by_ms = -1,
        .direct_ms = -1,
        .arrived_ms = -1,
        .departed_ms = -1,
        .alighted_ms = -1,
        .fare_pence = -1,
    };
}

static struct rider_id person_id(const struct person *person)
{
    const struct scenario_request *request = person->request;
    return request->rider != SCENARIO_NONE
               ? person_rider(request->rider)
               : (struct rider_id){.high = RIDER_UNNAMED, .low = (uint64_t)request->id};
}

struct event person_book(struct person *person, const struct scenario *scenario, uint32_t index)
{
    const struct scenario_request *request = person->request;
    person->state = PERSON_ASKING;
    struct event event = {.kind = EVENT_BOOK, .request = {(uint64_t)index + 1}};
    event.book = (struct event_book){
        .rider = person_id(person),
        .key = {.high = KEY_BOOKING, .low = (uint64_t)request->id},
        .trip = {.from = request->from,
                 .to = request->to,
                 .party = request->party,
                 .wheelchairs = request->wheelchairs,
                 .shared = request->shared,
                 .pickup_from_ms = moment_or_none(scenario, request->pickup_from_s),
                 .pickup_by_ms = moment_or_none(scenario, request->pickup_by_s),
                 .arrive_by_ms = moment_or_none(scenario, request->arrive_by_s),
                 .walk_max_m = request->walk_m},
    };
    if (person->asks_again) {
        event.book.trip.pickup_from_ms = 0;
        event.book.trip.pickup_by_ms = person_latest_ms(person, scenario);
    }
    return event;
}

struct event person_cancel(struct person *person, uint32_t index)
{
    struct event event = {.kind = EVENT_CANCEL, .request = {(uint64_t)index + 1}};
    event.ride = (struct event_ride){.rider = person_id(person), .ride = person->ride};
    person->state = PERSON_CANCELLING;
    person->boards_ms = PERSON_NEVER_MS;
    person->gave_up = true;
    return event;
}

struct event person_refund(const struct person *person, uint32_t index)
{
    const struct scenario_request *request = person->request;
    const bool all = request->refund_permille == PERMILLE;
    const int64_t part_pence = person->paid_pence * request->refund_permille / PERMILLE;
    struct event event = {.kind = EVENT_REFUND_RIDE,
                          .request = {PERSON_FINANCE + (uint64_t)index + 1}};
    event.refund = (struct event_refund){
        .by = {.high = RIDER_FINANCE, .low = 1},
        .ride = person->ride,
        .key = {.high = KEY_REFUND, .low = (uint64_t)request->id},
        .all = all,
        .pence = all              ? 0
                 : part_pence > 0 ? part_pence
                                  : 1, /* rounded down */
        .reason = "requests.csv",
    };
    return event;
}

void person_told(struct person *person, const struct ride_view *view)
{
    person->ride = view->ride;
    person->from = view->from;
    person->to = view->to;
    person->walk_from_m = view->walk_from_m;
    person->walk_to_m = view->walk_to_m;
    if (view->walk_from_m > 0) {
        person->boards_ms = person->leaves_ms + walk_ms(view->walk_from_m);
    }
    if (person->request->no_show) {
        person->boards_ms = PERSON_NEVER_MS;
    }
}

int64_t person_latest_ms(const struct person *person, const struct scenario *scenario)
{
    const int64_t by_ms = moment_or_none(scenario, person->request->pickup_by_s);
    return by_ms > 0 ? by_ms : person->earliest_ms + scenario->config.max_wait_ms;
}

bool person_is_done(const struct person *person)
{
    return person->state == PERSON_REFUSED || person->state == PERSON_SERVED ||
           person->state == PERSON_CANCELLED || person->state == PERSON_NO_SHOW;
}

const char *person_outcome(const struct person *person)
{
    switch (person->state) {
    case PERSON_REFUSED:
        return "refused";
    case PERSON_SERVED:
        return "served";
    case PERSON_CANCELLED:
        return "cancelled";
    case PERSON_NO_SHOW:
        return "no_show";
    default:
        return "unserved";
    }
}
