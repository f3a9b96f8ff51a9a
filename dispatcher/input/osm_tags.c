/* Tables of words, and a few rules over them. */
#include "input/osm_tags.h"

#include <string.h>

#define M_PER_MILE_TENTHS 16093 /* 1,609.344 m, in tenths */
#define KM                1000
#define LIMIT_LEAST       (3 * KM) /* below and above these a limit is a mistake */
#define LIMIT_MOST        (180 * KM)
#define LIMIT_NONE        (120 * KM) /* what is driven where nothing limits */
#define LIMIT_WALK        (7 * KM)

#define MPH(x) ((x)*M_PER_MILE_TENTHS / 10)

/* Kinds of highway. */
struct kind {
    const char *value;
    enum osm_tags_verdict verdict;
    enum road_class class;
    uint32_t limit_m_per_h;  /* legal limit where no tag says one */
    uint32_t share_permille; /* of the limit that is really driven */
};

static const struct kind KINDS[] = {
    {"motorway", OSM_TAGS_STREET, ROAD_CLASS_MOTORWAY, MPH(70), 920},
    {"motorway_link", OSM_TAGS_STREET, ROAD_CLASS_MOTORWAY, MPH(50), 850},
    {"trunk", OSM_TAGS_STREET, ROAD_CLASS_TRUNK, MPH(60), 880},
    {"trunk_link", OSM_TAGS_STREET, ROAD_CLASS_TRUNK, MPH(40), 850},
    {"primary", OSM_TAGS_STREET, ROAD_CLASS_PRIMARY, MPH(40), 800},
    {"primary_link", OSM_TAGS_STREET, ROAD_CLASS_PRIMARY, MPH(30), 800},
    {"secondary", OSM_TAGS_STREET, ROAD_CLASS_SECONDARY, MPH(30), 800},
    {"secondary_link", OSM_TAGS_STREET, ROAD_CLASS_SECONDARY, MPH(30), 800},
    {"tertiary", OSM_TAGS_STREET, ROAD_CLASS_TERTIARY, MPH(30), 780},
    {"tertiary_link", OSM_TAGS_STREET, ROAD_CLASS_TERTIARY, MPH(30), 780},
    {"unclassified", OSM_TAGS_STREET, ROAD_CLASS_RESIDENTIAL, MPH(30), 720},
    {"residential", OSM_TAGS_STREET, ROAD_CLASS_RESIDENTIAL, MPH(30), 700},
    {"road", OSM_TAGS_STREET, ROAD_CLASS_RESIDENTIAL, MPH(30), 700},
    {"living_street", OSM_TAGS_STREET, ROAD_CLASS_SERVICE, MPH(10), 800},
    {"service", OSM_TAGS_STREET, ROAD_CLASS_SERVICE, MPH(15), 800},
    {"track", OSM_TAGS_MINOR, ROAD_CLASS_SERVICE, MPH(10), 800},
    {"pedestrian", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"footway", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"cycleway", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"path", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"bridleway", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"steps", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"corridor", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"elevator", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"ladder", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"via_ferrata", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"platform", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"busway", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"bus_guideway", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"bus_stop", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"raceway", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"escape", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"emergency_bay", OSM_TAGS_NO_CARS, 0, 0, 0},
    {"rest_area", OSM_TAGS_AREA, 0, 0, 0},
    {"services", OSM_TAGS_AREA, 0, 0, 0},
    {"construction", OSM_TAGS_UNFINISHED, 0, 0, 0},
    {"proposed", OSM_TAGS_UNFINISHED, 0, 0, 0},
    {"planned", OSM_TAGS_UNFINISHED, 0, 0, 0},
    {"abandoned", OSM_TAGS_UNFINISHED, 0, 0, 0},
    {"disused", OSM_TAGS_UNFINISHED, 0, 0, 0},
    {"razed", OSM_TAGS_UNFINISHED, 0, 0, 0},
};

enum access { ACCESS_UNSAID, ACCESS_OPEN, ACCESS_DESTINATION, ACCESS_CLOSED };

