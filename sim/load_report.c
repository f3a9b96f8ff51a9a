/* Both forms read the same struct. */
#include "sim/load_report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "sim/report.h"

static const struct {
    const char *name;
    uint32_t permille;
} percentiles[] = {{"p50", 500}, {"p90", 900}, {"p95", 950}, {"p99", 990}, {"p999", 999}};

#define PERCENTILE_COUNT (sizeof percentiles / sizeof percentiles[0])

uint64_t load_report_errors(const struct load_report *report)
{
    const struct load_riders *riders = report->riders;
    const uint64_t absent = report->fleet->config.count - report->vehicles_up;
    return riders->failed + riders->unverified + riders->unwritten + absent +
           report->fleet->bad_frames + report->fleet->unwritten + load_fleet_stuck(report->fleet);
}

/* ---- JSON ---- */

static json_t *distribution(const struct load_histogram *histogram, double unit)
{
    json_t *object = json_object();
    for (size_t i = 0; i < PERCENTILE_COUNT; i++) {
        const uint64_t value = load_histogram_at(histogram, percentiles[i].permille);
        json_object_set_new(object, percentiles[i].name, json_real((double)value / unit));
    }
    json_object_set_new(object, "max", json_real((double)histogram->max_us / unit));
    json_object_set_new(object, "count", json_integer((json_int_t)histogram->count));
    return object;
}

static void add_count(json_t *object, const char *key, uint64_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* By word; zeros are left out. */
static json_t *refusals(const uint64_t *values)
{
    json_t *object = json_object();
    for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
        if (values[i] > 0) {
            add_count(object, report_refusal_word((enum refusal)i), values[i]);
        }
    }
    return object;
}

static json_t *rides(const uint64_t *values)
{
    json_t *object = json_object();
    for (int i = RIDE_NONE + 1; i < RIDE_STATE_COUNT; i++) {
        if (values[i] > 0) {
            add_count(object, ride_state_text((enum ride_state)i), values[i]);
        }
    }
    return object;
}

static json_t *dispatcher_statistics(const struct statistics_view *view)
{
    json_t *object = json_object();
    add_count(object, "booked", view->booked_count);
    add_count(object, "refused", view->refused_count);
    add_count(object, "alighted", view->alighted_count);
    add_count(object, "cancelled", view->cancelled_count);
    add_count(object, "no_show", view->no_show_count);
    add_count(object, "facts", view->facts);
    add_count(object, "epoch", view->epoch);
    add_count(object, "reports_rejected", view->reports_rejected);
    json_object_set_new(object, "charged_pence", json_integer(view->charged_pence));
    json_object_set_new(object, "cap_saved_pence", json_integer(view->cap_saved_pence));
    json_object_set_new(object, "ledger_difference_pence",
                        json_integer(view->ledger_difference_pence));
    return object;
}

static json_t *make_json(const struct load_report *report)
{
    const struct load_riders *riders = report->riders;
    const struct load_fleet *fleet = report->fleet;
    json_t *root = json_object();
    json_object_set_new(root, "offered_per_s",
                        json_real((double)riders->offered / report->measured_s));
    json_object_set_new(root, "acked_per_s", json_real((double)riders->acked / report->measured_s));
    add_count(root, "errors", load_report_errors(report));
    json_object_set_new(root, "book_ms", distribution(&riders->book_us, 1000));
    json_object_set_new(root, "telemetry_ms", distribution(&fleet->telemetry_us, 1000));
    json_object_set_new(root, "report_ms", distribution(&fleet->report_us, 1000));
    add_count(root, "vehicles", fleet->config.count);
    add_count(root, "riders", report->options->rider_tokens.count);
    json_object_set_new(root, "dispatcher_cpu_s",
                        report->has_process ? json_real((double)report->cpu_ms / 1000)
                                            : json_null());
    json_object_set_new(root, "dispatcher_rss_mb",
                        report->has_process ? json_real((double)report->peak_kb / 1024)
                                            : json_null());
    add_count(root, "lost_acks", riders->lost_acks);
    add_count(root, "booked", riders->booked);
    json_object_set_new(root, "refused", refusals(riders->refused_by));
    add_count(root, "failed", riders->failed);
    add_count(root, "unverified", riders->unverified);
    add_count(root, "retried", riders->retried);
    add_count(root, "turned_away", riders->turned_away);
    add_count(root, "disconnects", fleet->disconnects + report->http_disconnects);
    add_count(root, "reports_rejected", load_fleet_rejected(fleet));
    add_count(root, "plans_refused", load_fleet_refused(fleet));
    json_object_set_new(root, "fdatasync_ms",
                        report->sync_us == NULL ? json_null()
                                                : distribution(report->sync_us, 1000));
    json_object_set_new(root, "rides", rides(riders->by_state));
    json_object_set_new(root, "wait_s", distribution(&riders->wait_ms, 1000));
    json_object_set_new(root, "charged_pence", json_integer(riders->charged_pence));
    json_object_set_new(root, "seed", json_integer(report->options->seed));
    if (riders->has_statistics) {
        json_object_set_new(root, "dispatcher", dispatcher_statistics(&riders->statistics));
    }
    return root;
}

