/* GeoJSON into flat arrays, in two passes: count, then fill. */
#include "input/zones_file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is being filled; the arrays are as long as the limits allow to begin with. */
struct filling {
    const char *path;
    struct input_error *error;
    struct zone *zones;
    uint32_t zone_count;
    uint32_t *ring_first;
    uint32_t ring_count;
    uint32_t ring_room;
    struct geo_point *points;
    uint32_t point_count;
    uint32_t point_room;
    size_t feature; /* index in the file, for errors */
};

static bool refuse(struct filling *filling, const char *reason)
{
    return input_error_set(filling->error, "%s: feature %zu: %s", filling->path, filling->feature,
                           reason);
}

static bool grow(void **array, uint32_t *room, uint32_t wanted, size_t size)
{
    if (wanted <= *room)
        return true;
    uint32_t larger = *room < 64 ? 64 : *room * 2;
    while (larger < wanted)
        larger *= 2;
    void *grown = realloc(*array, larger * size);
    if (grown == NULL)
        return false;
    *array = grown;
    *room = larger;
    return true;
}

/* A coordinate in degrees to 1e-7 degrees, half away from zero; false out of range. */
static bool to_e7(const json_t *value, int32_t limit_degrees, int32_t *e7)
{
    if (!json_is_number(value))
        return false;
    double scaled = json_number_value(value) * 1e7;
    double limit = limit_degrees * 1e7;
    if (!(scaled >= -limit && scaled <= limit))
        return false;
    *e7 = (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    return true;
}

static bool to_point(const json_t *position, struct geo_point *point)
{
    return json_is_array(position) && json_array_size(position) >= 2 &&
           to_e7(json_array_get(position, 0), 180, &point->lon_e7) &&
           to_e7(json_array_get(position, 1), 90, &point->lat_e7);
}

/* Twice the signed area of the triangle a-b-c, as a sign. */
static int turn(struct geo_point a, struct geo_point b, struct geo_point c)
{
    int64_t area = ((int64_t)b.lon_e7 - a.lon_e7) * ((int64_t)c.lat_e7 - a.lat_e7) / 2 -
                   ((int64_t)b.lat_e7 - a.lat_e7) * ((int64_t)c.lon_e7 - a.lon_e7) / 2;
    return (area > 0) - (area < 0);
}

static bool sides_cross(struct geo_point a, struct geo_point b, struct geo_point c,
                        struct geo_point d)
{
    return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/* Does any side of the ring cross another? Sides whose boxes are apart are passed over. */
static bool crosses_itself(const struct geo_point *ring, uint32_t count)
{
    for (uint32_t i = 0; i + 2 < count; i++) {
        struct geo_point a = ring[i];
        struct geo_point b = ring[i + 1];
        int32_t low = a.lat_e7 < b.lat_e7 ? a.lat_e7 : b.lat_e7;
        int32_t high = a.lat_e7 < b.lat_e7 ? b.lat_e7 : a.lat_e7;
        for (uint32_t j = i + 2; j < count; j++) {
            struct geo_point c = ring[j];
            struct geo_point d = ring[(j + 1) % count];
            if ((c.lat_e7 < low && d.lat_e7 < low) || (c.lat_e7 > high && d.lat_e7 > high))
                continue;
            if (sides_cross(a, b, c, d))
                return true;
        }
    }
    return false;
}

static bool take_ring(struct filling *filling, const json_t *ring)
{
    size_t count = json_array_size(ring);
    struct geo_point first;
    struct geo_point last;
    if (!json_is_array(ring) || count < 4)
        return refuse(filling, "a ring has fewer than 4 positions");
    if (count > ZONES_FILE_RING_MAX || filling->point_count + count > ZONES_FILE_CORNERS_MAX)
        return refuse(filling, "has too many corners");
    if (!to_point(json_array_get(ring, 0), &first) ||
        !to_point(json_array_get(ring, count - 1), &last))
        return refuse(filling, "a position is not [longitude, latitude] in degrees");
    if (first.lat_e7 != last.lat_e7 || first.lon_e7 != last.lon_e7)
        return refuse(filling, "a ring is not closed");
    uint32_t corners = (uint32_t)count - 1;
    if (!grow((void **)&filling->points, &filling->point_room, filling->point_count + corners,
              sizeof filling->points[0]) ||
        !grow((void **)&filling->ring_first, &filling->ring_room, filling->ring_count + 2,
              sizeof filling->ring_first[0]))
        return refuse(filling, "there is not enough memory");
    struct geo_point *points = filling->points + filling->point_count;
    for (uint32_t i = 0; i < corners; i++) {
        if (!to_point(json_array_get(ring, i), &points[i]))
            return refuse(filling, "a position is not [longitude, latitude] in degrees");
    }
    if (crosses_itself(points, corners))
        return refuse(filling, "a ring crosses itself");
    filling->ring_first[filling->ring_count++] = filling->point_count;
    filling->point_count += corners;
    filling->ring_first[filling->ring_count] = filling->point_count;
    return true;
}

static bool take_polygon(struct filling *filling, const json_t *polygon)
{
    if (!json_is_array(polygon) || json_array_size(polygon) == 0)
        return refuse(filling, "a polygon has no ring");
    for (size_t i = 0; i < json_array_size(polygon); i++) {
        if (!take_ring(filling, json_array_get(polygon, i)))
            return false;
    }
    return true;
}

static bool take_geometry(struct filling *filling, const json_t *geometry)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *coordinates = json_object_get(geometry, "coordinates");
    if (type != NULL && strcmp(type, "Polygon") == 0)
        return take_polygon(filling, coordinates);
    if (type == NULL || strcmp(type, "MultiPolygon") != 0)
        return refuse(filling, "the geometry is neither a Polygon nor a MultiPolygon");
    if (!json_is_array(coordinates) || json_array_size(coordinates) == 0)
        return refuse(filling, "the MultiPolygon is empty");
    for (size_t i = 0; i < json_array_size(coordinates); i++) {
        if (!take_polygon(filling, json_array_get(coordinates, i)))
            return false;
    }
    return true;
}

static bool parse_kind(const char *word, enum zone_kind *kind)
{
    static const char *const WORDS[] = {[ZONE_SERVICE] = "service",
                                        [ZONE_NO_STOPPING] = "no_stopping",
                                        [ZONE_WARD] = "ward",
                                        [ZONE_DEPOT] = "depot"};
    for (size_t i = 0; word != NULL && i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcmp(word, WORDS[i]) == 0) {
            *kind = (enum zone_kind)i;
            return true;
        }
    }
    return false;
}

