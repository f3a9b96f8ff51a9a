/* An auditor that finds nothing is only worth something if it finds what is there. */
#include <criterion/criterion.h>

#include "sim/auditor.h"

#define FACTS_MAX 12

static const struct calendar_change utc = {0, 0};

static struct fact booked(uint64_t ride, int64_t quote_pence)
{
    struct fact fact = {.kind = FACT_RIDE_BOOKED};
    fact.booked = (struct fact_booked){
        .ride = {ride}, .rider = {1, 1}, .fare_pence = quote_pence, .quote_pence = quote_pence};
    return fact;
}

static struct fact moved(enum fact_kind kind, uint64_t ride)
{
    struct fact fact = {.kind = kind};
    fact.ride = (struct fact_ride){.ride = {ride}};
    return fact;
}

static struct fact charged(uint64_t ride, int64_t pence)
{
    struct fact fact = {.kind = FACT_RIDE_CHARGED};
    fact.charged = (struct fact_charged){
        .ride = {ride}, .charged_pence = pence, .cap_saved_pence = 200 - pence, .travel_day = 5};
    return fact;
}

static struct fact moved_money(uint64_t id, uint64_t pending, uint64_t ride, enum ledger_kind kind,
                               int64_t pence)
{
    struct fact fact = {.kind = FACT_TRANSFER};
    fact.transfer = (struct ledger_transfer){.id = id,
                                             .pending = pending,
                                             .ride = ride,
                                             .debit = LEDGER_RIDERS,
                                             .credit = LEDGER_FARE_INCOME,
                                             .amount_pence = pence,
                                             .kind = kind};
    return fact;
}

/* Failures that a history of facts ends with; a kind of FACT_NONE ends it early. */
static uint64_t audit(const struct fact *facts, int64_t day_cap_pence)
{
    static struct scenario scenario;
    static struct auditor auditor;
    scenario.calendar = (struct calendar){.count = 1, .changes = {utc}};
    policy_default(&scenario.policy);
    scenario.policy.caps[0].caps = (struct caps){.day_pence = day_cap_pence, .week_pence = 3000};
    scenario.config.policy = &scenario.policy;
    auditor_init(&auditor, &scenario);
    for (uint64_t i = 0; i < FACTS_MAX && facts[i].kind != FACT_NONE; i++) {
        struct fact fact = facts[i];
        fact.seq = i + 1;
        auditor_fact(&auditor, &fact);
    }
    auditor_finish(&auditor, NULL, 0, 0);
    const uint64_t failures = auditor.failure_count;
    auditor_free(&auditor);
    return failures;
}

Test(auditor, finds_what_is_wrong_in_a_history)
{
    const struct fact sound[FACTS_MAX] = {
        booked(1, 200),
        moved_money(1, 0, 1, LEDGER_HOLD, 200),
        moved(FACT_RIDE_ARRIVED, 1),
        moved(FACT_RIDE_BOARDED, 1),
        moved(FACT_RIDE_ALIGHTED, 1),
        charged(1, 200),
        moved_money(2, 1, 1, LEDGER_POST, 200),
    };
    const struct row {
        const char *what;
        size_t at; /* which fact of the sound history is another */
        struct fact fact;
    } rows[] = {
        {"a number twice", 0, booked(2, 200)},
        {"held less than quoted", 1, moved_money(1, 0, 1, LEDGER_HOLD, 100)},
        {"boarded before the vehicle came", 2, moved(FACT_RIDE_BOARDED, 1)},
        {"arrived twice", 3, moved(FACT_RIDE_ARRIVED, 1)},
        {"a ride that is not there", 4, moved(FACT_RIDE_ALIGHTED, 2)},
        {"cancelled when aboard", 4, moved(FACT_RIDE_CANCELLED, 1)},
        {"charged above the quote", 5, charged(1, 201)},
        {"posted another sum", 6, moved_money(2, 1, 1, LEDGER_POST, 150)},
        {"a hold that is not there", 6, moved_money(2, 7, 1, LEDGER_POST, 200)},
        {"still held at the end", 6, {.kind = FACT_NONE}},
        {"never charged", 5, {.kind = FACT_NONE}},
    };
    cr_expect_eq(audit(sound, 750), 0);
    cr_expect_gt(audit(sound, 199), 0, "a cap is passed");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fact facts[FACTS_MAX];
        for (size_t f = 0; f < FACTS_MAX; f++) {
            facts[f] = f == rows[i].at ? rows[i].fact : sound[f];
        }
        cr_expect_gt(audit(facts, 750), 0, "%s", rows[i].what);
    }
}

