/* What the roads cost: prints times of customization, of changing one arc and of every kind of
 * query, beside plain Dijkstra in the same run. Takes a .roads file, or builds a town of streets
 * in squares by itself. Answers are compared while it measures: a wrong one ends the run.
 *
 *     bench_road [FILE.roads | SIDE]        SIDE x SIDE crossings, 120 when nothing is given */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/random.h"
#include "road/builder.h"
#include "road/dijkstra.h"
#include "road/image.h"
#include "road/network.h"
#include "road/order.h"

#define ARENA_SIZE   ((size_t)16 << 30)
#define SIDE_DEFAULT 120
#define SIDE_MAX     2000
#define PAIRS        2000
#define DIJKSTRAS    1000
#define CHANGES      1000
#define MANY         1000
#define SQUARE       100
#define ROUNDS       20

struct bench {
    struct arena arena;
    struct road_graph graph;
    const uint32_t *rank;
    struct road_hierarchy hierarchy;
    struct road_network network;
    struct road_dijkstra dijkstra;
    struct random random;
    struct road_place from[MANY];
    struct road_place to[MANY];
    int64_t times[MANY > SQUARE *SQUARE ? MANY : SQUARE *SQUARE];
    double dijkstra_us; /* one to one */
    double dijkstra_all_us;
};

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void stop(const char *what)
{
    fprintf(stderr, "bench_road: %s\n", what);
    exit(1);
}

static void *must(void *memory)
{
    if (memory == NULL)
        stop("not enough memory");
    return memory;
}

/* Streets in squares of 100 m; every fourth is a main road, a few pieces are missing. */
static void build_town(struct bench *bench, int64_t side)
{
    size_t count = (size_t)(side * side);
    struct road_builder_node *nodes = must(calloc(count, sizeof *nodes));
    struct road_builder_edge *edges = must(calloc(4 * count, sizeof *edges));
    struct road_builder_input input = {.nodes = nodes, .edges = edges};
    for (int64_t v = 0; v < side * side; v++) {
        nodes[input.node_count++] = (struct road_builder_node){
            v,
            {(int32_t)(514000000 + 8988 * (v / side)), (int32_t)(-31000000 + 14400 * (v % side))}};
        for (int across = 0; across < 2; across++) {
            int64_t w = across ? v + 1 : v + side;
            bool main_road = (across ? v / side : v % side) % 4 == 0;
            if (w >= side * side || (across && w % side == 0) ||
                (!main_road && random_below(&bench->random, 10) == 0))
                continue;
            uint32_t ms = (uint32_t)random_between(&bench->random, main_road ? 6000 : 12000,
                                                   main_road ? 8000 : 20000);
            edges[input.edge_count++] = (struct road_builder_edge){v, w, 100, ms, 5};
            if (main_road || random_below(&bench->random, 3) != 0)
                edges[input.edge_count++] = (struct road_builder_edge){w, v, 100, ms, 5};
        }
    }
    struct road_builder_report report;
    enum road_builder_result built =
        road_builder_make(&input, &bench->arena, &bench->graph, &report);
    if (built != ROAD_BUILDER_OK)
        stop(road_builder_result_text(built));
    uint32_t *rank = must(arena_take(&bench->arena, bench->graph.node_count, sizeof *rank));
    double start = now_us();
    enum road_order_result ordered = road_order_make(&bench->arena, &bench->graph, rank);
    if (ordered != ROAD_ORDER_OK)
        stop(road_order_result_text(ordered));
    printf("order_ms                %10.1f\n", (now_us() - start) / 1e3);
    bench->rank = rank;
    free(nodes);
    free(edges);
}

static void open_file(struct bench *bench, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        stop("the file cannot be read");
    long size = ftell(file);
    if (size <= 0 || fseek(file, 0, SEEK_SET) != 0)
        stop("the file cannot be read");
    size_t room = ((size_t)size + ROAD_IMAGE_ALIGN - 1) / ROAD_IMAGE_ALIGN * ROAD_IMAGE_ALIGN;
    uint8_t *bytes = must(aligned_alloc(ROAD_IMAGE_ALIGN, room));
    if (fread(bytes, 1, (size_t)size, file) != (size_t)size)
        stop("the file cannot be read");
    fclose(file);
    struct road_image image;
    double start = now_us();
    enum road_image_result result = road_image_open(bytes, (size_t)size, &image);
    if (result != ROAD_IMAGE_OK)
        stop(road_image_result_text(result));
    printf("open_ms                 %10.1f\n", (now_us() - start) / 1e3);
    bench->graph = image.graph;
    bench->rank = image.rank;
}

