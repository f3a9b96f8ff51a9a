#include "input/stations_csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input_folder.h"
#include "tests/town.h"

static bool read_text(const struct town *town, const char *text, struct stations *stations,
                      struct input_error *error)
{
    static const struct place_csv_options options = {.drive_on_left = true, .at_nodes = true};
    char folder[INPUT_FOLDER_MAX];
    char path[2 * INPUT_FOLDER_MAX];
    input_folder_make(folder);
    input_folder_put(folder, "stations.csv", text);
    snprintf(path, sizeof path, "%s/stations.csv", folder);
    const bool ok = stations_csv_read(path, &town->graph, &options, stations, error);
    input_folder_remove(folder);
    return ok;
}

/* Node 97 is 'a'. */
Test(stations_csv, reads_what_a_station_is_for)
{
    struct town *town = town_from_map("a--b--c\n", true);
    struct stations stations = {0};
    struct input_error error;
    cr_assert(read_text(town,
                        "charger,node,plugs,power_w,cleans,inspects\n"
                        "7,97,4,22000,,\n"
                        "9,99,1,0,1,1\n",
                        &stations, &error),
              "%s", error.text);
    cr_assert_eq(stations.count, 2);
    cr_expect_eq(stations.items[0].id, 7);
    cr_expect_eq(stations.items[0].place.node, town_node(town, 'a'));
    cr_expect_eq(stations.items[0].plugs, 4);
    cr_expect_eq(stations.items[0].power_w, 22000);
    cr_expect(!stations.items[0].cleans && !stations.items[0].inspects);
    cr_expect_eq(stations.items[1].power_w, 0);
    cr_expect(stations.items[1].cleans && stations.items[1].inspects);
    free((void *)(uintptr_t)stations.items);
    town_free(town);
}

Test(stations_csv, names_line_and_column_of_what_it_refuses)
{
    static const struct {
        const char *text;
        const char *where;
    } rows[] = {
        {"charger,node,plugs,power_w\n1,97,0,22000\n", ":2: column 'plugs'"},
        {"charger,node,plugs,power_w\n1,97,1,10000001\n", ":2: column 'power_w'"},
        {"charger,node,plugs,power_w\n-1,97,1,1\n", ":2: column 'charger'"},
        {"charger,node,plugs,power_w\n1,97,1,1\n1,98,1,1\n", ":3: column 'charger'"},
        {"charger,node,plugs,power_w\n1,5,1,1\n", ":2: column 'node'"},
        {"charger,node,plugs,power_w,cleans\n1,97,1,1,2\n", ":2: column 'cleans'"},
        {"charger,plugs,power_w\n1,1,1\n", ":1: either column 'node'"},
        {"charger,lon,lat,plugs,power_w\n1,0.5,0.5,1,1\n", ":2: column 'lon'"},
        {"charger,node,power_w\n1,97,1\n", "plugs"},
    };
    struct town *town = town_from_map("a--b--c\n", true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stations stations = {0};
        struct input_error error = {""};
        cr_expect_not(read_text(town, rows[i].text, &stations, &error), "row %zu", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
        cr_expect_null(stations.items);
    }
    town_free(town);
}
