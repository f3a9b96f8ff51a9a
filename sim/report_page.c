/* Every plot has a table or a sentence beside it that says the same without colour. */
#include "sim/report_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/grow.h"

#define WAIT_BIN_MS   INT64_C(60000)
#define WAIT_BINS     30 /* the last one holds all that is longer */
#define DAY_BIN_MS    INT64_C(900000)
#define DAY_BINS_MAX  200
#define PLOT_WIDTH    720
#define PLOT_HEIGHT   200
#define MAP_WIDTH     720
#define MAP_HEIGHT    720
#define MAP_ARCS_MAX  30000 /* streets drawn; of larger networks every n-th */
#define MAP_RIDES_MAX 10000

/* ---- Text ---- */

static void put_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", file);
            break;
        case '&':
            fputs("&amp;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        default:
            fputc(*text, file);
        }
    }
}

static const char style[] =
    "<style>\n"
    ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#8a94a0;--a:#1f5fa8;"
    "--b:#b4570b;--c:#3b7d3b;--d:#d4d9df}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8ecf0;--paper:#14181d;--a:#7fb2ea;"
    "--b:#e9a15b;--c:#8bcb8b;--d:#39424d}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
    "max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:600}\n"
    "th,td{padding:.2rem .8rem;border-bottom:1px solid var(--d);text-align:right}\n"
    "th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}\n"
    "figure{margin:2rem 0}figcaption{font-weight:600}text{fill:var(--ink);font-size:12px}\n"
    "</style>\n";

static void put_head(const struct report *report, FILE *file)
{
    fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>",
          file);
    put_escaped(file, report->scenario);
    fputs(" - simulated run</title>\n", file);
    fputs(style, file);
    fputs("</head><body>\n<h1>", file);
    put_escaped(file, report->scenario);
    fprintf(file,
            "</h1>\n<p>%u vehicles, %u requests: <strong>%u served</strong> (%.1f %%), %u refused, "
            "%u cancelled, %u unserved.</p>\n",
            report->vehicles, report->requests, report->served,
            report->requests == 0 ? 0.0 : 100.0 * report->served / report->requests,
            report->refused, report->cancelled, report->unserved);
}

static void put_spread_row(FILE *file, const char *name, const struct report_spread *spread)
{
    fprintf(file,
            "<tr><th scope=\"row\">%s</th><td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%.1f</td>"
            "<td>%.1f</td></tr>\n",
            name, (double)spread->mean / 1000.0, (double)spread->p50 / 1000.0,
            (double)spread->p90 / 1000.0, (double)spread->p95 / 1000.0,
            (double)spread->max / 1000.0);
}

static void put_tables(const struct report *report, FILE *file)
{
    int64_t all_m = 0;
    for (int i = 0; i < RECORD_PURPOSE_COUNT; i++) {
        all_m += report->drive_m[i];
    }
    fputs("<table><caption>Seconds of served riders</caption><tr><th scope=\"col\">of</th>"
          "<th scope=\"col\">mean</th><th scope=\"col\">p50</th><th scope=\"col\">p90</th>"
          "<th scope=\"col\">p95</th><th scope=\"col\">max</th></tr>\n",
          file);
    put_spread_row(file, "wait", &report->wait_ms);
    put_spread_row(file, "wait to departure", &report->departure_wait_ms);
    put_spread_row(file, "ride", &report->ride_ms);
    put_spread_row(file, "direct drive", &report->direct_ms);
    put_spread_row(file, "detour", &report->detour_ms);
    fputs("</table>\n<table><caption>Why requests were refused</caption>"
          "<tr><th scope=\"col\">reason</th><th scope=\"col\">requests</th></tr>\n",
          file);
    for (int i = 0; i < REFUSAL_COUNT; i++) {
        if (report->refused_by_reason[i] > 0) {
            fprintf(file, "<tr><td>%s</td><td>%u</td></tr>\n", refusal_text((enum refusal)i),
                    report->refused_by_reason[i]);
        }
    }
    fprintf(file,
            "</table>\n<p>Driven %.1f km in %.1f hours, %.1f km of it empty. Fares %.2f pounds, "
            "saved by caps %.2f. The books differ by %" PRId64 " pence. Digest %016" PRIx64
            ".</p>\n",
            (double)all_m / 1000.0, (double)report->drive_ms / 3600000.0,
            (double)(all_m - report->drive_m[RECORD_OCCUPIED]) / 1000.0,
            (double)report->fares_pence / 100.0, (double)report->cap_saved_pence / 100.0,
            report->ledger_difference_pence, report->digest);
}

/* ---- Waits ---- */

static void begin_plot(FILE *file, const char *caption, const char *description, int height)
{
    fprintf(file,
            "<figure><figcaption>%s</figcaption>\n<svg role=\"img\" viewBox=\"-40 -10 %d %d\" "
            "width=\"%d\" height=\"%d\"><title>%s</title><desc>%s</desc>\n",
            caption, PLOT_WIDTH + 60, height + 40, PLOT_WIDTH + 60, height + 40, caption,
            description);
}