static void prepare(struct bench *bench)
{
    double start = now_us();
    enum road_hierarchy_result result =
        road_hierarchy_build(&bench->hierarchy, &bench->arena, &bench->graph, bench->rank);
    if (result != ROAD_HIERARCHY_OK)
        stop(road_hierarchy_result_text(result));
    double built = now_us();
    if (!road_network_init(&bench->network, &bench->arena, &bench->graph, &bench->hierarchy,
                           true) ||
        !road_dijkstra_init(&bench->dijkstra, &bench->arena, &bench->graph,
                            bench->network.metric.weights_ms))
        stop("not enough memory");
    uint64_t depths = 0;
    for (uint32_t x = 0; x < bench->hierarchy.node_count; x++)
        depths += bench->hierarchy.depth[x];
    printf("nodes                   %10" PRIu32 "\n", bench->graph.node_count);
    printf("arcs                    %10" PRIu32 "\n", bench->graph.arc_count);
    printf("hierarchy_arcs          %10" PRIu32 "\n", bench->hierarchy.arc_count);
    printf("height                  %10" PRIu32 "\n", bench->hierarchy.height);
    printf("mean_depth              %10.1f\n",
           (double)depths / (double)bench->hierarchy.node_count);
    printf("top_separator           %10" PRIu32 "\n", road_hierarchy_top(&bench->hierarchy));
    printf("hierarchy_build_ms      %10.1f\n", (built - start) / 1e3);
    printf("network_init_ms         %10.1f\n", (now_us() - built) / 1e3);
}

static void choose(struct bench *bench)
{
    for (int i = 0; i < MANY; i++) {
        uint64_t count = bench->graph.arc_count;
        bench->from[i] =
            road_place_on_arc(&bench->graph, (uint32_t)random_below(&bench->random, count), 400);
        bench->to[i] =
            road_place_on_arc(&bench->graph, (uint32_t)random_below(&bench->random, count), 600);
    }
}

