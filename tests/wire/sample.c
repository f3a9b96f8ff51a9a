#include "sample.h"

static struct trip sample_trip(void)
{
    return (struct trip){
        .from = {{515842000, -29977000}, SPOT_NO_NODE},
        .to = {{515900001, -30100002}, SPOT_NO_NODE},
        .party = 3,
        .wheelchairs = 1,
        .shared = true,
        .pickup_from_ms = 1772434800000,
        .pickup_by_ms = 1772435400000,
        .arrive_by_ms = 1772437200000,
        .walk_max_m = 250,
        .accessible = true,
    };
}

/* False where it is none of those about money. */
static bool money_event(struct event *event)
{
    switch (event->kind) {
    case EVENT_REFUND_RIDE:
        event->refund = (struct event_refund){
            .by = SAMPLE_RIDER,
            .ride = {300},
            .key = {UINT64_C(0x0191e0b45d2c7cc3), UINT64_C(0x98a13f7d0a2b6c55)},
            .pence = 250,
            .reason = "the ramp was broken"};
        return true;
    case EVENT_LIST_TRANSFERS:
        event->transfers = (struct event_transfers){.after = 70000, .limit = 7, .ride = {300}};
        return true;
    case EVENT_GET_RECEIPT:
        event->ride = (struct event_ride){.any_rider = true, .ride = {300}};
        return true;
    case EVENT_LIST_RECEIPTS:
        event->receipts =
            (struct event_receipts){.rider = SAMPLE_RIDER, .after = {300}, .limit = 7};
        return true;
    case EVENT_GET_CAP_STATUS:
        event->cap_status = SAMPLE_RIDER;
        return true;
    case EVENT_SET_RIDER_CLASS:
        event->rider_class = (struct event_rider_class){
            .rider = SAMPLE_RIDER, .by = SAMPLE_RIDER, .class = {1, 2, 20600, 20700}};
        return true;
    case EVENT_SET_UP_PAYMENT:
    case EVENT_END_PAYMENT:
    case EVENT_GET_PAYMENT:
        event->payer = SAMPLE_RIDER;
        return true;
    case EVENT_RECORD_PAYMENT:
        event->record_payment = (struct event_record_payment){.by = SAMPLE_RIDER,
                                                              .account = LEDGER_RIDERS + 5,
                                                              .amount_pence = 420,
                                                              .bank_reference = "FPS 2026-10-06"};
        return true;
    case EVENT_LIST_PAYMENTS:
        event->list = (struct event_list){.after = 300, .limit = 7};
        return true;
    default:
        return false;
    }
}

struct event sample_event(enum event_kind kind)
{
    struct event event = {.kind = kind};
    if (money_event(&event))
        return event;
    switch (kind) {
    case EVENT_QUOTE:
        event.quote = (struct event_quote){SAMPLE_RIDER, sample_trip()};
        break;
    case EVENT_BOOK:
        event.book = (struct event_book){
            .rider = SAMPLE_RIDER,
            .key = {UINT64_C(0x0191e0b45d2c7cc3), UINT64_C(0x98a13f7d0a2b6c55)},
            .trip = sample_trip(),
            .has_agreed = true,
            .agreed_pence = 410,
        };
        break;
    case EVENT_CANCEL:
    case EVENT_GET_RIDE:
    case EVENT_EXPLAIN_RIDE:
        event.ride = (struct event_ride){.rider = SAMPLE_RIDER, .ride = {300}};
        break;
    case EVENT_LIST_VEHICLES:
        event.list = (struct event_list){.after = 4294967295, .limit = 50};
        break;
    case EVENT_LIST_CLOSURES:
        event.list = (struct event_list){.after = 100, .limit = 7};
        break;
    case EVENT_CLOSE_ROAD:
        event.road = (struct event_road){.by = SAMPLE_RIDER,
                                         .arc = ROAD_NONE,
                                         .point = {515842000, -29977000},
                                         .heading_deg = 359,
                                         .reason = "W\xc3\xa4rmeleitung"};
        break;
    case EVENT_OPEN_ROAD:
        event.road = (struct event_road){
            .by = SAMPLE_RIDER, .arc = 70000, .heading_deg = ROAD_HEADING_UNKNOWN};
        break;
    case EVENT_HELLO:
        event.hello = (struct event_hello){
            SAMPLE_VEHICLE, {{515842000, -29977000}, SPOT_NO_NODE}, 1772434800000};
        break;
    case EVENT_TELEMETRY:
        event.telemetry = (struct event_telemetry){
            .vehicle = SAMPLE_VEHICLE,
            .seq = 1001,
            .spot = {{515842000, -29977000}, SPOT_NO_NODE},
            .heading_deg = 359,
            .at_ms = 1772434800500,
            .battery_permille = 987,
            .needs_help = true,
        };
        break;
    case EVENT_REPORT:
        event.report = (struct event_report){
            .vehicle = SAMPLE_VEHICLE,
            .seq = 1002,
            .epoch = 5,
            .plan_id = 6,
            .kind = REPORT_ARRIVED,
            .ride = {300},
            .stop = STOP_DROPOFF,
        };
        break;
    default:
        break;
    }
    return event;
}