static const char *tag(const struct osm_tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tags[i].key, key) == 0)
            return tags[i].value;
    }
    return NULL;
}

/* Is `text`, which may be NULL, one of the words? */
static bool is_one_of(const char *text, const char *const *words)
{
    if (text == NULL)
        return false;
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0)
            return true;
    }
    return false;
}

static bool is_tag(const struct osm_tag *tags, size_t count, const char *key, const char *value)
{
    const char *found = tag(tags, count, key);
    return found != NULL && strcmp(found, value) == 0;
}

static enum access access_of(const struct osm_tag *tags, size_t count)
{
    static const char *const KEYS[] = {"motorcar", "motor_vehicle", "vehicle", "access"};
    static const char *const OPEN[] = {"yes",      "permissive", "designated", "public",
                                       "official", "allowed",    NULL};
    static const char *const DESTINATION[] = {"destination", "customers", NULL};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        const char *value = tag(tags, count, KEYS[i]);
        if (value == NULL || strcmp(value, "unknown") == 0)
            continue;
        return is_one_of(value, OPEN)          ? ACCESS_OPEN
               : is_one_of(value, DESTINATION) ? ACCESS_DESTINATION
                                               : ACCESS_CLOSED;
    }
    return ACCESS_UNSAID;
}

static const struct kind *kind_of(const char *value)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].value, value) == 0)
            return &KINDS[i];
    }
    return NULL;
}

/* Digits at the start of a text as a number, at most 9,999; *end is what follows them, a decimal
 * part passed over. -1 where there are none. */
static int32_t leading_number(const char *text, const char **end)
{
    int32_t number = 0;
    if (*text < '0' || *text > '9')
        return -1;
    for (; *text >= '0' && *text <= '9'; text++)
        number = number < 1000 ? number * 10 + (*text - '0') : 9999;
    if (*text == '.') {
        do
            text++;
        while (*text >= '0' && *text <= '9');
    }
    *end = text;
    return number;
}

/* One number with its unit, up to the end of the text or a semicolon at *end; 0 if illegible. */
static uint32_t numeric_limit(const char *text, const char **end)
{
    static const struct {
        const char *unit;
        uint32_t m_per_h_tenths;
    } UNITS[] = {{"mph", M_PER_MILE_TENTHS},
                 {"km/h", 10 * KM},
                 {"kmh", 10 * KM},
                 {"kph", 10 * KM},
                 {"", 10 * KM}};
    int32_t number = leading_number(text, &text);
    if (number < 0)
        return 0;
    while (*text == ' ')
        text++;
    size_t length = strcspn(text, ";");
    *end = text + length;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (strlen(UNITS[i].unit) != length || memcmp(text, UNITS[i].unit, length) != 0)
            continue;
        uint32_t limit = (uint32_t)number * UNITS[i].m_per_h_tenths / 10;
        return limit >= LIMIT_LEAST && limit <= LIMIT_MOST ? limit : 0;
    }
    return 0;
}

/* Limits by name. Those of a country begin with its code, which only the United Kingdom's limits
 * need: elsewhere towns have 50 and the open country 90 to 100 km/h. */
