/* One number and a line end. */
#include "app/port_file.h"

#include <limits.h>
#include <stdio.h>

bool port_file_write(const char *path, uint16_t port)
{
    char temporary[PATH_MAX];
    if (path == NULL)
        return true;
    if (snprintf(temporary, sizeof temporary, "%s.tmp", path) >= (int)sizeof temporary)
        return false;
    FILE *file = fopen(temporary, "w");
    if (file == NULL)
        return false;
    bool written = fprintf(file, "%u\n", port) > 0;
    return fclose(file) == 0 && written && rename(temporary, path) == 0;
}