static struct policy_name sample_policy(void)
{
    struct policy_name name = {.id = "2026-27"};
    for (size_t i = 0; i < sizeof name.hash; i++)
        name.hash[i] = (uint8_t)(7 * i);
    return name;
}

static struct ride_view sample_ride(void)
{
    return (struct ride_view){
        .ride = {300},
        .state = RIDE_ABOARD,
        .vehicle = SAMPLE_VEHICLE,
        .from = {515842000, -29977000},
        .to = {515900001, -30100002},
        .vehicle_point = {515850000, -29980000},
        .party = 3,
        .wheelchairs = 1,
        .booked_ms = 1772434700000,
        .promised_ms = 1772434900000,
        .pickup_ms = 1772434910000,
        .dropoff_ms = 1772435910000,
        .quote_pence = 410,
        .charged_pence = 405,
        .walk_from_m = 120,
        .walk_to_m = 230,
        .be_there_by_ms = 1772434911000,
        .policy = sample_policy(),
        .cancel_fee_pence = 150,
        .fee_pence = 140,
    };
}

static struct vehicle_view sample_vehicle(void)
{
    return (struct vehicle_view){
        .vehicle = SAMPLE_VEHICLE,
        .link = VEHICLE_SILENT,
        .point = {515850000, -29980000},
        .heard_ms = 1772434910000,
        .battery_permille = 987,
        .seats = 6,
        .wheelchair_spaces = 2,
        .people_aboard = 4,
        .stop_count = 5,
        .next_ride = {300},
        .next_stop = STOP_DROPOFF,
        .help_since_ms = 1772434900000,
    };
}

static struct statistics_view sample_statistics(void)
{
    return (struct statistics_view){
        .epoch = 1,
        .facts = 2,
        .booked_count = 3,
        .refused_count = 4,
        .alighted_count = 5,
        .cancelled_count = 6,
        .no_show_count = 7,
        .waiting_count = 8,
        .aboard_count = 9,
        .vehicles_online = 10,
        .vehicles_silent = 11,
        .vehicles_offline = 12,
        .charged_pence = 13,
        .cap_saved_pence = 14,
        .held_pence = 15,
        .ledger_difference_pence = -16,
        .reports_rejected = 17,
    };
}

static struct message_plan sample_plan(void)
{
    struct message_plan plan = {
        .vehicle = SAMPLE_VEHICLE, .epoch = 5, .plan_id = 6, .revision = 7, .stop_count = 2};
    plan.stops[0] = (struct message_stop){
        .ride = {300},
        .kind = STOP_PICKUP,
        .place = {ROAD_NONE, 70000, 250},
        .point = {515842000, -29977000},
        .party = 3,
        .wheelchairs = 1,
        .leave_ms = 1772434850000,
        .arrive_ms = 1772434910000,
        .depart_ms = 1772434970000,
    };
    plan.stops[1] = plan.stops[0];
    plan.stops[1].kind = STOP_DROPOFF;
    plan.stops[1].place = (struct road_place){4, ROAD_NONE, 0};
    return plan;
}

