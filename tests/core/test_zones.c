#include <criterion/criterion.h>

#include "core/zones.h"

/* Rings on a grid of whole thousands:
 *   ring 0: square 0..100, ring 1: its hole 40..60, ring 2: an island in the hole 48..52,
 *   ring 3: a second polygon 200..220, ring 4: no stopping 80..120 x 0..20. */
#define SQUARE(low_lat, low_lon, high_lat, high_lon)                                               \
    {(low_lat)*1000, (low_lon)*1000}, {(low_lat)*1000, (high_lon)*1000},                           \
        {(high_lat)*1000, (high_lon)*1000},                                                        \
    {                                                                                              \
        (high_lat) * 1000, (low_lon)*1000                                                          \
    }

static const struct geo_point points[] = {
    SQUARE(0, 0, 100, 100),     SQUARE(40, 40, 60, 60), SQUARE(48, 48, 52, 52),
    SQUARE(200, 200, 220, 220), SQUARE(0, 80, 20, 120),
};
static const uint32_t ring_first[] = {0, 4, 8, 12, 16, 20};
static const struct zone zone_rows[] = {
    {.id = 1, .kind = ZONE_SERVICE, .first_ring = 0, .ring_count = 4, .name = "town"},
    {.id = 2, .kind = ZONE_NO_STOPPING, .first_ring = 4, .ring_count = 1, .name = "bridge"},
    {.id = 3, .kind = ZONE_WARD, .first_ring = 3, .ring_count = 1, .name = "ward"},
};
static const struct zones town = {3, 5, zone_rows, ring_first, points};

static struct geo_point at(int32_t lat, int32_t lon)
{
    return (struct geo_point){lat * 1000, lon * 1000};
}

Test(zones, know_holes_islands_and_second_polygons)
{
    static const struct {
        int32_t lat, lon;
        bool inside;
    } rows[] = {
        {10, 10, true},    {45, 45, false}, {50, 50, true},   {39, 50, true},
        {61, 50, true},    {59, 50, false}, {210, 210, true}, {150, 150, false},
        {-1, 50, false},   {0, 0, true},    {100, 100, true}, {0, 50, true}, /* on the edge */
        {221, 210, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(zone_contains(&town, &zone_rows[0], at(rows[i].lat, rows[i].lon)),
                     rows[i].inside, "row %zu", i);
}

Test(zones, agree_with_counting_squares_on_every_point_of_a_grid)
{
    for (int32_t lat = -5; lat < 230; lat += 2) {
        for (int32_t lon = -5; lon < 230; lon += 2) {
            int rings = 0;
            for (uint32_t ring = 0; ring < 4; ring++) {
                const struct geo_point *low = &points[ring_first[ring]];
                rings += lat * 1000 >= low[0].lat_e7 && lat * 1000 <= low[2].lat_e7 &&
                         lon * 1000 >= low[0].lon_e7 && lon * 1000 <= low[2].lon_e7;
            }
            cr_assert_eq(zone_contains(&town, &zone_rows[0], at(lat, lon)), rings % 2 == 1);
        }
    }
}

Test(zones, judge_where_a_ride_may_begin_or_end)
{
    static const struct {
        int32_t lat, lon;
        enum zone_verdict verdict;
    } rows[] = {
        {10, 10, ZONE_ALLOWED},
        {50, 45, ZONE_OUTSIDE}, /* in the hole */
        {10, 90, ZONE_STOPPING_FORBIDDEN},
        {10, 110, ZONE_OUTSIDE}, /* forbidden and outside */
        {150, 150, ZONE_OUTSIDE},
        {210, 210, ZONE_ALLOWED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(zones_judge(&town, at(rows[i].lat, rows[i].lon)), rows[i].verdict, "row %zu",
                     i);
}

Test(zones, allow_everywhere_where_there_is_no_service_zone)
{
    const struct zones none = {.zone_count = 0};
    const struct zones no_service = {2, 5, &zone_rows[1], ring_first, points};
    cr_assert_eq(zones_judge(&none, at(150, 150)), ZONE_ALLOWED);
    cr_assert_eq(zones_judge(&no_service, at(150, 150)), ZONE_ALLOWED);
    cr_assert_eq(zones_judge(&no_service, at(10, 110)), ZONE_STOPPING_FORBIDDEN);
}
