/* Travel times that change by the hour, and what is learnt of them. The service begins at 08:00. */
#include "core/traffic.h"

#include <criterion/criterion.h>

#include "tests/core/service.h"

static const char STREET[] = "a--b--c--d--e\n";

static uint32_t weight_ms(const struct service *s, const char *letters)
{
    return s->town->network.metric.weights_ms[town_arc(s->town, letters)];
}

/* From nine on everything takes twice as long. A rider booked before for a time after is told. */
Test(traffic, the_turn_of_the_hour_times_plans_anew)
{
    static struct road_speeds_profile profile;
    struct service *s = service_open(STREET);
    road_speeds_profile_free(&profile);
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++) {
        profile.permille[class][9] = 500;
    }
    s->config.speeds = &profile;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    service_run(s, 3580);
    cr_assert_eq(weight_ms(s, "ab"), 30000);
    service_book(s, .from = "d", .to = "e");
    const uint32_t told = s->riders_told;
    service_run(s, 3599);
    cr_assert_eq(s->riders_told, told);
    service_run(s, 3600);
    cr_assert_eq(weight_ms(s, "ab"), 60000);
    cr_assert_eq(s->riders_told, told + 1);
    cr_assert_eq(s->rider_told.pickup_ms, SERVICE_START_MS + (3580 + 180) * 1000);
    service_run(s, 7200);
    cr_assert_eq(weight_ms(s, "ab"), 30000);
    cr_assert_eq(service_statistics(s).alighted_count, 1);
    service_free(s);
}

Test(traffic, a_closed_road_stays_closed_and_opens_with_the_time_of_the_hour)
{
    static struct road_speeds_profile profile;
    struct service *s = service_open(STREET);
    road_speeds_profile_free(&profile);
    profile.permille[ROAD_CLASS_RESIDENTIAL][9] = 250;
    s->config.speeds = &profile;
    service_begin(s);
    service_road(s, EVENT_CLOSE_ROAD, "bc");
    service_run(s, 3700);
    cr_assert_eq(weight_ms(s, "bc"), ROAD_CLOSED);
    cr_assert_eq(weight_ms(s, "ab"), 120000);
    service_restart(s);
    cr_assert_eq(weight_ms(s, "bc"), ROAD_CLOSED);
    cr_assert_eq(weight_ms(s, "ab"), 120000);
    service_road(s, EVENT_OPEN_ROAD, "bc");
    cr_assert_eq(weight_ms(s, "bc"), 120000);
    service_free(s);
}

static void tell(struct service *s, const char *node, int64_t at_ms)
{
    const uint32_t index = town_node(s->town, node[0]);
    const struct event event = {.kind = EVENT_TELEMETRY,
                                .telemetry = {.vehicle = {1},
                                              .seq = ++service_car(s, 1)->seq,
                                              .spot = {s->town->graph.points[index], index},
                                              .heading_deg = ROAD_HEADING_UNKNOWN,
                                              .at_ms = at_ms}};
    service_step(s, &event);
}

/* Each arc takes the vehicle a minute instead of half of one, and it says where it is. */
Test(traffic, learns_from_drives_that_take_longer)
{
    struct service *s = service_open(STREET);
    s->config.learn_speeds = true;
    service_begin(s);
    service_vehicle(s, 1, 'a', 4, 0);
    for (int day = 0; day < 30; day++) {
        const char *way = day % 2 == 0 ? "abcde" : "edcba";
        const uint64_t ride = service_book(s, .from = way + 4, .to = way + 3);
        cr_assert_neq(ride, 0);
        service_car(s, 1)->next_ms = INT64_MAX; /* it drives as the test says */
        for (int i = 0; i < 4; i++) {
            tell(s, way + i, s->now_ms);
            s->now_ms += 60000;
        }
        service_cancel(s, ride, 1);
        tell(s, way + 4, s->now_ms);
    }
    cr_assert_gt(s->core->traffic.speeds.seen_count, 50);
    service_run(s, (s->now_ms - SERVICE_START_MS) / 1000 + 3600);
    cr_assert_geq(weight_ms(s, "bc"), 50000);
    cr_assert_leq(weight_ms(s, "bc"), 62000);
    service_free(s);
}
