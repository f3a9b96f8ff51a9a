/* Plans are taken whole: what the car did meanwhile, and has not been answered for, is taken out of
 * them again. */
#include "sim/load_car.h"

#include <stdlib.h>
#include <string.h>

#include "base/geo.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void load_car_init(struct load_car *car, struct vehicle_id id, const struct road_network *network,
                   struct road_place home, uint32_t *scratch, size_t scratch_max)
{
    *car = (struct load_car){
        .wait_ms = INT64_MAX,
        .id = id,
        .network = network,
        .scratch = scratch,
        .scratch_max = scratch_max,
        .place = home,
    };
}

void load_car_done(struct load_car *car)
{
    free(car->arcs);
    car->arcs = NULL;
}

static void report(struct load_car *car, enum report_kind kind, const struct message_stop *stop)
{
    if (car->report_count == LOAD_CAR_REPORTS_MAX) {
        car->stuck++;
        return;
    }
    struct load_car_report *slot = &car->reports[car->report_count++];
    *slot = (struct load_car_report){
        .report = {.vehicle = car->id,
                   .seq = ++car->seq,
                   .epoch = car->epoch,
                   .plan_id = car->plan_id,
                   .kind = kind},
    };
    if (stop != NULL) {
        slot->report.ride = stop->ride;
        slot->report.stop = kind == REPORT_ARRIVED ? stop->kind : 0;
    }
}

/* Was this stop done, in a report that is not answered yet? */
static bool is_done(const struct load_car *car, const struct message_stop *stop)
{
    const enum report_kind kind = fact_is_visit(stop->kind)   ? REPORT_VISITED
                                  : stop->kind == STOP_PICKUP ? REPORT_BOARDED
                                                              : REPORT_ALIGHTED;
    for (uint32_t i = 0; i < car->report_count; i++) {
        const struct event_report *made = &car->reports[i].report;
        if (made->kind == kind && made->ride.value == stop->ride.value) {
            return true;
        }
    }
    return false;
}

static void take_out(struct load_car *car, uint32_t at)
{
    memmove(&car->stops[at], &car->stops[at + 1],
            (size_t)(car->stop_count - at - 1) * sizeof car->stops[0]);
    car->stop_count--;
}

/* ---- driving ---- */

/* Duration of segment `index` of the drive. */
static int64_t segment_ms(const struct load_car *car, size_t index, struct road_place from)
{
    const uint32_t arc = car->arcs[index];
    const uint32_t weight_ms = car->network->metric.weights_ms[arc];
    const bool last = index + 1 == car->arc_count;
    int64_t duration_ms = weight_ms;
    if (index == 0 && from.arc == arc) {
        duration_ms = road_place_after_ms(from, weight_ms);
    }
    if (last && car->goal.arc == arc) {
        duration_ms -= road_place_after_ms(car->goal, weight_ms);
    }
    return later(duration_ms, 0);
}

/* Enter segment `index` at `from_ms`, from where the car is. */
static void enter_segment(struct load_car *car, size_t index, int64_t from_ms)
{
    car->arc_index = index;
    const int64_t duration_ms = segment_ms(car, index, car->place);
    car->place_ms = from_ms + duration_ms;
    remote_help_drive(&car->help, duration_ms);
    car->place = index + 1 == car->arc_count
                     ? car->goal
                     : road_place_at_node(car->network->graph->head[car->arcs[index]]);
}

static bool keep_path(struct load_car *car, size_t count)
{
    if (count > car->arc_capacity) {
        uint32_t *arcs = realloc(car->arcs, count * sizeof *arcs);
        if (arcs == NULL) {
            return false;
        }
        car->arcs = arcs;
        car->arc_capacity = count;
    }
    memcpy(car->arcs, car->scratch, count * sizeof *car->arcs);
    car->arc_count = count;
    return true;
}

static void stand(struct load_car *car, int64_t arrived_ms);

/* With nowhere to go yet: a car between two nodes drives on to the next. */
static void stay(struct load_car *car, int64_t now_ms)
{
    if (car->state == LOAD_CAR_DRIVING && car->place_ms > now_ms) {
        car->goal = car->place;
        car->arc_count = car->arc_index + 1;
        return;
    }
    car->state = LOAD_CAR_IDLE;
}

