/* `sim run` on a scenario folder, with its files beside the scenario's. */
#ifndef TESTS_RUNS_H
#define TESTS_RUNS_H

#include <jansson.h>
#include <stdint.h>

#include "scenario_folder.h"

/* With "--rides", "--stops", "--network" and "--json" into the folder, and maybe another option;
 * returns the status. */
int runs_run(const struct folder *folder, const char *option, const char *value);

/* The folder's file has this content. */
void runs_expect_file(const struct folder *folder, const char *file, const char *expected);

/* All figures, the caller's; and one number of them. */
json_t *runs_figures(const struct folder *folder);
int64_t runs_figure(const struct folder *folder, const char *key);

#endif
