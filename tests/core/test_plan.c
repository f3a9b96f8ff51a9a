#include <criterion/criterion.h>

#include "core/plan.h"

#define NEVER INT64_MAX

static const struct core_config config = {
    .pickup_ms = 30000,
    .dropoff_ms = 20000,
    .weights = {.vehicle_s = 1, .wait_s = 2, .ride_s = 3},
};

static struct plan_item stop(enum stop_kind kind, uint64_t ride, uint32_t node, int64_t leg_ms)
{
    return (struct plan_item){.ride = {ride},
                              .kind = kind,
                              .place = {.node = node, .arc = ROAD_NONE},
                              .latest_ms = NEVER,
                              .ride_max_ms = NEVER,
                              .seats = 1,
                              .shared = true,
                              .dwell_ms = plan_dwell_ms(&config, kind, 0),
                              .leg_ms = leg_ms};
}

static struct plan_item board(uint64_t ride, uint32_t node, int64_t leg_ms)
{
    return stop(STOP_PICKUP, ride, node, leg_ms);
}

static struct plan_item alight(uint64_t ride, uint32_t node, int64_t leg_ms)
{
    return stop(STOP_DROPOFF, ride, node, leg_ms);
}

/* A vehicle of four seats and a wheelchair space, free at node 0 at 1,000,000 ms. */
static struct plan vehicle(uint32_t count, const struct plan_item *stops)
{
    struct plan plan = {.start = {.node = 0, .arc = ROAD_NONE},
                        .start_ms = 1000000,
                        .until_ms = NEVER,
                        .seats = 4,
                        .wheelchair_spaces = 1,
                        .stop_count = (uint8_t)count};
    for (uint32_t i = 0; i < count; i++) {
        plan.stops[i] = stops[i];
    }
    return plan;
}

static void expect_times(const struct plan *plan, uint32_t count, const int64_t (*times)[2])
{
    cr_assert_eq(plan->stop_count, count);
    for (uint32_t i = 0; i < count; i++) {
        cr_expect_eq(plan->stops[i].arrive_ms, times[i][0], "stop %u arrives at %ld", i,
                     (long)plan->stops[i].arrive_ms);
        cr_expect_eq(plan->stops[i].depart_ms, times[i][1], "stop %u departs at %ld", i,
                     (long)plan->stops[i].depart_ms);
    }
}

Test(plan, drives_and_stands_in_turn)
{
    struct plan plan =
        vehicle(3, (struct plan_item[]){board(1, 1, 5000), alight(1, 2, 7000), board(2, 3, 0)});
    cr_expect(plan_schedule(&plan, &config));
    expect_times(&plan, 3,
                 (const int64_t[][2]){{1005000, 1035000}, {1042000, 1062000}, {1062000, 1092000}});
    plan.from_ms = 1100000; /* the shift begins later */
    cr_expect(plan_schedule(&plan, &config));
    cr_expect_eq(plan.stops[0].arrive_ms, 1105000);
}

Test(plan, stops_at_one_place_share_a_stand)
{
    struct plan_item later = board(2, 1, 0);
    const struct row {
        int64_t earliest_ms;
        int64_t depart_ms;
    } rows[] = {
        {0, 1035000},       /* there already */
        {1005000, 1035000}, /* comes as the vehicle does */
        {1020000, 1035000}, /* comes while it lasts */
        {1035000, 1035000}, /* comes as it ends */
        {1035001, 1065001}, /* comes too late: a time of their own */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        later.earliest_ms = rows[i].earliest_ms;
        struct plan plan = vehicle(3, (struct plan_item[]){later, alight(9, 1, 0), board(1, 1, 0)});
        plan.parties_aboard = plan.seats_aboard = 1;
        plan.stops[0].leg_ms = 5000;
        cr_expect(plan_schedule(&plan, &config));
        const int64_t depart_ms = rows[i].depart_ms;
        expect_times(
            &plan, 3,
            (const int64_t[][2]){{1005000, depart_ms}, {1005000, depart_ms}, {1005000, depart_ms}});
    }
}

Test(plan, a_wheelchair_takes_a_time_of_its_own)
{
    struct core_config slow = config;
    slow.wheelchair_extra_ms = 50000;
    cr_expect_eq(plan_dwell_ms(&slow, STOP_PICKUP, 0), 30000);
    cr_expect_eq(plan_dwell_ms(&slow, STOP_PICKUP, 1), 80000);
    cr_expect_eq(plan_dwell_ms(&slow, STOP_DROPOFF, 1), 70000);
    const struct row {
        int64_t earliest_ms;
        int64_t depart_ms;
    } rows[] = {
        {0, 1085000},       /* there already: the whole time */
        {1005000, 1085000}, /* comes as the vehicle does */
        {1020000, 1070000}, /* comes while it lasts: what the wheelchair takes */
        {1035000, 1085000}, /* comes as it ends: ditto */
        {1035001, 1115001}, /* comes too late: a time of their own */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plan_item wheelchair = board(2, 1, 0);
        wheelchair.seats = 0;
        wheelchair.wheelchairs = 1;
        wheelchair.dwell_ms = plan_dwell_ms(&slow, STOP_PICKUP, 1);
        wheelchair.earliest_ms = rows[i].earliest_ms;
        struct plan_item with_them = board(3, 1, 0); /* comes at the same time */
        with_them.earliest_ms = rows[i].earliest_ms;
        for (int order = 0; order < 2; order++) {
            struct plan plan =
                vehicle(3, (struct plan_item[]){board(1, 1, 5000), order ? wheelchair : with_them,
                                                order ? with_them : wheelchair});
            plan.parties_aboard = plan.seats_aboard = 1;
            cr_expect(plan_schedule(&plan, &slow));
            cr_expect_eq(plan.stops[0].depart_ms, rows[i].depart_ms, "row %zu", i);
            cr_expect_eq(plan.stops[2].depart_ms, rows[i].depart_ms, "row %zu", i);
        }
    }
}

