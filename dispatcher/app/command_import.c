/* `dispatcher import`: a map becomes a .roads file. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/command_import.h"
#include "input/roads.h"
#include "input/roads_import.h"

static const char HELP[] =
    "usage: dispatcher import MAP OUT.roads\n\n"
    "Makes the road network that `serve` and `sim` run on, and says what it left out and why.\n\n"
    "  MAP        OpenStreetMap (.osm.pbf, .osm), or a folder with nodes.csv and edges.csv\n"
    "  OUT.roads  the file to write; replaced only when all of it is written\n\n"
    "Example:\n  dispatcher import newport.osm.pbf newport.roads\n";

static int import(const char *map, const char *out)
{
    struct roads *roads = calloc(1, sizeof *roads); /* does not move: it points into itself */
    struct roads_report report;
    struct input_error error;
    if (roads == NULL)
        return COMMAND_FAILED;
    bool ok = roads_import(map, roads, &report, &error);
    if (ok) {
        roads_report_print(&report, stdout);
        ok = roads_write(roads, out, &error);
        roads_close(roads);
    }
    free(roads);
    if (ok)
        printf("wrote %s\n", out);
    else
        fprintf(stderr, "dispatcher import: %s\n", error.text);
    return ok ? COMMAND_OK : COMMAND_FAILED;
}

int command_import(int argc, char **argv)
{
    static const struct option OPTIONS[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int option = getopt_long(argc, argv, "h", OPTIONS, NULL);
    if (option == 'h') {
        fputs(HELP, stdout);
        return COMMAND_OK;
    }
    if (option != -1)
        return command_misused("import", "unknown option");
    if (optind + 2 != argc)
        return command_misused("import", "a map and the file to write are needed");
    return import(argv[optind], argv[optind + 1]);
}
