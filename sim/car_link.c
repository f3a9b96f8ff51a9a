#include "sim/car_link.h"

#include <inttypes.h>

void car_link_report(struct car *car, const struct car_street *street, enum report_kind kind,
                     struct ride_id ride, enum stop_kind stop, int64_t now_ms)
{
    struct event *event = mailbox_push(street->inbox);
    car->spoke_ms = now_ms;
    *event = (struct event){.kind = EVENT_REPORT};
    event->report = (struct event_report){
        .vehicle = car->id,
        .seq = ++car->seq,
        .epoch = car->duty->plan.epoch,
        .plan_id = car->duty->plan.plan_id,
        .kind = kind,
        .ride = ride,
        .stop = stop,
    };
}

const struct car_leg *car_link_ahead(struct car *car, int64_t now_ms)
{
    while (car->leg_ahead + 1 < car->leg_count && car->legs[car->leg_ahead].reach_ms < now_ms) {
        car->leg_ahead++;
    }
    return &car->legs[car->leg_ahead];
}

void car_link_spend(struct car *car, const struct car_street *street, uint32_t driven_count)
{
    struct car_duty *duty = car->duty;
    if (!car->has_battery) {
        return;
    }
    for (; duty->spent_count < driven_count; duty->spent_count++) {
        const uint32_t i = duty->spent_count;
        const int64_t enters_ms = i == 0 ? duty->set_off_ms : car->legs[i - 1].reach_ms;
        battery_drive(&duty->battery, street->scenario, car->legs[i].arc, enters_ms,
                      car->legs[i].reach_ms);
    }
    if (duty->battery.charge_mwh < 0 && !duty->is_empty) {
        duty->is_empty = true;
        auditor_fail(street->auditor, "vehicle %" PRIu32 " runs empty", car->id.value);
    }
}

static int32_t charge_permille(const struct car *car, int64_t now_ms)
{
    const struct car_duty *duty = car->duty;
    if (!car->has_battery) {
        return BATTERY_FULL_PERMILLE;
    }
    const int64_t charge_mwh = duty->visiting ? battery_charged_mwh(&duty->battery, duty->power_w,
                                                                    now_ms - duty->stand.arrive_ms)
                                              : duty->battery.charge_mwh;
    return battery_permille(&duty->battery, charge_mwh);
}

/* The node says it all: its point is not looked up. */
void car_link_position(struct car *car, const struct car_street *street, int64_t now_ms)
{
    uint32_t node = car->node;
    int64_t at_ms = 0;
    if (car->state == CAR_DRIVING) {
        const struct car_leg *ahead = car_link_ahead(car, now_ms);
        node = ahead->node;
        at_ms = ahead->reach_ms;
        car_link_spend(car, street, car->leg_ahead);
    }
    struct event *event = mailbox_push(street->inbox);
    car->spoke_ms = now_ms;
    event->kind = EVENT_TELEMETRY;
    event->request = (struct request_id){0};
    event->telemetry = (struct event_telemetry){
        .vehicle = car->id,
        .seq = ++car->seq,
        .spot = {.node = node},
        .heading_deg = ROAD_HEADING_UNKNOWN,
        .at_ms = at_ms,
        .battery_permille = charge_permille(car, now_ms),
        .needs_help = car->asks_for_help,
    };
}
