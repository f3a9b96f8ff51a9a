/* What the roads cost: prints times of customization, of changing one arc, of a whole new metric in
 * slices and of every kind of query, beside the tree walk and plain Dijkstra in the same run. Takes
 * a .roads file, or builds a town of streets in squares by itself. Answers are compared while it
 * measures: a wrong one ends the run. Other work on the machine can only add to a time, so of
 * ROUNDS rounds the fastest is printed, and the median beside it.
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
#define PAIRS        1000000
#define WALKS        20000 /* of the pairs, by walking the tree */
#define DIJKSTRAS    1000
#define CHANGES      2000
#define MANY         1000
#define SQUARE       100
#define ROUNDS       15
#define SLICE        4000 /* nodes */
#define AHEAD_MS     120000

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
    int64_t times[MANY * MANY];
    uint32_t pairs[2][PAIRS]; /* ranks */
    uint32_t times_ms[PAIRS];
    int walk_round;
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

/* The image with graph and order, the hierarchy, and the network; `mark` is where the arena stood
 * before these two. */
static void print_memory(const struct bench *bench, size_t mark, size_t hierarchy)
{
    double nodes = (double)bench->graph.node_count;
    size_t image = road_image_size(&bench->graph);
    size_t rows = bench->network.has_rows ? road_rows_cost(&bench->hierarchy) : 0;
    size_t total = image + arena_mark(&bench->arena) - mark;
    printf("bytes_per_node          %10.1f all %10.1f image %10.1f hierarchy %10.1f rows %10.1f "
           "metric, queries, snapper\n",
           (double)total / nodes, (double)image / nodes, (double)hierarchy / nodes,
           (double)rows / nodes, (double)(total - image - hierarchy - rows) / nodes);
}