/* A rider of the second class pays at most 150 a day, but only as long as they are of it. */
Test(auditor, knows_what_class_a_rider_is_of)
{
    static const struct row {
        uint8_t class;
        int32_t until_day;
        uint64_t failures;
    } rows[] = {{0, 100, 0}, {1, 100, 1}, {1, 5, 1}, {1, 4, 0}};
    static struct scenario scenario = {.class_count = 1};
    static struct auditor auditor;
    scenario.calendar = (struct calendar){.count = 1, .changes = {utc}};
    policy_default(&scenario.policy);
    scenario.policy.class_count = 2;
    scenario.policy.caps[1] = scenario.policy.caps[0];
    scenario.policy.caps[1].class = 1;
    scenario.policy.caps[1].caps.day_pence = 150;
    scenario.policy.caps_count = 2;
    scenario.config.policy = &scenario.policy;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fact said = {.kind = FACT_RIDER_CLASS};
        said.rider_class = (struct fact_rider_class){
            .rider = {1, 1},
            .class = {.class = rows[i].class, .class_until_day = rows[i].until_day}};
        struct fact facts[] = {said,
                               booked(1, 200),
                               moved_money(1, 0, 1, LEDGER_HOLD, 200),
                               moved(FACT_RIDE_ARRIVED, 1),
                               moved(FACT_RIDE_BOARDED, 1),
                               moved(FACT_RIDE_ALIGHTED, 1),
                               charged(1, 200),
                               moved_money(2, 1, 1, LEDGER_POST, 200)};
        auditor_init(&auditor, &scenario);
        for (uint64_t f = 0; f < sizeof facts / sizeof *facts; f++) {
            facts[f].seq = f + 1;
            auditor_fact(&auditor, &facts[f]);
        }
        auditor_finish(&auditor, NULL, 0, 0);
        cr_expect_eq(auditor.failure_count, rows[i].failures, "row %zu: %s", i,
                     auditor.failures[0]);
        auditor_free(&auditor);
    }
}

