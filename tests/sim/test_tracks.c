/* Where vehicles were, row by row. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runs.h"
#include "sim/tracks.h"

#define NOON_MS INT64_C(1772452800000) /* 2026-03-02T12:00:00Z */

static struct vehicle_view view_of(uint32_t vehicle, int32_t lon_e7, int32_t lat_e7,
                                   int64_t heard_ms)
{
    return (struct vehicle_view){.vehicle = {vehicle},
                                 .point = {.lon_e7 = lon_e7, .lat_e7 = lat_e7},
                                 .heard_ms = heard_ms,
                                 .people_aboard = 2,
                                 .stop_count = 3};
}

Test(tracks, keeps_one_position_in_ten_seconds_until_the_end)
{
    static const struct {
        uint32_t vehicle;
        int32_t lon_e7;
        int32_t lat_e7;
        int64_t at_ms;
        int64_t heard_ms;
    } TOLD[] = {
        {7, -15483012, 538020000, NOON_MS, NOON_MS},
        {7, -15483012, 538020001, NOON_MS + 9999, NOON_MS + 9999}, /* too soon */
        {8, 5, -5, NOON_MS + 9999, NOON_MS + 9999},                /* another's turn */
        {7, -15483012, 538020002, NOON_MS + 10000, NOON_MS},       /* not heard just now */
        {7, 1800000000, 0, NOON_MS + 10001, NOON_MS + 10001},
        {7, -15483012, 538020003, NOON_MS + 60001, NOON_MS + 60001}, /* past the end */
    };
    struct folder folder;
    struct tracks tracks;
    folder_make(&folder);
    cr_assert(tracks_open(&tracks, folder_file(&folder, "tracks.csv"), NOON_MS + 60000));
    for (size_t i = 0; i < sizeof TOLD / sizeof TOLD[0]; i++) {
        const struct vehicle_view view =
            view_of(TOLD[i].vehicle, TOLD[i].lon_e7, TOLD[i].lat_e7, TOLD[i].heard_ms);
        tracks_take(&tracks, &view, TOLD[i].at_ms);
    }
    cr_assert(tracks_close(&tracks));
    runs_expect_file(&folder, "tracks.csv",
                     "shard,vehicle,at,geom,aboard,stops\n"
                     "1,7,2026-03-02T12:00:00.000Z,SRID=4326;POINT(-1.5483012 53.8020000),2,3\n"
                     "1,8,2026-03-02T12:00:09.999Z,SRID=4326;POINT(0.0000005 -0.0000005),2,3\n"
                     "1,7,2026-03-02T12:00:10.001Z,SRID=4326;POINT(180.0000000 0.0000000),2,3\n");
    folder_free(&folder);
}

Test(tracks, says_where_a_file_cannot_be_made)
{
    struct folder folder;
    folder_make(&folder);
    cr_expect_eq(runs_run(&folder, "--tracks", "/nowhere/tracks.csv"), 1);
    folder_free(&folder);
}

static void digest_of(const struct folder *folder, char digest[17])
{
    json_t *root = runs_figures(folder);
    snprintf(digest, 17, "%s", json_string_value(json_object_get(root, "digest")));
    json_decref(root);
}

struct row {
    double at_s; /* after midnight */
    double lon;
    double lat;
    int aboard;
    int stops;
};

static struct row read_row(const char *line)
{
    struct row row;
    int hour = 0;
    int minute = 0;
    double second = 0;
    cr_assert_eq(sscanf(line, "1,7,2026-03-02T%d:%d:%lfZ,SRID=4326;POINT(%lf %lf),%d,%d\n", &hour,
                        &minute, &second, &row.lon, &row.lat, &row.aboard, &row.stops),
                 7, "%.80s", line);
    row.at_s = hour * 3600 + minute * 60 + second;
    return row;
}

/* Vehicle 7 sets off at 1000 for node 2, where two people board until 1160, and brings them to node
 * 4 by 1360. It never passes a minute and a half in silence, nor 40 seconds of a drive; people
 * are in it between these two times alone; and the run is as if nobody had looked. */
Test(tracks, follow_the_vehicle_and_change_nothing)
{
    struct folder folder;
    char file[2 * FOLDER_PATH_MAX];
    char digests[2][17];
    struct row last = {0};
    int carrying = 0;
    folder_make(&folder);
    folder_write(&folder, "requests.csv",
                 "request,at_s,from_node,to_node,party,wheelchair,shared\n"
                 "10,1000,2,4,2,0,1\n");
    cr_assert_eq(runs_run(&folder, NULL, NULL), 0);
    digest_of(&folder, digests[0]);
    snprintf(file, sizeof file, "%s", folder_file(&folder, "tracks.csv"));
    cr_assert_eq(runs_run(&folder, "--tracks", file), 0);
    digest_of(&folder, digests[1]);
    cr_expect_str_eq(digests[0], digests[1]);

    char *content = folder_read(&folder, "tracks.csv");
    for (char *line = strchr(content, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        const struct row row = read_row(line);
        const bool drives =
            (row.at_s > 1030 && row.at_s < 1100) || (row.at_s > 1190 && row.at_s < 1360);
        cr_expect_leq(row.at_s - last.at_s, drives ? 40.001 : 90.001, "silent until %f", row.at_s);
        cr_expect_float_eq(row.lat, 52.2, 1e-9);
        cr_expect(row.lon >= -1.5 && row.lon <= -1.47, "at %f", row.lon);
        if (row.aboard > 0) {
            carrying++;
            cr_expect_eq(row.aboard, 2);
            cr_expect(row.at_s >= 1100 && row.at_s <= 1360, "aboard at %f", row.at_s);
        }
        last = row;
    }
    cr_expect_geq(carrying, 6, "seen %d times with people", carrying);
    cr_expect_float_eq(last.lon, -1.47, 1e-9);
    free(content);
    folder_free(&folder);
}
