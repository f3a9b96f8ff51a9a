/* Fare caps: what a rider pays in one travel day and in one week has an upper limit, whatever the
 * number of rides. The charge is worked out where it is recorded, so a cap cannot be passed. */
#ifndef CORE_CAPS_H
#define CORE_CAPS_H

#include <stdint.h>

#define CAP_NONE_PENCE INT64_MAX

struct caps {
    int64_t day_pence; /* 0 to PENCE_MAX, or CAP_NONE_PENCE */
    int64_t week_pence;
};

/* What one rider was charged so far, in the latest travel day and week seen. */
struct cap_account {
    int32_t day;  /* calendar_travel_day() */
    int32_t week; /* calendar_travel_week() */
    int64_t day_pence;
    int64_t week_pence;
};

/* min(fare, room left under the day's cap, room left under the week's), at least 0. Earlier days
 * and weeks than the account's count as the account's own (a late journey cannot find more room
 * than the present one). O(1). */
int64_t caps_charge(const struct caps *caps, const struct cap_account *account, int32_t day,
                    int64_t fare_pence);

/* Record a charge that caps_charge() allowed on that day. */
void caps_record(struct cap_account *account, int32_t day, int64_t charged_pence);

#endif
