/* Every file is made in memory first, for writing and for comparing alike. */
#include "app/books_folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/books_page.h"

#define PAGE     "summary.html"
#define FILE_MAX (16u << 20) /* longest published file that is read, bytes */
#define SHOWN    120         /* characters of a cell or line in a message */

struct text {
    char *bytes; /* with a NUL behind; the caller's to free */
    size_t size;
};

/* The name of the file with this number, the page last; NULL behind it. */
static const char *file_name(uint32_t file)
{
    if (books_sheets_name(file) != NULL)
        return books_sheets_name(file);
    return file == 0 || books_sheets_name(file - 1) != NULL ? PAGE : NULL;
}

static bool make_text(const struct books_sheets *sheets, uint32_t file, struct text *text)
{
    *text = (struct text){0};
    FILE *out = open_memstream(&text->bytes, &text->size);
    if (out == NULL)
        return false;
    if (books_sheets_name(file) != NULL)
        books_sheets_write(sheets, file, out);
    else
        books_page_write(sheets, out);
    const bool ok = ferror(out) == 0;
    return fclose(out) == 0 && ok;
}

static bool make_path(const char *folder, const char *name, char path[PATH_MAX])
{
    const int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

static bool failed(struct store_error *error, const char *path)
{
    return store_error_set(error, "%s: %s", path, strerror(errno));
}

bool books_folder_is_free(const char *folder, struct store_error *error)
{
    DIR *directory = opendir(folder);
    uint32_t count = 0;
    if (directory == NULL)
        return errno == ENOENT || failed(error, folder);
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(directory);
    return count == 0 || store_error_set(error, "%s: the folder is not empty", folder);
}

static bool write_file(const struct books_sheets *sheets, const char *folder, uint32_t file,
                       struct store_error *error)
{
    char path[PATH_MAX];
    struct text text;
    if (!make_path(folder, file_name(file), path))
        return store_error_set(error, "%s: the path is too long", folder);
    if (!make_text(sheets, file, &text)) {
        free(text.bytes);
        return store_error_set(error, "%s: out of memory", path);
    }
    FILE *out = fopen(path, "wbx");
    bool ok = out != NULL && fwrite(text.bytes, 1, text.size, out) == text.size &&
              fflush(out) == 0 && fsync(fileno(out)) == 0;
    ok = ok || failed(error, path);
    if (out != NULL && fclose(out) != 0 && ok)
        ok = failed(error, path);
    free(text.bytes);
    return ok;
}

static void remove_folder(const char *folder)
{
    for (uint32_t file = 0; file_name(file) != NULL; file++) {
        char path[PATH_MAX];
        if (make_path(folder, file_name(file), path))
            (void)unlink(path);
    }
    (void)rmdir(folder);
}

bool books_folder_write(const struct books_sheets *sheets, const char *folder,
                        struct store_error *error)
{
    char temporary[PATH_MAX];
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') {
        length--;
    }
    if (snprintf(temporary, sizeof temporary, "%.*s.XXXXXX", (int)length, folder) >=
        (int)sizeof temporary)
        return store_error_set(error, "%s: the path is too long", folder);
    if (!books_folder_is_free(folder, error))
        return false;
    if (mkdtemp(temporary) == NULL)
        return failed(error, folder); /* its parent is not there, or may not be written to */
    bool ok = true;
    for (uint32_t file = 0; ok && file_name(file) != NULL; file++) {
        ok = write_file(sheets, temporary, file, error);
    }
    if (ok && (chmod(temporary, 0755) != 0 || rename(temporary, folder) != 0))
        ok = failed(error, folder);
    if (!ok)
        remove_folder(temporary);
    return ok;
}

/* False and *error but where the file is not there: then text->bytes is NULL. */
static bool read_file(const char *path, struct text *text, struct store_error *error)
{
    *text = (struct text){0};
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return errno == ENOENT || failed(error, path);
    char *bytes = malloc(FILE_MAX + 1);
    const size_t size = bytes != NULL ? fread(bytes, 1, FILE_MAX + 1, file) : 0;
    bool ok = bytes != NULL && ferror(file) == 0;
    if (!ok)
        failed(error, path);
    else if (size > FILE_MAX)
        ok = store_error_set(error, "%s: is larger than books are", path);
    fclose(file);
    if (!ok) {
        free(bytes);
        return false;
    }
    bytes[size] = '\0';
    *text = (struct text){.bytes = bytes, .size = size};
    return true;
}

