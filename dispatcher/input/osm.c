/* Two readings of one file: the ways first, which say what nodes are needed, then the nodes. Both
 * are done by a child process, which hands its result over through a file in memory.
 *
 * A street whose node is missing, because the map was cut there, or stopped by a barrier goes on
 * behind it as if it were another street. */
#include "input/osm.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <readosm.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sort.h"
#include "input/osm_pbf.h"
#include "road/metric.h"

#define TAGS_MAX      512                 /* of one way or node; more is refused */
#define CPU_LEAST_S   60                  /* the child's processor time: this, */
#define CPU_BYTES_A_S (1u << 20)          /* and a second for every MiB of the file */
#define REFS_MAX      (UINT64_C(1) << 28) /* nodes of all streets, with repetitions */

/* One street of the file, before its nodes are known. */
struct way {
    int64_t id;
    uint64_t first_ref;
    uint32_t ref_count;
    uint32_t forward_m_per_h;
    uint32_t backward_m_per_h;
    uint8_t class;
};

enum node_state { NODE_MISSING, NODE_FOUND, NODE_BARRIER };

/* A reading under way. */
struct reading {
    const char *path;
    struct osm_counts counts;
    struct input_error error;
    bool is_failed;
    struct way *ways;
    size_t way_count;
    size_t way_room;
    int64_t *refs; /* of all streets, one after the other */
    size_t ref_count;
    size_t ref_room;
    uint64_t *keys; /* nodes that streets need, ascending */
    size_t key_count;
    struct geo_point *points; /* [key_count] */
    uint8_t *states;          /* [key_count] enum node_state */
    struct streets streets;
};

/* What the child hands over first; the nodes and edges follow. */
struct result {
    bool ok;
    struct input_error error;
    struct osm_counts counts;
    uint64_t node_count;
    uint64_t edge_count;
};

/* Ends the reading; the value tells libreadosm to stop. */
static int fail(struct reading *reading)
{
    reading->is_failed = true;
    return READOSM_ABORT;
}

static int fail_for_memory(struct reading *reading)
{
    input_error_set(&reading->error, "%s: there is no memory to read it", reading->path);
    return fail(reading);
}

/* Names in signed order as unsigned keys. */
static uint64_t key_of(int64_t name)
{
    return (uint64_t)name ^ UINT64_C(1) << 63;
}

static bool grow(void **items, size_t wanted, size_t *room, size_t size)
{
    if (wanted <= *room)
        return true;
    size_t bigger = *room < 4096 ? 4096 : *room;
    while (bigger < wanted)
        bigger *= 2;
    void *grown = realloc(*items, bigger * size);
    if (grown == NULL)
        return false;
    *items = grown;
    *room = bigger;
    return true;
}

static bool add_way(struct reading *reading, const readosm_way *way,
                    const struct osm_street *street)
{
    void *ways = reading->ways;
    void *refs = reading->refs;
    size_t count = (size_t)way->node_ref_count;
    if (reading->ref_count + count > REFS_MAX ||
        !grow(&ways, reading->way_count + 1, &reading->way_room, sizeof *reading->ways))
        return false;
    reading->ways = ways;
    if (!grow(&refs, reading->ref_count + count, &reading->ref_room, sizeof *reading->refs))
        return false;
    reading->refs = refs;
    reading->ways[reading->way_count++] = (struct way){
        .id = way->id,
        .first_ref = reading->ref_count,
        .ref_count = (uint32_t)count,
        .forward_m_per_h = street->forward_m_per_h,
        .backward_m_per_h = street->backward_m_per_h,
        .class = (uint8_t)street->class,
    };
    for (size_t i = 0; i < count; i++)
        reading->refs[reading->ref_count++] = way->node_refs[i];
    return true;
}

/* The tags of one element, as ours. */
struct tags {
    struct osm_tag tags[TAGS_MAX];
    size_t count;
};

