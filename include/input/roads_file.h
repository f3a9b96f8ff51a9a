/* A network ready for use, and the .roads file that keeps it: written once by an import, mapped
 * into memory at every start. */
#ifndef INPUT_ROADS_FILE_H
#define INPUT_ROADS_FILE_H

#include "base/arena.h"
#include "input/input_error.h"
#include "road/graph.h"
#include "road/hierarchy.h"

/* Owns its memory; does not move while in use, since the hierarchy points to the graph. */
struct roads {
    struct road_graph graph;
    struct road_hierarchy hierarchy;
    struct arena arena;  /* a mapping: the hierarchy, and after an import the graph */
    const void *mapping; /* of the file, NULL after an import */
    size_t mapping_size;
};

/* Maps the file, checks all of it and builds the hierarchy. False and *error, with nothing to
 * close. The file may be replaced by another while it is open, but not changed. */
MUST_CHECK bool roads_file_open(const char *path, struct roads *roads, struct input_error *error);

/* Writes beside `path`, syncs and renames: there is the whole file or none. */
MUST_CHECK bool roads_file_write(const char *path, const struct roads *roads,
                                 struct input_error *error);

/* An arena of `size` bytes of which only what is touched costs memory. False and *error. */
MUST_CHECK bool roads_file_take_arena(struct arena *arena, size_t size, struct input_error *error);

void roads_file_close(struct roads *roads);

#endif