static uint32_t named_limit(const char *text, bool is_motorway, bool is_dual)
{
    static const struct {
        const char *name;
        uint32_t limit_m_per_h;
    } NAMES[] = {
        {"none", LIMIT_NONE},     {"walk", LIMIT_WALK},         {"GB:nsl_single", MPH(60)},
        {"GB:nsl_dual", MPH(70)}, {"GB:motorway", MPH(70)},     {"GB:nsl_restricted", MPH(30)},
        {"GB:rural", MPH(60)},    {"GB:urban", MPH(30)},        {"UK:nsl_single", MPH(60)},
        {"UK:nsl_dual", MPH(70)}, {"UK:motorway", MPH(70)},     {"nsl_single", MPH(60)},
        {"nsl_dual", MPH(70)},    {"GB:nsl_built_up", MPH(30)}, {"GB-WLS:restricted", MPH(20)},
    };
    static const struct {
        const char *ending;
        uint32_t limit_m_per_h;
    } ENDINGS[] = {
        {":motorway", 120 * KM},    {":trunk", 100 * KM},        {":rural", 90 * KM},
        {":urban", 50 * KM},        {":living_street", 10 * KM}, {":walk", LIMIT_WALK},
        {":bicycle_road", 30 * KM}, {":zone30", 30 * KM},        {":zone:30", 30 * KM},
        {":zone20", 20 * KM},       {":zone:20", 20 * KM},
    };
    if (strcmp(text, "national") == 0 || strcmp(text, "GB:national") == 0)
        return is_motorway || is_dual ? MPH(70) : MPH(60);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(text, NAMES[i].name) == 0)
            return NAMES[i].limit_m_per_h;
    }
    size_t length = strlen(text);
    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++) {
        size_t ending = strlen(ENDINGS[i].ending);
        if (length == ending + 2 && strcmp(text + 2, ENDINGS[i].ending) == 0)
            return ENDINGS[i].limit_m_per_h;
    }
    return 0;
}

uint32_t osm_tags_limit(const char *text, bool is_motorway, bool is_dual)
{
    uint32_t named = named_limit(text, is_motorway, is_dual);
    if (named != 0)
        return named;
    uint32_t lowest = 0;
    for (;;) {
        const char *end = text;
        uint32_t limit = numeric_limit(text, &end);
        if (limit == 0)
            return 0;
        lowest = lowest == 0 || limit < lowest ? limit : lowest;
        if (*end == '\0')
            return lowest;
        text = end + 1 + strspn(end + 1, " ");
    }
}

/* May cars go both ways, along the way, or against it? */
enum direction { DIRECTION_BOTH, DIRECTION_FORWARD, DIRECTION_BACKWARD, DIRECTION_CHANGING };

static enum direction direction_of(const struct osm_tag *tags, size_t count, const char *highway)
{
    static const char *const KEYS[] = {"oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle",
                                       "oneway"};
    static const char *const YES[] = {"yes", "true", "1", NULL};
    static const char *const NO[] = {"no", "false", "0", "alternating", NULL};
    static const char *const BACK[] = {"-1", "reverse", NULL};
    static const char *const IMPLIED[] = {"motorway", "motorway_link", NULL};
    static const char *const ROUND[] = {"roundabout", "circular", NULL};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        const char *value = tag(tags, count, KEYS[i]);
        if (is_one_of(value, YES))
            return DIRECTION_FORWARD;
        if (is_one_of(value, NO))
            return DIRECTION_BOTH;
        if (is_one_of(value, BACK))
            return DIRECTION_BACKWARD;
        if (value != NULL && strcmp(value, "reversible") == 0)
            return DIRECTION_CHANGING;
    }
    bool is_implied = is_one_of(highway, IMPLIED) || is_one_of(tag(tags, count, "junction"), ROUND);
    return is_implied ? DIRECTION_FORWARD : DIRECTION_BOTH;
}

/* Does a kind of service road or a track need tags that invite cars? */
static bool is_minor(const struct osm_tag *tags, size_t count, const struct kind *kind)
{
    static const char *const MINOR[] = {
        "driveway", "parking_aisle", "drive-through", "emergency_access", "slipway", "busway",
        NULL};
    if (kind->verdict == OSM_TAGS_MINOR)
        return true;
    return strcmp(kind->value, "service") == 0 && is_one_of(tag(tags, count, "service"), MINOR);
}

/* The driving speed in one direction; sets street->speed when a tag says it. */
static uint32_t drive_speed(const struct osm_tag *tags, size_t count, const struct kind *kind,
                            const char *key, bool is_dual, struct osm_street *street)
{
    bool is_motorway = kind->class == ROAD_CLASS_MOTORWAY;
    const char *text = tag(tags, count, key);
    if (text == NULL)
        text = tag(tags, count, "maxspeed");
    uint32_t limit = text != NULL ? osm_tags_limit(text, is_motorway, is_dual) : 0;
    if (text != NULL && street->speed != OSM_TAGS_SPEED_ILLEGIBLE)
        street->speed = limit != 0 ? OSM_TAGS_SPEED_GIVEN : OSM_TAGS_SPEED_ILLEGIBLE;
    if (limit == 0)
        limit = kind->limit_m_per_h;
    uint32_t speed = (uint32_t)((uint64_t)limit * kind->share_permille / 1000);
    return street->is_destination_only ? speed / 2 : speed;
}