Test(plan, sets_off_just_in_time_for_an_early_rider)
{
    struct plan_item first = board(1, 1, 5000);
    first.earliest_ms = 1100000;
    struct plan plan = vehicle(2, (struct plan_item[]){first, alight(1, 2, 7000)});
    cr_expect(plan_schedule(&plan, &config));
    expect_times(&plan, 2, (const int64_t[][2]){{1100000, 1130000}, {1137000, 1157000}});
    cr_expect_eq(plan_leaves_ms(&plan, 0), 1095000);
    cr_expect_eq(plan_leaves_ms(&plan, 1), 1130000);
    const int64_t cost = plan_cost(&plan, &config);
    plan.start_ms = 1095000; /* what it waits before it sets off costs nothing */
    cr_expect(plan_schedule(&plan, &config));
    cr_expect_eq(plan_cost(&plan, &config), cost);
}

Test(plan, waits_at_the_stand_with_riders_aboard)
{
    struct plan_item next = board(1, 1, 5000);
    next.earliest_ms = 1100000;
    struct plan plan =
        vehicle(3, (struct plan_item[]){next, alight(2, 2, 7000), alight(1, 3, 7000)});
    plan.parties_aboard = 1;
    plan.seats_aboard = 1;
    cr_expect(plan_schedule(&plan, &config));
    expect_times(&plan, 3,
                 (const int64_t[][2]){{1005000, 1130000}, {1137000, 1157000}, {1164000, 1184000}});
}

Test(plan, refreshing_ends_stands_sets_off_and_runs_late)
{
    struct plan_item first = board(1, 1, 5000);
    first.earliest_ms = 1100000;
    struct plan plan = vehicle(2, (struct plan_item[]){first, alight(1, 2, 7000)});
    plan.standing = true; /* where somebody has just got off */
    plan.start_ms = 1010000;
    cr_expect(plan_schedule(&plan, &config));
    static const struct row {
        int64_t now_ms;
        int64_t start_ms;
        int64_t arrive_ms;
        bool standing;
        bool under_way;
    } rows[] = {
        {1009000, 1010000, 1100000, true, false},  /* still in its stand */
        {1020000, 1020000, 1100000, false, false}, /* free, and in no hurry */
        {1095000, 1095000, 1100000, false, true},  /* sets off */
        {1099000, 1095000, 1100000, false, true},
        {1103000, 1098000, 1103000, false, true}, /* late: it could be there now at the soonest */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        plan_refresh(&plan, rows[i].now_ms, &config);
        cr_expect_eq(plan.start_ms, rows[i].start_ms, "row %zu: %ld", i, (long)plan.start_ms);
        cr_expect_eq(plan.stops[0].arrive_ms, rows[i].arrive_ms, "row %zu", i);
        cr_expect_eq(plan.standing, rows[i].standing, "row %zu", i);
        cr_expect_eq(plan.under_way, rows[i].under_way, "row %zu", i);
    }
}

Test(plan, goes_first_to_a_stand_that_is_very_near)
{
    struct plan plan =
        vehicle(3, (struct plan_item[]){board(1, 1, 50000), board(2, 1, 0), alight(1, 2, 7000)});
    cr_expect(plan_schedule(&plan, &config)); /* there at 1050000 */
    plan_refresh(&plan, 1050000 - PLAN_COMMIT_MS - 1, &config);
    cr_expect(plan.under_way);
    cr_expect_eq(plan.committed, 0);
    plan_refresh(&plan, 1050000 - PLAN_COMMIT_MS, &config);
    cr_expect_eq(plan.committed, 2);
    cr_expect_eq(plan_stand_pending(&plan), 0);
    plan.stops[0].earliest_ms = plan.stops[1].earliest_ms = 1100000;
    cr_expect(plan_schedule(&plan, &config));
    plan_refresh(&plan, 1047000, &config); /* it has not left: it may still be sent elsewhere */
    cr_expect_not(plan.under_way);
    cr_expect_eq(plan.committed, 0);
}

