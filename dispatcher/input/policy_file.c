/* Files are read one by one into one policy, which remembers where each row stood, so that what is
 * wrong with two rows together names the lines of both. */
#include "input/policy_file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input/policy_rows.h"
#include "input/timezone.h"
#include "input/yaml_file.h"

#define NAME_LENGTH 256

struct files {
    char folder[PATH_MAX]; /* "" where the policy is a file */
    uint32_t count;
    char names[POLICY_ROWS_FILES][NAME_LENGTH];
};

static bool ends_in_yaml(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".yaml") == 0;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(left, right);
}

static bool list_folder(const char *path, struct files *files, struct input_error *error)
{
    DIR *directory = opendir(path);
    bool fits = true;
    if (directory == NULL)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        if (!ends_in_yaml(entry->d_name) || entry->d_name[0] == '.')
            continue;
        fits = fits && files->count < POLICY_ROWS_FILES;
        if (fits)
            snprintf(files->names[files->count++], NAME_LENGTH, "%s", entry->d_name);
    }
    closedir(directory);
    if (!fits)
        return input_error_set(error, "%s: has more than %d files", path, POLICY_ROWS_FILES);
    if (files->count == 0)
        return input_error_set(error, "%s: has no file *.yaml", path);
    qsort(files->names, files->count, sizeof files->names[0], compare_names);
    snprintf(files->folder, sizeof files->folder, "%s", path);
    return true;
}

static bool list_files(const char *path, struct files *files, struct input_error *error)
{
    struct stat status;
    files->count = 0;
    files->folder[0] = '\0';
    if (strlen(path) + NAME_LENGTH + 1 >= PATH_MAX)
        return input_error_set(error, "%.80s...: is too long a path", path);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return list_folder(path, files, error);
    files->count = 1; /* the path itself */
    return true;
}

static void path_of(const struct files *files, const char *path, uint32_t file,
                    char to[PATH_MAX + NAME_LENGTH])
{
    if (files->folder[0] == '\0')
        snprintf(to, PATH_MAX + NAME_LENGTH, "%s", path);
    else
        snprintf(to, PATH_MAX + NAME_LENGTH, "%s/%s", files->folder, files->names[file]);
}

/* Adds a file's bytes to the hash. */
static bool hash_file(const char *path, EVP_MD_CTX *context, struct input_error *error)
{
    uint8_t bytes[4096];
    FILE *file = fopen(path, "rb");
    bool ok = file != NULL;
    while (ok) {
        const size_t size = fread(bytes, 1, sizeof bytes, file);
        ok = EVP_DigestUpdate(context, bytes, size) == 1 && !ferror(file);
        if (size < sizeof bytes)
            break;
    }
    if (file != NULL)
        fclose(file);
    return ok || input_error_set(error, "%s: cannot be read", path);
}

static bool read_files(const struct files *files, const char *path, struct policy_rows *rows,
                       EVP_MD_CTX *context, struct input_error *error)
{
    char full[PATH_MAX + NAME_LENGTH];
    for (uint32_t i = 0; i < files->count; i++) {
        path_of(files, path, i, full);
        rows->file = i;
        if (!policy_rows_load(full, rows, error) || !hash_file(full, context, error))
            return false;
    }
    return true;
}

/* "FILE:LINE" of a row, or of the table where it is none, or of the file that has the head. */
static void place_of(const struct files *files, const char *path, const struct policy_rows *rows,
                     enum policy_table table, uint32_t row, char *to, size_t size)
{
    char full[PATH_MAX + NAME_LENGTH];
    char key[64];
    uint32_t file = rows->head_file;
    snprintf(key, sizeof key, "%s", policy_fault_table_text(table));
    if (row != POLICY_FAULT_NO_ROW) {
        file = rows->origins[table][row].file;
        snprintf(key, sizeof key, "%s[%u]", policy_fault_table_text(table),
                 rows->origins[table][row].place);
    }
    path_of(files, path, file, full);
    int line = yaml_file_line(full, key);
    if (line == 0) /* a table that is missing: the policy is where it would be */
        line = yaml_file_line(full, policy_fault_table_text(POLICY_TABLE_HEAD));
    snprintf(to, size, "%s:%d", full, line);
}

/* One sentence: where, which row, what, the other row, and from which day. */
static bool refuse(const struct files *files, const char *path, const struct policy_rows *rows,
                   const struct policy_fault *fault, struct input_error *error)
{
    char place[2 * PATH_MAX];
    char other[2 * PATH_MAX];
    char what[POLICY_ID_MAX + 64] = "";
    char with[3 * PATH_MAX] = "";
    char from[64] = "";
    char day[TIMEZONE_DAY_MAX];
    const struct policy *policy = rows->policy;
    place_of(files, path, rows, fault->table, fault->row, place, sizeof place);
    if (fault->row != POLICY_FAULT_NO_ROW)
        snprintf(what, sizeof what,
                 "row '%s': ", policy_fault_row(policy, fault->table, fault->row)->id);
    else if (fault->table != POLICY_TABLE_HEAD) {
        const char *part = policy_fault_case_text(policy, fault->table, fault->part);
        snprintf(what, sizeof what, "key '%s': %s%s", policy_fault_table_text(fault->table), part,
                 part[0] != '\0' ? ": " : "");
    }
    if (fault->other != POLICY_FAULT_NO_ROW) {
        place_of(files, path, rows, fault->table, fault->other, other, sizeof other);
        snprintf(with, sizeof with, ", '%s' at %s",
                 policy_fault_row(policy, fault->table, fault->other)->id, other);
    }
    if (fault->day != 0) {
        timezone_format_day(fault->day, day);
        snprintf(from, sizeof from, ", from %s on", day);
    }
    return input_error_set(error, "%s: %s%s%s%s", place, what, fault->why, with, from);
}

static bool load(const struct files *files, const char *path, struct policy_rows *rows,
                 EVP_MD_CTX *context, struct input_error *error)
{
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        return input_error_set(error, "%s: cannot be hashed", path);
    if (!read_files(files, path, rows, context, error))
        return false;
    if (!rows->has_head)
        return input_error_set(error, "%s: key 'policy': is missing%s", path,
                               files->folder[0] != '\0' ? " in all files" : "");
    const struct policy_fault fault = policy_fault(rows->policy);
    if (fault.why != NULL)
        return refuse(files, path, rows, &fault, error);
    return EVP_DigestFinal_ex(context, rows->policy->hash, NULL) == 1 ||
           input_error_set(error, "%s: cannot be hashed", path);
}

bool policy_file_load(const char *path, struct policy *policy, struct input_error *error)
{
    struct files *files = calloc(1, sizeof *files);
    struct policy_rows *rows = calloc(1, sizeof *rows);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = false;
    memset(policy, 0, sizeof *policy);
    if (files == NULL || rows == NULL || context == NULL) {
        (void)input_error_set(error, "%s: there is no memory to read it", path);
    } else {
        rows->policy = policy;
        ok = list_files(path, files, error) && load(files, path, rows, context, error);
    }
    EVP_MD_CTX_free(context);
    free(rows);
    free(files);
    return ok;
}