/* The next line of *rest, without its end; NULL behind the last. *rest is cut up. */
static char *next_line(char **rest)
{
    char *line = *rest;
    if (line == NULL || line[0] == '\0')
        return NULL;
    char *end = strchr(line, '\n');
    *rest = end != NULL ? end + 1 : NULL;
    if (end != NULL)
        *end = '\0';
    return line;
}

/* The cell at *rest of a line, cut off; "" behind the last. No cell holds a comma. */
static char *next_cell(char **rest, char *nothing)
{
    char *cell = *rest;
    if (cell == NULL)
        return nothing;
    char *end = strchr(cell, ',');
    *rest = end != NULL ? end + 1 : NULL;
    if (end != NULL)
        *end = '\0';
    return cell;
}

static bool parse_number(const char *text, uint64_t *value)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0';
}

static bool parse_local(char *value, struct books_sheets *sheets)
{
    char *rest = value;
    sheets->local_count = 0;
    while (rest != NULL && rest[0] != '\0') {
        char *end = strchr(rest, ' ');
        uint64_t area;
        if (end != NULL)
            *end = '\0';
        if (!parse_number(rest, &area) || area > UINT32_MAX ||
            sheets->local_count == BOOKS_SHEETS_LOCAL)
            return false;
        sheets->local[sheets->local_count++] = (uint32_t)area;
        rest = end != NULL ? end + 1 : NULL;
    }
    return true;
}

/* "" or 64 hexadecimal digits. */
static bool parse_policy(const char *value, uint8_t policy[POLICY_HASH_SIZE])
{
    static const char DIGITS[] = "0123456789abcdef";
    const size_t length = strlen(value);
    memset(policy, 0, POLICY_HASH_SIZE);
    if (length != 0 && length != (size_t)2 * POLICY_HASH_SIZE)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char *digit = strchr(DIGITS, value[i]);
        if (digit == NULL)
            return false;
        policy[i / 2] = (uint8_t)(policy[i / 2] << 4 | (digit - DIGITS));
    }
    return true;
}

static bool copy_text(const char *value, char *text, size_t size)
{
    const int length = snprintf(text, size, "%s", value);
    return length > 0 && (size_t)length < size;
}

/* False when the item is none, or its value is not sound. */
static bool take_item(const char *item, char *value, struct books_sheets *sheets)
{
    if (strcmp(item, "item") == 0)
        return true;
    if (strcmp(item, "format") == 0)
        return strcmp(value, "1") == 0;
    if (strcmp(item, "period") == 0)
        return copy_text(value, sheets->period, sizeof sheets->period);
    if (strcmp(item, "timezone") == 0)
        return copy_text(value, sheets->timezone, sizeof sheets->timezone);
    if (strcmp(item, "whole") == 0) {
        sheets->is_whole = strcmp(value, "yes") == 0;
        return sheets->is_whole || strcmp(value, "no") == 0;
    }
    if (strcmp(item, "last_fact") == 0)
        return parse_number(value, &sheets->last_fact) && sheets->last_fact > 0;
    if (strcmp(item, "settlement_fact") == 0)
        return parse_number(value, &sheets->settlement_fact);
    if (strcmp(item, "policy") == 0)
        return parse_policy(value, sheets->policy);
    if (strcmp(item, "local_areas") == 0)
        return parse_local(value, sheets);
    return strcmp(item, "withheld_below") == 0;
}

