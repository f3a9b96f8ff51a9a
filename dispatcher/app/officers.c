/* One command at a time; its events go in as the core has room for them. */
#include "app/officers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/projection.h"
#include "input/parking_csv.h"
#include "input/zones_file.h"
#include "net/token.h"
#include "store/pg_commands.h"

#define RETRY_MS  50
#define WORDS_MAX 640

/* Zones and waiting places, owned. */
struct places {
    struct zones zones;
    bool has_zones;
    struct parking *parking;
    uint32_t parking_count;
    bool has_parking;
};

struct officers {
    const struct configuration *config;
    struct pg_commands *commands;
    struct officers_callbacks callbacks;
    uv_timer_t retry;
    struct places slots[2]; /* the core's, and those of the command under way */
    struct places *used;    /* which slot is the core's; what it points to does not move */
    struct places *fresh;
    enum pg_command_kind kind;
    struct event event; /* of the command under way; the arc is the next one's */
    uint32_t arc_count;
    uint32_t arcs[PG_COMMANDS_ARCS_MAX];
    uint32_t sent;     /* events that went in */
    uint32_t answered; /* ... and that are answered */
    uint32_t found;    /* closures that these answers named */
    bool is_refused;   /* one of them was */
    bool is_started;
    bool is_closing;
};

/* ---- places ---- */

static void free_places(struct places *places)
{
    if (places->has_zones)
        zones_file_free(&places->zones);
    free(places->parking);
    *places = (struct places){0};
}

static bool read_zones(struct places *places, const char *text, struct input_error *error)
{
    places->has_zones = zones_file_parse("zones", text, strlen(text), &places->zones, error);
    return places->has_zones;
}

static bool read_parking(const struct officers *officers, struct places *places, const char *text,
                         struct input_error *error)
{
    const struct place_csv_options options = {.drive_on_left = officers->config->drive_on_left};
    places->has_parking =
        parking_csv_parse("kerbs", text, strlen(text), officers->config->graph, &options,
                          &places->parking, &places->parking_count, error);
    return places->has_parking;
}

/* The core has taken the fresh ones of one kind: those before are nobody's. */
static void keep_fresh(struct officers *officers)
{
    struct places *used = officers->used;
    struct places *fresh = officers->fresh;
    if (fresh->has_parking) {
        free(used->parking);
        used->parking = fresh->parking;
        used->parking_count = fresh->parking_count;
        used->has_parking = true;
        *fresh = (struct places){0};
    } else if (fresh->has_zones) { /* the core points into the slot itself */
        fresh->parking = used->parking;
        fresh->parking_count = used->parking_count;
        fresh->has_parking = used->has_parking;
        used->parking = NULL;
        free_places(used);
        officers->used = fresh;
        officers->fresh = used;
    }
}

/* ---- a command under way ---- */

static uint32_t event_count(const struct officers *officers)
{
    return officers->kind == PG_COMMAND_CLOSE || officers->kind == PG_COMMAND_OPEN
               ? officers->arc_count
               : 1;
}

static void answer(struct officers *officers, bool is_taken, const char *words)
{
    free_places(officers->fresh);
    pg_commands_answer(officers->commands, is_taken, words);
}

static void answer_done(struct officers *officers)
{
    static const char *const DONE[] = {[PG_COMMAND_CLOSE] = "closed", [PG_COMMAND_OPEN] = "opened"};
    char words[WORDS_MAX];
    if (officers->is_refused) {
        snprintf(words, sizeof words,
                 "the dispatcher closed %" PRIu32 " of %" PRIu32
                 " directions of road, and has room for no more closures",
                 officers->found, officers->arc_count);
    } else if (officers->kind == PG_COMMAND_ZONES) {
        snprintf(words, sizeof words, "%" PRIu32 " zones are in force",
                 officers->used->zones.zone_count);
    } else if (officers->kind == PG_COMMAND_KERBS) {
        snprintf(words, sizeof words, "%" PRIu32 " waiting places are in use",
                 officers->used->parking_count);
    } else {
        snprintf(words, sizeof words, "%s: %" PRIu32 " directions of road", DONE[officers->kind],
                 officers->arc_count);
    }
    answer(officers, !officers->is_refused, words);
}

static void on_retry(uv_timer_t *timer);

