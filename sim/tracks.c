#include "sim/tracks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "sim/grow.h"

#define E7 10000000

bool tracks_open(struct tracks *tracks, const char *path, int64_t until_ms)
{
    *tracks =
        (struct tracks){.file = fopen(path, "w"), .until_ms = until_ms == 0 ? INT64_MAX : until_ms};
    if (tracks->file == NULL) {
        return false;
    }
    tracks->last_ms = grow_new(TRACKS_VEHICLES, sizeof *tracks->last_ms);
    fputs("shard,vehicle,at,geom,aboard,stops\n", tracks->file);
    return true;
}

static void put_moment(FILE *file, int64_t ms)
{
    struct tm utc;
    const time_t seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, &utc);
    fprintf(file, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
            utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(ms % 1000));
}

static void put_degrees(FILE *file, int32_t e7)
{
    const int32_t size = e7 < 0 ? -e7 : e7; /* 180 degrees at the most */
    fprintf(file, "%s%" PRId32 ".%07" PRId32, e7 < 0 ? "-" : "", size / E7, size % E7);
}

void tracks_take(struct tracks *tracks, const struct vehicle_view *view, int64_t now_ms)
{
    FILE *file = tracks->file;
    int64_t *last_ms = &tracks->last_ms[view->vehicle.value % TRACKS_VEHICLES];
    if (view->heard_ms != now_ms || now_ms - *last_ms < TRACKS_MS || now_ms > tracks->until_ms) {
        return;
    }
    *last_ms = now_ms;
    fprintf(file, "%d,%" PRIu32 ",", TRACKS_SHARD, view->vehicle.value);
    put_moment(file, now_ms);
    fputs(",SRID=4326;POINT(", file);
    put_degrees(file, view->point.lon_e7);
    fputc(' ', file);
    put_degrees(file, view->point.lat_e7);
    fprintf(file, "),%u,%u\n", view->people_aboard, view->stop_count);
}

bool tracks_close(struct tracks *tracks)
{
    const bool was_written = ferror(tracks->file) == 0;
    free(tracks->last_ms);
    return fclose(tracks->file) == 0 && was_written;
}