bool load_report_json(const struct load_report *report, const char *path)
{
    const size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(9);
    json_t *root = make_json(report);
    bool fine = root != NULL;
    if (fine && strcmp(path, "-") == 0) {
        fine = json_dumpf(root, stdout, flags) == 0 && putchar('\n') != EOF;
    } else if (fine) {
        fine = json_dump_file(root, path, flags) == 0;
    }
    if (!fine) {
        fprintf(stderr, "sim load: %s: cannot be written\n", path);
    }
    json_decref(root);
    return fine;
}

/* ---- the table ---- */

static void print_distribution(const char *label, const struct load_histogram *histogram,
                               const char *unit, double scale, int digits)
{
    if (histogram->count == 0) {
        return;
    }
    printf("  %-24s", label);
    for (size_t i = 0; i < PERCENTILE_COUNT; i++) {
        const uint64_t value = load_histogram_at(histogram, percentiles[i].permille);
        printf("%9.*f", digits, (double)value / scale);
    }
    printf("%9.*f %s\n", digits, (double)histogram->max_us / scale, unit);
}

static void print_service(const struct load_report *report)
{
    const struct load_riders *riders = report->riders;
    printf("Service\n");
    printf("  %-24s %" PRIu64 " booked, %" PRIu64 " refused\n", "requests", riders->booked,
           riders->refused);
    for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
        if (riders->refused_by[i] > 0) {
            printf("    %-22s %" PRIu64 "\n", report_refusal_word((enum refusal)i),
                   riders->refused_by[i]);
        }
    }
    printf("  %-24s %" PRIu64 " at their destination, %" PRIu64 " aboard, %" PRIu64 " waiting",
           "riders", riders->by_state[RIDE_ALIGHTED], riders->by_state[RIDE_ABOARD],
           riders->by_state[RIDE_BOOKED] + riders->by_state[RIDE_ARRIVED]);
    if (riders->by_state[RIDE_CANCELLED] + riders->by_state[RIDE_NO_SHOW] > 0) {
        printf(", %" PRIu64 " not served",
               riders->by_state[RIDE_CANCELLED] + riders->by_state[RIDE_NO_SHOW]);
    }
    printf("\n  %-24s %" PRId64 ".%02" PRId64 " pounds\n", "fares charged",
           riders->charged_pence / 100, riders->charged_pence % 100);
    if (riders->has_statistics) {
        const struct statistics_view *view = &riders->statistics;
        printf("  %-24s %" PRId64 ".%02" PRId64 " pounds\n", "saved by caps",
               view->cap_saved_pence / 100, view->cap_saved_pence % 100);
        printf("  %-24s %" PRId64 " pence\n", "ledger difference", view->ledger_difference_pence);
    }
}

static void print_latencies(const struct load_report *report)
{
    const struct load_riders *riders = report->riders;
    const struct load_fleet *fleet = report->fleet;
    printf("\n  %-24s%9s%9s%9s%9s%9s%9s\n", "", "p50", "p90", "p95", "p99", "p99.9", "max");
    print_distribution("wait for the vehicle", &riders->wait_ms, "min", 60000, 1);
    print_distribution("booking", &riders->book_us, "ms", 1000, 2);
    print_distribution("telemetry", &fleet->telemetry_us, "ms", 1000, 2);
    print_distribution("stop report", &fleet->report_us, "ms", 1000, 2);
    if (report->sync_us != NULL) {
        print_distribution("disk's own fdatasync", report->sync_us, "ms", 1000, 2);
    }
}

void load_report_table(const struct load_report *report)
{
    const struct load_riders *riders = report->riders;
    const struct load_fleet *fleet = report->fleet;
    print_service(report);
    print_latencies(report);
    printf("\nLoad\n  %-24s %u at %u Hz, %u linked at the end\n", "vehicles", fleet->config.count,
           fleet->config.hz, report->vehicles_up);
    printf("  %-24s %.1f a second offered, %.1f booked\n", "bookings",
           (double)riders->offered / report->measured_s,
           (double)riders->acked / report->measured_s);
    if (report->has_process) {
        printf("  %-24s %.2f s of processor time, %.0f MB at the most\n", "dispatcher",
               (double)report->cpu_ms / 1000, (double)report->peak_kb / 1024);
    }
    printf("  %-24s %" PRIu64 "\n", "errors", load_report_errors(report));
    printf("  %-24s %" PRIu64 " (%" PRIu64 " asked again)\n", "disconnects",
           fleet->disconnects + report->http_disconnects, riders->retried);
    if (load_fleet_rejected(fleet) > 0) {
        printf("  %-24s %" PRIu64 "\n", "stop reports rejected", load_fleet_rejected(fleet));
    }
    printf("  %-24s %" PRIu64 " of %" PRIu64 "\n", "lost acknowledgements", riders->lost_acks,
           riders->booked);
    if (riders->trouble[0] != '\0') {
        printf("  first trouble: %s\n", riders->trouble);
    }
    if (fleet->trouble[0] != '\0') {
        printf("  first trouble: %s\n", fleet->trouble);
    }
}
