/* Sentences are put together from constant parts and one duration. */
#include "wire/codec_reason.h"

#include <string.h>

void codec_reason_build_option(const struct reason_option *option,
                               Commonwheel__V1__ServiceOption *wire)
{
    *wire = (Commonwheel__V1__ServiceOption)COMMONWHEEL__V1__SERVICE_OPTION__INIT;
    wire->vehicle_id = option->vehicle.value;
    wire->pickup_ms = option->pickup_ms;
    wire->cost = option->cost;
    wire->vehicle_ms = option->vehicle_ms;
    wire->wait_ms = option->wait_ms;
    wire->ride_ms = option->ride_ms;
    wire->others_wait_ms = option->others_wait_ms;
    wire->others_ride_ms = option->others_ride_ms;
}

void codec_reason_read_option(const Commonwheel__V1__ServiceOption *wire,
                              struct reason_option *option)
{
    *option = (struct reason_option){
        .vehicle = {wire->vehicle_id},
        .vehicle_ms = wire->vehicle_ms,
        .wait_ms = wire->wait_ms,
        .ride_ms = wire->ride_ms,
        .others_wait_ms = wire->others_wait_ms,
        .others_ride_ms = wire->others_ride_ms,
        .pickup_ms = wire->pickup_ms,
        .cost = wire->cost,
    };
}

void codec_reason_build_options(const struct reason_option *options, uint32_t count,
                                struct codec_reason_options *record)
{
    CHECK(count <= REASON_OPTIONS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        codec_reason_build_option(&options[i], &record->wires[i]);
        record->pointers[i] = &record->wires[i];
    }
}

bool codec_reason_read_options(Commonwheel__V1__ServiceOption *const *wires, size_t wire_count,
                               struct reason_option *options, uint32_t *count)
{
    if (wire_count > REASON_OPTIONS_MAX)
        return false;
    memset(options, 0, REASON_OPTIONS_MAX * sizeof *options);
    for (size_t i = 0; i < wire_count; i++)
        codec_reason_read_option(wires[i], &options[i]);
    *count = (uint32_t)wire_count;
    return true;
}

void codec_reason_build_move(const struct reason_moved *moved, struct codec_reason_move *record)
{
    CHECK(moved->move > REASON_MOVE_NONE && moved->move < REASON_MOVE_COUNT);
    record->wire = (Commonwheel__V1__RideMove)COMMONWHEEL__V1__RIDE_MOVE__INIT;
    codec_reason_build_option(&moved->option, &record->option);
    record->wire.reason = (Commonwheel__V1__MoveReason)moved->move;
    record->wire.from_vehicle_id = moved->from.value;
    record->wire.saved_vehicle_ms = moved->saved_vehicle_ms;
    record->wire.saved_cost = moved->saved_cost;
    record->wire.option = &record->option;
}

bool codec_reason_read_move(const Commonwheel__V1__RideMove *wire, struct reason_moved *moved)
{
    if (wire == NULL || wire->option == NULL || (int)wire->reason <= REASON_MOVE_NONE ||
        (int)wire->reason >= REASON_MOVE_COUNT)
        return false;
    moved->move = (enum reason_move)wire->reason;
    moved->from = (struct vehicle_id){wire->from_vehicle_id};
    moved->saved_vehicle_ms = wire->saved_vehicle_ms;
    moved->saved_cost = wire->saved_cost;
    codec_reason_read_option(wire->option, &moved->option);
    return true;
}

/* ---- Sentences ---- */

static void add(char *text, const char *part)
{
    const size_t length = strlen(text);
    const size_t more = strlen(part);
    CHECK(length + more < CODEC_REASON_TEXT_MAX);
    memcpy(text + length, part, more + 1);
}

static void add_number(char *text, int64_t number, const char *unit)
{
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add(text, digits + at);
    add(text, unit);
}

/* "45 s", "3 min 20 s", "1 h 5 min": the seconds of an hour and more are let go. */
static void add_duration(char *text, int64_t ms)
{
    const int64_t s = ms / 1000 + (ms % 1000 != 0);
    CHECK(ms >= 0);
    if (s >= 3600)
        add_number(text, s / 3600, s / 60 % 60 != 0 ? " h " : " h");
    if (s >= 60 && s / 60 % 60 != 0)
        add_number(text, s / 60 % 60, s < 3600 && s % 60 != 0 ? " min " : " min");
    if (s < 60 || (s < 3600 && s % 60 != 0))
        add_number(text, s % 60, " s");
}