static void prepare(struct bench *bench)
{
    double start = now_us();
    size_t mark = arena_mark(&bench->arena);
    enum road_hierarchy_result result =
        road_hierarchy_build(&bench->hierarchy, &bench->arena, &bench->graph, bench->rank);
    if (result != ROAD_HIERARCHY_OK)
        stop(road_hierarchy_result_text(result));
    size_t hierarchy = arena_mark(&bench->arena) - mark;
    double built = now_us();
    if (!road_network_init(&bench->network, &bench->arena, &bench->graph, &bench->hierarchy, true))
        stop("not enough memory");
    double ready = now_us();
    uint64_t depths = 0;
    for (uint32_t x = 0; x < bench->hierarchy.node_count; x++)
        depths += bench->hierarchy.depth[x];
    printf("nodes                   %10" PRIu32 "\n", bench->graph.node_count);
    printf("arcs                    %10" PRIu32 "\n", bench->graph.arc_count);
    printf("hierarchy_arcs          %10" PRIu32 "\n", bench->hierarchy.arc_count);
    printf("depth                   %10.1f mean %10" PRIu32 " max\n",
           (double)depths / (double)bench->hierarchy.node_count, bench->hierarchy.height - 1);
    printf("top_separator           %10" PRIu32 "\n", road_hierarchy_top(&bench->hierarchy));
    printf("hierarchy_build_ms      %10.1f\n", (built - start) / 1e3);
    printf("network_init_ms         %10.1f\n", (ready - built) / 1e3);
    print_memory(bench, mark, hierarchy);
    if (!road_dijkstra_init(&bench->dijkstra, &bench->arena, &bench->graph,
                            bench->network.metric.weights_ms))
        stop("not enough memory");
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
    for (int i = 0; i < PAIRS; i++) {
        bench->pairs[0][i] = (uint32_t)random_below(&bench->random, bench->graph.node_count);
        bench->pairs[1][i] = (uint32_t)random_below(&bench->random, bench->graph.node_count);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What is measured: once is a round, and it gives the number of things done. */
typedef size_t measured(struct bench *bench);

/* Microseconds for each thing, of the fastest and of the median round. */
struct figure {
    double best_us;
    double median_us;
};

static struct figure measure(struct bench *bench, measured *once)
{
    double each[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_us();
        size_t count = once(bench);
        each[round] = (now_us() - start) / (double)count;
    }
    qsort(each, ROUNDS, sizeof *each, compare);
    return (struct figure){each[0], each[ROUNDS / 2]};
}

/* Let the queries walk the tree, or look up rows again. */
static void walk(struct bench *bench, bool walks)
{
    bool rows = bench->network.has_rows && !walks;
    road_query_use_rows(bench->network.query, rows ? &bench->network.rows : NULL);
}

static size_t once_customize(struct bench *bench)
{
    road_metric_customize(&bench->network.metric);
    return 1;
}

static size_t once_rows(struct bench *bench)
{
    road_rows_build(&bench->network.rows);
    return 1;
}

static void measure_customize(struct bench *bench)
{
    struct figure figure = measure(bench, once_customize);
    printf("customize_ms            %10.3f best %10.3f median\n", figure.best_us / 1e3,
           figure.median_us / 1e3);
    if (!bench->network.has_rows)
        return;
    figure = measure(bench, once_rows);
    printf("rows_ms                 %10.3f best %10.3f median\n", figure.best_us / 1e3,
           figure.median_us / 1e3);
}

/* Close an arc and open it again; the rows are repaired if there are any. */
static void measure_changes(struct bench *bench)
{
    double *each = must(calloc(2 * CHANGES, sizeof *each));
    for (int i = 0; i < CHANGES; i++) {
        uint32_t arc = (uint32_t)random_below(&bench->random, bench->graph.arc_count);
        uint32_t weight_ms = bench->network.metric.weights_ms[arc];
        double start = now_us();
        road_network_set(&bench->network, arc, ROAD_CLOSED);
        double closed = now_us();
        road_network_set(&bench->network, arc, weight_ms);
        each[2 * i] = closed - start;
        each[2 * i + 1] = now_us() - closed;
    }
    qsort(each, 2 * CHANGES, sizeof *each, compare);
    printf("one_arc_us              %10.1f median %10.1f p95 %10.1f max     of %d\n", each[CHANGES],
           each[2 * CHANGES * 95 / 100], each[2 * CHANGES - 1], 2 * CHANGES);
    free(each);
}

/* Everything takes 10 % longer, then as long as before, in slices of SLICE nodes. */
static void measure_refresh(struct bench *bench)
{
    uint32_t arc_count = bench->graph.arc_count;
    uint32_t *weights_ms = must(calloc(arc_count, sizeof *weights_ms));
    double total_us[2] = {1e30, 0}; /* best and mean */
    double longest_us[2] = {1e30, 0};
    size_t slices = 0;
    for (int round = 0; round < 2 * ROUNDS; round++) {
        for (uint32_t arc = 0; arc < arc_count; arc++)
            weights_ms[arc] =
                bench->graph.free_ms[arc] + (round % 2 == 0 ? bench->graph.free_ms[arc] / 10 : 0);
        double begin = now_us();
        double slice_us = 0;
        road_network_refresh(&bench->network, weights_ms);
        slices = 0;
        for (bool done = false; !done; slices++) {
            double start = now_us();
            done = road_network_step(&bench->network, SLICE);
            slice_us = now_us() - start > slice_us ? now_us() - start : slice_us;
        }
        double all_us = now_us() - begin;
        total_us[0] = all_us < total_us[0] ? all_us : total_us[0];
        total_us[1] += all_us / (2 * ROUNDS);
        longest_us[0] = slice_us < longest_us[0] ? slice_us : longest_us[0];
        longest_us[1] += slice_us / (2 * ROUNDS);
    }
    printf("refresh_ms              %10.3f best %10.3f mean    in %zu slices of %d nodes\n",
           total_us[0] / 1e3, total_us[1] / 1e3, slices, SLICE);
    printf("refresh_slice_ms        %10.3f best %10.3f mean    the longest slice\n",
           longest_us[0] / 1e3, longest_us[1] / 1e3);
    free(weights_ms);
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

static size_t once_ranks(struct bench *bench)
{
    uint64_t sum = 0;
    for (int i = 0; i < PAIRS; i++)
        sum += road_rows_time(&bench->network.rows, bench->pairs[0][i], bench->pairs[1][i]);
    bench->times[0] = (int64_t)sum;
    return PAIRS;
}

static size_t once_pairs(struct bench *bench)
{
    road_rows_pairs(&bench->network.rows, bench->pairs[0], bench->pairs[1], PAIRS, bench->times_ms);
    return PAIRS;
}

static size_t ask(struct bench *bench, int first, int count)
{
    const uint32_t *node = bench->hierarchy.node;
    int64_t sum = 0;
    for (int i = first; i < first + count; i++)
        sum += road_query_time(bench->network.query, road_place_at_node(node[bench->pairs[0][i]]),
                               road_place_at_node(node[bench->pairs[1][i]]));
    bench->times[0] = sum;
    return (size_t)count;
}

static size_t once_places(struct bench *bench)
{
    return ask(bench, 0, PAIRS);
}

/* Other pairs each time, as they come but once in the million too. */
static size_t once_walks(struct bench *bench)
{
    bench->walk_round = (bench->walk_round + 1) % (PAIRS / WALKS);
    return ask(bench, bench->walk_round * WALKS, WALKS);
}

static size_t once_paths(struct bench *bench)
{
    static uint32_t arcs[1 << 20];
    int64_t sum = 0;
    for (int i = 0; i < MANY; i++) {
        size_t count = 0;
        enum road_path_result result =
            road_query_path(bench->network.query, bench->from[i], bench->to[i], arcs,
                            sizeof arcs / sizeof arcs[0], &count);
        if (result == ROAD_PATH_TOO_LONG)
            stop("a path is too long");
        sum += (int64_t)count;
    }
    bench->times[0] = sum;
    return MANY;
}

static size_t once_lengths(struct bench *bench)
{
    int64_t sum_mm = 0;
    for (int i = 0; i < MANY; i++) {
        int64_t length_mm = 0;
        if (road_query_length(bench->network.query, bench->from[i], bench->to[i], &length_mm))
            sum_mm += length_mm;
    }
    bench->times[0] = sum_mm;
    return MANY;
}

/* Where a vehicle is after two minutes. */
static size_t once_ahead(struct bench *bench)
{
    int64_t sum_ms = 0;
    for (int i = 0; i < MANY; i++) {
        struct road_place place;
        int64_t reached_ms = 0;
        if (road_drive_ahead(&bench->network.drive, bench->from[i], bench->to[i], AHEAD_MS, &place,
                             &reached_ms))
            sum_ms += reached_ms;
    }
    bench->times[0] = sum_ms;
    return MANY;
}

/* Right after a change, which may be one to the same: no shortcut's middle is known. */
static size_t once_paths_anew(struct bench *bench)
{
    road_network_set(&bench->network, 0, bench->network.metric.weights_ms[0]);
    return once_paths(bench);
}

static void measure_paths(struct bench *bench)
{
    static const struct {
        const char *name;
        measured *once;
    } ROWS[] = {
        {"path_us", once_paths},
        {"path_anew_us", once_paths_anew},
        {"path_length_us", once_lengths},
        {"path_ahead_us", once_ahead},
    };
    int64_t sums[2] = {0, 0};
    (void)once_paths(bench);
    printf("path_arcs               %10.1f mean\n", (double)bench->times[0] / MANY);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        for (int walks = 1; walks >= 0; walks--) {
            if (walks == 0 && !bench->network.has_rows)
                continue;
            walk(bench, walks != 0);
            struct figure figure = measure(bench, ROWS[i].once);
            printf("%-20s %13.2f best %10.2f median  %s\n", ROWS[i].name, figure.best_us,
                   figure.median_us, walks != 0 ? "tree walk" : "rows");
            sums[walks] = bench->times[0];
        }
        if (bench->network.has_rows && sums[0] != sums[1])
            stop("paths from rows and from the tree walk differ");
    }
}

static void measure_single(struct bench *bench)
{
    walk(bench, true);
    struct figure walks = measure(bench, once_walks);
    printf("one_to_one_us           %10.3f best %10.3f median  tree walk, x%.0f Dijkstra\n",
           walks.best_us, walks.median_us, bench->dijkstra_us / walks.best_us);
    int64_t sum = bench->times[0];
    walk(bench, false);
    if (bench->network.has_rows) {
        (void)ask(bench, bench->walk_round * WALKS, WALKS);
        if (bench->times[0] != sum)
            stop("rows and the tree walk differ");
        struct figure ranks = measure(bench, once_ranks);
        struct figure pairs = measure(bench, once_pairs);
        struct figure places = measure(bench, once_places);
        printf("one_to_one_us           %10.3f best %10.3f median  rows in bulk, x%.0f tree walk\n",
               pairs.best_us, pairs.median_us, walks.best_us / pairs.best_us);
        printf("one_to_one_us           %10.3f best %10.3f median  rows by rank, x%.0f tree walk\n",
               ranks.best_us, ranks.median_us, walks.best_us / ranks.best_us);
        printf("one_to_one_us           %10.3f best %10.3f median  rows, x%.0f tree walk\n",
               places.best_us, places.median_us, walks.best_us / places.best_us);
    }
}

static size_t once_from(struct bench *bench, size_t count)
{
    for (int i = 0; i < 10; i++)
        road_query_from(bench->network.query, bench->from[i], bench->to, count, bench->times);
    return 10;
}

static size_t once_1(struct bench *bench)
{
    return once_from(bench, 1);
}

static size_t once_10(struct bench *bench)
{
    return once_from(bench, 10);
}

static size_t once_100(struct bench *bench)
{
    return once_from(bench, 100);
}

static size_t once_1000(struct bench *bench)
{
    return once_from(bench, MANY);
}

static size_t once_square(struct bench *bench)
{
    road_query_matrix(bench->network.query, bench->from, SQUARE, bench->to, SQUARE, bench->times);
    return 1;
}

static size_t once_matrix(struct bench *bench)
{
    road_query_matrix(bench->network.query, bench->from, MANY, bench->to, MANY, bench->times);
    return 1;
}

/* Some of a matrix against one to one. */
static void check_matrix(struct bench *bench)
{
    for (size_t i = 0; i < MANY; i += 37) {
        for (size_t j = 0; j < MANY; j++) {
            if (bench->times[i * MANY + j] !=
                road_query_time(bench->network.query, bench->from[i], bench->to[j]))
                stop("the matrix differs from one to one");
        }
    }
}

static void measure_many(struct bench *bench)
{
    static const struct {
        const char *name;
        measured *once;
    } ROWS[] = {
        {"1x1_us", once_1},       {"1x10_us", once_10},        {"1x100_us", once_100},
        {"1x1000_us", once_1000}, {"100x100_us", once_square}, {"1000x1000_us", once_matrix},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        walk(bench, true);
        struct figure walks = measure(bench, ROWS[i].once);
        printf("%-20s %13.2f best %10.2f median  tree walk\n", ROWS[i].name, walks.best_us,
               walks.median_us);
        walk(bench, false);
        if (!bench->network.has_rows)
            continue;
        struct figure rows = measure(bench, ROWS[i].once);
        printf("%-20s %13.2f best %10.2f median  rows, x%.0f tree walk\n", ROWS[i].name,
               rows.best_us, rows.median_us, walks.best_us / rows.best_us);
    }
    walk(bench, true);
    check_matrix(bench);
    walk(bench, false);
    check_matrix(bench);
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
    (void)madvise(block, ARENA_SIZE, MADV_HUGEPAGE);
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
    measure_refresh(bench);
    measure_dijkstra(bench);
    measure_single(bench);
    measure_paths(bench);
    measure_many(bench);
    measure_snap(bench);
    munmap(block, ARENA_SIZE);
    free(bench);
    return 0;
}
