/* One row a figure; the text is made from the table. */
#include "app/figures.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

struct row {
    const char *name;
    const char *help;
    const char *type;
    int64_t value;
    bool is_us; /* microseconds, to be shown as seconds */
};

size_t figures_write(const struct figures *figures, char *text, size_t size)
{
    const struct statistics_view *core = &figures->core;
    const struct row rows[] = {
        {"commonwheel_epoch", "Epoch of this dispatcher.", "gauge", (int64_t)core->epoch, false},
        {"commonwheel_facts_total", "Facts in the journal.", "counter", (int64_t)core->facts,
         false},
        {"commonwheel_rides_booked_total", "Rides booked.", "counter", (int64_t)core->booked_count,
         false},
        {"commonwheel_rides_refused_total", "Ride requests refused.", "counter",
         (int64_t)core->refused_count, false},
        {"commonwheel_rides_completed_total", "Rides that ended at the drop-off.", "counter",
         (int64_t)core->alighted_count, false},
        {"commonwheel_rides_cancelled_total", "Rides cancelled.", "counter",
         (int64_t)core->cancelled_count, false},
        {"commonwheel_rides_no_show_total", "Riders who did not come.", "counter",
         (int64_t)core->no_show_count, false},
        {"commonwheel_rides_waiting", "Rides whose rider waits.", "gauge", core->waiting_count,
         false},
        {"commonwheel_rides_aboard", "Rides whose rider is aboard.", "gauge", core->aboard_count,
         false},
        {"commonwheel_vehicles_online", "Vehicles heard of late.", "gauge", core->vehicles_online,
         false},
        {"commonwheel_vehicles_silent", "Vehicles not heard for too long.", "gauge",
         core->vehicles_silent, false},
        {"commonwheel_vehicles_offline", "Vehicles not heard in this epoch.", "gauge",
         core->vehicles_offline, false},
        {"commonwheel_reports_rejected_total", "Vehicle reports that made no sense.", "counter",
         (int64_t)core->reports_rejected, false},
        {"commonwheel_fares_charged_pence_total", "Fares charged.", "counter", core->charged_pence,
         false},
        {"commonwheel_cap_saved_pence_total", "Fares not charged because of caps.", "counter",
         core->cap_saved_pence, false},
        {"commonwheel_held_pence", "Held for rides under way.", "gauge", core->held_pence, false},
        {"commonwheel_ledger_difference_pence", "Debits less credits: 0, or the books are broken.",
         "gauge", core->ledger_difference_pence, false},
        {"commonwheel_payments_open", "Payments that the provider is asked for.", "gauge",
         core->payments_open, false},
        {"commonwheel_store_well", "1: the store can make facts durable; 0: nothing is told.",
         "gauge", figures->store_is_well, false},
        {"commonwheel_journal_sync_seconds", "Median time of the last journal syncs.", "gauge",
         (int64_t)figures->journal_sync_us, true},
        {"commonwheel_events_total", "Events taken in.", "counter", (int64_t)figures->events_taken,
         false},
        {"commonwheel_events_refused_total", "Events refused while a limit was reached.", "counter",
         (int64_t)figures->events_refused, false},
        {"commonwheel_messages_waiting", "Messages that wait for their facts to be durable.",
         "gauge", (int64_t)figures->messages_waiting, false},
        {"commonwheel_turn_max_seconds", "Longest turn of the loop since the last reading.",
         "gauge", (int64_t)figures->turn_max_us, true},
    };
    size_t used = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        char value[32];
        if (row->is_us)
            snprintf(value, sizeof value, "%" PRId64 ".%06" PRId64, row->value / 1000000,
                     row->value % 1000000);
        else
            snprintf(value, sizeof value, "%" PRId64, row->value);
        int length = snprintf(text + used, size - used, "# HELP %s %s\n# TYPE %s %s\n%s %s\n",
                              row->name, row->help, row->name, row->type, row->name, value);
        if (length < 0 || (size_t)length >= size - used)
            break;
        used += (size_t)length;
    }
    return used;
}