/* False, and the reading fails, when there are too many. */
static bool copy_tags(struct reading *reading, const char *element, long long id,
                      const readosm_tag *from, int count, struct tags *to)
{
    to->count = 0;
    if (count > TAGS_MAX) {
        input_error_set(&reading->error, "%s: %s %lld: has more than %d tags", reading->path,
                        element, id, TAGS_MAX);
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (from[i].key != NULL && from[i].value != NULL)
            to->tags[to->count++] = (struct osm_tag){.key = from[i].key, .value = from[i].value};
    }
    return true;
}

static int on_way(const void *user, const readosm_way *way)
{
    struct reading *reading = (struct reading *)(uintptr_t)user;
    struct osm_counts *counts = &reading->counts;
    struct tags tags;
    if (!copy_tags(reading, "way", way->id, way->tags, way->tag_count, &tags))
        return fail(reading);
    struct osm_street street = osm_tags_street(tags.tags, tags.count);
    counts->ways++;
    counts->by_verdict[street.verdict]++;
    if (street.verdict != OSM_TAGS_STREET)
        return READOSM_OK;
    counts->oneways += street.forward_m_per_h == 0 || street.backward_m_per_h == 0;
    counts->destination_only += street.is_destination_only;
    counts->conditional += street.is_conditional;
    counts->speeds_given += street.speed == OSM_TAGS_SPEED_GIVEN;
    counts->speeds_illegible += street.speed == OSM_TAGS_SPEED_ILLEGIBLE;
    return add_way(reading, way, &street) ? READOSM_OK : fail_for_memory(reading);
}

static int on_relation(const void *user, const readosm_relation *relation)
{
    struct reading *reading = (struct reading *)(uintptr_t)user;
    reading->counts.relations++;
    for (int i = 0; i < relation->tag_count; i++) {
        const readosm_tag *tag = &relation->tags[i];
        if (tag->key != NULL && tag->value != NULL && strcmp(tag->key, "type") == 0 &&
            strncmp(tag->value, "restriction", 11) == 0) {
            reading->counts.turn_restrictions++;
            break;
        }
    }
    return READOSM_OK;
}

/* Place of a node among those that streets need; key_count if none does. */
static size_t find_node(const struct reading *reading, int64_t name)
{
    uint64_t key = key_of(name);
    size_t low = 0;
    size_t high = reading->key_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reading->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < reading->key_count && reading->keys[low] == key ? low : reading->key_count;
}

