#include "crowd.h"

#define MAP                                                                                        \
    "a--b--c--d--e\n"                                                                              \
    "|  |  |  |  |\n"                                                                              \
    "f--g>>h--i--j\n"                                                                              \
    "|  |  |  ^  |\n"                                                                              \
    "k--l--m--n--o\n"                                                                              \
    "|  ^  |     |\n"                                                                              \
    "p--q--r--s--t\n"
#define NODES 20

#define CARS 7

static char node(struct random *random)
{
    static const char letters[] = "abcdefghijklmnopqrst";
    return letters[random_below(random, NODES)];
}

void crowd_book(struct service *s, struct random *random, uint32_t later_percent)
{
    const int64_t now_s = (s->now_ms - SERVICE_START_MS) / 1000;
    const char from[2] = {node(random), '\0'};
    const char to[2] = {node(random), '\0'};
    const bool later = random_below(random, 100) < later_percent;
    const int64_t from_s = later ? now_s + random_between(random, 0, 600) : 0;
    service_book(s, .from = from, .to = to, .rider = 1 + random_below(random, 50),
                 .party = (uint8_t)(1 + random_below(random, 3)),
                 .wheelchairs = (uint8_t)(random_below(random, 8) == 0),
                 .private = random_below(random, 6) == 0, .from_s = from_s,
                 .pickup_by_s = random_below(random, 10) == 0 ? from_s + now_s + 120 : 0,
                 .arrive_by_s = random_below(random, 10) == 0 ? from_s + now_s + 500 : 0);
}

struct service *crowd_open(void)
{
    struct service *s = service_open(MAP);
    s->config.max_wait_ms = 240000;
    s->config.max_ride_extra_ms = 90000;
    s->config.wheelchair_extra_ms = 20000;
    s->cars_turn = true;
    return s;
}

void crowd_begin(struct service *s, uint64_t seed)
{
    struct random random;
    random_init(&random, seed);
    service_begin(s);
    for (uint32_t i = 0; i < CARS; i++) {
        service_vehicle(s, i + 1, node(&random), (uint8_t)(2 + i), (uint8_t)(i % 2));
    }
}

struct event crowd_hello(struct service *service, uint32_t number)
{
    const struct service_car *car = service_car(service, number);
    const uint32_t index =
        state_vehicle_index(service->core->state, (struct vehicle_id){car->number});
    struct plan plan = service->core->plans[index];
    plan_refresh(&plan, service->now_ms, &service->config);
    if (plan.under_way) {
        CHECK(plan_advance(&plan, service->now_ms, &service->town->network.drive));
    }
    CHECK(plan.start.arc == ROAD_NONE);
    return (struct event){
        .kind = EVENT_HELLO,
        .hello = {.vehicle = {number},
                  .spot = {service->town->graph.points[plan.start.node], plan.start.node},
                  .at_ms = plan.start_ms}};
}