Test(plan, stops_join_the_stand_under_way)
{
    struct plan_item here = board(1, 0, 0);
    here.earliest_ms = 1000000;
    struct plan plan = vehicle(2, (struct plan_item[]){here, alight(1, 2, 7000)});
    plan.standing = true;
    plan.stand_from_ms = 975000; /* until 1000000, when free */
    cr_expect(plan_schedule(&plan, &config));
    expect_times(&plan, 2, (const int64_t[][2]){{975000, 1000000}, {1007000, 1027000}});
    plan.stops[0].earliest_ms = 1001000;
    cr_expect(plan_schedule(&plan, &config));
    expect_times(&plan, 2, (const int64_t[][2]){{975000, 1031000}, {1038000, 1058000}});
    plan.standing = false; /* it stands there idle: a new stand */
    plan.stops[0].earliest_ms = 990000;
    cr_expect(plan_schedule(&plan, &config));
    expect_times(&plan, 2, (const int64_t[][2]){{1000000, 1030000}, {1037000, 1057000}});
}

Test(plan, keeps_windows_rides_and_shift)
{
    const struct plan_item stops[] = {board(1, 1, 5000), board(2, 3, 10000), alight(1, 2, 7000)};
    struct plan plan = vehicle(3, stops); /* at 1005000, 1045000, 1082000 */
    const struct row {
        int64_t *limit;
        int64_t just_kept;
    } rows[] = {
        {&plan.stops[0].latest_ms, 1005000},
        {&plan.stops[2].latest_ms, 1082000},
        {&plan.stops[2].ride_max_ms, 1082000 - 1035000},
        {&plan.until_ms, 1075000}, /* the last pick-up's departure; the drop-off may be later */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        *rows[i].limit = rows[i].just_kept;
        cr_expect(plan_schedule(&plan, &config), "row %zu", i);
        *rows[i].limit = rows[i].just_kept - 1;
        cr_expect_not(plan_schedule(&plan, &config), "row %zu", i);
        *rows[i].limit = NEVER;
    }
    plan.stops[2] = alight(7, 2, 7000); /* aboard from before: no ride limit of its own here */
    plan.stops[2].ride_max_ms = 0;
    plan.parties_aboard = plan.seats_aboard = 1;
    cr_expect(plan_schedule(&plan, &config));
}

Test(plan, keeps_seats_spaces_and_privacy)
{
    const struct row {
        uint8_t seats[2];
        uint8_t wheelchairs[2];
        bool shared[2];
        bool together; /* the second boards before the first alights */
        bool kept;
    } rows[] = {
        {{3, 1}, {0, 0}, {true, true}, true, true},
        {{3, 2}, {0, 0}, {true, true}, true, false},
        {{3, 2}, {0, 0}, {true, true}, false, true},
        {{4, 0}, {0, 1}, {true, true}, true, true}, /* a wheelchair user takes no seat */
        {{0, 0}, {1, 1}, {true, true}, true, false},
        {{0, 0}, {1, 1}, {true, true}, false, true},
        {{1, 1}, {0, 0}, {false, true}, true, false},
        {{1, 1}, {0, 0}, {true, false}, true, false},
        {{1, 1}, {0, 0}, {false, false}, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct plan_item items[4] = {board(1, 1, 1000), alight(1, 2, 1000), board(2, 2, 0),
                                     alight(2, 3, 1000)};
        for (size_t n = 0; n < 4; n++) {
            const size_t rider = n / 2;
            items[n].seats = row->seats[rider];
            items[n].wheelchairs = row->wheelchairs[rider];
            items[n].shared = row->shared[rider];
        }
        if (row->together) { /* at one stand, and yet one after the other */
            const struct plan_item dropoff = items[1];
            items[1] = items[2];
            items[2] = dropoff;
        }
        struct plan plan = vehicle(4, items);
        cr_expect_eq(plan_schedule(&plan, &config), row->kept, "row %zu", i);
    }
}

Test(plan, who_is_aboard_counts_from_the_start)
{
    struct plan plan = vehicle(2, (struct plan_item[]){board(2, 1, 0), alight(1, 2, 1000)});
    plan.parties_aboard = 1;
    plan.seats_aboard = 4;
    cr_expect_not(plan_schedule(&plan, &config));
    plan.seats_aboard = 3;
    cr_expect(plan_schedule(&plan, &config));
    plan.private_aboard = true;
    cr_expect_not(plan_schedule(&plan, &config));
    plan.stops[0] = alight(1, 1, 0);
    plan.stops[1] = board(2, 2, 1000);
    cr_expect(plan_schedule(&plan, &config));
}

Test(plan, cost_weighs_vehicle_wait_and_ride)
{
    struct plan plan = vehicle(0, NULL);
    cr_expect_eq(plan_cost(&plan, &config), 0);
    struct plan_item pickup = board(1, 1, 5000);
    pickup.earliest_ms = 990000;
    plan = vehicle(3, (struct plan_item[]){pickup, alight(1, 2, 7000), alight(8, 3, 4000)});
    cr_expect(plan_schedule(&plan, &config)); /* departs 1035000, 1062000; 1066000 to 1086000 */
    cr_expect_eq(plan_cost(&plan, &config), 1 * 86000 + 2 * 45000 + 3 * (7000 + 66000));
}
