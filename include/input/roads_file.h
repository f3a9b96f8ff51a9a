/* Other names for what input/roads.h does, for callers that have not moved to it yet. */
#ifndef INPUT_ROADS_FILE_H
#define INPUT_ROADS_FILE_H

#include "input/roads.h"

MUST_CHECK static inline bool roads_file_open(const char *path, struct roads *roads,
                                              struct input_error *error)
{
    return roads_open(roads, path, error);
}

MUST_CHECK static inline bool roads_file_write(const char *path, const struct roads *roads,
                                               struct input_error *error)
{
    return roads_write(roads, path, error);
}

static inline void roads_file_close(struct roads *roads)
{
    roads_close(roads);
}

#endif