static void end_plot(FILE *file, const char *below)
{
    fprintf(file, "</svg>\n<p>%s</p></figure>\n", below);
}

static void put_waits(const struct world *world, FILE *file)
{
    uint32_t bins[WAIT_BINS] = {0};
    uint32_t most = 1;
    for (uint32_t i = 0; i < world->scenario->request_count; i++) {
        const struct person *person = &world->persons[i];
        if (person->state == PERSON_SERVED) {
            const int64_t wait_ms = person->arrived_ms - person->earliest_ms;
            int64_t bin = wait_ms > 0 ? wait_ms / WAIT_BIN_MS : 0;
            bin = bin < WAIT_BINS ? bin : WAIT_BINS - 1;
            bins[bin]++;
            most = bins[bin] > most ? bins[bin] : most;
        }
    }
    begin_plot(file, "How long riders waited", "Bars: served riders by minutes of waiting",
               PLOT_HEIGHT);
    const int width = PLOT_WIDTH / WAIT_BINS;
    for (int i = 0; i < WAIT_BINS; i++) {
        const int height = (int)((uint64_t)bins[i] * PLOT_HEIGHT / most);
        fprintf(file,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"var(--a)\"><title>%d "
                "min: %u riders</title></rect>\n",
                i * width, PLOT_HEIGHT - height, width - 2, height, i, bins[i]);
        if (i % 5 == 0) {
            fprintf(file, "<text x=\"%d\" y=\"%d\">%d</text>\n", i * width, PLOT_HEIGHT + 16, i);
        }
    }
    fprintf(file, "<text x=\"-36\" y=\"8\">%u</text>\n", most);
    end_plot(file, "Minutes from the request, or the earliest departure, to the vehicle's arrival; "
                   "the last bar holds all longer waits.");
}

/* ---- The fleet over the day ---- */

enum activity { OCCUPIED, EMPTY, STANDING, ACTIVITY_COUNT };

struct day {
    int64_t began_ms;
    int64_t bin_ms;
    size_t bins;
    int64_t spent_ms[DAY_BINS_MAX][ACTIVITY_COUNT]; /* vehicle time */
};

static void day_add(struct day *day, enum activity activity, int64_t from_ms, int64_t to_ms)
{
    while (from_ms < to_ms) {
        const int64_t bin = (from_ms - day->began_ms) / day->bin_ms;
        const int64_t bin_end_ms = day->began_ms + (bin + 1) * day->bin_ms;
        const int64_t end_ms = to_ms < bin_end_ms ? to_ms : bin_end_ms;
        if (bin >= 0 && bin < (int64_t)day->bins) {
            day->spent_ms[bin][activity] += end_ms - from_ms;
        }
        from_ms = end_ms;
    }
}

static void put_area(const struct day *day, enum activity activity, uint32_t vehicles,
                     const char *colour, FILE *file)
{
    const double whole = (double)vehicles * (double)day->bin_ms;
    fprintf(file, "<polygon fill=\"var(--%s)\" points=\"0,%d", colour, PLOT_HEIGHT);
    for (size_t i = 0; i < day->bins; i++) {
        int64_t sum = 0;
        for (int a = 0; a <= (int)activity; a++) {
            sum += day->spent_ms[i][a];
        }
        const double x = (double)PLOT_WIDTH * (double)i / (double)day->bins;
        const double y = PLOT_HEIGHT - (double)PLOT_HEIGHT * (double)sum / whole;
        fprintf(file, " %.1f,%.1f %.1f,%.1f", x, y, x + (double)PLOT_WIDTH / (double)day->bins, y);
    }
    fprintf(file, " %d,%d\"/>\n", PLOT_WIDTH, PLOT_HEIGHT);
}

static void put_fleet(const struct world *world, FILE *file)
{
    struct day *day = grow_new(1, sizeof *day);
    const int64_t span_ms = world->now_ms - world->began_ms;
    day->began_ms = world->began_ms;
    day->bin_ms = DAY_BIN_MS;
    while (span_ms / day->bin_ms >= DAY_BINS_MAX) {
        day->bin_ms *= 2;
    }
    day->bins = (size_t)(span_ms / day->bin_ms) + 1;
    for (size_t i = 0; i < world->record.stand_count; i++) {
        const struct record_stand *stand = &world->record.stands[i];
        const enum activity drive = stand->people_driven > 0 ? OCCUPIED : EMPTY;
        day_add(day, drive, stand->arrive_ms - stand->drive_ms, stand->arrive_ms);
        day_add(day, STANDING, stand->arrive_ms, stand->depart_ms);
    }
    begin_plot(file, "What the fleet did over the day",
               "Areas, from below: driving with riders, driving empty, standing for riders; the "
               "rest is idle",
               PLOT_HEIGHT);
    put_area(day, STANDING, world->scenario->vehicle_count, "d", file);
    put_area(day, EMPTY, world->scenario->vehicle_count, "b", file);
    put_area(day, OCCUPIED, world->scenario->vehicle_count, "a", file);
    for (int64_t hour = 0; hour * 3600000 < (int64_t)day->bins * day->bin_ms; hour += 3) {
        fprintf(file, "<text x=\"%.1f\" y=\"%d\">%" PRId64 ":00</text>\n",
                (double)PLOT_WIDTH * (double)(hour * 3600000) /
                    ((double)day->bins * (double)day->bin_ms),
                PLOT_HEIGHT + 16, hour);
    }
    fprintf(file, "<text x=\"-36\" y=\"8\">100%%</text>\n");
    end_plot(file, "From below: driving with riders (blue), driving empty (orange), standing for "
                   "riders (grey); above that idle.");
    free(day);
}