struct reason sample_reason(void)
{
    const struct reason_option option = {.vehicle = SAMPLE_VEHICLE,
                                         .vehicle_ms = 700000,
                                         .wait_ms = 210000,
                                         .ride_ms = 610000,
                                         .others_wait_ms = -1000,
                                         .others_ride_ms = 45000,
                                         .pickup_ms = 1772434910000,
                                         .cost = 1564000};
    struct reason reason = {.option_count = 2, .moved_count = 3, .moved_ms = 1772434750000};
    reason.options[0] = option;
    reason.options[1] = option;
    reason.options[1].vehicle.value = 18;
    reason.options[1].cost = 1700000;
    reason.moved = (struct reason_moved){.move = REASON_MOVE_BETTER,
                                         .from = {18},
                                         .saved_vehicle_ms = 125000,
                                         .saved_cost = 360000,
                                         .option = option};
    return reason;
}

static struct explanation_view sample_explanation(void)
{
    return (struct explanation_view){
        .ride = {300},
        .state = RIDE_ABOARD,
        .vehicle = SAMPLE_VEHICLE,
        .booked_ms = 1772434700000,
        .reason = sample_reason(),
    };
}

static struct fact_snapshot_refusal sample_refusal(void)
{
    return (struct fact_snapshot_refusal){
        .at_ms = 1772434700000,
        .refused = {.trip = sample_trip(),
                    .reason = REFUSAL_NO_VEHICLE_IN_TIME,
                    .why = {.constraint = REASON_CONSTRAINT_OTHERS,
                            .over_ms = 30000,
                            .has_nearest = true,
                            .nearest = sample_reason().options[1]}},
    };
}

static struct closure_view sample_closure(void)
{
    return (struct closure_view){
        .closure = {.arc = 70000,
                    .by = SAMPLE_RIDER,
                    .closed_ms = 1772434700000,
                    .reason = "burst main"},
        .from = {515842000, -29977000},
        .to = {515900001, -30100002},
    };
}

static struct message_quote sample_quote(void)
{
    return (struct message_quote){.fare_pence = 420,
                                  .quote_pence = 310,
                                  .cap_saved_pence = 10,
                                  .fare = {.lines = {.base_pence = 100,
                                                     .distance_pence = 300,
                                                     .time_pence = 90,
                                                     .minimum_pence = 80,
                                                     .single_cap_pence = 70,
                                                     .national_cap_pence = 60,
                                                     .off_peak_pence = 20,
                                                     .concession_pence = 100},
                                           .kind = POLICY_LARGE,
                                           .class = 1,
                                           .scheme = 2},
                                  .cap = QUOTE_CAP_WEEK,
                                  .pickup_ms = 1772434910000,
                                  .dropoff_ms = 1772435910000,
                                  .direct_ms = 600000,
                                  .direct_m = 4321,
                                  .from = {515842000, -29977000},
                                  .to = {515900001, -30100002},
                                  .walk_from_m = 120,
                                  .walk_to_m = 230,
                                  .be_there_by_ms = 1772434911000};
}

/* Its lines add up to what was paid: 420 - 100 - 50 - 100 - 20 - 15 + 5. */
static struct receipt_view sample_receipt(void)
{
    return (struct receipt_view){.ride = {300},
                                 .state = RIDE_ALIGHTED,
                                 .booked_ms = 1772434700000,
                                 .ended_ms = 1772435910000,
                                 .policy = sample_policy(),
                                 .fare = sample_quote().fare,
                                 .class_name = "child",
                                 .scheme_name = "Older people",
                                 .direct_m = 4321,
                                 .direct_ms = 600000,
                                 .fare_pence = 420,
                                 .quote_pence = 310,
                                 .charged_pence = 270,
                                 .vat_pence = 45,
                                 .paid_pence = 140,
                                 .bill = {.travel_day = 20514,
                                          .vat_permille = 200,
                                          .cap_saved_pence = 50,
                                          .compensation_pence = 100,
                                          .refunded_pence = 35,
                                          .refund_count = 2,
                                          .refunds = {{{1, 2}, 20, 20, 0}, {{1, 3}, 0, 15, 5}}}};
}

static struct statement_view sample_statement(void)
{
    return (struct statement_view){.month = 674, /* 2026-03 */
                                   .ride_count = 3,
                                   .fare_pence = 1200,
                                   .concession_pence = 100,
                                   .cap_saved_pence = 200,
                                   .charged_pence = 900,
                                   .fee_pence = 150,
                                   .compensation_pence = 40,
                                   .returned_pence = 10,
                                   .paid_pence = 1000,
                                   .vat_pence = 180};
}

