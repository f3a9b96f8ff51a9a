/* OpenStreetMap: a town drawn by hand, the same as PBF, and damaged in every way. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/osm.h"
#include "input/osm_pbf.h"
#include "pbf_writer.h"

#define TOWN TEST_DATA "/town.osm"

/* A file of the given bytes, removed by remove_file(). */
static void write_file(char path[64], const char *ending, const void *bytes, size_t size)
{
    snprintf(path, 64, "/tmp/commonwheel-osm-XXXXXX%s", ending);
    int fd = mkstemps(path, (int)strlen(ending));
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

/* Reads bytes as a file; the error without the path in `why`. */
static bool read_bytes(const char *ending, const void *bytes, size_t size, struct streets *streets,
                       struct osm_counts *counts, char why[INPUT_ERROR_MAX])
{
    char path[64];
    struct input_error error = {.text = ""};
    *streets = (struct streets){.nodes = NULL};
    write_file(path, ending, bytes, size);
    bool ok = osm_read(path, streets, counts, &error);
    unlink(path);
    size_t length = strlen(path);
    bool is_named = strncmp(error.text, path, length) == 0;
    cr_assert(ok || is_named, "the error names the file: %s", error.text);
    snprintf(why, INPUT_ERROR_MAX, "%s", error.text + (ok ? 0 : length));
    return ok;
}

static void print_streets(const struct streets *streets, char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < streets->edge_count; i++) {
        const struct road_builder_edge *edge = &streets->edges[i];
        used += (size_t)snprintf(
            text + used, size - used, "%" PRId64 "->%" PRId64 " %u m %u ms class %u\n", edge->from,
            edge->to, (unsigned)edge->length_m, (unsigned)edge->time_ms, (unsigned)edge->class);
    }
}

/* 0.001 degrees of longitude are 69.4 m here, of latitude 111.3 m. 20 mph at 700 permille are 6.26
 * m/s, 30 mph at 780 are 10.46, at 720 are 9.66, at 700 are 9.39; 10 mph at 800, halved, 1.79. */
static const char TRANSCRIPT[] = "1->2 69 m 11095 ms class 5\n2->1 69 m 11095 ms class 5\n"
                                 "2->3 69 m 11095 ms class 5\n3->2 69 m 11095 ms class 5\n"
                                 "3->4 69 m 11095 ms class 5\n4->3 69 m 11095 ms class 5\n"
                                 "5->6 69 m 6638 ms class 4\n6->5 69 m 6638 ms class 4\n"
                                 "6->7 69 m 6638 ms class 4\n7->6 69 m 6638 ms class 4\n"
                                 "7->4 131 m 12538 ms class 4\n4->7 131 m 12538 ms class 4\n"
                                 "1->5 111 m 11852 ms class 5\n"
                                 "7->3 111 m 11523 ms class 5\n"
                                 "21->22 23 m 2483 ms class 5\n22->23 14 m 1479 ms class 5\n"
                                 "23->21 23 m 2483 ms class 5\n"
                                 "5->21 56 m 31111 ms class 6\n21->5 56 m 31111 ms class 6\n";

static void check_counts(const struct osm_counts *counts)
{
    cr_expect_eq(counts->nodes, 14);
    cr_expect_eq(counts->ways, 15);
    cr_expect_eq(counts->relations, 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_STREET], 8);
    cr_expect_eq(counts->oneways, 3);
    cr_expect_eq(counts->destination_only, 1);
    cr_expect_eq(counts->speeds_given, 1);
    cr_expect_eq(counts->speeds_illegible, 1);
    cr_expect_eq(counts->ways_cut, 1);
    cr_expect_eq(counts->nodes_missing, 1);
    cr_expect_eq(counts->barriers, 1);
    cr_expect_eq(counts->turn_restrictions, 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_MINOR], 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_NO_CARS], 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_UNFINISHED], 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_CLOSED], 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_FERRY], 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_NO_STREET], 1);
    cr_expect_eq(counts->by_verdict[OSM_TAGS_UNKNOWN], 1);
}

Test(osm, reads_what_a_car_may_drive)
{
    struct streets streets = {.nodes = NULL};
    struct osm_counts counts;
    struct input_error error = {.text = ""};
    char text[4096] = "";
    cr_assert(osm_read(TOWN, &streets, &counts, &error), "%s", error.text);
    print_streets(&streets, text, sizeof text);
    cr_expect_str_eq(text, TRANSCRIPT, "%s", text);
    check_counts(&counts);
    cr_expect_eq(streets.nodes[0].name, 1);
    cr_expect_eq(streets.nodes[0].point.lat_e7, 515010000);
    cr_expect_eq(streets.nodes[1].point.lon_e7, -29990000);
    streets_free(&streets);
}

Test(osm, a_pbf_file_says_the_same)
{
    for (int with_zlib = 0; with_zlib < 2; with_zlib++) {
        struct pbf_bytes file = pbf_writer_convert(TOWN, with_zlib == 1);
        struct streets streets;
        struct osm_counts counts;
        char text[4096] = "";
        char why[INPUT_ERROR_MAX];
        cr_assert(read_bytes(".osm.pbf", file.bytes, file.size, &streets, &counts, why), "%s", why);
        print_streets(&streets, text, sizeof text);
        cr_expect_str_eq(text, TRANSCRIPT, "%s", text);
        check_counts(&counts);
        streets_free(&streets);
        free(file.bytes);
    }
}

