#include "scenario_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

static const char *const files[][2] = {
    {"scenario.yaml", "name: row\n"
                      "timezone: Europe/London\n"
                      "day: 2026-03-02\n"
                      "pickup_s: 60\n"
                      "dropoff_s: 30\n"
                      "max_wait_s: 600\n"
                      "max_ride_permille: 1300\n"
                      "max_ride_extra_s: 400\n"
                      "limits: hard\n"
                      "weights: {vehicle_s: 1, wait_s: 1, ride_s: 1}\n"
                      "improve_searches: 0\n"},
    {"nodes.csv", "node,lon,lat\n1,-1.50,52.2\n2,-1.49,52.2\n3,-1.48,52.2\n4,-1.47,52.2\n"},
    {"edges.csv", "from,to,length_m,time_ms\n1,2,684,100000\n2,1,684,100000\n2,3,684,100000\n"
                  "3,2,684,100000\n3,4,684,100000\n4,3,684,100000\n"},
    {"vehicles.csv", "vehicle,node,seats,wheelchair_spaces,from_s,until_s\n7,1,4,1,0,90000\n"},
    {"requests.csv", "request,at_s,from_node,to_node,party,wheelchair,shared,pickup_from_s,rider\n"
                     "10,1000,2,4,2,0,1,,1\n"
                     "11,1010,2,3,1,0,1,,2\n"
                     "12,1020,4,1,1,1,1,3000,1\n"},
};

const char *folder_file(const struct folder *folder, const char *file)
{
    static char path[2 * FOLDER_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder->path, file);
    return path;
}

void folder_write(const struct folder *folder, const char *file, const char *content)
{
    FILE *out = fopen(folder_file(folder, file), "w");
    CHECK(out != NULL);
    CHECK(fputs(content, out) >= 0);
    CHECK(fclose(out) == 0);
}

void folder_make(struct folder *folder)
{
    snprintf(folder->path, sizeof folder->path, "%s/commonwheel-sim-XXXXXX",
             getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    CHECK(mkdtemp(folder->path) != NULL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        folder_write(folder, files[i][0], files[i][1]);
    }
}

void folder_remove_file(const struct folder *folder, const char *file)
{
    CHECK(unlink(folder_file(folder, file)) == 0);
}

char *folder_read(const struct folder *folder, const char *file)
{
    FILE *in = fopen(folder_file(folder, file), "r");
    CHECK(in != NULL);
    CHECK(fseek(in, 0, SEEK_END) == 0);
    const long size = ftell(in);
    char *content = calloc((size_t)size + 1, 1);
    rewind(in);
    CHECK(content != NULL && fread(content, 1, (size_t)size, in) == (size_t)size);
    fclose(in);
    return content;
}

void folder_free(struct folder *folder)
{
    DIR *directory = opendir(folder->path);
    CHECK(directory != NULL);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            unlink(folder_file(folder, entry->d_name));
        }
    }
    closedir(directory);
    CHECK(rmdir(folder->path) == 0);
}
