/* One pipeline at a time: the answer that is due, and the question for the next command. */
#include "store/pg_commands.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pg_link.h"
#include "store/pg_schema.h"
#include "store/pg_session.h"

#define ANSWER_MS 10000
#define WORDS_MAX 512
#define COLUMNS   7 /* of next_command() */

enum column { ID, KIND, BY, NETWORK, ARCS, REASON, CONTENT };

struct pg_commands {
    const char *url;
    int16_t shard;
    PGconn *session; /* until it is started */
    struct pg_link *link;
    struct pg_commands_callbacks callbacks;
    bool is_ready;   /* connected, and nothing under way */
    bool listens;    /* this connection does */
    bool looks;      /* for a command: there may be a new one */
    bool is_out;     /* a command is handed on */
    bool has_answer; /* to it */
    bool is_sent;    /* the answer is in the pipeline under way */
    int64_t id;      /* of the command that is handed on, */
    bool is_taken;   /* ... and its answer */
    char words[WORDS_MAX];
    PGresult *found; /* of the pipeline under way */
    char problem[STORE_ERROR_MAX];
};

/* ---- a command ---- */

static bool read_kind(const char *text, enum pg_command_kind *kind)
{
    static const struct {
        const char *text;
        enum pg_command_kind kind;
    } KINDS[] = {{"close", PG_COMMAND_CLOSE},
                 {"open", PG_COMMAND_OPEN},
                 {"zones", PG_COMMAND_ZONES},
                 {"kerbs", PG_COMMAND_KERBS}};
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(text, KINDS[i].text) == 0) {
            *kind = KINDS[i].kind;
            return true;
        }
    }
    return false;
}

/* "17,4711" */
static bool read_arcs(const char *text, struct pg_command *command)
{
    command->arc_count = 0;
    while (*text != '\0') {
        char *end = NULL;
        const unsigned long arc = strtoul(text, &end, 10);
        if (end == text || arc > UINT32_MAX || command->arc_count == PG_COMMANDS_ARCS_MAX)
            return false;
        command->arcs[command->arc_count++] = (uint32_t)arc;
        text = end + (*end == ',');
    }
    return true;
}

static void hand_on(struct pg_commands *commands, const PGresult *result)
{
    struct pg_command command = {.id = strtoll(PQgetvalue(result, 0, ID), NULL, 10),
                                 .by = PQgetvalue(result, 0, BY),
                                 .network =
                                     (uint64_t)strtoll(PQgetvalue(result, 0, NETWORK), NULL, 10),
                                 .reason = PQgetvalue(result, 0, REASON),
                                 .content = PQgetvalue(result, 0, CONTENT)};
    commands->id = command.id;
    commands->is_out = true;
    if (read_kind(PQgetvalue(result, 0, KIND), &command.kind) &&
        read_arcs(PQgetvalue(result, 0, ARCS), &command))
        commands->callbacks.on_command(commands->callbacks.user, &command);
    else
        pg_commands_answer(commands, false, "this dispatcher does not know such a command");
}

/* ---- the pipeline ---- */

static bool send_text(PGconn *connection, const char *sql, int count, const char *const *params)
{
    return PQsendQueryParams(connection, sql, count, NULL, params, NULL, NULL, 0) == 1;
}

static bool send_answer(struct pg_commands *commands, PGconn *connection)
{
    char id[24];
    const char *params[] = {id, commands->is_taken ? "true" : "false", commands->words};
    snprintf(id, sizeof id, "%lld", (long long)commands->id);
    return send_text(connection,
                     "SELECT commonwheel.answer_command($1::bigint, $2::boolean, $3::text)", 3,
                     params);
}

static bool send_question(const struct pg_commands *commands, PGconn *connection)
{
    char shard[8];
    const char *params[] = {shard};
    snprintf(shard, sizeof shard, "%d", commands->shard);
    return send_text(connection, "SELECT * FROM commonwheel.next_command($1::smallint)", 1, params);
}

/* Send what there is to say or to ask. */
static void go_on(struct pg_commands *commands)
{
    const bool asks = !commands->is_out || commands->has_answer;
    if (!commands->is_ready || (!commands->has_answer && !(commands->looks && asks)))
        return;
    PGconn *connection = pg_link_connection(commands->link);
    commands->is_ready = false;
    commands->problem[0] = '\0';
    commands->looks = false;
    commands->is_sent = commands->has_answer;
    const bool ok =
        (commands->listens || send_text(connection, "LISTEN commonwheel_published", 0, NULL)) &&
        (!commands->has_answer || send_answer(commands, connection)) &&
        send_question(commands, connection);
    if (ok)
        pg_link_sync(commands->link);
    else
        pg_link_drop(commands->link, "a statement could not be sent");
}

static void on_connected(void *user)
{
    struct pg_commands *commands = user;
    commands->is_ready = true;
    commands->listens = false;
    commands->looks = true;
    go_on(commands);
}