/* False where it is none of those about money. */
static bool money_message(struct message *message)
{
    switch (message->kind) {
    case MESSAGE_REFUND_MADE:
        message->refund = (struct refund_view){{300}, 270, 35, 5, 30};
        return true;
    case MESSAGE_RIDER_CLASS:
        message->rider_class = (struct rider_class_view){SAMPLE_RIDER, {1, 2, 20600, 20700}};
        return true;
    case MESSAGE_CAP_STATUS:
        message->cap_status = (struct cap_status_view){
            .class = 1, .class_name = "child", .caps = {360, 500, 140, 360, 2000, 1640}};
        return true;
    case MESSAGE_RECEIPT:
        message->receipt = sample_receipt();
        return true;
    case MESSAGE_STATEMENT:
        message->statement = sample_statement();
        return true;
    case MESSAGE_RECEIPTS_END:
        message->receipts_end = (struct message_receipts_end){{300}, 1772434700000};
        return true;
    case MESSAGE_ACCOUNT:
        message->account = (struct account_view){LEDGER_RIDERS, {7, 200, 0, 30}};
        return true;
    case MESSAGE_BALANCE_END:
        message->balance_end = (struct message_balance_end){77, -1, sample_policy()};
        return true;
    case MESSAGE_TRANSFER:
        message->transfer = (struct transfer_view){.transfer = {.id = 12,
                                                                .pending = 9,
                                                                .ride = 300,
                                                                .debit = LEDGER_RIDERS + 5,
                                                                .credit = LEDGER_FARE_INCOME,
                                                                .amount_pence = 270,
                                                                .kind = LEDGER_POST,
                                                                .policy = 3,
                                                                .at_ms = 1772434700000,
                                                                .linked = true},
                                                   .policy.id = "2026-27"};
        return true;
    case MESSAGE_TRANSFERS_END:
        message->transfers_end.next_after = 12;
        return true;
    case MESSAGE_PAYMENT:
        message->payment = (struct payment_view){.account = LEDGER_RIDERS + 5,
                                                 .owed_pence = -30,
                                                 .is_agreed = true,
                                                 .last = {.id = 7,
                                                          .kind = PAYMENT_COLLECT,
                                                          .state = PAYMENT_FAILED,
                                                          .travel_day = 20514,
                                                          .amount_pence = 420,
                                                          .code = "P0010"},
                                                 .url = "https://pay.example/7"};
        return true;
    default:
        return false;
    }
}

struct message sample_message(enum message_kind kind)
{
    struct message message = {.kind = kind};
    if (money_message(&message))
        return message;
    switch (kind) {
    case MESSAGE_QUOTE:
        message.quote = sample_quote();
        break;
    case MESSAGE_REFUSED:
        message.refused = (struct message_refused){
            .reason = REFUSAL_NO_VEHICLE_IN_TIME,
            .alternative = {true, {515842000, -29977000}, 1772434910000, 410}};
        break;
    case MESSAGE_RIDE:
        message.ride = sample_ride();
        break;
    case MESSAGE_VEHICLE:
        message.vehicle = sample_vehicle();
        break;
    case MESSAGE_STATISTICS:
        message.statistics = sample_statistics();
        break;
    case MESSAGE_CLOSURE:
        message.closure = sample_closure();
        break;
    case MESSAGE_EXPLANATION:
        message.explanation = sample_explanation();
        break;
    case MESSAGE_REFUSAL:
        message.refusal = sample_refusal();
        break;
    case MESSAGE_LIST_END:
        message.list_end.next_after = 100;
        break;
    case MESSAGE_PLAN:
        message.plan = sample_plan();
        break;
    case MESSAGE_WELCOME:
        message.vehicle_reply = (struct message_vehicle_reply){.vehicle = SAMPLE_VEHICLE,
                                                               .epoch = 5,
                                                               .seq = 1000,
                                                               .silent_after_ms = 15000,
                                                               .now_ms = 1772434700000};
        break;
    case MESSAGE_ACK:
    case MESSAGE_REJECT:
        message.vehicle_reply = (struct message_vehicle_reply){
            .vehicle = SAMPLE_VEHICLE, .epoch = 5, .seq = 1002, .kind = REPORT_NO_SHOW};
        if (kind == MESSAGE_REJECT)
            message.vehicle_reply.why = "the ride is not in the plan";
        break;
    default:
        break;
    }
    return message;
}