/* From where it is, or is about to be, to the first stop, or to rest. */
static void set_off(struct load_car *car, int64_t now_ms)
{
    const bool rests = car->stop_count == 0;
    const struct road_place goal = rests ? car->rest : car->stops[0].planned.place;
    size_t count = 0;
    CHECK(!rests || car->rests);
    car->wait_ms = INT64_MAX;
    if (rests && road_place_equal(car->place, goal)) {
        stay(car, now_ms);
        return;
    }
    if (!rests && car->stops[0].planned.leave_ms > now_ms) {
        stay(car, now_ms); /* its rider is not to be met too early */
        car->wait_ms = car->stops[0].planned.leave_ms;
        return;
    }
    if (road_place_equal(car->place, goal)) {
        if (car->place_ms > now_ms) {
            car->goal = goal; /* it is in its last segment */
            car->arc_count = car->arc_index + 1;
            car->state = LOAD_CAR_DRIVING;
            return;
        }
        stand(car, later(car->place_ms, now_ms));
        return;
    }
    if (!road_place_valid(car->network->graph, goal) ||
        road_query_path(car->network->query, car->place, goal, car->scratch, car->scratch_max,
                        &count) != ROAD_PATH_OK ||
        !keep_path(car, count)) {
        car->stuck++;
        car->state = LOAD_CAR_IDLE;
        return;
    }
    car->goal = goal;
    car->state = LOAD_CAR_DRIVING;
    enter_segment(car, 0, later(car->place_ms, now_ms));
}

/* ---- standing ---- */

/* Is it on, or at, a visit to a station? */
static bool visits(const struct load_car *car)
{
    return car->stop_count > 0 && fact_is_visit(car->stops[0].planned.kind);
}

/* The stops of one stand; a visit is one of its own. */
static uint32_t leading_stops(const struct load_car *car)
{
    uint32_t count = 0;
    while (count < car->stop_count &&
           road_place_equal(car->stops[count].planned.place, car->place) &&
           (count == 0 || (!visits(car) && !fact_is_visit(car->stops[count].planned.kind)))) {
        count++;
    }
    return count;
}

/* Report the arrival for stops of this stand that are new, and stay as long as they are planned
 * to take, from the arrival or from the time planned, whichever is later. */
static void greet(struct load_car *car, int64_t arrived_ms)
{
    const uint32_t count = leading_stops(car);
    for (uint32_t i = 0; i < count; i++) {
        struct load_car_stop *stop = &car->stops[i];
        if (!stop->arrived) {
            stop->arrived = true;
            report(car, REPORT_ARRIVED, &stop->planned);
        }
        const int64_t stay_ms = stop->planned.depart_ms - stop->planned.arrive_ms;
        car->depart_ms =
            later(car->depart_ms, later(stop->planned.depart_ms, arrived_ms + later(stay_ms, 0)));
    }
}

static void stand(struct load_car *car, int64_t arrived_ms)
{
    car->state = LOAD_CAR_STANDING;
    car->place_ms = arrived_ms;
    car->depart_ms = arrived_ms;
    greet(car, arrived_ms);
}

static void leave(struct load_car *car, int64_t now_ms)
{
    const bool visited = visits(car) && leading_stops(car) > 0 && car->stops[0].arrived;
    if (visited) {
        take_out(car, 0);
    }
    for (int boarding = 0; boarding <= 1; boarding++) {
        uint32_t left = visited || visits(car) ? 0 : leading_stops(car);
        for (uint32_t i = 0; left > 0; left--) {
            const struct message_stop stop = car->stops[i].planned;
            if ((stop.kind == STOP_PICKUP) != (boarding == 1)) {
                i++;
                continue;
            }
            report(car, boarding ? REPORT_BOARDED : REPORT_ALIGHTED, &stop);
            take_out(car, i);
        }
    }
    report(car, visited ? REPORT_VISITED : REPORT_DEPARTED, NULL);
    car->state = LOAD_CAR_IDLE;
    car->place_ms = now_ms;
    if (car->stop_count > 0 || car->rests) {
        set_off(car, now_ms);
    }
}

static void begin_help(struct load_car *car, int64_t now_ms)
{
    remote_help_begin(&car->help, now_ms);
    car->state = LOAD_CAR_ASKING;
    car->has_news = true;
}

static void end_help(struct load_car *car)
{
    car->state = LOAD_CAR_IDLE;
    car->place_ms = car->help.until_ms;
    car->has_news = true;
    if (car->stop_count > 0 || car->rests) {
        set_off(car, car->place_ms);
    }
}