Test(osm, prints_what_it_left_out)
{
    struct streets streets = {.nodes = NULL};
    struct osm_counts counts;
    struct input_error error;
    char *text = NULL;
    size_t size = 0;
    cr_assert(osm_read(TOWN, &streets, &counts, &error));
    FILE *file = open_memstream(&text, &size);
    osm_counts_print(&counts, file);
    fclose(file);
    cr_expect(strstr(text, "turn restrictions (not obeyed)") != NULL);
    cr_expect(strstr(text, "left out: ferries") != NULL);
    cr_expect(strstr(text, "left out: areas") == NULL, "zeros are left out");
    free(text);
    streets_free(&streets);
}

#define HEAD "<osm version=\"0.6\"><node id=\"1\" lat=\"51.5\" lon=\"-3\"/>"
#define WAY                                                                                        \
    "<way id=\"7\"><nd ref=\"1\"/><nd ref=\"2\"/><tag k=\"highway\" v=\"residential\"/></way>"

Test(osm, refuses_xml_that_is_wrong_and_says_why)
{
    static const struct {
        const char *text;
        const char *why;
    } rows[] = {
        {"", ": is empty"},
        {"hello", ": is not well-formed XML"},
        {HEAD WAY, ": is not well-formed XML"},
        {HEAD "</osm>", ": has no street for cars in it"},
        {HEAD WAY "</osm>",
         ": has none of the nodes of its streets (libreadosm reads dense nodes only)"},
        {HEAD "<node id=\"2\" lat=\"91\" lon=\"-3\"/>" WAY "</osm>",
         ": node 2: has no place on the Earth"},
        {HEAD "<node id=\"2\" lat=\"51\"/>" WAY "</osm>", ": node 2: has no place on the Earth"},
        {HEAD "<node id=\"1\" lat=\"51\" lon=\"-3\"/>" WAY "</osm>", ": node 1: stands here twice"},
        {HEAD "<node id=\"2\" lat=\"-51.5\" lon=\"-3\"/>" WAY "</osm>",
         ": way 7: has a straight of 11389 km, which is too long"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct streets streets;
        struct osm_counts counts;
        char why[INPUT_ERROR_MAX];
        const char *text = rows[i].text;
        cr_expect_not(read_bytes(".osm", text, strlen(text), &streets, &counts, why));
        cr_expect_str_eq(why, rows[i].why, "row %zu: %s", i, why);
        streets_free(&streets);
    }
}

Test(osm, refuses_what_is_not_there)
{
    struct streets streets = {.nodes = NULL};
    struct osm_counts counts;
    struct input_error error;
    cr_expect_not(osm_read("/nonexistent/map.osm.pbf", &streets, &counts, &error));
    cr_expect_str_eq(error.text, "/nonexistent/map.osm.pbf: No such file or directory");
}

/* Every sixteenth length; only the frame's own end is a whole file. */
Test(osm, refuses_files_that_are_cut_short)
{
    static const char *const ENDINGS[] = {".osm.pbf", ".osm"};
    struct pbf_bytes pbf = pbf_writer_convert(TOWN, true);
    struct pbf_bytes xml = {.bytes = NULL};
    char buffer[512];
    FILE *file = fopen(TOWN, "rb");
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;)
        pbf_writer_append(&xml, buffer, got);
    fclose(file);
    const struct pbf_bytes *files[] = {&pbf, &xml};
    for (int i = 0; i < 2; i++) {
        for (size_t size = 0; size < files[i]->size - 8; size += 16) {
            struct streets streets;
            struct osm_counts counts;
            char why[INPUT_ERROR_MAX];
            cr_expect_not(read_bytes(ENDINGS[i], files[i]->bytes, size, &streets, &counts, why),
                          "%zu bytes", size);
            streets_free(&streets);
        }
    }
    free(pbf.bytes);
    free(xml.bytes);
}

/* Flipped bits may give another town or an error; they never bring the reader's caller down, and
 * zlib's checksum finds those in the data (nobody reads what the header says). */
Test(osm, outlives_files_with_flipped_bits, .timeout = 240)
{
    for (int with_zlib = 0; with_zlib < 2; with_zlib++) {
        struct pbf_bytes file = pbf_writer_convert(TOWN, with_zlib == 1);
        unsigned refused = 0;
        unsigned tried = 0;
        unsigned fallen = 0; /* libreadosm's own process ended */
        for (size_t i = 0; i < file.size; i += 5, tried++) {
            struct streets streets;
            struct osm_counts counts;
            char why[INPUT_ERROR_MAX];
            uint8_t before = file.bytes[i];
            file.bytes[i] = (uint8_t)(before ^ (1u << i % 8));
            refused += !read_bytes(".pbf", file.bytes, file.size, &streets, &counts, why);
            fallen += strstr(why, "fell over") != NULL || strstr(why, "come to an end") != NULL;
            file.bytes[i] = before;
            streets_free(&streets);
        }
        cr_expect(refused > tried / 3, "%u of %u", refused, tried);
        cr_expect(with_zlib == 1 || fallen > 0, "some of these do bring libreadosm down");
        cr_expect(with_zlib == 0 || refused + 10 >= tried, "%u of %u", refused, tried);
        free(file.bytes);
    }
}