static void on_result(void *user, const PGresult *result)
{
    struct pg_commands *commands = user;
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK && PQnfields(result) == COLUMNS) {
        PQclear(commands->found);
        commands->found = PQcopyResult(result, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
    } else if (status == PGRES_FATAL_ERROR && commands->problem[0] == '\0') {
        const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        snprintf(commands->problem, sizeof commands->problem, "%s",
                 message != NULL ? message : "an error without words");
    }
}

/* A statement that the server refuses would be refused again: the connection is given up, and a new
 * one tries after a while. */
static void on_answered(void *user)
{
    struct pg_commands *commands = user;
    PGresult *found = commands->found;
    commands->found = NULL;
    commands->is_ready = true;
    if (commands->problem[0] != '\0') {
        PQclear(found);
        pg_link_drop(commands->link, commands->problem);
        return;
    }
    commands->listens = true;
    if (commands->is_sent) {
        commands->is_out = false;
        commands->has_answer = false;
        commands->is_sent = false;
    }
    if (found != NULL && PQntuples(found) == 1 && !PQgetisnull(found, 0, ID)) {
        commands->looks = true; /* there may be more */
        hand_on(commands, found);
    }
    PQclear(found);
    go_on(commands);
}

static void on_notified(void *user)
{
    struct pg_commands *commands = user;
    commands->looks = true;
    go_on(commands);
}

static void on_lost(void *user, const char *reason)
{
    struct pg_commands *commands = user;
    PQclear(commands->found);
    commands->found = NULL;
    commands->is_ready = false;
    commands->is_sent = false;
    commands->callbacks.on_note(commands->callbacks.user, "commands_away", reason);
}

static void on_link_closed(void *user)
{
    struct pg_commands *commands = user;
    const struct pg_commands_callbacks callbacks = commands->callbacks;
    PQclear(commands->found);
    free(commands);
    callbacks.on_closed(callbacks.user);
}

void pg_commands_answer(struct pg_commands *commands, bool is_taken, const char *words)
{
    CHECK(commands->is_out && !commands->has_answer);
    commands->has_answer = true;
    commands->is_taken = is_taken;
    snprintf(commands->words, sizeof commands->words, "%s", words);
    go_on(commands);
}

/* ---- beginning and end ---- */

struct pg_commands *pg_commands_open(const char *url, int16_t shard, struct store_error *error)
{
    struct pg_commands *commands = calloc(1, sizeof *commands);
    if (commands == NULL) {
        store_error_set(error, "there is no memory for officers' commands");
        return NULL;
    }
    commands->url = url;
    commands->shard = shard;
    commands->session = pg_session_open(url, error);
    if (commands->session != NULL && pg_schema_check(commands->session, error))
        return commands;
    pg_commands_close(commands);
    return NULL;
}

static bool copy_value(const PGresult *result, int column, char **text)
{
    *text = PQgetisnull(result, 0, column) ? NULL : strdup(PQgetvalue(result, 0, column));
    return *text != NULL || PQgetisnull(result, 0, column);
}

bool pg_commands_places(struct pg_commands *commands, char **zones, char **kerbs,
                        struct store_error *error)
{
    char shard[8];
    const char *params[] = {shard};
    CHECK(commands->session != NULL);
    snprintf(shard, sizeof shard, "%d", commands->shard);
    PGresult *result = pg_session_query(
        commands->session, "SELECT zones, kerbs FROM commonwheel.published_places($1::smallint)", 1,
        params, false, error);
    if (result == NULL)
        return false;
    *kerbs = NULL;
    const bool ok = copy_value(result, 0, zones) && copy_value(result, 1, kerbs);
    PQclear(result);
    if (ok)
        return true;
    free(*zones);
    return store_error_set(error, "there is no memory for what is published");
}

bool pg_commands_map(struct pg_commands *commands, const struct pg_map_source *source,
                     struct store_error *error)
{
    CHECK(commands->session != NULL);
    return pg_map_keep(commands->session, commands->shard, source, error);
}

bool pg_commands_start(struct pg_commands *commands, uv_loop_t *loop,
                       const struct pg_commands_callbacks *callbacks, struct store_error *error)
{
    const struct pg_link_callbacks link = {.user = commands,
                                           .on_connected = on_connected,
                                           .on_result = on_result,
                                           .on_answered = on_answered,
                                           .on_notified = on_notified,
                                           .on_lost = on_lost,
                                           .on_closed = on_link_closed};
    commands->callbacks = *callbacks;
    commands->link = pg_link_open(loop, commands->url, commands->session, ANSWER_MS, &link);
    if (commands->link == NULL)
        return store_error_set(error, "the connection for officers' commands cannot be watched");
    commands->session = NULL;
    on_connected(commands);
    return true;
}

void pg_commands_close(struct pg_commands *commands)
{
    if (commands->link != NULL) {
        pg_link_close(commands->link);
        return;
    }
    PQfinish(commands->session);
    free(commands);
}