Test(auditor, finds_a_car_that_is_too_full)
{
    static struct scenario scenario;
    static struct auditor auditor;
    const struct scenario_vehicle vehicle = {.seats = 3, .wheelchair_spaces = 1};
    const struct row {
        struct scenario_request requests[2];
        uint64_t failures;
    } rows[] = {
        {{{.party = 2, .shared = true}, {.party = 1, .shared = true}}, 0},
        {{{.party = 2, .shared = true}, {.party = 2, .shared = true}}, 1},
        {{{.party = 3, .shared = true}, {.party = 1, .wheelchairs = 1, .shared = true}}, 0},
        {{{.party = 1, .wheelchairs = 1, .shared = true},
          {.party = 1, .wheelchairs = 1, .shared = true}},
         1},
        {{{.party = 1, .shared = true}, {.party = 1, .shared = false}}, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct person persons[2] = {{.request = &rows[i].requests[0]},
                                          {.request = &rows[i].requests[1]}};
        auditor_init(&auditor, &scenario);
        auditor_aboard(&auditor, &vehicle, persons, (const uint32_t[]){0, 1}, 2);
        cr_expect_eq(auditor.failure_count, rows[i].failures, "row %zu", i);
        auditor_free(&auditor);
    }
}

/* Two plugs at node 3, of two stations, and one at node 5. */
Test(auditor, finds_a_visit_without_a_plug_with_riders_or_nowhere)
{
    static struct scenario scenario;
    static struct auditor auditor;
    const struct station stations[] = {{.id = 1, .place = road_place_at_node(3), .plugs = 1},
                                       {.id = 2, .place = road_place_at_node(5), .plugs = 1},
                                       {.id = 3, .place = road_place_at_node(3), .plugs = 1}};
    scenario.config.stations = (struct stations){.count = 3, .items = stations};
    auditor_init(&auditor, &scenario);
    auditor_visit(&auditor, (struct vehicle_id){1}, 3, true, 0);
    auditor_visit(&auditor, (struct vehicle_id){2}, 3, true, 0);
    auditor_visit(&auditor, (struct vehicle_id){3}, 5, true, 0);
    cr_expect_eq(auditor.failure_count, 0);
    auditor_visit(&auditor, (struct vehicle_id){4}, 3, true, 0);
    cr_expect_eq(auditor.failure_count, 1, "no plug");
    auditor_visit(&auditor, (struct vehicle_id){4}, 3, false, 0);
    auditor_visit(&auditor, (struct vehicle_id){3}, 5, false, 0);
    auditor_visit(&auditor, (struct vehicle_id){5}, 5, true, 0);
    cr_expect_eq(auditor.failure_count, 1);
    auditor_visit(&auditor, (struct vehicle_id){6}, 4, true, 0);
    cr_expect_eq(auditor.failure_count, 2, "no station");
    auditor_visit(&auditor, (struct vehicle_id){1}, 3, false, 1);
    cr_expect_eq(auditor.failure_count, 3, "riders aboard");
    auditor_free(&auditor);
    scenario.config.stations = (struct stations){0};
}

Test(auditor, finds_who_was_driven_by_nobody_or_after_the_shift)
{
    static struct scenario scenario;
    static struct auditor auditor;
    static struct scenario_vehicle vehicles[] = {{.id = 9, .from_s = 0, .until_s = 10},
                                                 {.id = 4, .from_s = 0, .until_s = 100}};
    const struct row {
        uint32_t vehicle;
        uint64_t failures;
    } rows[] = {{4, 0}, {9, 1}, {5, 1}};
    static const struct geo_point kerb = {0, 0};
    scenario.roads.graph.points = &kerb;
    scenario.vehicles = vehicles;
    scenario.vehicle_count = 2;
    scenario.config.limits_soft = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct scenario_request request = {.party = 1};
        const struct person person = {.request = &request,
                                      .state = PERSON_SERVED,
                                      .vehicle = {rows[i].vehicle},
                                      .arrived_ms = 5000,
                                      .departed_ms = 50000,
                                      .alighted_ms = 60000};
        auditor_init(&auditor, &scenario);
        auditor_finish(&auditor, &person, 1, 0);
        cr_expect_eq(auditor.failure_count, rows[i].failures, "row %zu", i);
        auditor_free(&auditor);
    }
}

static struct fact road(enum fact_kind kind, uint32_t arc, int64_t at_ms)
{
    return (struct fact){.at_ms = at_ms, .kind = kind, .road.arc = arc};
}

Test(auditor, finds_who_drives_into_a_closed_road)
{
    static const struct row {
        uint32_t arc;
        int64_t enters_ms;
        uint64_t failures;
    } rows[] = {{3, 99, 0},  {3, 100, 0}, {3, 101, 1}, {4, 150, 0}, {3, 199, 1},
                {3, 200, 0}, {3, 250, 0}, {3, 301, 1}, {3, 999, 1}};
    const struct fact facts[] = {road(FACT_ROAD_CLOSED, 3, 100), road(FACT_ROAD_OPENED, 3, 200),
                                 road(FACT_ROAD_CLOSED, 3, 300)};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct scenario scenario;
        static struct auditor auditor;
        auditor_init(&auditor, &scenario);
        for (uint64_t f = 0; f < sizeof facts / sizeof *facts; f++) {
            struct fact fact = facts[f];
            fact.seq = f + 1;
            auditor_fact(&auditor, &fact);
        }
        auditor_drive(&auditor, (struct vehicle_id){1}, rows[i].arc, rows[i].enters_ms);
        cr_expect_eq(auditor.failure_count, rows[i].failures, "row %zu", i);
        auditor_free(&auditor);
    }
}

Test(auditor, finds_a_road_that_is_closed_or_opened_twice)
{
    const struct fact twice[FACTS_MAX] = {
        road(FACT_ROAD_CLOSED, 3, 1), road(FACT_ROAD_CLOSED, 4, 2), road(FACT_ROAD_CLOSED, 3, 3)};
    const struct fact open[FACTS_MAX] = {road(FACT_ROAD_CLOSED, 3, 1), road(FACT_ROAD_OPENED, 3, 2),
                                         road(FACT_ROAD_OPENED, 3, 3)};
    cr_expect_eq(audit(twice, 1000), 1);
    cr_expect_eq(audit(open, 1000), 1);
}