static void set_speeds(const struct osm_tag *tags, size_t count, const struct kind *kind,
                       enum direction direction, struct osm_street *street)
{
    bool is_dual = direction != DIRECTION_BOTH;
    if (direction != DIRECTION_BACKWARD)
        street->forward_m_per_h =
            drive_speed(tags, count, kind, "maxspeed:forward", is_dual, street);
    if (direction != DIRECTION_FORWARD)
        street->backward_m_per_h =
            drive_speed(tags, count, kind, "maxspeed:backward", is_dual, street);
}

static bool has_conditional_rule(const struct osm_tag *tags, size_t count)
{
    static const char *const KEYS[] = {"access:conditional",
                                       "vehicle:conditional",
                                       "oneway:conditional",
                                       "motor_vehicle:conditional",
                                       "motorcar:conditional",
                                       "maxspeed:conditional",
                                       NULL};
    for (size_t i = 0; i < count; i++) {
        if (is_one_of(tags[i].key, KEYS))
            return true;
    }
    return false;
}

static enum osm_tags_verdict judge(const struct osm_tag *tags, size_t count,
                                   const struct kind *kind, enum access access)
{
    if (is_tag(tags, count, "area", "yes"))
        return OSM_TAGS_AREA;
    if (kind == NULL)
        return OSM_TAGS_UNKNOWN;
    if (kind->verdict != OSM_TAGS_STREET && kind->verdict != OSM_TAGS_MINOR)
        return kind->verdict;
    if (access == ACCESS_CLOSED)
        return OSM_TAGS_CLOSED;
    if (access == ACCESS_UNSAID && is_minor(tags, count, kind))
        return OSM_TAGS_MINOR;
    return OSM_TAGS_STREET;
}

struct osm_street osm_tags_street(const struct osm_tag *tags, size_t count)
{
    struct osm_street street = {.verdict = OSM_TAGS_NO_STREET};
    const char *highway = tag(tags, count, "highway");
    if (is_tag(tags, count, "route", "ferry")) {
        street.verdict = OSM_TAGS_FERRY;
        return street;
    }
    if (highway == NULL)
        return street;
    const struct kind *kind = kind_of(highway);
    enum access access = access_of(tags, count);
    street.verdict = judge(tags, count, kind, access);
    enum direction direction = direction_of(tags, count, highway);
    if (street.verdict == OSM_TAGS_STREET && direction == DIRECTION_CHANGING)
        street.verdict = OSM_TAGS_REVERSIBLE;
    if (street.verdict != OSM_TAGS_STREET)
        return street;
    street.class = kind->class;
    street.is_destination_only = access == ACCESS_DESTINATION;
    street.is_conditional = has_conditional_rule(tags, count);
    set_speeds(tags, count, kind, direction, &street);
    return street;
}

bool osm_tags_is_barrier(const struct osm_tag *tags, size_t count)
{
    static const char *const SOLID[] = {
        "bollard",   "block",        "cycle_barrier", "jersey_barrier",        "log",
        "debris",    "planter",      "bus_trap",      "sump_buster",           "motorcycle_barrier",
        "turnstile", "kissing_gate", "stile",         "full-height_turnstile", "chain",
        NULL};
    const char *barrier = tag(tags, count, "barrier");
    if (barrier == NULL)
        return false;
    enum access access = access_of(tags, count);
    if (access != ACCESS_UNSAID)
        return access == ACCESS_CLOSED;
    return is_one_of(barrier, SOLID) && !is_tag(tags, count, "bollard", "rising");
}