/* Degrees to 1e-7 degrees; false when they are off the Earth (or absent). */
static bool convert(double degrees, double limit, int32_t *e7)
{
    if (!(degrees >= -limit && degrees <= limit))
        return false;
    double scaled = degrees * 1e7;
    *e7 = (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    return true;
}

static int on_node(const void *user, const readosm_node *node)
{
    struct reading *reading = (struct reading *)(uintptr_t)user;
    struct tags tags;
    reading->counts.nodes++;
    size_t place = find_node(reading, node->id);
    if (place == reading->key_count)
        return READOSM_OK;
    if (reading->states[place] != NODE_MISSING) {
        input_error_set(&reading->error, "%s: node %lld: stands here twice", reading->path,
                        node->id);
        return fail(reading);
    }
    struct geo_point *point = &reading->points[place];
    if (!convert(node->latitude, 90, &point->lat_e7) ||
        !convert(node->longitude, 180, &point->lon_e7)) {
        input_error_set(&reading->error, "%s: node %lld: has no place on the Earth", reading->path,
                        node->id);
        return fail(reading);
    }
    if (!copy_tags(reading, "node", node->id, node->tags, node->tag_count, &tags))
        return fail(reading);
    bool is_barrier = osm_tags_is_barrier(tags.tags, tags.count);
    reading->states[place] = is_barrier ? NODE_BARRIER : NODE_FOUND;
    reading->counts.barriers += is_barrier;
    return READOSM_OK;
}

static const char *readosm_text(int code)
{
    switch (code) {
    case READOSM_INVALID_SUFFIX:
        return "is not named .osm or .pbf";
    case READOSM_FILE_NOT_FOUND:
        return "cannot be opened";
    case READOSM_INSUFFICIENT_MEMORY:
        return "there is no memory to read it";
    case READOSM_CREATE_XML_PARSER_ERROR:
        return "no XML parser can be made";
    case READOSM_READ_ERROR:
        return "cannot be read to its end";
    case READOSM_XML_ERROR:
        return "is not well-formed XML";
    case READOSM_INVALID_PBF_HEADER:
        return "a block of it is damaged or of an unknown kind (libreadosm: invalid PBF header)";
    case READOSM_UNZIP_ERROR:
        return "a block of it cannot be decompressed";
    default:
        return "cannot be read by libreadosm";
    }
}

/* One pass over the file with some of the callbacks. */
static bool parse(struct reading *reading, readosm_node_callback node, readosm_way_callback way,
                  readosm_relation_callback relation)
{
    const void *handle = NULL;
    int code = readosm_open(reading->path, &handle);
    if (code == READOSM_OK)
        code = readosm_parse(handle, reading, node, way, relation);
    if (handle != NULL)
        readosm_close(handle);
    if (reading->is_failed)
        return false;
    return code == READOSM_OK ||
           input_error_set(&reading->error, "%s: %s", reading->path, readosm_text(code));
}

/* The nodes that streets need, each once and in order, with room for what is known of them. */
static bool list_nodes(struct reading *reading)
{
    size_t count = reading->ref_count;
    uint64_t *scratch = malloc((count + 1) * sizeof *scratch);
    reading->keys = malloc((count + 1) * sizeof *reading->keys);
    reading->points = malloc((count + 1) * sizeof *reading->points);
    reading->states = calloc(count + 1, sizeof *reading->states);
    bool ok = scratch != NULL && reading->keys != NULL && reading->points != NULL &&
              reading->states != NULL;
    if (ok) {
        for (size_t i = 0; i < count; i++)
            reading->keys[i] = key_of(reading->refs[i]);
        sort_u64(reading->keys, scratch, count);
        for (size_t i = 0; i < count; i++) {
            if (i == 0 || reading->keys[i] != reading->keys[i - 1])
                reading->keys[reading->key_count++] = reading->keys[i];
        }
    }
    free(scratch);
    return ok ||
           input_error_set(&reading->error, "%s: there is no memory to read it", reading->path);
}

/* Milliseconds to drive a length at a speed, to nearest, at least 1. */
static int64_t drive_ms(int64_t length_mm, uint32_t m_per_h)
{
    int64_t time_ms = (length_mm * 3600 + m_per_h / 2) / m_per_h;
    return time_ms > 0 ? time_ms : 1;
}

static bool add_edge(struct reading *reading, const struct way *way, size_t from, size_t to,
                     uint32_t m_per_h)
{
    if (m_per_h == 0)
        return true;
    int64_t length_mm = geo_distance_mm(reading->points[from], reading->points[to]);
    int64_t length_m = (length_mm + 500) / 1000;
    int64_t time_ms = drive_ms(length_mm, m_per_h);
    if (time_ms > ROAD_WEIGHT_MAX_MS)
        return input_error_set(&reading->error,
                               "%s: way %" PRId64 ": has a straight of %" PRId64
                               " km, which is too long",
                               reading->path, way->id, length_m / 1000);
    struct road_builder_edge edge = {.from = (int64_t)key_of((int64_t)reading->keys[from]),
                                     .to = (int64_t)key_of((int64_t)reading->keys[to]),
                                     .length_m = length_m > 0 ? (uint32_t)length_m : 1,
                                     .time_ms = (uint32_t)time_ms,
                                     .class = way->class};
    return streets_add_edge(&reading->streets, edge) ||
           input_error_set(&reading->error, "%s: has more streets than memory or limits allow",
                           reading->path);
}

/* The edges of one street, both ways, but for what is next to a missing node or a barrier. */
static bool add_street(struct reading *reading, const struct way *way)
{
    size_t previous = reading->key_count; /* none */
    uint64_t missing = 0;
    for (uint32_t i = 0; i < way->ref_count; i++) {
        size_t place = find_node(reading, reading->refs[way->first_ref + i]);
        CHECK(place < reading->key_count);
        enum node_state state = reading->states[place];
        missing += state == NODE_MISSING;
        size_t from = previous;
        previous = state == NODE_FOUND ? place : reading->key_count;
        if (from == reading->key_count || previous == reading->key_count || from == previous)
            continue;
        if (!add_edge(reading, way, from, place, way->forward_m_per_h) ||
            !add_edge(reading, way, place, from, way->backward_m_per_h))
            return false;
    }
    reading->counts.nodes_missing += missing;
    reading->counts.ways_cut += missing > 0;
    return true;
}

static bool assemble(struct reading *reading)
{
    for (size_t i = 0; i < reading->key_count; i++) {
        if (reading->states[i] != NODE_FOUND)
            continue;
        struct road_builder_node node = {.name = (int64_t)key_of((int64_t)reading->keys[i]),
                                         .point = reading->points[i]};
        if (!streets_add_node(&reading->streets, node))
            return input_error_set(&reading->error,
                                   "%s: has more nodes than memory or limits allow", reading->path);
    }
    for (size_t i = 0; i < reading->way_count; i++) {
        if (!add_street(reading, &reading->ways[i]))
            return false;
    }
    if (reading->way_count == 0)
        return input_error_set(&reading->error, "%s: has no street for cars in it", reading->path);
    return reading->streets.edge_count > 0 ||
           input_error_set(&reading->error,
                           "%s: has none of the nodes of its streets (libreadosm reads dense "
                           "nodes only)",
                           reading->path);
}

static bool write_all(int fd, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written <= 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return true;
}

/* The child's whole life; its exit code. */
static int read_in_child(const char *path, int fd)
{
    struct reading reading = {.path = path};
    bool ok = parse(&reading, NULL, on_way, on_relation) && list_nodes(&reading) &&
              parse(&reading, on_node, NULL, NULL) && assemble(&reading);
    struct result result = {.ok = ok,
                            .error = reading.error,
                            .counts = reading.counts,
                            .node_count = reading.streets.node_count,
                            .edge_count = reading.streets.edge_count};
    const struct streets *streets = &reading.streets;
    bool is_written =
        write_all(fd, &result, sizeof result) &&
        (!ok || (write_all(fd, streets->nodes, streets->node_count * sizeof *streets->nodes) &&
                 write_all(fd, streets->edges, streets->edge_count * sizeof *streets->edges)));
    return is_written ? 0 : 1;
}

/* What a child gets before it touches a file that may bring it down: default signals, no core file,
 * an end to its time, and silence. */
static void confine(off_t file_size)
{
    static const int SIGNALS[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGTERM};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++)
        signal(SIGNALS[i], SIG_DFL);
    rlim_t seconds = CPU_LEAST_S + (rlim_t)file_size / CPU_BYTES_A_S;
    setrlimit(RLIMIT_CPU, &(struct rlimit){.rlim_cur = seconds, .rlim_max = seconds + 1});
    setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 0, .rlim_max = 0});
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
}