/* Let in as many events as there is room for. */
static void go_on(struct officers *officers)
{
    const uint32_t count = event_count(officers);
    while (officers->sent < count && !officers->is_closing) {
        if (officers->arc_count > 0)
            officers->event.road.arc = officers->arcs[officers->sent];
        if (!officers->callbacks.on_event(officers->callbacks.user, &officers->event)) {
            uv_timer_start(&officers->retry, on_retry, RETRY_MS, 0);
            return;
        }
        officers->sent++;
        keep_fresh(officers);
    }
}

static void on_retry(uv_timer_t *timer)
{
    go_on(timer->data);
}

void officers_take(struct officers *officers, const struct message *message)
{
    if (message->kind == MESSAGE_CLOSURE) {
        officers->found++;
        return;
    }
    officers->is_refused = officers->is_refused || message->kind == MESSAGE_ERROR;
    if (++officers->answered == event_count(officers) && !officers->is_closing)
        answer_done(officers);
}

/* What is wrong with a command, in *words. */
static bool check_road(const struct officers *officers, const struct pg_command *command,
                       char words[WORDS_MAX])
{
    const struct road_graph *graph = officers->config->graph;
    if (command->network != road_network_digest(graph)) {
        snprintf(
            words, WORDS_MAX,
            "it was drawn on another road network than the dispatcher runs on: publish it again");
        return false;
    }
    for (uint32_t i = 0; i < command->arc_count; i++) {
        if (command->arcs[i] >= graph->arc_count) {
            snprintf(words, WORDS_MAX, "the road network has no arc %" PRIu32, command->arcs[i]);
            return false;
        }
    }
    const uint32_t closed = officers->callbacks.closures(officers->callbacks.user);
    if (command->kind == PG_COMMAND_CLOSE && closed + command->arc_count > CLOSURES_MAX) {
        snprintf(words, WORDS_MAX,
                 "%" PRIu32 " directions of road are closed, these would be %" PRIu32
                 " more, and %d is the most",
                 closed, command->arc_count, CLOSURES_MAX);
        return false;
    }
    return true;
}

static bool prepare_places(struct officers *officers, const struct pg_command *command,
                           char words[WORDS_MAX])
{
    struct input_error error;
    if (command->kind == PG_COMMAND_KERBS && !officers_may_park(officers->config)) {
        snprintf(words, WORDS_MAX,
                 "the dispatcher's configuration has rebalancing off, which sends vehicles there");
        return false;
    }
    const bool ok = command->kind == PG_COMMAND_ZONES
                        ? read_zones(officers->fresh, command->content, &error)
                        : read_parking(officers, officers->fresh, command->content, &error);
    if (!ok) {
        snprintf(words, WORDS_MAX, "%s", error.text);
        return false;
    }
    officers->event.kind = command->kind == PG_COMMAND_ZONES ? EVENT_SET_ZONES : EVENT_SET_PARKING;
    return true;
}

/* As much of a text as a fact's reason holds, cut between characters. */
static void take_reason(char reason[CLOSURE_REASON_MAX], const char *text)
{
    size_t length = strnlen(text, CLOSURE_REASON_MAX - 1);
    while (length > 0 && text[length] != '\0' && ((uint8_t)text[length] & 0xc0) == 0x80)
        length--;
    memset(reason, 0, CLOSURE_REASON_MAX);
    memcpy(reason, text, length);
}

static void prepare_road(struct officers *officers, const struct pg_command *command)
{
    struct event_road *road = &officers->event.road;
    officers->arc_count = command->arc_count;
    memcpy(officers->arcs, command->arcs, command->arc_count * sizeof command->arcs[0]);
    officers->event.kind = command->kind == PG_COMMAND_CLOSE ? EVENT_CLOSE_ROAD : EVENT_OPEN_ROAD;
    road->by = token_rider_id(command->by);
    road->heading_deg = ROAD_HEADING_UNKNOWN;
    if (command->kind == PG_COMMAND_CLOSE)
        take_reason(road->reason, command->reason);
}