/* ---- The map ---- */

struct map_frame {
    struct geo_point low;
    struct geo_point high;
    double scale_x;
    double scale_y;
};

static struct map_frame frame_of(const struct road_graph *graph)
{
    struct map_frame frame = {.low = graph->points[0], .high = graph->points[0]};
    for (uint32_t i = 1; i < graph->node_count; i++) {
        const struct geo_point point = graph->points[i];
        frame.low.lat_e7 = point.lat_e7 < frame.low.lat_e7 ? point.lat_e7 : frame.low.lat_e7;
        frame.low.lon_e7 = point.lon_e7 < frame.low.lon_e7 ? point.lon_e7 : frame.low.lon_e7;
        frame.high.lat_e7 = point.lat_e7 > frame.high.lat_e7 ? point.lat_e7 : frame.high.lat_e7;
        frame.high.lon_e7 = point.lon_e7 > frame.high.lon_e7 ? point.lon_e7 : frame.high.lon_e7;
    }
    const struct geo_point corner = {frame.low.lat_e7, frame.high.lon_e7};
    const double east_mm = (double)geo_distance_mm(frame.low, corner) + 1.0;
    const double north_mm = (double)geo_distance_mm(corner, frame.high) + 1.0;
    const double scale =
        east_mm / MAP_WIDTH > north_mm / MAP_HEIGHT ? MAP_WIDTH / east_mm : MAP_HEIGHT / north_mm;
    frame.scale_x = scale * east_mm / ((double)frame.high.lon_e7 - frame.low.lon_e7 + 1.0);
    frame.scale_y = scale * north_mm / ((double)frame.high.lat_e7 - frame.low.lat_e7 + 1.0);
    return frame;
}

static double map_x(const struct map_frame *frame, struct geo_point point)
{
    return ((double)point.lon_e7 - frame->low.lon_e7) * frame->scale_x;
}

static double map_y(const struct map_frame *frame, struct geo_point point)
{
    return ((double)frame->high.lat_e7 - point.lat_e7) * frame->scale_y;
}

static void put_streets(const struct map_frame *frame, const struct road_graph *graph, FILE *file)
{
    const uint32_t every = graph->arc_count / MAP_ARCS_MAX + 1;
    fputs("<path fill=\"none\" stroke=\"var(--d)\" stroke-width=\"1\" d=\"", file);
    for (uint32_t arc = 0; arc < graph->arc_count; arc += every) {
        const struct geo_point from = graph->points[graph->tail[arc]];
        const struct geo_point to = graph->points[graph->head[arc]];
        fprintf(file, "M%.1f %.1fL%.1f %.1f", map_x(frame, from), map_y(frame, from),
                map_x(frame, to), map_y(frame, to));
    }
    fputs("\"/>\n", file);
}

static void put_requests(const struct map_frame *frame, const struct world *world, FILE *file)
{
    const uint32_t every = world->scenario->request_count / MAP_RIDES_MAX + 1;
    for (uint32_t i = 0; i < world->scenario->request_count; i += every) {
        const struct person *person = &world->persons[i];
        const struct spot *from = &person->request->from;
        if (from->node == SPOT_NO_NODE) {
            continue;
        }
        const struct geo_point point = world->scenario->roads.graph.points[from->node];
        const double x = map_x(frame, point);
        const double y = map_y(frame, point);
        if (person->state == PERSON_SERVED) {
            fprintf(file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.5\" fill=\"var(--a)\"/>\n", x, y);
        } else {
            fprintf(file, "<path stroke=\"var(--b)\" d=\"M%.1f %.1fl5 5m0 -5l-5 5\"/>\n", x - 2.5,
                    y - 2.5);
        }
    }
}

static void put_map(const struct world *world, FILE *file)
{
    const struct road_graph *graph = &world->scenario->roads.graph;
    const struct map_frame frame = frame_of(graph);
    begin_plot(file, "Where rides were asked for",
               "Map of the streets with the pick-ups of served and other requests", MAP_HEIGHT);
    put_streets(&frame, graph, file);
    put_requests(&frame, world, file);
    end_plot(file, "Dots (blue): pick-ups of served requests. Crosses (orange): requests that were "
                   "not served.");
}

bool report_page_write(const struct report *report, const struct world *world, FILE *file)
{
    put_head(report, file);
    put_tables(report, file);
    report_money_write(&report->money, file);
    report_settlement_write(&report->if_settled, file);
    put_waits(world, file);
    put_fleet(world, file);
    put_map(world, file);
    fputs("</body></html>\n", file);
    return ferror(file) == 0;
}
