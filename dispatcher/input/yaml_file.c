/* libcyaml tells what is wrong in log lines: an error, then a backtrace whose first line with a
 * position is the innermost. They become one sentence here. */
#include "input/yaml_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#define DEPTH_MAX 16
#define KEY_MAX   128

struct log_lines {
    char first[256];
    int line;
};

static void on_log(cyaml_log_t level, void *user, const char *format, va_list arguments)
{
    struct log_lines *lines = user;
    char text[256];
    (void)level;
    vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = '\0';
    const char *position = strstr(text, "(line: ");
    if (position != NULL && lines->line == 0)
        lines->line = (int)strtol(position + strlen("(line: "), NULL, 10);
    const char *start = strncmp(text, "Load: ", 6) == 0 ? text + 6 : text;
    if (lines->first[0] == '\0')
        snprintf(lines->first, sizeof lines->first, "%s", start);
}

static cyaml_config_t make_config(struct log_lines *lines)
{
    return (cyaml_config_t){
        .log_fn = on_log, .log_ctx = lines, .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
}

static bool check_file(const char *path, struct input_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return input_error_set(error, "%s: is not a file", path);
    if (status.st_size > (off_t)YAML_FILE_MAX)
        return input_error_set(error, "%s: is longer than %u bytes", path, YAML_FILE_MAX);
    return true;
}

/* Where a parse of the bare YAML breaks off, or NULL-like 0 when it does not. */
static int syntax_error_line(const char *path, char *problem, size_t size)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int line = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL || !yaml_parser_initialize(&parser)) {
        if (file != NULL)
            fclose(file);
        return 0;
    }
    yaml_parser_set_input_file(&parser, file);
    for (bool done = false; !done;) {
        if (!yaml_parser_parse(&parser, &event)) {
            line = (int)parser.problem_mark.line + 1;
            snprintf(problem, size, "%s", parser.problem != NULL ? parser.problem : "not YAML");
            break;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return line;
}

static const char UNEXPECTED[] = "Unexpected key: ";
static const char MISSING[] = "Missing required mapping field: ";
static const char DOUBLED[] = "Mapping field already seen: ";

/* The line of `key` as it stands in the file, under any parent, at or after `line`. */
static int find_key_line(const char *path, const char *key, int line)
{
    char text[1024];
    int found = line;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return line;
    for (int at = 1; fgets(text, sizeof text, file) != NULL; at++) {
        const char *start = text + strspn(text, " -");
        size_t length = strlen(key);
        if (at >= line && strncmp(start, key, length) == 0 && start[length] == ':') {
            found = at;
            break;
        }
    }
    fclose(file);
    return found;
}

static bool explain(const char *path, cyaml_err_t code, const struct log_lines *lines,
                    struct input_error *error)
{
    char problem[256];
    int line = syntax_error_line(path, problem, sizeof problem);
    const char *first = lines->first;
    if (line != 0)
        return input_error_set(error, "%s:%d: %s", path, line, problem);
    if (strncmp(first, UNEXPECTED, strlen(UNEXPECTED)) == 0) {
        const char *key = first + strlen(UNEXPECTED);
        return input_error_set(error, "%s:%d: key '%s': there is no such key here", path,
                               find_key_line(path, key, lines->line), key);
    }
    if (strncmp(first, MISSING, strlen(MISSING)) == 0)
        return input_error_set(error, "%s:%d: key '%s': is missing", path, lines->line,
                               first + strlen(MISSING));
    if (strncmp(first, DOUBLED, strlen(DOUBLED)) == 0) {
        const char *key = first + strlen(DOUBLED);
        return input_error_set(error, "%s:%d: key '%s': stands here twice", path,
                               find_key_line(path, key, lines->line + 1), key);
    }
    return input_error_set(error, "%s:%d: %s", path, lines->line,
                           first[0] != '\0' ? first : cyaml_strerror(code));
}

bool yaml_file_load(const char *path, const cyaml_schema_value_t *schema, void **data,
                    struct input_error *error)
{
    struct log_lines lines = {0};
    cyaml_config_t config = make_config(&lines);
    cyaml_data_t *loaded = NULL;
    if (!check_file(path, error))
        return false;
    cyaml_err_t code = cyaml_load_file(path, &config, schema, &loaded, NULL);
    if (code != CYAML_OK)
        return explain(path, code, &lines, error);
    if (loaded == NULL)
        return input_error_set(error, "%s: is empty", path);
    *data = loaded;
    return true;
}

void yaml_file_free(const cyaml_schema_value_t *schema, void *data)
{
    struct log_lines lines = {0};
    cyaml_config_t config = make_config(&lines);
    cyaml_free(&config, schema, data, 0);
}

/* Walks events, keeping the path of keys and of places in lists. */
struct walk {
    struct {
        bool is_list;
        bool wants_key; /* a mapping: what comes next is a key, no value */
        int place;      /* a list: of the entry that began last */
        char key[KEY_MAX];
    } levels[DEPTH_MAX]; /* open mappings and lists */
    int depth;
};

/* A value is complete, or begins: the mapping it stands in wants a key next. */
static void walk_value(struct walk *walk)
{
    if (walk->depth > 0) {
        walk->levels[walk->depth - 1].wants_key = true;
        walk->levels[walk->depth - 1].place++;
    }
}

static void walk_open(struct walk *walk, bool is_list)
{
    if (walk->depth < DEPTH_MAX) {
        walk->levels[walk->depth].is_list = is_list;
        walk->levels[walk->depth].wants_key = true;
        walk->levels[walk->depth].place = -1;
        walk->levels[walk->depth].key[0] = '\0';
        walk->depth++;
    }
}

/* Are the `depth` outermost levels `key`, as "tariffs[2].base_pence"? */
static bool walk_matches(const struct walk *walk, int depth, const char *key)
{
    char joined[DEPTH_MAX * (KEY_MAX + 1)] = "";
    size_t used = 0;
    for (int i = 0; i < depth; i++) {
        const bool is_list = walk->levels[i].is_list;
        used += (size_t)(is_list ? snprintf(joined + used, sizeof joined - used, "[%d]",
                                            walk->levels[i].place)
                                 : snprintf(joined + used, sizeof joined - used, "%s%s",
                                            i > 0 ? "." : "", walk->levels[i].key));
    }
    return strcmp(joined, key) == 0;
}

/* Within a list an entry is found by where it begins, else by its key. */
static bool walk_begins(struct walk *walk, const char *key)
{
    walk_value(walk);
    return walk->depth > 0 && walk->levels[walk->depth - 1].is_list &&
           walk_matches(walk, walk->depth, key);
}

/* Takes one event; true when it is the key looked for. */
static bool walk_event(struct walk *walk, const yaml_event_t *event, const char *key)
{
    bool found = false;
    switch (event->type) {
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        found = walk_begins(walk, key);
        walk_open(walk, event->type == YAML_SEQUENCE_START_EVENT);
        return found;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        if (walk->depth > 0)
            walk->depth--;
        return false;
    case YAML_SCALAR_EVENT:
        if (walk->depth == 0 || walk->levels[walk->depth - 1].is_list ||
            !walk->levels[walk->depth - 1].wants_key)
            return walk_begins(walk, key);
        walk->levels[walk->depth - 1].wants_key = false;
        snprintf(walk->levels[walk->depth - 1].key, KEY_MAX, "%s",
                 (const char *)event->data.scalar.value);
        return walk_matches(walk, walk->depth, key);
    default:
        return false;
    }
}

int yaml_file_line(const char *path, const char *key)
{
    yaml_parser_t parser;
    yaml_event_t event;
    struct walk walk = {0};
    int line = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    if (yaml_parser_initialize(&parser)) {
        yaml_parser_set_input_file(&parser, file);
        for (bool done = false; !done && line == 0 && yaml_parser_parse(&parser, &event);) {
            if (walk_event(&walk, &event, key))
                line = (int)event.start_mark.line + 1;
            done = event.type == YAML_STREAM_END_EVENT;
            yaml_event_delete(&event);
        }
        yaml_parser_delete(&parser);
    }
    fclose(file);
    return line;
}

bool yaml_file_refuse(const char *path, const char *key, const char *reason,
                      struct input_error *error)
{
    return input_error_set(error, "%s:%d: key '%s': %s", path, yaml_file_line(path, key), key,
                           reason);
}

bool yaml_file_parse(const char *text, int64_t low, int64_t high, int64_t *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool is_number = (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && *end == '\0';
    if (!is_number || errno != 0 || number < low || number > high)
        return false;
    *value = number;
    return true;
}

bool yaml_file_number(const char *path, const char *key, const char *text, int64_t low,
                      int64_t high, int64_t *value, struct input_error *error)
{
    char reason[160];
    if (text == NULL || yaml_file_parse(text, low, high, value))
        return true;
    snprintf(reason, sizeof reason, "'%.40s' is not a whole number from %" PRId64 " to %" PRId64,
             text, low, high);
    return yaml_file_refuse(path, key, reason, error);
}
