/* Arrays of numbers, and one table that names them. */
#include "net/metrics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/codec_call.h"

#define CALLS_MAX   32 /* calls of the codec table, with room to grow */
#define OTHER       (CALLS_MAX - 1)
#define BOUND_COUNT 12

/* Upper bounds of the histogram. */
static const struct {
    uint64_t ns;
    const char *text; /* in seconds */
} bounds[BOUND_COUNT] = {
    {500000, "0.0005"},  {1000000, "0.001"},  {2500000, "0.0025"}, {5000000, "0.005"},
    {10000000, "0.01"},  {25000000, "0.025"}, {50000000, "0.05"},  {100000000, "0.1"},
    {250000000, "0.25"}, {500000000, "0.5"},  {1000000000, "1"},   {5000000000, "5"},
};

/* Counters of one name stand together. */
static const struct {
    const char *name;
    const char *label; /* or "" */
    const char *help;
} counters[METRICS_COUNTER_COUNT] = {
    [METRICS_CONNECTIONS_ACCEPTED] = {"commonwheel_connections_accepted_total", "",
                                      "Connections accepted."},
    [METRICS_CONNECTIONS_REFUSED] = {"commonwheel_connections_refused_total", "",
                                     "Connections closed at once: too many, or of one address."},
    [METRICS_TIMED_OUT] = {"commonwheel_connections_timed_out_total", "",
                           "Connections closed for being too slow or silent."},
    [METRICS_FRAMES_IN] = {"commonwheel_vehicle_frames_received_total", "",
                           "WebSocket messages from vehicles."},
    [METRICS_FRAMES_OUT] = {"commonwheel_vehicle_frames_sent_total", "",
                            "WebSocket messages to vehicles."},
    [METRICS_DROPPED_BAD_FRAME] = {"commonwheel_dropped_total", "{what=\"bad_frame\"}",
                                   "What was thrown away."},
    [METRICS_DROPPED_TELEMETRY] = {"commonwheel_dropped_total", "{what=\"telemetry\"}", ""},
    [METRICS_DROPPED_REPLY] = {"commonwheel_dropped_total", "{what=\"reply\"}", ""},
    [METRICS_DROPPED_ORDER] = {"commonwheel_dropped_total", "{what=\"order\"}", ""},
    [METRICS_DROPPED_SLOW] = {"commonwheel_dropped_total", "{what=\"slow_reader\"}", ""},
    [METRICS_WEBHOOKS_TAKEN] = {"commonwheel_webhooks_total", "{result=\"taken\"}",
                                "Webhooks of the payment provider."},
    [METRICS_WEBHOOKS_REFUSED] = {"commonwheel_webhooks_total", "{result=\"refused\"}", ""},
};

static const struct {
    const char *name;
    const char *help;
} gauges[METRICS_GAUGE_COUNT] = {
    [METRICS_CONNECTIONS] = {"commonwheel_connections", "Connections open."},
    [METRICS_VEHICLES] = {"commonwheel_vehicle_links", "Vehicles linked."},
    [METRICS_STREAMS] = {"commonwheel_streams", "Server streams open."},
};

struct metrics {
    uint64_t counters[METRICS_COUNTER_COUNT];
    int64_t gauges[METRICS_GAUGE_COUNT];
    uint64_t requests[CALLS_MAX][CONNECT_CODE_COUNT];
    uint64_t buckets[CALLS_MAX][BOUND_COUNT + 1];
    uint64_t sum_ns[CALLS_MAX];
};

struct text {
    char *bytes;
    size_t size;
    size_t length;
};

