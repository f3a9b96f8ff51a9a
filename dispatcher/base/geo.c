/* Millimetres per unit of latitude and longitude come from the usual series for the WGS 84
 * ellipsoid (for instance National Geospatial-Intelligence Agency, "Length of a degree"):
 *
 *     metres per degree of latitude  = 111132.92 - 559.82 cos 2p + 1.175 cos 4p
 *     metres per degree of longitude = 111412.84 cos p - 93.5 cos 3p + 0.118 cos 5p
 *
 * cos p is a polynomial in fixed point, and the multiples of p follow from it. All differences of
 * longitude are taken the short way round, so the antimeridian is no special place. */
#include "base/geo.h"

#include "base/check.h"

#define LAT_MAX_E7  INT64_C(900000000)
#define LON_HALF_E7 INT64_C(1800000000) /* half a turn */

/* Lengths are kept in 1/256 mm until they are rounded. */
#define FRACTION_BITS 8

__extension__ typedef __int128 wide;

/* A place relative to another, in 1/256 mm or in 1e-7 degrees. */
struct offset {
    int64_t east;
    int64_t north;
};

/* Millimetres per 1e-7 degree at one latitude, times 2^24. */
struct scale {
    int64_t east;
    int64_t north;
};

static int64_t multiply_q30(int64_t a, int64_t b)
{
    return (a * b) >> 30;
}

/* The cosine of a latitude times 2^30, by its Taylor series to the 14th power of t, the latitude
 * as a part of a right angle. Off by less than 1e-8. */
static int64_t cosine_q30(int64_t lat_e7)
{
    static const int64_t SERIES[] = {-7,        506,       -27060,      987048,
                                     -22401992, 272375560, -1324675879, 1073741824};
    int64_t t = (lat_e7 << 30) / LAT_MAX_E7;
    int64_t square = multiply_q30(t, t);
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof SERIES / sizeof SERIES[0]; i++)
        sum = multiply_q30(sum, square) + SERIES[i];
    return sum > 0 ? sum : 0;
}

static struct scale scale_at(int64_t lat_e7)
{
    const int64_t one = INT64_C(1) << 30;
    int64_t c = cosine_q30(lat_e7 < 0 ? -lat_e7 : lat_e7);
    int64_t c2 = 2 * multiply_q30(c, c) - one;   /* cos 2p */
    int64_t c4 = 2 * multiply_q30(c2, c2) - one; /* cos 4p */
    /* cos 3p = cos p (2 cos 2p - 1) and cos 5p = cos p (2 cos 4p - 2 cos 2p + 1) */
    int64_t third = 2 * c2 - one;
    int64_t fifth = 2 * c4 - 2 * c2 + one;
    return (struct scale){
        .east = multiply_q30(c, 186919728 - multiply_q30(156867, third) + multiply_q30(198, fifth)),
        .north = 186450095 - multiply_q30(939222, c2) + multiply_q30(1971, c4),
    };
}

/* From `from` to `to` in 1e-7 degrees, the short way round. */
static struct offset offset_e7(struct geo_point from, struct geo_point to)
{
    int64_t east = (int64_t)to.lon_e7 - from.lon_e7;
    if (east > LON_HALF_E7)
        east -= 2 * LON_HALF_E7;
    else if (east < -LON_HALF_E7)
        east += 2 * LON_HALF_E7;
    return (struct offset){.east = east, .north = (int64_t)to.lat_e7 - from.lat_e7};
}

/* In 1/256 mm; below 2^43. */
static struct offset offset_scaled(struct offset e7, struct scale scale)
{
    const int64_t unit = INT64_C(1) << (24 - FRACTION_BITS);
    return (struct offset){.east = e7.east * scale.east / unit,
                           .north = e7.north * scale.north / unit};
}

static unsigned bit_length(uint64_t x)
{
    return x == 0 ? 0 : 64 - (unsigned)__builtin_clzll(x);
}

/* The square root rounded down, by Newton's method from above. */
static uint64_t square_root(uint64_t x)
{
    if (x == 0)
        return 0;
    uint64_t root = UINT64_C(1) << (bit_length(x) + 1) / 2;
    for (;;) {
        uint64_t next = (root + x / root) / 2;
        if (next >= root)
            return root;
        root = next;
    }
}

static uint64_t magnitude(int64_t x)
{
    return x < 0 ? (uint64_t)-x : (uint64_t)x;
}

/* The length of an offset in whole millimetres, rounded down. Long ones lose their lowest bits so
 * that the squares fit 64 bits; 31 significant bits stay. */
static int64_t length_mm(struct offset offset)
{
    uint64_t x = magnitude(offset.east);
    uint64_t y = magnitude(offset.north);
    unsigned bits = bit_length(x | y);
    unsigned shift = bits > 31 ? bits - 31 : 0;
    uint64_t root = square_root((x >> shift) * (x >> shift) + (y >> shift) * (y >> shift));
    return (int64_t)((root << shift) >> FRACTION_BITS);
}

bool geo_valid(struct geo_point point)
{
    return point.lat_e7 >= -LAT_MAX_E7 && point.lat_e7 <= LAT_MAX_E7 &&
           point.lon_e7 >= -LON_HALF_E7 && point.lon_e7 <= LON_HALF_E7;
}

int64_t geo_distance_mm(struct geo_point a, struct geo_point b)
{
    struct offset apart = offset_e7(a, b);
    if (apart.east == 0 && apart.north == 0)
        return 0;
    struct scale scale = scale_at(((int64_t)a.lat_e7 + b.lat_e7) / 2);
    int64_t distance = length_mm(offset_scaled(apart, scale));
    return distance > 0 ? distance : 1;
}

