#include "base/geo.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "base/random.h"

#define DEGREE 10000000

static double radians(int64_t e7)
{
    return (double)e7 / 1e7 * 3.14159265358979323846 / 180;
}

/* The geodesic on WGS 84 by Vincenty's inverse formula (Survey Review 23, 1975), in metres. */
static double vincenty_m(struct geo_point p, struct geo_point q)
{
    const double a = 6378137;
    const double f = 1 / 298.257223563;
    const double b = a * (1 - f);
    double u1 = atan((1 - f) * tan(radians(p.lat_e7)));
    double u2 = atan((1 - f) * tan(radians(q.lat_e7)));
    double l = radians((int64_t)q.lon_e7 - p.lon_e7);
    double lambda = l;
    double sigma = 0, sin_sigma = 0, cos_sigma = 0, cos2_alpha = 0, cos_2m = 0;
    for (int i = 0; i < 100; i++) {
        double x = cos(u2) * sin(lambda);
        double y = cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(lambda);
        sin_sigma = sqrt(x * x + y * y);
        if (sin_sigma == 0)
            return 0;
        cos_sigma = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(lambda);
        sigma = atan2(sin_sigma, cos_sigma);
        double sin_alpha = cos(u1) * cos(u2) * sin(lambda) / sin_sigma;
        cos2_alpha = 1 - sin_alpha * sin_alpha;
        cos_2m = cos2_alpha > 0 ? cos_sigma - 2 * sin(u1) * sin(u2) / cos2_alpha : 0;
        double c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
        lambda =
            l + (1 - c) * f * sin_alpha *
                    (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m * cos_2m - 1)));
    }
    double u = cos2_alpha * (a * a - b * b) / (b * b);
    double big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)));
    double big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)));
    double delta = big_b * sin_sigma *
                   (cos_2m + big_b / 4 *
                                 (cos_sigma * (2 * cos_2m * cos_2m - 1) -
                                  big_b / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) *
                                      (4 * cos_2m * cos_2m - 3)));
    return b * big_a * (sigma - delta);
}

static struct geo_point near(struct random *random, struct geo_point from, int64_t reach_e7)
{
    int64_t lat = from.lat_e7 + random_between(random, -reach_e7, reach_e7);
    int64_t lon = from.lon_e7 + random_between(random, -reach_e7, reach_e7);
    return (struct geo_point){.lat_e7 = (int32_t)lat, .lon_e7 = (int32_t)lon};
}

Test(geo, vincenty_in_this_test_is_right)
{
    /* Flinders Peak to Buninyong, the Geocentric Datum of Australia manual's worked example (on
     * GRS 80, which differs from WGS 84 by 0.1 mm): 54,972.271 m. */
    struct geo_point flinders = {-379510334, 1444248679};
    struct geo_point buninyong = {-376528211, 1439264955};
    cr_assert(fabs(vincenty_m(flinders, buninyong) - 54972.271) < 0.02);
}

Test(geo, distances_agree_with_the_geodesic)
{
    struct random random;
    random_init(&random, 1);
    for (int i = 0; i < 20000; i++) {
        int64_t lat_max = i % 2 == 0 ? 60 : 80;
        struct geo_point a = {
            .lat_e7 = (int32_t)random_between(&random, -lat_max * DEGREE, lat_max * DEGREE),
            .lon_e7 = (int32_t)random_between(&random, -178 * DEGREE, 178 * DEGREE)};
        struct geo_point b = near(&random, a, INT64_C(1) << random_between(&random, 4, 22));
        double exact = vincenty_m(a, b) * 1000;
        double found = (double)geo_distance_mm(a, b);
        if (exact > 1e8)
            continue;
        double tolerance = exact * (i % 2 == 0 ? 0.0001 : 0.005) + 2;
        cr_assert(fabs(found - exact) < tolerance, "%.0f, not %.0f mm, at %d", found, exact,
                  a.lat_e7);
        cr_assert_eq(geo_distance_mm(b, a), geo_distance_mm(a, b));
    }
}