struct metrics *metrics_new(void)
{
    return calloc(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *metrics)
{
    free(metrics);
}

void metrics_count(struct metrics *metrics, enum metrics_counter counter)
{
    metrics->counters[counter]++;
}

uint64_t metrics_get(const struct metrics *metrics, enum metrics_counter counter)
{
    return metrics->counters[counter];
}

void metrics_add(struct metrics *metrics, enum metrics_gauge gauge, int difference)
{
    metrics->gauges[gauge] += difference;
}

static size_t call_index(const char *path)
{
    size_t count;
    const struct codec_call *calls = codec_calls(&count);

    for (size_t i = 0; path != NULL && i < count && i < OTHER; i++)
        if (calls[i].path == path)
            return i;
    return OTHER;
}

void metrics_request(struct metrics *metrics, const char *path, enum connect_code code,
                     uint64_t duration_ns)
{
    size_t call = call_index(path);
    size_t bucket = 0;

    while (bucket < BOUND_COUNT && duration_ns > bounds[bucket].ns)
        bucket++;
    metrics->requests[call][code]++;
    metrics->buckets[call][bucket]++;
    metrics->sum_ns[call] += duration_ns;
}

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);

    int length =
        vsnprintf(text->bytes + text->length, text->size - text->length, format, arguments);

    va_end(arguments);
    if (length >= 0 && (size_t)length < text->size - text->length)
        text->length += (size_t)length;
    else
        text->size = text->length + 1; /* full: whole lines only, and no more of them */
}

static const char *call_name(size_t index)
{
    size_t count;
    const struct codec_call *calls = codec_calls(&count);
    const char *slash = index < count ? strrchr(calls[index].path, '/') : NULL;

    return slash != NULL ? slash + 1 : "other";
}

static void add_requests(const struct metrics *metrics, struct text *text)
{
    add(text, "# HELP commonwheel_requests_total Requests answered, by call and Connect code.\n"
              "# TYPE commonwheel_requests_total counter\n");
    for (size_t i = 0; i < CALLS_MAX; i++)
        for (int code = 0; code < CONNECT_CODE_COUNT; code++)
            if (metrics->requests[i][code] > 0)
                add(text, "commonwheel_requests_total{call=\"%s\",code=\"%s\"} %" PRIu64 "\n",
                    call_name(i), connect_code_text((enum connect_code)code),
                    metrics->requests[i][code]);
}

static void add_durations(const struct metrics *metrics, struct text *text)
{
    add(text, "# HELP commonwheel_request_duration_seconds From a request's headers to its answer;"
              " of a stream, to its first message.\n"
              "# TYPE commonwheel_request_duration_seconds histogram\n");
    for (size_t i = 0; i < CALLS_MAX; i++) {
        uint64_t total = 0;

        for (size_t j = 0; j <= BOUND_COUNT; j++)
            total += metrics->buckets[i][j];
        if (total == 0)
            continue;
        total = 0;
        for (size_t j = 0; j <= BOUND_COUNT; j++) {
            total += metrics->buckets[i][j];
            add(text,
                "commonwheel_request_duration_seconds_bucket{call=\"%s\",le=\"%s\"} %" PRIu64 "\n",
                call_name(i), j < BOUND_COUNT ? bounds[j].text : "+Inf", total);
        }
        add(text,
            "commonwheel_request_duration_seconds_sum{call=\"%s\"} %" PRIu64 ".%09" PRIu64 "\n"
            "commonwheel_request_duration_seconds_count{call=\"%s\"} %" PRIu64 "\n",
            call_name(i), metrics->sum_ns[i] / 1000000000, metrics->sum_ns[i] % 1000000000,
            call_name(i), total);
    }
}

size_t metrics_write(const struct metrics *metrics, char *text, size_t size)
{
    struct text made = {.bytes = text, .size = size};

    for (int i = 0; i < METRICS_COUNTER_COUNT; i++) {
        if (i == 0 || strcmp(counters[i].name, counters[i - 1].name) != 0)
            add(&made, "# HELP %s %s\n# TYPE %s counter\n", counters[i].name, counters[i].help,
                counters[i].name);
        add(&made, "%s%s %" PRIu64 "\n", counters[i].name, counters[i].label, metrics->counters[i]);
    }
    for (int i = 0; i < METRICS_GAUGE_COUNT; i++)
        add(&made, "# HELP %s %s\n# TYPE %s gauge\n%s %" PRId64 "\n", gauges[i].name,
            gauges[i].help, gauges[i].name, gauges[i].name, metrics->gauges[i]);
    add_requests(metrics, &made);
    add_durations(metrics, &made);
    return made.length;
}