static void on_command(void *user, const struct pg_command *command)
{
    struct officers *officers = user;
    char words[WORDS_MAX];
    const bool is_road = command->kind == PG_COMMAND_CLOSE || command->kind == PG_COMMAND_OPEN;
    officers->kind = command->kind;
    officers->sent = 0;
    officers->answered = 0;
    officers->found = 0;
    officers->arc_count = 0;
    officers->is_refused = false;
    officers->event = (struct event){.request = {OFFICERS_REQUEST}};
    if (!(is_road ? check_road(officers, command, words)
                  : prepare_places(officers, command, words))) {
        answer(officers, false, words);
        return;
    }
    if (is_road) {
        prepare_road(officers, command);
    } else {
        struct event_places *places = &officers->event.places;
        places->by = token_rider_id(command->by);
        places->zones = &officers->fresh->zones;
        places->parking = officers->fresh->parking;
        places->parking_count = officers->fresh->parking_count;
        take_reason(places->reason, command->reason);
    }
    go_on(officers);
}

/* ---- beginning and end ---- */

static bool load_places(struct officers *officers, struct store_error *error)
{
    char *zones = NULL;
    char *kerbs = NULL;
    struct input_error wrong;
    if (!pg_commands_places(officers->commands, &zones, &kerbs, error))
        return false;
    const bool ok = (zones == NULL || read_zones(officers->used, zones, &wrong)) &&
                    (kerbs == NULL || !officers_may_park(officers->config) ||
                     read_parking(officers, officers->used, kerbs, &wrong));
    free(zones);
    free(kerbs);
    return ok || store_error_set(error, "what officers published: %s", wrong.text);
}

bool officers_may_park(const struct configuration *config)
{
    return config->core.rebalance_ms > 0;
}

bool officers_begin(const struct officers *officers, uint32_t number, struct event *event)
{
    const struct places *used = officers->used;
    *event = (struct event){.kind = number == 0 ? EVENT_SET_ZONES : EVENT_SET_PARKING};
    event->places.zones = &used->zones;
    event->places.parking = used->parking;
    event->places.parking_count = used->parking_count;
    take_reason(event->places.reason, "as published, at the start");
    return number == 0 ? used->has_zones : number == 1 && used->has_parking;
}

/* The map that they draw on. */
static bool keep_map(const struct officers *officers, struct store_error *error)
{
    const struct pg_map_source source = projection_map(officers->config);
    return pg_commands_map(officers->commands, &source, error);
}

static void free_officers(struct officers *officers)
{
    free_places(&officers->slots[0]);
    free_places(&officers->slots[1]);
    free(officers);
}

struct officers *officers_open(const char *url, int16_t shard, const struct configuration *config,
                               struct store_error *error)
{
    struct officers *officers = calloc(1, sizeof *officers);
    if (officers == NULL) {
        store_error_set(error, "there is no memory for officers' commands");
        return NULL;
    }
    officers->config = config;
    officers->used = &officers->slots[0];
    officers->fresh = &officers->slots[1];
    officers->commands = pg_commands_open(url, shard, error);
    if (officers->commands != NULL && keep_map(officers, error) && load_places(officers, error))
        return officers;
    if (officers->commands != NULL)
        pg_commands_close(officers->commands);
    free_officers(officers);
    return NULL;
}

static void on_note(void *user, const char *what, const char *detail)
{
    struct officers *officers = user;
    officers->callbacks.on_log(officers->callbacks.user, what, detail);
}

static void on_retry_closed(uv_handle_t *handle)
{
    struct officers *officers = handle->data;
    const struct officers_callbacks callbacks = officers->callbacks;
    free_officers(officers);
    callbacks.on_closed(callbacks.user);
}

static void on_commands_closed(void *user)
{
    struct officers *officers = user;
    uv_close((uv_handle_t *)&officers->retry, on_retry_closed);
}

bool officers_start(struct officers *officers, uv_loop_t *loop,
                    const struct officers_callbacks *callbacks, struct store_error *error)
{
    const struct pg_commands_callbacks commands = {.user = officers,
                                                   .on_command = on_command,
                                                   .on_note = on_note,
                                                   .on_closed = on_commands_closed};
    officers->callbacks = *callbacks;
    if (!pg_commands_start(officers->commands, loop, &commands, error))
        return false;
    uv_timer_init(loop, &officers->retry);
    officers->retry.data = officers;
    officers->is_started = true;
    return true;
}

void officers_close(struct officers *officers)
{
    officers->is_closing = true;
    pg_commands_close(officers->commands);
    if (!officers->is_started)
        free_officers(officers);
}
