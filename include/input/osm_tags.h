/* What the tags of an OpenStreetMap way or node mean to a car (wiki.openstreetmap.org: Key:highway,
 * Key:access, Key:oneway, Key:maxspeed, OSM tags for routing). Pure: tags in, verdict out.
 *
 * Access: the first of motorcar, motor_vehicle, vehicle, access that is there decides. "yes",
 * "permissive", "designated" and the like are open; "destination" and "customers" are open to who
 * goes there, so such a street is kept at half its speed, and a way through it seldom pays;
 * anything else ("no", "private", "delivery", "permit", ...) is closed.
 *
 * Service roads are streets, but for driveways, parking aisles, drive-throughs, emergency accesses
 * and the like, which are so only where their tags say that cars are welcome; tracks likewise.
 *
 * Speed: the legal limit from maxspeed, else that of the class (United Kingdom, built up), times a
 * share that is really driven: junctions, bends and other traffic take the rest. These shares are
 * a first guess, to be replaced by the fleet's own measurements. */
#ifndef INPUT_OSM_TAGS_H
#define INPUT_OSM_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "road/graph.h"

enum osm_tags_verdict {
    OSM_TAGS_STREET,     /* a car may drive it */
    OSM_TAGS_NO_STREET,  /* not a highway at all: a river, a house */
    OSM_TAGS_NO_CARS,    /* footways, cycleways, steps, busways, ... */
    OSM_TAGS_UNFINISHED, /* construction, proposed, abandoned */
    OSM_TAGS_CLOSED,     /* access forbids */
    OSM_TAGS_MINOR,      /* driveways, parking aisles, tracks not said to be open */
    OSM_TAGS_AREA,       /* a square, not a line */
    OSM_TAGS_FERRY,
    OSM_TAGS_REVERSIBLE, /* a lane whose direction changes with the hour */
    OSM_TAGS_UNKNOWN,    /* a highway of a kind not known here */
};

#define OSM_TAGS_VERDICTS 10

enum osm_tags_speed { OSM_TAGS_SPEED_ABSENT, OSM_TAGS_SPEED_GIVEN, OSM_TAGS_SPEED_ILLEGIBLE };

struct osm_tag {
    const char *key;
    const char *value;
};

/* A way that is a street; of others only the verdict is set. */
struct osm_street {
    enum osm_tags_verdict verdict;
    enum road_class class;
    enum osm_tags_speed speed;
    uint32_t forward_m_per_h; /* driving speed along the way, 0 where that is forbidden */
    uint32_t backward_m_per_h;
    bool is_destination_only;
    bool is_conditional; /* has tags for times of day, which are not read */
};

struct osm_street osm_tags_street(const struct osm_tag *tags, size_t count);

/* Does a node with these tags stop a car: a bollard, a locked gate? */
bool osm_tags_is_barrier(const struct osm_tag *tags, size_t count);

/* A legal limit in metres per hour: "30 mph", "50", "50 km/h", "walk", "none", "national",
 * "GB:nsl_single", "DE:urban", "50;30" (the lower); 0 where it is not understood. `is_dual` says
 * that the way is one of two carriageways, or a motorway. */
uint32_t osm_tags_limit(const char *text, bool is_motorway, bool is_dual);

#endif