/* Only who had asked before a road closed, and was not at the end by then. */
Test(auditor, forgives_lateness_to_those_whom_a_closing_road_met)
{
    static const struct row {
        int64_t closed_ms;
        uint64_t failures;
    } rows[] = {{9999, 1}, {10000, 0}, {50000, 0}, {60000, 0}, {60001, 1}};
    static struct scenario scenario;
    static struct auditor auditor;
    struct scenario_vehicle vehicle = {.id = 9, .until_s = 100};
    const struct scenario_request request = {
        .at_s = 10, .party = 1, .pickup_by_s = 20, .arrive_by_s = SCENARIO_NONE};
    const struct person person = {.request = &request,
                                  .state = PERSON_SERVED,
                                  .vehicle = {9},
                                  .arrived_ms = 30000,
                                  .departed_ms = 30000,
                                  .alighted_ms = 60000,
                                  .direct_ms = 30000};
    static const struct geo_point kerb = {0, 0};
    scenario.roads.graph.points = &kerb;
    scenario.vehicles = &vehicle;
    scenario.vehicle_count = 1;
    scenario.config.max_ride_permille = 1000;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fact fact = road(FACT_ROAD_CLOSED, 3, rows[i].closed_ms);
        fact.seq = 1;
        auditor_init(&auditor, &scenario);
        auditor_fact(&auditor, &fact);
        auditor_finish(&auditor, &person, 1, 0);
        cr_expect_eq(auditor.failure_count, rows[i].failures, "row %zu: %s", i,
                     auditor.failures[0]);
        auditor_free(&auditor);
    }
}

/* 100 m and some centimetres north of the kerb asked for: 131 m on foot, which take 109.2 s. */
Test(auditor, finds_who_walks_further_than_agreed_or_boards_too_early)
{
    static struct scenario scenario;
    static struct auditor auditor;
    static struct scenario_vehicle vehicle = {.id = 4, .from_s = 0, .until_s = 1000};
    static const struct geo_point kerb = {515000000, -30000000};
    const struct geo_point away = {515009000, -30000000};
    const struct row {
        int32_t agreed_m;
        uint8_t wheelchairs;
        struct geo_point from;
        struct geo_point to;
        int32_t told_from_m;
        int32_t told_to_m;
        int64_t departed_ms;
        uint64_t failures;
    } rows[] = {
        {0, 0, kerb, kerb, 0, 0, 50000, 0},       {131, 0, away, away, 131, 131, 109167, 0},
        {130, 0, away, kerb, 131, 0, 109167, 1},  {130, 0, kerb, away, 0, 131, 109167, 1},
        {1000, 1, away, kerb, 131, 0, 109167, 1}, {1000, 0, away, kerb, 131, 0, 109166, 1},
        {1000, 0, away, kerb, 130, 0, 109167, 1}, {1000, 0, kerb, away, 0, 0, 109167, 1},
    };
    scenario.roads.graph.points = &kerb;
    scenario.vehicles = &vehicle;
    scenario.vehicle_count = 1;
    scenario.config.limits_soft = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct scenario_request request = {.from = {kerb, 0},
                                                 .to = {kerb, 0},
                                                 .party = 1,
                                                 .wheelchairs = rows[i].wheelchairs,
                                                 .walk_m = rows[i].agreed_m};
        const struct person person = {.request = &request,
                                      .state = PERSON_SERVED,
                                      .vehicle = {4},
                                      .from = rows[i].from,
                                      .to = rows[i].to,
                                      .walk_from_m = rows[i].told_from_m,
                                      .walk_to_m = rows[i].told_to_m,
                                      .departed_ms = rows[i].departed_ms,
                                      .alighted_ms = 600000};
        auditor_init(&auditor, &scenario);
        auditor_finish(&auditor, &person, 1, 0);
        cr_expect_eq(auditor.failure_count, rows[i].failures, "row %zu: %s", i,
                     auditor.failures[0]);
        auditor_free(&auditor);
    }
}
