#include "input/parking_csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input_folder.h"
#include "tests/town.h"

static bool read_text(const struct town *town, const char *text, struct parking **list,
                      uint32_t *count, struct input_error *error)
{
    static const struct place_csv_options options = {.drive_on_left = true, .at_nodes = true};
    char folder[INPUT_FOLDER_MAX];
    char path[2 * INPUT_FOLDER_MAX];
    input_folder_make(folder);
    input_folder_put(folder, "parking.csv", text);
    snprintf(path, sizeof path, "%s/parking.csv", folder);
    const bool ok = parking_csv_read(path, &town->graph, &options, list, count, error);
    input_folder_remove(folder);
    return ok;
}

/* "LON,LAT" of a node of the town. */
static const char *point_text(const struct town *town, char letter, char text[64])
{
    const struct geo_point point = town->graph.points[town_node(town, letter)];
    snprintf(text, 64, "%.7f,%.7f", point.lon_e7 / 1e7, point.lat_e7 / 1e7);
    return text;
}

Test(parking_csv, reads_nodes_or_coordinates_into_the_order_of_places)
{
    struct town *town = town_from_map("a--b--c\n", true);
    struct parking *list = NULL;
    struct input_error error;
    uint32_t count = 0;
    char text[256];
    char point[64];
    snprintf(text, sizeof text, "kind,parking,node,room\ndepot,9,%d,40\nkerb,-3,%d,1\n", 'c', 'a');
    cr_assert(read_text(town, text, &list, &count, &error), "%s", error.text);
    cr_assert_eq(count, 2);
    cr_expect_eq(list[0].place.node, town_node(town, 'a'));
    cr_expect_eq(list[0].kind, PARKING_KERB);
    cr_expect_eq(list[0].room, 1);
    cr_expect_eq(list[1].place.node, town_node(town, 'c'));
    cr_expect_eq(list[1].kind, PARKING_DEPOT);
    cr_expect_eq(list[1].room, 40);
    cr_expect_null(parking_fault(list, count));
    free(list);
    snprintf(text, sizeof text, "parking,lon,lat,room,kind\n1,%s,5,kerb\n",
             point_text(town, 'b', point));
    cr_assert(read_text(town, text, &list, &count, &error), "%s", error.text);
    cr_assert_eq(count, 1);
    cr_expect_eq(list[0].place.node, town_node(town, 'b'));
    free(list);
    town_free(town);
}

Test(parking_csv, names_line_and_column_of_what_it_refuses)
{
    static const struct {
        const char *text;
        const char *where;
    } rows[] = {
        {"parking,node,room\n1,97,1\n", "'kind'"},
        {"parking,room,kind\n1,1,kerb\n", "parking.csv:1: either column 'node'"},
        {"parking,node,lon,lat,room,kind\n1,97,0,0,1,kerb\n", "parking.csv:1: either"},
        {"parking,lon,room,kind\n1,0,1,kerb\n", "parking.csv:1: either"},
        {"parking,node,room,kind\n1,97,0,kerb\n", "parking.csv:2: column 'room'"},
        {"parking,node,room,kind\n1,97,65537,kerb\n", "parking.csv:2: column 'room'"},
        {"parking,node,room,kind\n1,97,1,street\n",
         "parking.csv:2: column 'kind': is neither 'kerb' nor 'depot'"},
        {"parking,node,room,kind\n1,1234,1,kerb\n",
         "parking.csv:2: column 'node': names no node of the road network"},
        {"parking,node,room,kind\n1,97,1,kerb\n1,98,1,kerb\n",
         "parking.csv:3: column 'parking': is the number of an earlier row too"},
        {"parking,node,room,kind\n1,97,1,kerb\n2,97,1,kerb\n",
         "parking.csv:3: column 'node': is where an earlier row is"},
        {"parking,lon,lat,room,kind\n1,80,80,1,kerb\n",
         "parking.csv:2: column 'lon': is further than 300 m from any road"},
    };
    struct town *town = town_from_map("a--b--c\n", true);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parking *list = NULL;
        struct input_error error;
        uint32_t count = 0;
        cr_expect_not(read_text(town, rows[i].text, &list, &count, &error), "row %zu", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
        cr_expect_null(list);
    }
    town_free(town);
}
