/* Zones from GeoJSON: holes and several polygons count, bad ones are named. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/zones_file.h"

#define FEATURE(properties, type, coordinates)                                                     \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":{\"type\":\"" type         \
    "\",\"coordinates\":" coordinates "}}"
#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define TOWN                 "\"zone\":1,\"kind\":\"service\",\"name\":\"Town\""
#define SQUARE               "[[0,0],[0.1,0],[0.1,0.1],[0,0.1],[0,0]]"

static bool load(const char *text, struct zones *zones, char *why, size_t size)
{
    char path[] = "/tmp/commonwheel-zones-XXXXXX";
    struct input_error error = {.text = ""};
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool ok = zones_file_load(path, zones, &error);
    unlink(path);
    const char *start = error.text;
    if (strncmp(start, path, strlen(path)) == 0)
        start += strlen(path);
    snprintf(why, size, "%s", start);
    return ok;
}

Test(zones_file, reads_polygons_with_holes_and_several_parts)
{
    struct zones zones;
    char why[512];
    const char *text =
        COLLECTION(FEATURE(TOWN, "Polygon",
                           "[" SQUARE ",[[0.04,0.04],[0.06,0.04],[0.06,0.06],[0.04,0.06],[0.04,0."
                           "04]]]") "," FEATURE("\"zone\":2,\"kind\":\"no_stopping\","
                                                "\"name\":\"Quay\"",
                                                "MultiPolygon",
                                                "[[" SQUARE "],[[[1,1],[1.1,1],[1.1,1.1]"
                                                ",[1,1.1],[1,1]]]]"));
    cr_assert(load(text, &zones, why, sizeof why), "%s", why);
    cr_assert_eq(zones.zone_count, 2);
    cr_assert_eq(zones.ring_count, 4);
    cr_expect(zone_contains(&zones, &zones.zones[0], (struct geo_point){200000, 200000}));
    cr_expect_not(zone_contains(&zones, &zones.zones[0], (struct geo_point){500000, 500000}));
    cr_expect(zone_contains(&zones, &zones.zones[1], (struct geo_point){10500000, 10500000}));
    cr_expect_str_eq(zones.zones[1].name, "Quay");
    zones_file_free(&zones);
}

Test(zones_file, names_the_feature_that_is_wrong)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {"{", ":1:1: string or '}' expected near end of file"},
        {"[]", ": is not a GeoJSON FeatureCollection"},
        {COLLECTION(FEATURE(TOWN, "Point", "[0,0]")),
         ": feature 0: the geometry is neither a Polygon nor a MultiPolygon"},
        {COLLECTION(FEATURE(TOWN, "Polygon", "[[[0,0],[1,1],[0,0]]]")),
         ": feature 0: a ring has fewer than 4 positions"},
        {COLLECTION(FEATURE(TOWN, "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]")),
         ": feature 0: a ring is not closed"},
        {COLLECTION(FEATURE(TOWN, "Polygon", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]")),
         ": feature 0: a ring crosses itself"},
        {COLLECTION(FEATURE(TOWN, "Polygon", "[[[0,0],[181,0],[1,1],[0,1],[0,0]]]")),
         ": feature 0: a position is not [longitude, latitude] in degrees"},
        {COLLECTION(
             FEATURE("\"zone\":1,\"kind\":\"park\",\"name\":\"x\"", "Polygon", "[" SQUARE "]")),
         ": feature 0: property 'kind' is none of service, no_stopping, ward, depot"},
        {COLLECTION(
             FEATURE("\"zone\":-1,\"kind\":\"ward\",\"name\":\"x\"", "Polygon", "[" SQUARE "]")),
         ": feature 0: property 'zone' is not a whole number from 0 to 2147483647"},
        {COLLECTION(
             FEATURE(TOWN, "Polygon", "[" SQUARE "]") "," FEATURE(TOWN, "Polygon", "[" SQUARE "]")),
         ": feature 1: property 'zone' is that of an earlier feature"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct zones zones;
        char why[512];
        cr_expect_not(load(rows[i].text, &zones, why, sizeof why), "row %zu", i);
        cr_expect_str_eq(why, rows[i].why, "row %zu: %s", i, why);
    }
}
