/* What tags mean to a car, as tables of tags and verdicts. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/osm_tags.h"

#define TAGS_MAX 8

/* "key=value key=value" as tags; `text` is cut up in place. */
static size_t split(char *text, struct osm_tag tags[TAGS_MAX])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *part = strtok_r(text, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        *equals = '\0';
        tags[count++] = (struct osm_tag){.key = part, .value = equals + 1};
    }
    return count;
}

static struct osm_street street_of(const char *text)
{
    char copy[256];
    struct osm_tag tags[TAGS_MAX];
    snprintf(copy, sizeof copy, "%s", text);
    return osm_tags_street(tags, split(copy, tags));
}

Test(osm_tags, judge_whether_a_car_may_drive)
{
    static const struct {
        const char *tags;
        enum osm_tags_verdict verdict;
    } rows[] = {
        {"", OSM_TAGS_NO_STREET},
        {"waterway=river", OSM_TAGS_NO_STREET},
        {"highway=motorway", OSM_TAGS_STREET},
        {"highway=residential", OSM_TAGS_STREET},
        {"highway=living_street", OSM_TAGS_STREET},
        {"highway=footway", OSM_TAGS_NO_CARS},
        {"highway=footway motor_vehicle=yes", OSM_TAGS_NO_CARS},
        {"highway=pedestrian", OSM_TAGS_NO_CARS},
        {"highway=busway", OSM_TAGS_NO_CARS},
        {"highway=construction construction=primary", OSM_TAGS_UNFINISHED},
        {"highway=proposed", OSM_TAGS_UNFINISHED},
        {"highway=hoverway", OSM_TAGS_UNKNOWN},
        {"highway=residential area=yes", OSM_TAGS_AREA},
        {"highway=residential area=no", OSM_TAGS_STREET},
        {"route=ferry", OSM_TAGS_FERRY},
        {"route=ferry highway=primary", OSM_TAGS_FERRY},
        /* access, the most particular key first */
        {"highway=residential access=private", OSM_TAGS_CLOSED},
        {"highway=residential access=no", OSM_TAGS_CLOSED},
        {"highway=residential access=delivery", OSM_TAGS_CLOSED},
        {"highway=residential access=nonsense", OSM_TAGS_CLOSED},
        {"highway=residential access=unknown", OSM_TAGS_STREET},
        {"highway=residential access=permissive", OSM_TAGS_STREET},
        {"highway=residential access=destination", OSM_TAGS_STREET},
        {"highway=residential access=no vehicle=yes", OSM_TAGS_STREET},
        {"highway=residential access=yes vehicle=no", OSM_TAGS_CLOSED},
        {"highway=residential vehicle=no motor_vehicle=yes", OSM_TAGS_STREET},
        {"highway=residential motor_vehicle=yes motorcar=no", OSM_TAGS_CLOSED},
        {"highway=residential motorcar=yes motor_vehicle=no vehicle=no access=no", OSM_TAGS_STREET},
        {"highway=residential bus=yes motor_vehicle=no", OSM_TAGS_CLOSED},
        /* service roads and tracks */
        {"highway=service", OSM_TAGS_STREET},
        {"highway=service service=alley", OSM_TAGS_STREET},
        {"highway=service service=driveway", OSM_TAGS_MINOR},
        {"highway=service service=parking_aisle", OSM_TAGS_MINOR},
        {"highway=service service=driveway access=yes", OSM_TAGS_STREET},
        {"highway=service service=driveway access=private", OSM_TAGS_CLOSED},
        {"highway=track", OSM_TAGS_MINOR},
        {"highway=track motor_vehicle=yes", OSM_TAGS_STREET},
        {"highway=track access=private", OSM_TAGS_CLOSED},
        {"highway=primary oneway=reversible", OSM_TAGS_REVERSIBLE},
        {"highway=primary oneway=reversible access=no", OSM_TAGS_CLOSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_eq(street_of(rows[i].tags).verdict, rows[i].verdict, "%s", rows[i].tags);
}

Test(osm_tags, tell_the_directions)
{
    enum { FORWARD = 1, BACKWARD = 2, BOTH = 3 };
    static const struct {
        const char *tags;
        int directions;
    } rows[] = {
        {"highway=primary", BOTH},
        {"highway=primary oneway=yes", FORWARD},
        {"highway=primary oneway=true", FORWARD},
        {"highway=primary oneway=1", FORWARD},
        {"highway=primary oneway=no", BOTH},
        {"highway=primary oneway=-1", BACKWARD},
        {"highway=primary oneway=reverse", BACKWARD},
        {"highway=primary oneway=alternating", BOTH},
        {"highway=primary oneway=sideways", BOTH},
        {"highway=primary oneway=yes oneway:motor_vehicle=no", BOTH},
        {"highway=primary oneway=no oneway:motorcar=yes", FORWARD},
        {"highway=motorway", FORWARD},
        {"highway=motorway_link", FORWARD},
        {"highway=motorway oneway=no", BOTH},
        {"highway=trunk", BOTH},
        {"highway=tertiary junction=roundabout", FORWARD},
        {"highway=tertiary junction=circular", FORWARD},
        {"highway=tertiary junction=roundabout oneway=-1", BACKWARD},
        {"highway=tertiary junction=roundabout oneway=no", BOTH},
        {"highway=tertiary junction=yes", BOTH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct osm_street street = street_of(rows[i].tags);
        int found = (street.forward_m_per_h > 0 ? FORWARD : 0) |
                    (street.backward_m_per_h > 0 ? BACKWARD : 0);
        cr_expect_eq(found, rows[i].directions, "%s", rows[i].tags);
    }
}

#define MPH(x) ((x)*16093u / 10)

Test(osm_tags, read_legal_limits)
{
    static const struct {
        const char *text;
        bool is_motorway;
        bool is_dual;
        uint32_t limit;
    } rows[] = {
        {"30 mph", false, false, MPH(30)},
        {"30mph", false, false, MPH(30)},
        {"50", false, false, 50000},
        {"50 km/h", false, false, 50000},
        {"50 kmh", false, false, 50000},
        {"50 kph", false, false, 50000},
        {"48.3", false, false, 48000},
        {"walk", false, false, 7000},
        {"none", true, true, 120000},
        {"national", false, false, MPH(60)},
        {"national", false, true, MPH(70)},
        {"national", true, false, MPH(70)},
        {"GB:nsl_single", false, true, MPH(60)},
        {"GB:nsl_dual", false, false, MPH(70)},
        {"GB:nsl_restricted", false, false, MPH(30)},
        {"DE:urban", false, false, 50000},
        {"DE:rural", false, false, 90000},
        {"FR:zone30", false, false, 30000},
        {"50;30", false, false, 30000},
        {"40 mph; 30 mph", false, false, MPH(30)},
        /* not understood */
        {"", false, false, 0},
        {"fast", false, false, 0},
        {"signals", false, false, 0},
        {"0", false, false, 0},
        {"2", false, false, 0},
        {"181", false, false, 0},
        {"99999999999", false, false, 0},
        {"-30", false, false, 0},
        {"30 knots", false, false, 0},
        {"30 mphs", false, false, 0},
        {"50;", false, false, 0},
        {";50", false, false, 0},
        {"50;fast", false, false, 0},
        {":urban", false, false, 0},
        {"XYZ:urban", false, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_eq(osm_tags_limit(rows[i].text, rows[i].is_motorway, rows[i].is_dual),
                     rows[i].limit, "%s", rows[i].text);
}

Test(osm_tags, choose_the_speed)
{
    static const struct {
        const char *tags;
        uint32_t forward;
        uint32_t backward;
        enum osm_tags_speed speed;
    } rows[] = {
        {"highway=residential", 33795, 33795, OSM_TAGS_SPEED_ABSENT},
        {"highway=residential maxspeed=50", 35000, 35000, OSM_TAGS_SPEED_GIVEN},
        {"highway=residential maxspeed=quick", 33795, 33795, OSM_TAGS_SPEED_ILLEGIBLE},
        {"highway=primary maxspeed=50 maxspeed:forward=100", 80000, 40000, OSM_TAGS_SPEED_GIVEN},
        {"highway=primary maxspeed:backward=100", 51497, 80000, OSM_TAGS_SPEED_GIVEN},
        {"highway=primary oneway=-1 maxspeed:backward=100", 0, 80000, OSM_TAGS_SPEED_GIVEN},
        {"highway=motorway", 103638, 0, OSM_TAGS_SPEED_ABSENT},
        {"highway=residential maxspeed=50 access=destination", 17500, 17500, OSM_TAGS_SPEED_GIVEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct osm_street street = street_of(rows[i].tags);
        cr_expect_eq(street.forward_m_per_h, rows[i].forward, "%s: %u", rows[i].tags,
                     street.forward_m_per_h);
        cr_expect_eq(street.backward_m_per_h, rows[i].backward, "%s: %u", rows[i].tags,
                     street.backward_m_per_h);
        cr_expect_eq(street.speed, rows[i].speed, "%s", rows[i].tags);
    }
}

Test(osm_tags, tell_what_stops_a_car)
{
    static const struct {
        const char *tags;
        bool is_barrier;
    } rows[] = {
        {"", false},
        {"highway=crossing", false},
        {"barrier=bollard", true},
        {"barrier=bollard bollard=rising", false},
        {"barrier=bollard motor_vehicle=yes", false},
        {"barrier=gate", false},
        {"barrier=gate access=private", true},
        {"barrier=gate access=private motor_vehicle=yes", false},
        {"barrier=lift_gate", false},
        {"barrier=cycle_barrier", true},
        {"access=no", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char copy[256];
        struct osm_tag tags[TAGS_MAX];
        snprintf(copy, sizeof copy, "%s", rows[i].tags);
        cr_expect_eq(osm_tags_is_barrier(tags, split(copy, tags)), rows[i].is_barrier, "%s",
                     rows[i].tags);
    }
}

Test(osm_tags, notice_rules_for_times_of_day)
{
    cr_expect(street_of("highway=service motor_vehicle:conditional=no@night").is_conditional);
    cr_expect_not(street_of("highway=service hgv:conditional=no@night").is_conditional);
}