static bool read_all(int fd, void *bytes, size_t size)
{
    uint8_t *at = bytes;
    while (size > 0) {
        ssize_t got = read(fd, at, size);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
    return true;
}

/* Takes over what the child left in the file. */
static bool collect(const char *path, int fd, struct streets *streets, struct osm_counts *counts,
                    struct input_error *error)
{
    struct result result;
    if (lseek(fd, 0, SEEK_SET) != 0 || !read_all(fd, &result, sizeof result))
        return input_error_set(error, "%s: its reader left nothing behind", path);
    *counts = result.counts;
    *error = result.error;
    if (!result.ok)
        return false;
    size_t nodes_size = result.node_count * sizeof *streets->nodes;
    size_t edges_size = result.edge_count * sizeof *streets->edges;
    streets->nodes = malloc(nodes_size);
    streets->edges = malloc(edges_size);
    if (streets->nodes == NULL || streets->edges == NULL ||
        !read_all(fd, streets->nodes, nodes_size) || !read_all(fd, streets->edges, edges_size))
        return input_error_set(error, "%s: there is no memory to read it", path);
    streets->node_count = streets->node_room = result.node_count;
    streets->edge_count = streets->edge_room = result.edge_count;
    return true;
}

/* Waits for the child; true when it came to its end. */
static bool await(const char *path, pid_t child, struct input_error *error)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (ended == child && WIFSIGNALED(status) && WTERMSIG(status) != SIGXCPU)
        return input_error_set(error, "%s: is damaged: libreadosm fell over it (%s)", path,
                               strsignal(WTERMSIG(status)));
    return input_error_set(error, "%s: its reader did not come to an end", path);
}