void load_car_step(struct load_car *car, int64_t now_ms)
{
    while (load_car_due_ms(car) <= now_ms) {
        if (car->state == LOAD_CAR_STANDING) {
            leave(car, later(car->depart_ms, car->place_ms));
        } else if (car->state == LOAD_CAR_IDLE) {
            set_off(car, car->wait_ms);
        } else if (car->state == LOAD_CAR_ASKING) {
            end_help(car);
        } else if (remote_help_is_due(&car->help)) {
            begin_help(car, car->place_ms);
        } else if (car->arc_index + 1 < car->arc_count) {
            enter_segment(car, car->arc_index + 1, car->place_ms);
        } else if (car->stop_count > 0) {
            car->state = LOAD_CAR_IDLE;
            set_off(car, car->place_ms);
        } else {
            car->state = LOAD_CAR_IDLE;
        }
    }
}

int64_t load_car_due_ms(const struct load_car *car)
{
    switch (car->state) {
    case LOAD_CAR_DRIVING:
        return car->place_ms;
    case LOAD_CAR_STANDING:
        return car->depart_ms;
    case LOAD_CAR_ASKING:
        return car->help.until_ms;
    default:
        return car->stop_count > 0 ? car->wait_ms : INT64_MAX;
    }
}

/* ---- what the dispatcher says ---- */

void load_car_welcome(struct load_car *car, const struct message_vehicle_reply *welcome)
{
    if (welcome->seq > car->seq) {
        car->seq = welcome->seq;
    }
    if (welcome->epoch > car->epoch) {
        car->epoch = welcome->epoch;
        for (uint32_t i = 0; i < car->report_count; i++) {
            car->reports[i].report.epoch = welcome->epoch;
        }
    }
    for (uint32_t i = 0; i < car->report_count; i++) {
        car->reports[i].told = false;
    }
    car->resync = true;
}

static bool is_newer(const struct load_car *car, const struct message_plan *plan)
{
    if (plan->epoch < car->epoch || plan->plan_id < car->plan_id) {
        return false;
    }
    if (plan->plan_id > car->plan_id || plan->revision > car->revision) {
        return true;
    }
    return plan->revision == car->revision && car->resync;
}

static bool has_arrived(const struct load_car_stop *old, uint32_t old_count,
                        const struct message_stop *stop)
{
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].planned.ride.value == stop->ride.value && old[i].planned.kind == stop->kind) {
            return old[i].arrived;
        }
    }
    return false;
}

bool load_car_plan(struct load_car *car, const struct message_plan *plan, int64_t now_ms)
{
    struct load_car_stop old[PLAN_STOPS_MAX];
    const uint32_t old_count = car->stop_count;
    if (!is_newer(car, plan)) {
        const bool duplicate = plan->epoch == car->epoch && plan->plan_id == car->plan_id &&
                               plan->revision == car->revision;
        car->refused += duplicate ? 0 : 1;
        return false;
    }
    memcpy(old, car->stops, old_count * sizeof old[0]);
    car->resync = false;
    car->epoch = plan->epoch;
    car->plan_id = plan->plan_id;
    car->revision = plan->revision;
    car->stop_count = 0;
    car->rests = plan->rests;
    car->rest = plan->rest;
    for (uint32_t i = 0; i < plan->stop_count && i < PLAN_STOPS_MAX; i++) {
        const struct message_stop *stop = &plan->stops[i];
        if (!is_done(car, stop)) {
            car->stops[car->stop_count++] = (struct load_car_stop){
                .planned = *stop, .arrived = has_arrived(old, old_count, stop)};
        }
    }
    if (car->state == LOAD_CAR_ASKING) {
        return true; /* it goes by the new plan once it can go on */
    }
    if (car->state == LOAD_CAR_STANDING) {
        if (leading_stops(car) > 0) {
            greet(car, car->place_ms);
        } else {
            car->depart_ms = now_ms; /* nobody to wait for any more */
        }
    } else if (car->stop_count == 0 && !car->rests) {
        stay(car, now_ms);
    } else if (car->state == LOAD_CAR_IDLE ||
               !road_place_equal(car->goal,
                                 car->stop_count == 0 ? car->rest : car->stops[0].planned.place)) {
        set_off(car, now_ms);
    }
    return true;
}