/* The distance of the origin from the line through `start` in the direction of `edge`, in 1/256 mm
 * rounded down: |start x edge| / |edge|, the root taken with as many bits as fit. */
static uint64_t line_distance(struct offset start, struct offset edge, uint64_t edge_square)
{
    uint64_t cross = magnitude(start.east * edge.north - start.north * edge.east);
    unsigned room_square = (64 - bit_length(edge_square)) / 2;
    unsigned room_cross = 64 - bit_length(cross);
    unsigned shift = room_square < room_cross ? room_square : room_cross;
    CHECK(shift < 32);
    uint64_t root = square_root(edge_square << (2 * shift));
    CHECK(root > 0);
    return (cross << shift) / root;
}

/* How far along an edge `part` of `whole` is, to the nearest thousandth; 0 <= part <= whole. */
static int32_t permille_of(uint64_t part, uint64_t whole)
{
    unsigned shift = bit_length(whole) > 50 ? bit_length(whole) - 50 : 0;
    part >>= shift;
    whole >>= shift;
    return (int32_t)((part * 1000 + whole / 2) / whole);
}

/* -1 when the point lies left of a->b, 1 when right, 0 on the line. Exact: no product passes
 * 3.3e18. */
static int32_t side_of(struct offset a_to_b, struct offset a_to_point)
{
    int64_t first = a_to_b.east * a_to_point.north;
    int64_t second = a_to_b.north * a_to_point.east;
    return (first < second) - (first > second);
}

struct geo_projection geo_project(struct geo_point point, struct geo_point a, struct geo_point b)
{
    struct geo_projection at_a = {.distance_mm = geo_distance_mm(point, a),
                                  .along_permille = 0,
                                  .side = side_of(offset_e7(a, b), offset_e7(a, point))};
    struct geo_projection at_b = {
        .distance_mm = geo_distance_mm(point, b), .along_permille = 1000, .side = at_a.side};
    struct scale scale = scale_at(point.lat_e7);
    struct offset start = offset_scaled(offset_e7(point, a), scale);
    struct offset edge = offset_scaled(offset_e7(a, b), scale);
    uint64_t largest = magnitude(start.east) | magnitude(start.north) | magnitude(edge.east) |
                       magnitude(edge.north);
    /* Products of two fit 62 bits, their sums 63. */
    unsigned shift = bit_length(largest) > 31 ? bit_length(largest) - 31 : 0;
    const int64_t unit = INT64_C(1) << shift;
    start = (struct offset){.east = start.east / unit, .north = start.north / unit};
    edge = (struct offset){.east = edge.east / unit, .north = edge.north / unit};
    int64_t along = -(start.east * edge.east + start.north * edge.north);
    int64_t square = edge.east * edge.east + edge.north * edge.north;
    if (square == 0)
        return at_a.distance_mm <= at_b.distance_mm ? at_a : at_b;
    if (along <= 0)
        return at_a;
    if (along >= square)
        return at_b;
    uint64_t distance = line_distance(start, edge, (uint64_t)square) << shift;
    return (struct geo_projection){
        .distance_mm = (int64_t)(distance >> FRACTION_BITS),
        .along_permille = permille_of((uint64_t)along, (uint64_t)square),
        .side = at_a.side,
    };
}

/* `difference` * `permille` / 1000 to nearest, halves away from zero. */
static int64_t part_of(int64_t difference, int32_t permille)
{
    int64_t product = difference * permille;
    return (product + (product < 0 ? -500 : 500)) / 1000;
}

struct geo_point geo_between(struct geo_point a, struct geo_point b, int32_t permille)
{
    CHECK(permille >= 0);
    CHECK(permille <= 1000);
    if (permille == 1000)
        return b;
    struct offset whole = offset_e7(a, b);
    int64_t lon = a.lon_e7 + part_of(whole.east, permille);
    if (lon > LON_HALF_E7)
        lon -= 2 * LON_HALF_E7;
    else if (lon < -LON_HALF_E7)
        lon += 2 * LON_HALF_E7;
    return (struct geo_point){.lat_e7 = (int32_t)(a.lat_e7 + part_of(whole.north, permille)),
                              .lon_e7 = (int32_t)lon};
}

/* Is the origin on the segment a-b, given their cross product? */
static bool is_on_segment(struct offset a, struct offset b, wide cross)
{
    return cross == 0 && (a.east <= 0 || b.east <= 0) && (a.east >= 0 || b.east >= 0) &&
           (a.north <= 0 || b.north <= 0) && (a.north >= 0 || b.north >= 0);
}

bool geo_inside(struct geo_point point, const struct geo_point *ring, size_t count)
{
    CHECK(count >= 3);
    bool is_inside = false;
    /* Corners relative to the point. The first is taken the short way round and every other from
     * the one before it, so that a ring across the antimeridian stays whole. */
    struct offset a = offset_e7(point, ring[0]);
    for (size_t i = 0; i < count; i++) {
        struct offset step = offset_e7(ring[i], ring[i + 1 < count ? i + 1 : 0]);
        struct offset b = {.east = a.east + step.east, .north = a.north + step.north};
        wide cross = (wide)a.east * b.north - (wide)b.east * a.north;
        if (is_on_segment(a, b, cross))
            return true;
        /* Does the edge pass the ray that runs east from the origin? */
        if ((a.north > 0) != (b.north > 0) && (cross > 0) == (b.north > a.north))
            is_inside = !is_inside;
        a = b;
    }
    return is_inside;
}
