/* The one place where the pure layers touch the world: a broken promise ends the process. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "CHECK failed: %s at %s:%d\n", condition, file, line);
    abort();
}
