/* A progress bar on standard error, where that is a terminal; else nothing. */
#ifndef SIM_PROGRESS_H
#define SIM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *label;
    bool is_shown;
    bool has_colour; /* not where NO_COLOR is set (no-color.org) */
    uint32_t permille;
};

void progress_begin(struct progress *progress, const char *label);
void progress_show(struct progress *progress, uint32_t done, uint32_t total);
void progress_end(struct progress *progress);

#endif