Test(geo, distances_of_special_places)
{
    const struct {
        struct geo_point a, b;
        int64_t least_mm, most_mm;
    } rows[] = {
        {{515000000, -1000000}, {515000000, -1000000}, 0, 0},
        {{515000000, -1000000}, {515000001, -1000000}, 11, 11},
        {{515000000, -1000000}, {515000000, -999999}, 6, 6},
        {{0, 1800000000}, {0, -1800000000}, 0, 0}, /* one place, two names */
        {{0, 1799999990}, {0, -1799999990}, 222, 223},
        {{0, 0}, {0, 10 * DEGREE}, INT64_C(1113194000), INT64_C(1113196000)},
        {{900000000, 0}, {900000000, 1}, 1, 1},
        {{-900000000, 0}, {900000000, 1800000000}, INT64_C(20000000000), INT64_C(30000000000)},
        {{0, -900000000}, {0, 900000000}, INT64_C(20037490000), INT64_C(20037520000)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t found = geo_distance_mm(rows[i].a, rows[i].b);
        cr_assert(found >= rows[i].least_mm && found <= rows[i].most_mm, "row %zu: %lld", i,
                  (long long)found);
    }
}

Test(geo, says_which_coordinates_are_on_earth)
{
    cr_assert(geo_valid((struct geo_point){900000000, 1800000000}));
    cr_assert(geo_valid((struct geo_point){-900000000, -1800000000}));
    cr_assert(!geo_valid((struct geo_point){900000001, 0}));
    cr_assert(!geo_valid((struct geo_point){0, -1800000001}));
    cr_assert(!geo_valid((struct geo_point){INT32_MIN, INT32_MAX}));
}

/* Against the smallest of many distances along the segment. */
Test(geo, projects_to_the_nearest_place_of_a_segment)
{
    struct random random;
    random_init(&random, 2);
    for (int i = 0; i < 2000; i++) {
        struct geo_point point = {.lat_e7 = (int32_t)random_between(&random, -600000000, 600000000),
                                  .lon_e7 =
                                      (int32_t)random_between(&random, -1700000000, 17000000)};
        int64_t reach = INT64_C(1) << random_between(&random, 5, 20);
        struct geo_point a = near(&random, point, reach);
        struct geo_point b = near(&random, point, reach);
        struct geo_projection found = geo_project(point, a, b);
        int64_t best = INT64_MAX;
        for (int32_t permille = 0; permille <= 1000; permille++) {
            int64_t here = geo_distance_mm(point, geo_between(a, b, permille));
            best = here < best ? here : best;
        }
        struct geo_point at = geo_between(a, b, found.along_permille);
        int64_t there = geo_distance_mm(point, at);
        int64_t slack = 20 + best / 1000 + geo_distance_mm(a, b) / 1000;
        cr_assert(found.distance_mm <= best + 20 + best / 1000, "step %d", i);
        cr_assert(found.distance_mm >= best - slack, "step %d", i);
        cr_assert(llabs(there - found.distance_mm) <= slack, "step %d", i);
        struct geo_projection back = geo_project(point, b, a);
        cr_assert_eq(back.side, -found.side);
        cr_assert(abs(back.along_permille + found.along_permille - 1000) <= 1);
    }
}

Test(geo, knows_the_ends_and_the_sides_of_a_segment)
{
    struct geo_point a = {515000000, 0};
    struct geo_point b = {515000000, 10000}; /* eastwards */
    const struct {
        struct geo_point point;
        int32_t along, side;
    } rows[] = {
        {{515001000, 5000}, 500, -1}, {{514999000, 5000}, 500, 1},   {{515000000, 2500}, 250, 0},
        {{515000001, -5000}, 0, -1},  {{514999999, 15000}, 1000, 1}, {{515000000, -1}, 0, 0},
        {{515000000, 0}, 0, 0},       {{515000000, 10000}, 1000, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct geo_projection found = geo_project(rows[i].point, a, b);
        cr_assert_eq(found.along_permille, rows[i].along, "row %zu", i);
        cr_assert_eq(found.side, rows[i].side, "row %zu", i);
    }
    cr_assert_eq(geo_project(a, a, b).distance_mm, 0);
    struct geo_projection found = geo_project((struct geo_point){515001000, 7}, a, a);
    cr_assert_eq(found.distance_mm, geo_distance_mm((struct geo_point){515001000, 7}, a));
    cr_assert_eq(found.along_permille, 0, "a segment without length");
}

Test(geo, projects_across_the_antimeridian_and_across_the_world)
{
    struct geo_point a = {0, 1799990000};
    struct geo_point b = {0, -1799990000};
    struct geo_projection found = geo_project((struct geo_point){100, -1799995000}, a, b);
    cr_assert_eq(found.along_permille, 750);
    cr_assert_eq(found.side, -1);
    cr_assert(llabs(found.distance_mm - 1105) <= 1);
    found =
        geo_project((struct geo_point){890000000, 100}, (struct geo_point){-890000000, -1700000000},
                    (struct geo_point){890000000, 1700000000});
    cr_assert(found.distance_mm >= 0 && found.along_permille >= 0 && found.along_permille <= 1000);
}

Test(geo, goes_between_two_points)
{
    const struct {
        struct geo_point a, b, expected;
        int32_t permille;
    } rows[] = {
        {{0, 0}, {1000, -1000}, {0, 0}, 0},
        {{0, 0}, {1000, -1000}, {1000, -1000}, 1000},
        {{0, 0}, {1000, -1000}, {333, -333}, 333},
        {{0, 0}, {3, -3}, {2, -2}, 500},
        {{0, 1799999000}, {0, -1799999000}, {0, 1799999500}, 250},
        {{0, 1799999000}, {0, -1799999000}, {0, -1799999500}, 750},
        {{-900000000, 0}, {900000000, 0}, {0, 0}, 500},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct geo_point found = geo_between(rows[i].a, rows[i].b, rows[i].permille);
        cr_assert_eq(found.lat_e7, rows[i].expected.lat_e7, "row %zu", i);
        cr_assert_eq(found.lon_e7, rows[i].expected.lon_e7, "row %zu", i);
    }
}

Test(geo, aborts_on_more_than_the_whole_way, .signal = SIGABRT)
{
    (void)geo_between((struct geo_point){0, 0}, (struct geo_point){1, 1}, 1001);
}

/* The letter U, drawn counter-clockwise:
 *
 *     9  +--+  +--+
 *        |  |  |  |
 *     3  |  +--+  |
 *     0  +--------+
 *        0  3  6  9
 */
static const struct geo_point LETTER_U[] = {{0, 0}, {0, 9}, {9, 9}, {9, 6},
                                            {3, 6}, {3, 3}, {9, 3}, {9, 0}};

static bool is_in_letter_u(int32_t lat, int32_t lon)
{
    bool is_in_square = lat >= 0 && lat <= 9 && lon >= 0 && lon <= 9;
    bool is_in_gap = lat > 3 && lon > 3 && lon < 6;
    return is_in_square && !is_in_gap;
}

Test(geo, finds_what_is_inside_a_concave_ring_edges_included)
{
    for (int32_t lat = -2; lat <= 11; lat++) {
        for (int32_t lon = -2; lon <= 11; lon++) {
            struct geo_point point = {lat, lon};
            struct geo_point backwards[8];
            for (size_t i = 0; i < 8; i++)
                backwards[i] = LETTER_U[7 - i];
            cr_assert_eq(geo_inside(point, LETTER_U, 8), is_in_letter_u(lat, lon), "%d %d", lat,
                         lon);
            cr_assert_eq(geo_inside(point, backwards, 8), is_in_letter_u(lat, lon));
        }
    }
}

Test(geo, finds_what_is_inside_a_ring_across_the_antimeridian)
{
    const struct geo_point ring[] = {
        {-1000, 1799999000}, {-1000, -1799999000}, {1000, -1799999000}, {1000, 1799999000}};
    const struct {
        struct geo_point point;
        bool is_inside;
    } rows[] = {
        {{0, 1800000000}, true},     {{0, -1800000000}, true},
        {{0, 1799999000}, true},     {{0, 1799998999}, false},
        {{999, -1799999001}, true},  {{0, -1799998999}, false},
        {{1001, 1800000000}, false}, {{0, 0}, false},
        {{500, -900000000}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_eq(geo_inside(rows[i].point, ring, 4), rows[i].is_inside, "row %zu", i);
}

Test(geo, every_point_lies_in_exactly_one_half_of_a_cut_square_but_for_the_cut)
{
    struct random random;
    random_init(&random, 3);
    const struct geo_point square[] = {{0, 0}, {0, 1000}, {1000, 1000}, {1000, 0}};
    for (int i = 0; i < 20000; i++) {
        struct geo_point corner = square[0];
        const struct geo_point lower[] = {corner, square[1], square[2]};
        const struct geo_point upper[] = {corner, square[2], square[3]};
        struct geo_point point = near(&random, (struct geo_point){500, 500}, 700);
        bool is_on_cut = point.lat_e7 == point.lon_e7;
        int halves = geo_inside(point, lower, 3) + geo_inside(point, upper, 3);
        int expected = geo_inside(point, square, 4) ? (is_on_cut ? 2 : 1) : 0;
        cr_assert_eq(halves, expected, "%d %d", point.lat_e7, point.lon_e7);
    }
}