/* Two parts with a duration between them. */
struct sentence {
    const char *before;
    const char *after; /* NULL: without a duration, `before` is the whole */
};

static void compose(const struct sentence *sentence, int64_t ms, char *text)
{
    text[0] = '\0';
    if (sentence->before == NULL)
        return;
    add(text, sentence->before);
    if (sentence->after != NULL) {
        add_duration(text, ms);
        add(text, sentence->after);
    }
}

#define BEST "Of all vehicles, this one took the least driving, waiting and riding in all. "

void codec_reason_ride_text(const struct ride_reason *reason, char text[CODEC_REASON_TEXT_MAX])
{
    static const struct sentence sentences[] = {
        [RIDE_WHY_NONE] = {NULL, NULL},
        [RIDE_WHY_BEST] = {BEST "When you booked, it was to come ", " after the earliest time."},
        [RIDE_WHY_BETTER] = {"Your ride went to another vehicle because that saves ",
                             " of driving."},
        [RIDE_WHY_SILENT] = {"Your ride went to another vehicle because the one before could not "
                             "be reached.",
                             NULL},
        [RIDE_WHY_ROAD] = {"Your ride went to another vehicle because the one before could not "
                           "be there in time any more.",
                           NULL},
        [RIDE_WHY_ROOM] = {"Your ride was planned anew so that one more person can be served; "
                           "what we promised you stands.",
                           NULL},
    };
    static const struct sentence less = {
        "Your ride went to another vehicle because people then wait and ride less in all.", NULL};
    static const struct sentence at_once = {BEST "When you booked, it was to come at the earliest "
                                                 "time.",
                                            NULL};
    CHECK(reason->why <= RIDE_WHY_ROOM);
    if (reason->why == RIDE_WHY_BEST && reason->wait_ms == 0) {
        compose(&at_once, 0, text);
        return;
    }
    if (reason->why == RIDE_WHY_BETTER) {
        compose(reason->saved_ms > 0 ? &sentences[RIDE_WHY_BETTER] : &less, reason->saved_ms, text);
        return;
    }
    compose(&sentences[reason->why], reason->wait_ms, text);
}

void codec_reason_refusal_text(enum reason_constraint constraint, int64_t over_ms,
                               char text[CODEC_REASON_TEXT_MAX])
{
    static const struct sentence sentences[REASON_CONSTRAINT_COUNT] = {
        [REASON_CONSTRAINT_NONE] = {NULL, NULL},
        [REASON_CONSTRAINT_SEATS] = {"No vehicle of the service has so many seats.", NULL},
        [REASON_CONSTRAINT_WHEELCHAIR] = {"No vehicle of the service has the wheelchair spaces "
                                          "together with the seats.",
                                          NULL},
        [REASON_CONSTRAINT_ARRIVE_BY] = {"A vehicle could come in time, but you would arrive ",
                                         " after the time you gave."},
        [REASON_CONSTRAINT_RIDE_TIME] = {"A vehicle could come in time, but the ride would take ",
                                         " longer than we allow."},
        [REASON_CONSTRAINT_SHARING] = {"A vehicle could come in time if you shared it with others.",
                                       NULL},
        [REASON_CONSTRAINT_FULL] = {"The vehicles that could come in time have no room left.",
                                    NULL},
        [REASON_CONSTRAINT_OTHERS] =
            {"A vehicle could come in time, but would then break a promise "
             "to people who booked before.",
             NULL},
        [REASON_CONSTRAINT_WAIT] = {"The first vehicle could come ",
                                    " later than the latest time."},
        [REASON_CONSTRAINT_SHIFT] = {"The vehicles that could come end their service before.",
                                     NULL},
        [REASON_CONSTRAINT_NO_SERVICE] = {"No vehicle that would fit is in service now.", NULL},
        [REASON_CONSTRAINT_SEVERAL] = {"No vehicle can come, and no one limit alone is the "
                                       "reason.",
                                       NULL},
        [REASON_CONSTRAINT_ENERGY] = {"The vehicles that could come in time have to charge first.",
                                      NULL},
    };
    CHECK(constraint >= REASON_CONSTRAINT_NONE && constraint < REASON_CONSTRAINT_COUNT);
    compose(&sentences[constraint], over_ms, text);
}
