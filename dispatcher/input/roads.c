/* Files and memory around road/image.h and road/builder.h. */
#include "input/roads.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "input/memory.h"
#include "road/image.h"
#include "road/order.h"

/* Memory is reserved as addresses; only what is used becomes memory. Street networks need some
 * hundred bytes a node, one that needs more than this has no useful order. */
#define BYTES_A_NODE   8192
#define BYTES_AT_LEAST (256u << 20)

static bool reserve(struct roads *roads, struct arena *arena, size_t size)
{
    roads->memory = memory_take(size);
    roads->memory_size = size;
    if (roads->memory == NULL)
        return false;
    arena_init(arena, roads->memory, size);
    return true;
}

static bool map_file(struct roads *roads, const char *path, struct input_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    bool ok = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    if (!ok || status.st_size == 0) {
        close(fd);
        return input_error_set(error, "%s: %s", path, ok ? "is empty" : "is not a file");
    }
    void *mapping = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    int saved = errno;
    close(fd);
    if (mapping == MAP_FAILED)
        return input_error_set(error, "%s: %s", path, strerror(saved));
    roads->mapping = mapping;
    roads->mapping_size = (size_t)status.st_size;
    return true;
}

static bool open_image(struct roads *roads, const char *path, struct input_error *error)
{
    struct road_image image;
    struct arena arena;
    enum road_image_result opened = road_image_open(roads->mapping, roads->mapping_size, &image);
    if (opened != ROAD_IMAGE_OK)
        return input_error_set(error, "%s: %s", path, road_image_result_text(opened));
    roads->graph = image.graph;
    roads->rank = image.rank;
    size_t size = road_hierarchy_cost(image.graph.node_count, image.graph.arc_count,
                                      image.hierarchy_arc_count);
    if (!reserve(roads, &arena, size))
        return input_error_set(error, "%s: there is not enough memory", path);
    enum road_hierarchy_result built =
        road_hierarchy_build(&roads->hierarchy, &arena, &roads->graph, roads->rank);
    if (built != ROAD_HIERARCHY_OK)
        return input_error_set(error, "%s: %s", path, road_hierarchy_result_text(built));
    return true;
}

bool roads_open(struct roads *roads, const char *path, struct input_error *error)
{
    *roads = (struct roads){0};
    if (map_file(roads, path, error) && open_image(roads, path, error))
        return true;
    roads_close(roads);
    return false;
}

static bool explain(const struct roads_source *source, enum road_builder_result result,
                    const struct road_builder_report *report, struct input_error *error)
{
    char row[256];
    bool is_node = result == ROAD_BUILDER_NODE_BAD || result == ROAD_BUILDER_NODE_TWICE;
    bool is_edge = result == ROAD_BUILDER_EDGE_BAD || result == ROAD_BUILDER_EDGE_DANGLING;
    if (source->describe_row == NULL || (!is_node && !is_edge))
        return input_error_set(error, "%s: %s", source->name, road_builder_result_text(result));
    source->describe_row(source->user, is_edge, report->culprit, row, sizeof row);
    return input_error_set(error, "%s: %s", row, road_builder_result_text(result));
}

static bool make(struct roads *roads, const struct roads_source *source,
                 struct road_builder_report *report, struct input_error *error)
{
    struct arena arena;
    size_t size = BYTES_AT_LEAST + source->input.node_count * BYTES_A_NODE +
                  road_builder_cost(source->input.node_count, source->input.edge_count);
    if (!reserve(roads, &arena, size))
        return input_error_set(error, "%s: there is not enough memory", source->name);
    enum road_builder_result built =
        road_builder_make(&source->input, &arena, &roads->graph, report);
    if (built != ROAD_BUILDER_OK)
        return explain(source, built, report, error);
    uint32_t *rank = arena_take(&arena, roads->graph.node_count, sizeof *rank);
    if (rank == NULL)
        return input_error_set(error, "%s: there is not enough memory", source->name);
    enum road_order_result ordered = road_order_make(&arena, &roads->graph, rank);
    if (ordered != ROAD_ORDER_OK)
        return input_error_set(error, "%s: %s", source->name, road_order_result_text(ordered));
    roads->rank = rank;
    enum road_hierarchy_result hierarchy =
        road_hierarchy_build(&roads->hierarchy, &arena, &roads->graph, rank);
    if (hierarchy != ROAD_HIERARCHY_OK)
        return input_error_set(error, "%s: %s", source->name,
                               road_hierarchy_result_text(hierarchy));
    return true;
}

bool roads_make(struct roads *roads, const struct roads_source *source,
                struct road_builder_report *report, struct input_error *error)
{
    *roads = (struct roads){0};
    *report = (struct road_builder_report){0};
    if (make(roads, source, report, error))
        return true;
    roads_close(roads);
    return false;
}

static bool write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

bool roads_write(const struct roads *roads, const char *path, struct input_error *error)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.tmp", path) >= (int)sizeof temporary)
        return input_error_set(error, "%s: the path is too long", path);
    size_t size = road_image_size(&roads->graph);
    uint8_t *bytes =
        aligned_alloc(ROAD_IMAGE_ALIGN, (size + ROAD_IMAGE_ALIGN - 1) & -(size_t)ROAD_IMAGE_ALIGN);
    if (bytes == NULL)
        return input_error_set(error, "%s: there is not enough memory", path);
    road_image_write(bytes, &roads->graph, roads->rank, roads->hierarchy.arc_count);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0 && write_all(fd, bytes, size) && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    if (!ok) {
        input_error_set(error, "%s: %s", path, strerror(errno));
        unlink(temporary);
    }
    free(bytes);
    return ok;
}

void roads_close(struct roads *roads)
{
    if (roads->mapping != NULL)
        munmap(roads->mapping, roads->mapping_size);
    memory_give(roads->memory, roads->memory_size);
    *roads = (struct roads){0};
}
