#include "runs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/run.h"

#define RUN_ARGUMENTS_MAX 24

int runs_run(const struct folder *folder, const char *option, const char *value)
{
    char rides[1024];
    char stops[1024];
    char json[1024];
    snprintf(rides, sizeof rides, "%s/rides.csv", folder->path);
    snprintf(stops, sizeof stops, "%s/stops.csv", folder->path);
    snprintf(json, sizeof json, "%s/figures.json", folder->path);
    const char *arguments[RUN_ARGUMENTS_MAX] = {
        "run",    "--scenario", folder->path, "--rides",    rides,  "--stops", stops,
        "--json", json,         "--network",  folder->path, option, value};
    int count = option == NULL ? 11 : 13;
    fflush(stdout);
    return run_main(count, (char **)(uintptr_t)arguments);
}

void runs_expect_file(const struct folder *folder, const char *file, const char *expected)
{
    char *content = folder_read(folder, file);
    cr_expect_str_eq(content, expected, "%s:\n%s", file, content);
    free(content);
}

json_t *runs_figures(const struct folder *folder)
{
    json_error_t error;
    json_t *root = json_load_file(folder_file(folder, "figures.json"), 0, &error);
    cr_assert_not_null(root, "%s", error.text);
    return root;
}

int64_t runs_figure(const struct folder *folder, const char *key)
{
    json_t *root = runs_figures(folder);
    const json_t *value = json_object_get(root, key);
    const int64_t number = (int64_t)json_number_value(value);
    json_decref(root);
    return number;
}