static bool read_by_child(const char *path, off_t file_size, struct streets *streets,
                          struct osm_counts *counts, struct input_error *error)
{
    int fd = memfd_create("osm", MFD_CLOEXEC);
    if (fd < 0)
        return input_error_set(error, "%s: no file in memory to read it by: %s", path,
                               strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        confine(file_size);
        _exit(read_in_child(path, fd));
    }
    bool ok = child < 0 ? input_error_set(error, "%s: no process to read it by: %s", path,
                                          strerror(errno))
                        : await(path, child, error) && collect(path, fd, streets, counts, error);
    close(fd);
    return ok;
}

/* Can it be opened, and is its frame sound? Also its size. */
static bool inspect(const char *path, off_t *size, struct input_error *error)
{
    size_t length = strlen(path);
    bool is_pbf = length > 4 && strcmp(path + length - 4, ".pbf") == 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return input_error_set(error, "%s: %s", path, strerror(errno));
    bool ok = fseeko(file, 0, SEEK_END) == 0 && (*size = ftello(file)) >= 0;
    if (!ok)
        input_error_set(error, "%s: %s", path, strerror(errno));
    else if (*size == 0)
        ok = input_error_set(error, "%s: is empty", path);
    else if (is_pbf)
        ok = osm_pbf_check(path, file, error);
    fclose(file);
    return ok;
}

bool osm_read(const char *path, struct streets *streets, struct osm_counts *counts,
              struct input_error *error)
{
    off_t size = 0;
    *counts = (struct osm_counts){.nodes = 0};
    return inspect(path, &size, error) && read_by_child(path, size, streets, counts, error);
}

void osm_counts_print(const struct osm_counts *counts, FILE *file)
{
    const struct {
        const char *text;
        uint64_t count;
    } rows[] = {
        {"nodes", counts->nodes},
        {"ways", counts->ways},
        {"relations", counts->relations},
        {"streets for cars", counts->by_verdict[OSM_TAGS_STREET]},
        {"  one-way", counts->oneways},
        {"  for access to what lies on them, at half speed", counts->destination_only},
        {"  with a speed limit of their own", counts->speeds_given},
        {"  with one that is not understood (class used)", counts->speeds_illegible},
        {"  with rules for times of day (not read)", counts->conditional},
        {"  cut at the map's edge", counts->ways_cut},
        {"nodes missing behind the edge", counts->nodes_missing},
        {"bollards and gates that end a street", counts->barriers},
        {"turn restrictions (not obeyed)", counts->turn_restrictions},
        {"left out: not a highway", counts->by_verdict[OSM_TAGS_NO_STREET]},
        {"left out: not for cars", counts->by_verdict[OSM_TAGS_NO_CARS]},
        {"left out: under construction, proposed, abandoned",
         counts->by_verdict[OSM_TAGS_UNFINISHED]},
        {"left out: closed to the public", counts->by_verdict[OSM_TAGS_CLOSED]},
        {"left out: driveways, parking aisles, tracks", counts->by_verdict[OSM_TAGS_MINOR]},
        {"left out: areas", counts->by_verdict[OSM_TAGS_AREA]},
        {"left out: ferries", counts->by_verdict[OSM_TAGS_FERRY]},
        {"left out: lanes of changing direction", counts->by_verdict[OSM_TAGS_REVERSIBLE]},
        {"left out: highways of an unknown kind", counts->by_verdict[OSM_TAGS_UNKNOWN]},
    };
    fprintf(file, "OpenStreetMap\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].count > 0)
            fprintf(file, "  %-52s %10" PRIu64 "\n", rows[i].text, rows[i].count);
    }
}