static bool take_properties(struct filling *filling, const json_t *properties, struct zone *zone)
{
    const json_t *id = json_object_get(properties, "zone");
    const char *name = json_string_value(json_object_get(properties, "name"));
    if (!json_is_integer(id) || json_integer_value(id) < 0 || json_integer_value(id) > INT32_MAX)
        return refuse(filling, "property 'zone' is not a whole number from 0 to 2147483647");
    if (!parse_kind(json_string_value(json_object_get(properties, "kind")), &zone->kind))
        return refuse(filling, "property 'kind' is none of service, no_stopping, ward, depot");
    if (name == NULL || name[0] == '\0' || strlen(name) >= ZONE_NAME_MAX)
        return refuse(filling, "property 'name' is not a text of 1 to 63 bytes");
    zone->id = (uint32_t)json_integer_value(id);
    memcpy(zone->name, name, strlen(name) + 1);
    for (uint32_t i = 0; i < filling->zone_count; i++) {
        if (filling->zones[i].id == zone->id)
            return refuse(filling, "property 'zone' is that of an earlier feature");
    }
    return true;
}

static bool take_feature(struct filling *filling, const json_t *feature)
{
    struct zone zone = {.first_ring = filling->ring_count};
    if (!take_properties(filling, json_object_get(feature, "properties"), &zone) ||
        !take_geometry(filling, json_object_get(feature, "geometry")))
        return false;
    zone.ring_count = filling->ring_count - zone.first_ring;
    filling->zones[filling->zone_count++] = zone;
    return true;
}

static bool take_features(struct filling *filling, const json_t *root)
{
    const char *type = json_string_value(json_object_get(root, "type"));
    const json_t *features = json_object_get(root, "features");
    if (type == NULL || strcmp(type, "FeatureCollection") != 0 || !json_is_array(features))
        return input_error_set(filling->error, "%s: is not a GeoJSON FeatureCollection",
                               filling->path);
    size_t count = json_array_size(features);
    if (count > ZONES_FILE_ZONES_MAX)
        return input_error_set(filling->error, "%s: has more than %d features", filling->path,
                               ZONES_FILE_ZONES_MAX);
    filling->zones = calloc(count + 1, sizeof filling->zones[0]);
    filling->ring_first = calloc(1, sizeof filling->ring_first[0]);
    if (filling->zones == NULL || filling->ring_first == NULL)
        return input_error_set(filling->error, "%s: there is not enough memory", filling->path);
    filling->ring_room = 1;
    for (filling->feature = 0; filling->feature < count; filling->feature++) {
        if (!take_feature(filling, json_array_get(features, filling->feature)))
            return false;
    }
    return true;
}

static bool take_root(const char *path, json_t *root, const json_error_t *where,
                      struct zones *zones, struct input_error *error)
{
    if (root == NULL)
        return input_error_set(error, "%s:%d:%d: %s", path, where->line, where->column,
                               where->text);
    struct filling filling = {.path = path, .error = error};
    bool ok = take_features(&filling, root);
    json_decref(root);
    struct zones loaded = {.zone_count = filling.zone_count,
                           .ring_count = filling.ring_count,
                           .zones = filling.zones,
                           .ring_first = filling.ring_first,
                           .points = filling.points};
    if (ok)
        *zones = loaded;
    else
        zones_file_free(&loaded);
    return ok;
}

bool zones_file_load(const char *path, struct zones *zones, struct input_error *error)
{
    json_error_t where;
    struct stat status;
    if (stat(path, &status) != 0)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size > (off_t)ZONES_FILE_BYTES_MAX)
        return input_error_set(error, "%s: is no file, or too long a one", path);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    return take_root(path, root, &where, zones, error);
}

bool zones_file_parse(const char *name, const char *text, size_t size, struct zones *zones,
                      struct input_error *error)
{
    json_error_t where;
    if (size > ZONES_FILE_BYTES_MAX)
        return input_error_set(error, "%s: is too long", name);
    json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
    return take_root(name, root, &where, zones, error);
}

void zones_file_free(struct zones *zones)
{
    free((void *)(uintptr_t)zones->zones);
    free((void *)(uintptr_t)zones->ring_first);
    free((void *)(uintptr_t)zones->points);
    *zones = (struct zones){0};
}
