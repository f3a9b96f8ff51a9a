#include "sim/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WIDTH 40

void progress_begin(struct progress *progress, const char *label)
{
    const char *no_colour = getenv("NO_COLOR");
    *progress = (struct progress){
        .label = label,
        .is_shown = isatty(STDERR_FILENO) == 1,
        .has_colour = no_colour == NULL || no_colour[0] == '\0',
        .permille = UINT32_MAX,
    };
}

void progress_show(struct progress *progress, uint32_t done, uint32_t total)
{
    static const char full[] = "########################################";
    const uint32_t permille = total == 0 ? 1000 : (uint32_t)((uint64_t)done * 1000 / total);
    if (!progress->is_shown || permille == progress->permille) {
        return;
    }
    const int filled = (int)(permille * WIDTH / 1000);
    progress->permille = permille;
    fprintf(stderr, "\r%s [%s%.*s%s%*s] %3u %%", progress->label,
            progress->has_colour ? "\033[32m" : "", filled, full,
            progress->has_colour ? "\033[0m" : "", WIDTH - filled, "", permille / 10);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->is_shown) {
        fprintf(stderr, "\r\033[K");
    }
}
