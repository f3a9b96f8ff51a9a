/* logfmt lines on standard error, rate-limited. The process has one log, so this file keeps the
 * only state outside an object: the level and the rate. */
#include "app/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const LEVELS[] = {"debug", "info", "warn", "error"};

static struct {
    enum log_level level;
    time_t second;
    unsigned lines;    /* written in that second */
    unsigned left_out; /* since the last line written */
} process_log = {.level = LOG_INFO};

void log_init(enum log_level level)
{
    process_log.level = level;
}

int log_level_parse(const char *word, enum log_level *level)
{
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        if (strcmp(word, LEVELS[i]) == 0) {
            *level = (enum log_level)i;
            return 1;
        }
    }
    return 0;
}

const char *log_quote(const char *text, char *quoted, size_t size)
{
    size_t used = 0;
    if (size < 8)
        return "\"\"";
    quoted[used++] = '"';
    for (; *text != '\0' && used + 6 < size; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            quoted[used++] = '\\';
            quoted[used++] = (char)c;
        } else if (c < 0x20 || c == 0x7f) {
            used += (size_t)snprintf(quoted + used, 5, "\\x%02x", c);
        } else {
            quoted[used++] = (char)c;
        }
    }
    quoted[used++] = '"';
    quoted[used] = '\0';
    return quoted;
}

static int write_stamp(char *line, size_t size, enum log_level level, const char *event,
                       const struct timespec *now)
{
    struct tm parts;
    char date[32];
    gmtime_r(&now->tv_sec, &parts);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    return snprintf(line, size, "ts=%s.%03ldZ level=%s event=%s", date, now->tv_nsec / 1000000,
                    LEVELS[level], event);
}

void log_line(enum log_level level, const char *event, const char *fields, ...)
{
    struct timespec now;
    if (level < process_log.level)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != process_log.second) {
        process_log.second = now.tv_sec;
        process_log.lines = 0;
    }
    if (process_log.lines >= LOG_LINES_PER_S && level < LOG_ERROR) {
        process_log.left_out++;
        return;
    }
    process_log.lines++;

    char line[LOG_LINE_MAX];
    size_t used = (size_t)write_stamp(line, sizeof line, level, event, &now);
    if (fields[0] != '\0') {
        va_list arguments;
        line[used++] = ' ';
        va_start(arguments, fields);
        int length = vsnprintf(line + used, sizeof line - used - 1, fields, arguments);
        va_end(arguments);
        size_t room = sizeof line - used - 2;
        used += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room;
    }
    line[used] = '\0';
    if (process_log.left_out > 0)
        fprintf(stderr, "%s left_out=%u\n", line, process_log.left_out);
    else
        fprintf(stderr, "%s\n", line);
    process_log.left_out = 0;
}