uint64_t load_car_answer(struct load_car *car, const struct message_vehicle_reply *reply,
                         bool rejected)
{
    for (uint32_t i = 0; i < car->report_count; i++) {
        const uint64_t sent_ns = car->reports[i].sent_ns;
        if (car->reports[i].report.seq == reply->seq) {
            memmove(&car->reports[i], &car->reports[i + 1],
                    (size_t)(car->report_count - i - 1) * sizeof car->reports[0]);
            car->report_count--;
            car->rejected += rejected ? 1 : 0;
            car->resync = car->resync || rejected;
            return sent_ns;
        }
    }
    return 0;
}

void load_car_cut_off(struct load_car *car, int64_t now_ms)
{
    for (uint32_t i = 0; i < car->stop_count;) {
        const struct message_stop pickup = car->stops[i].planned;
        if (pickup.kind != STOP_PICKUP) {
            i++;
            continue;
        }
        take_out(car, i);
        for (uint32_t j = i; j < car->stop_count; j++) {
            if (car->stops[j].planned.ride.value == pickup.ride.value) {
                take_out(car, j);
                break;
            }
        }
    }
    if (car->state == LOAD_CAR_STANDING && leading_stops(car) == 0) {
        car->depart_ms = now_ms;
    } else if (car->state == LOAD_CAR_DRIVING && car->stop_count == 0) {
        stay(car, now_ms);
    } else if (car->state == LOAD_CAR_DRIVING &&
               !road_place_equal(car->goal, car->stops[0].planned.place)) {
        set_off(car, now_ms);
    }
}

/* ---- where it is ---- */

/* Clockwise from north, within about a degree: that is enough to tell two directions apart. */
static int32_t heading_deg(const struct road_graph *graph, uint32_t arc)
{
    const struct geo_point a = graph->points[graph->tail[arc]];
    const struct geo_point b = graph->points[graph->head[arc]];
    const double radians = (double)a.lat_e7 * 1.7453292519943295e-9;
    const double square = radians * radians;
    const double narrowing = 1 - square / 2 + square * square / 24 - square * square * square / 720;
    const double east = ((double)b.lon_e7 - a.lon_e7) * narrowing;
    const double north = (double)b.lat_e7 - a.lat_e7;
    const double east_size = east < 0 ? -east : east;
    const double north_size = north < 0 ? -north : north;
    const bool steep = north_size >= east_size;
    const double ratio = steep ? east_size / (north_size + 1e-9) : north_size / east_size;
    const double octant = ratio * (45 + 15.6 * (1 - ratio)); /* atan, within a third of a degree */
    const double quarter = steep ? octant : 90 - octant;
    const double half = north < 0 ? 180 - quarter : quarter;
    const int32_t degrees = (int32_t)(east < 0 ? 360 - half : half);
    return degrees % 360;
}

static int32_t heading_of(const struct load_car *car)
{
    const struct road_graph *graph = car->network->graph;
    if (car->place.arc != ROAD_NONE) {
        return heading_deg(graph, car->place.arc);
    }
    return car->arc_index < car->arc_capacity ? heading_deg(graph, car->arcs[car->arc_index])
                                              : ROAD_HEADING_UNKNOWN;
}

static struct spot spot_of(const struct load_car *car)
{
    return (struct spot){.point = road_place_point(car->network->graph, car->place),
                         .node = SPOT_NO_NODE};
}

static int64_t at_ms(const struct load_car *car, int64_t now_ms)
{
    return car->state == LOAD_CAR_DRIVING && car->place_ms > now_ms ? car->place_ms : 0;
}

void load_car_hello(const struct load_car *car, int64_t now_ms, struct event *event)
{
    *event = (struct event){.kind = EVENT_HELLO};
    event->hello =
        (struct event_hello){.vehicle = car->id, .spot = spot_of(car), .at_ms = at_ms(car, now_ms)};
}

void load_car_telemetry(struct load_car *car, int64_t now_ms, struct event *event)
{
    *event = (struct event){.kind = EVENT_TELEMETRY};
    event->telemetry = (struct event_telemetry){
        .vehicle = car->id,
        .seq = ++car->seq,
        .spot = spot_of(car),
        .heading_deg = heading_of(car),
        .at_ms = at_ms(car, now_ms),
        .battery_permille = 1000,
        .needs_help = car->state == LOAD_CAR_ASKING,
    };
}
