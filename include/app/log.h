/* The log: one line an event on standard error, in logfmt:
 *
 *     ts=2026-11-24T09:30:00.123Z level=info event=listening address=127.0.0.1 port=8080
 *
 * At most LOG_LINES_PER_S lines a second; how many were left out stands on the next line written.
 */
#ifndef APP_LOG_H
#define APP_LOG_H

#include <stddef.h>

#define LOG_LINES_PER_S 200
#define LOG_LINE_MAX    2048 /* longer lines are cut */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below `level` are not written. */
void log_init(enum log_level level);

/* `fields` is a format of further key=value pairs, or "". Text that is not known to be one plain
 * word goes through log_quote(). */
__attribute__((format(printf, 3, 4))) void log_line(enum log_level level, const char *event,
                                                    const char *fields, ...);

/* `text` in double quotes with its quotes, backslashes and control characters escaped; into
 * `quoted`, cut to its size. Returns `quoted`. */
const char *log_quote(const char *text, char *quoted, size_t size);

/* "debug", "info", "warn" or "error" to *level: 1; another word: 0, *level untouched. */
int log_level_parse(const char *word, enum log_level *level);

#endif
