#include "road/place.h"

#include <criterion/criterion.h>

#include "road/network.h"
#include "tests/town.h"

Test(place, ends_of_arcs_are_nodes)
{
    struct town *town = town_from_map("a---b\n", true);
    uint32_t ab = town_arc(town, "ab");
    cr_expect(road_place_equal(road_place_on_arc(&town->graph, ab, 0),
                               road_place_at_node(town_node(town, 'a'))));
    cr_expect(road_place_equal(road_place_on_arc(&town->graph, ab, 1000),
                               road_place_at_node(town_node(town, 'b'))));
    cr_expect_not(
        road_place_equal(road_place_on_arc(&town->graph, ab, 500), town_place(town, "ba", 500)));
    town_free(town);
}

Test(place, parts_of_an_arc_add_up)
{
    static const struct {
        uint32_t weight_ms;
        int32_t along;
        int64_t before;
    } ROWS[] = {
        {1, 1, 0},         {1, 999, 0}, {1000, 1, 1}, {999, 500, 499}, {16777216, 999, 16760438},
        {12345, 333, 4110}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct road_place place = {ROAD_NONE, 0, ROWS[i].along};
        int64_t before = road_place_before_ms(place, ROWS[i].weight_ms);
        cr_expect_eq(before, ROWS[i].before, "row %zu", i);
        cr_expect_eq(before + road_place_after_ms(place, ROWS[i].weight_ms), ROWS[i].weight_ms);
    }
    cr_expect_eq(road_place_before_ms(road_place_at_node(3), 1000), 0);
    cr_expect_eq(road_place_after_ms(road_place_at_node(3), 1000), 0);
}

Test(place, knows_what_is_on_the_network)
{
    struct town *town = town_from_map("a---b\n", true);
    static const struct {
        struct road_place place;
        bool valid;
    } ROWS[] = {
        {{0, ROAD_NONE, 0}, true},  {{1, ROAD_NONE, 0}, true},   {{2, ROAD_NONE, 0}, false},
        {{0, ROAD_NONE, 1}, false}, {{ROAD_NONE, 1, 1}, true},   {{ROAD_NONE, 1, 999}, true},
        {{ROAD_NONE, 2, 1}, false}, {{ROAD_NONE, 1, 0}, false},  {{ROAD_NONE, 1, 1000}, false},
        {{0, 1, 500}, false},       {{ROAD_NONE, 1, -1}, false}, {{ROAD_NONE, ROAD_NONE, 0}, false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        cr_expect_eq(road_place_valid(&town->graph, ROWS[i].place), ROWS[i].valid, "row %zu", i);
    struct geo_point a = town_point(town, 'a', 0, 0);
    struct geo_point half = road_place_point(&town->graph, town_place(town, "ba", 500));
    cr_expect_eq(half.lat_e7, a.lat_e7);
    cr_expect_eq(half.lon_e7, town_point(town, 'a', 200, 0).lon_e7);
    town_free(town);
}

Test(network, digest_tells_networks_apart)
{
    static const char *const MAPS[] = {"a---b\n", "a--b\n", "a---c\n", "a---b\n|\nc\n",
                                       "\na---b\n"};
    uint64_t digests[sizeof MAPS / sizeof MAPS[0]];
    for (size_t i = 0; i < sizeof MAPS / sizeof MAPS[0]; i++) {
        struct town *town = town_from_map(MAPS[i], true);
        digests[i] = road_network_digest(&town->graph);
        for (size_t j = 0; j < i; j++)
            cr_expect_neq(digests[i], digests[j], "%zu and %zu", i, j);
        town_free(town);
    }
}
