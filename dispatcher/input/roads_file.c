/* Mapping, checking, and writing in a way that a crash cannot spoil. */
#include "input/roads_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "road/image.h"

bool roads_file_take_arena(struct arena *arena, size_t size, struct input_error *error)
{
    void *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED)
        return input_error_set(error, "there is no memory for %zu MiB of roads: %s", size >> 20,
                               strerror(errno));
    arena_init(arena, block, size);
    return true;
}

static bool map_file(const char *path, struct roads *roads, struct input_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        int code = errno;
        if (fd >= 0)
            close(fd);
        return input_error_set(error, "%s: %s", path, strerror(code));
    }
    if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        close(fd);
        return input_error_set(error, "%s: %s", path,
                               S_ISREG(status.st_mode) ? "is empty" : "is not a file");
    }
    void *mapping = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    int code = errno;
    close(fd);
    if (mapping == MAP_FAILED)
        return input_error_set(error, "%s: cannot be mapped: %s", path, strerror(code));
    roads->mapping = mapping;
    roads->mapping_size = (size_t)status.st_size;
    return true;
}

static bool open_image(const char *path, struct roads *roads, struct input_error *error)
{
    struct road_image image;
    enum road_image_result opened = road_image_open(roads->mapping, roads->mapping_size, &image);
    if (opened != ROAD_IMAGE_OK)
        return input_error_set(error, "%s: %s", path, road_image_result_text(opened));
    roads->graph = image.graph;
    size_t cost = road_hierarchy_cost(image.graph.node_count, image.graph.arc_count,
                                      image.hierarchy_arc_count);
    if (!roads_file_take_arena(&roads->arena, cost, error))
        return false;
    enum road_hierarchy_result built =
        road_hierarchy_build(&roads->hierarchy, &roads->arena, &roads->graph, image.rank);
    return built == ROAD_HIERARCHY_OK ||
           input_error_set(error, "%s: %s", path, road_hierarchy_result_text(built));
}

bool roads_file_open(const char *path, struct roads *roads, struct input_error *error)
{
    *roads = (struct roads){.mapping = NULL};
    if (map_file(path, roads, error) && open_image(path, roads, error))
        return true;
    roads_file_close(roads);
    return false;
}

static bool write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return true;
}

/* Makes the rename itself durable. */
static bool sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

static bool write_beside(const char *path, const char *beside, const uint8_t *bytes, size_t size,
                         struct input_error *error)
{
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return input_error_set(error, "%s: %s", beside, strerror(errno));
    bool ok = write_all(fd, bytes, size) && fsync(fd) == 0;
    int code = errno;
    ok = close(fd) == 0 && ok;
    if (ok && rename(beside, path) == 0 && sync_folder(path))
        return true;
    code = ok ? errno : code;
    unlink(beside);
    return input_error_set(error, "%s: cannot be written: %s", path, strerror(code));
}

bool roads_file_write(const char *path, const struct roads *roads, struct input_error *error)
{
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid()) >= PATH_MAX)
        return input_error_set(error, "%.200s...: the name is too long", path);
    size_t size = road_image_size(&roads->graph);
    size_t aligned = (size + ROAD_IMAGE_ALIGN - 1) / ROAD_IMAGE_ALIGN * ROAD_IMAGE_ALIGN;
    uint8_t *bytes = aligned_alloc(ROAD_IMAGE_ALIGN, aligned);
    if (bytes == NULL)
        return input_error_set(error, "%s: there is no memory to write it", path);
    road_image_write(bytes, &roads->graph, roads->hierarchy.rank, roads->hierarchy.arc_count);
    bool ok = write_beside(path, beside, bytes, size, error);
    free(bytes);
    return ok;
}

void roads_file_close(struct roads *roads)
{
    if (roads->arena.block != NULL)
        munmap(roads->arena.block, roads->arena.size);
    if (roads->mapping != NULL)
        munmap((void *)(uintptr_t)roads->mapping, roads->mapping_size);
    *roads = (struct roads){.mapping = NULL};
}