bool books_folder_about(const char *folder, struct books_sheets *sheets, struct store_error *error)
{
    char path[PATH_MAX];
    char nothing[] = "";
    struct text text;
    unsigned number = 0;
    bool ok = true;
    if (!make_path(folder, books_sheets_name(BOOKS_SHEETS_ABOUT), path))
        return store_error_set(error, "%s: the path is too long", folder);
    if (!read_file(path, &text, error))
        return false;
    if (text.bytes == NULL)
        return store_error_set(error, "%s: is not there: are these books?", path);
    sheets->period[0] = sheets->timezone[0] = '\0';
    sheets->last_fact = 0;
    sheets->settlement_fact = 0;
    char *rest = text.bytes;
    for (char *line = next_line(&rest); ok && line != NULL; line = next_line(&rest)) {
        char *cells = line;
        const char *item = next_cell(&cells, nothing);
        number++;
        if (!take_item(item, cells != NULL ? cells : nothing, sheets))
            ok = store_error_set(error, "%s:%u: '%s' is unknown or its value is none", path, number,
                                 item);
    }
    free(text.bytes);
    if (ok && (sheets->period[0] == '\0' || sheets->timezone[0] == '\0' || sheets->last_fact == 0))
        ok = store_error_set(error, "%s: names no period, time zone or last fact", path);
    return ok;
}

struct comparison {
    const char *name;
    bool has_cells;
    char *header; /* of the recomputed file */
    FILE *out;
    uint64_t differences;
    unsigned row; /* line of the file, from 1 */
};

static void tell(struct comparison *comparison, const char *where, const char *published,
                 const char *recomputed)
{
    fprintf(comparison->out, "%s:%u: %s: published '%.*s', recomputed '%.*s'\n", comparison->name,
            comparison->row, where, SHOWN, published, SHOWN, recomputed);
    comparison->differences++;
}

static void compare_cells(struct comparison *comparison, char *published, char *recomputed)
{
    char nothing[] = "";
    char *columns = strdup(comparison->header);
    char *column_rest = columns;
    char key[SHOWN + 1];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(recomputed, ","), recomputed);
    while (published != NULL || recomputed != NULL) {
        const char *column = next_cell(&column_rest, nothing);
        const char *one = next_cell(&published, nothing);
        const char *other = next_cell(&recomputed, nothing);
        char where[2 * SHOWN + 32];
        snprintf(where, sizeof where, "row '%.*s', column '%.*s'", SHOWN, key, SHOWN, column);
        if (strcmp(one, other) != 0)
            tell(comparison, where, one, other);
    }
    free(columns);
}

static void compare_lines(struct comparison *comparison, char *published, char *recomputed)
{
    char *one = next_line(&published);
    char *other = next_line(&recomputed);
    comparison->header = other;
    while (one != NULL || other != NULL) {
        comparison->row++;
        if (one == NULL || other == NULL)
            tell(comparison, "row", one != NULL ? one : "", other != NULL ? other : "");
        else if (strcmp(one, other) != 0 && comparison->has_cells && comparison->row > 1)
            compare_cells(comparison, one, other);
        else if (strcmp(one, other) != 0)
            tell(comparison, "row", one, other);
        one = next_line(&published);
        other = next_line(&recomputed);
    }
}

static void compare_texts(struct comparison *comparison, const struct text *published,
                          const struct text *recomputed)
{
    const bool is_same = published->size == recomputed->size &&
                         memcmp(published->bytes, recomputed->bytes, published->size) == 0;
    if (is_same)
        return;
    const uint64_t before = comparison->differences;
    compare_lines(comparison, published->bytes, recomputed->bytes);
    if (comparison->differences == before)
        tell(comparison, "end of file", "other bytes", "none");
}

bool books_folder_compare(const struct books_sheets *sheets, const char *folder, FILE *out,
                          uint64_t *differences, struct store_error *error)
{
    bool ok = true;
    *differences = 0;
    for (uint32_t file = 0; ok && file_name(file) != NULL; file++) {
        char path[PATH_MAX];
        struct text published = {0};
        struct text recomputed = {0};
        struct comparison comparison = {
            .name = file_name(file), .has_cells = books_sheets_name(file) != NULL, .out = out};
        if (!make_path(folder, file_name(file), path))
            return store_error_set(error, "%s: the path is too long", folder);
        ok = read_file(path, &published, error);
        if (ok && !make_text(sheets, file, &recomputed))
            ok = store_error_set(error, "%s: out of memory", path);
        if (ok && published.bytes == NULL)
            tell(&comparison, "file", "nothing", "a file");
        else if (ok)
            compare_texts(&comparison, &published, &recomputed);
        *differences += comparison.differences;
        free(published.bytes);
        free(recomputed.bytes);
    }
    return ok;
}