static void measure_customize(struct bench *bench)
{
    double start = now_us();
    for (int i = 0; i < ROUNDS; i++)
        road_metric_customize(&bench->network.metric);
    printf("customize_ms            %10.3f\n", (now_us() - start) / 1e3 / ROUNDS);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Close an arc and open it again. */
static void measure_changes(struct bench *bench)
{
    double *each = must(calloc(2 * CHANGES, sizeof *each));
    for (int i = 0; i < CHANGES; i++) {
        uint32_t arc = (uint32_t)random_below(&bench->random, bench->graph.arc_count);
        uint32_t weight_ms = bench->network.metric.weights_ms[arc];
        double start = now_us();
        (void)road_metric_set(&bench->network.metric, arc, ROAD_CLOSED);
        double closed = now_us();
        (void)road_metric_set(&bench->network.metric, arc, weight_ms);
        each[2 * i] = closed - start;
        each[2 * i + 1] = now_us() - closed;
    }
    qsort(each, 2 * CHANGES, sizeof *each, compare);
    printf("one_arc_us              %10.1f median %10.1f p95 %10.1f max\n", each[CHANGES],
           each[2 * CHANGES * 95 / 100], each[2 * CHANGES - 1]);
    free(each);
}

static void measure_dijkstra(struct bench *bench)
{
    double start = now_us();
    for (int i = 0; i < DIJKSTRAS; i++)
        bench->times[i] = road_dijkstra_time(&bench->dijkstra, bench->from[i], bench->to[i]);
    bench->dijkstra_us = (now_us() - start) / DIJKSTRAS;
    for (int i = 0; i < DIJKSTRAS; i++) {
        if (road_query_time(bench->network.query, bench->from[i], bench->to[i]) != bench->times[i])
            stop("a time differs from Dijkstra's");
    }
    printf("pairs_equal_dijkstra    %10d of %d\n", DIJKSTRAS, DIJKSTRAS);
    start = now_us();
    for (int i = 0; i < ROUNDS; i++)
        road_dijkstra_run(&bench->dijkstra, bench->from[i]);
    bench->dijkstra_all_us = (now_us() - start) / ROUNDS;
    printf("dijkstra_us             %10.1f one to one %10.1f one to all\n", bench->dijkstra_us,
           bench->dijkstra_all_us);
}

static void measure_single(struct bench *bench)
{
    int64_t sum = 0;
    double start = now_us();
    for (int i = 0; i < PAIRS; i++)
        sum += road_query_time(bench->network.query, bench->from[i % MANY],
                               bench->to[(i * 7 + 3) % MANY]);
    double each_us = (now_us() - start) / PAIRS;
    printf("one_to_one_us           %10.2f   x%.0f Dijkstra   (mean %" PRId64 " s)\n", each_us,
           bench->dijkstra_us / each_us, sum / PAIRS / 1000);
    uint32_t *arcs = must(calloc(bench->graph.node_count + 2, sizeof *arcs));
    size_t count = 0;
    uint64_t total = 0;
    start = now_us();
    for (int i = 0; i < MANY; i++) {
        if (road_query_path(bench->network.query, bench->from[i], bench->to[i], arcs,
                            bench->graph.node_count + 2, &count) == ROAD_PATH_OK)
            total += count;
    }
    printf("path_us                 %10.2f   (mean %" PRIu64 " arcs)\n", (now_us() - start) / MANY,
           total / MANY);
    free(arcs);
}

static void measure_many(struct bench *bench)
{
    static const size_t COUNTS[] = {1, 4, 16, 100, MANY};
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        double start = now_us();
        for (int round = 0; round < ROUNDS; round++)
            road_query_from(bench->network.query, bench->from[round], bench->to, COUNTS[i],
                            bench->times);
        double each_us = (now_us() - start) / ROUNDS;
        printf("1x%-4zu_us               %10.1f   x%.0f Dijkstra\n", COUNTS[i], each_us,
               bench->dijkstra_all_us / each_us);
    }
    road_dijkstra_run(&bench->dijkstra, bench->from[ROUNDS - 1]);
    for (int i = 0; i < MANY; i++) {
        if (bench->times[i] !=
            road_query_time(bench->network.query, bench->from[ROUNDS - 1], bench->to[i]))
            stop("one to many differs from one to one");
    }
    double start = now_us();
    for (int round = 0; round < ROUNDS; round++)
        road_query_matrix(bench->network.query, bench->from, SQUARE, bench->to, SQUARE,
                          bench->times);
    double each_us = (now_us() - start) / ROUNDS;
    printf("%dx%d_matrix_ms       %10.3f   x%.0f Dijkstra\n", SQUARE, SQUARE, each_us / 1e3,
           bench->dijkstra_all_us * SQUARE / each_us);
    for (int i = 0; i < SQUARE * SQUARE; i++) {
        if (bench->times[i] !=
            road_query_time(bench->network.query, bench->from[i / SQUARE], bench->to[i % SQUARE]))
            stop("the matrix differs from one to one");
    }
}

static void measure_snap(struct bench *bench)
{
    int64_t sum_mm = 0;
    double start = now_us();
    for (int i = 0; i < MANY; i++) {
        struct geo_point point = road_place_point(&bench->graph, bench->from[i]);
        struct road_snap snap;
        point.lat_e7 += (int32_t)random_between(&bench->random, -3000, 3000);
        if (road_snap_kerb(bench->network.snapper, point, ROAD_SNAP_MAX_MM, &snap))
            sum_mm += snap.distance_mm;
    }
    printf("snap_us                 %10.2f   (mean %" PRId64 " mm)\n", (now_us() - start) / MANY,
           sum_mm / MANY);
}

int main(int argc, char **argv)
{
    if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
        fprintf(stderr, "usage: bench_road [FILE.roads | SIDE]\n");
        return 2;
    }
    struct bench *bench = must(calloc(1, sizeof *bench));
    void *block = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED)
        stop("not enough memory");
    arena_init(&bench->arena, block, ARENA_SIZE);
    random_init(&bench->random, 1);
    char *end = NULL;
    long side = argc == 2 ? strtol(argv[1], &end, 10) : SIDE_DEFAULT;
    if (argc == 2 && *end != '\0')
        open_file(bench, argv[1]);
    else if (side >= 2 && side <= SIDE_MAX)
        build_town(bench, side);
    else
        stop("SIDE is 2 to 2000");
    prepare(bench);
    choose(bench);
    measure_customize(bench);
    measure_changes(bench);
    measure_dijkstra(bench);
    measure_single(bench);
    measure_many(bench);
    measure_snap(bench);
    munmap(block, ARENA_SIZE);
    free(bench);
    return 0;
}
