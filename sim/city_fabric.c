#include "sim/city_fabric.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "road/graph.h"
#include "sim/grow.h"

#define CELL        CITY_MAP_CELL
#define INSIDE      (CELL - 1) /* places along a side of a cell's inside */
#define PLACES      (INSIDE * INSIDE)
#define LINKS       (2 * INSIDE * (INSIDE - 1))
#define ACCESSES    (4 * INSIDE)
#define PARK_MAX    3 /* places along a side of what has no street in it */
#define STUB_SHIFT  3
#define PARKS_TRIES 2

/* How a kind of ground is built on; permille. */
struct style {
    uint32_t kept;   /* of the streets that a piece does not need to hang together */
    uint32_t cross;  /* of these, where a place would get four arms */
    uint32_t access; /* ways out to a main road, of INSIDE a side */
    uint32_t park;   /* chance of each place without streets */
    uint32_t stub;   /* dead ends, where there would be a bend */
    uint32_t one_way;
    uint32_t service; /* of the streets */
};

static const struct style styles[] = {
    [CITY_GROUND_FIELD] = {0},
    [CITY_GROUND_CENTRE] = {850, 700, 500, 250, 300, 680, 60},
    [CITY_GROUND_INNER] = {680, 420, 290, 350, 530, 200, 50},
    [CITY_GROUND_SUBURB] = {500, 270, 190, 400, 620, 35, 60},
    [CITY_GROUND_WORKS] = {240, 200, 190, 900, 400, 60, 450},
};

struct link {
    uint8_t from; /* place inside the cell */
    uint8_t to;
};

/* One cell at work. */
struct block {
    struct city_fabric *fabric;
    const struct style *style;
    int32_t x; /* of the cell's south-west corner, in steps */
    int32_t y;
    uint8_t piece[PLACES]; /* which places hang together */
    uint8_t degree[PLACES];
    bool is_open[PLACES]; /* no park */
};

static bool chance(struct city_fabric *fabric, uint32_t permille)
{
    return random_below(&fabric->random, 1000) < permille;
}

static size_t index_of(const struct city_fabric *fabric, int32_t x, int32_t y)
{
    CHECK(x >= 0 && x < fabric->side);
    CHECK(y >= 0 && y < fabric->side);
    return (size_t)y * (size_t)fabric->side + (size_t)x;
}

static uint8_t street(enum road_class class)
{
    return (uint8_t)(class + 1);
}

uint32_t city_fabric_degree(const struct city_fabric *fabric, int32_t x, int32_t y)
{
    uint32_t degree = fabric->east[index_of(fabric, x, y)] != 0;
    degree += fabric->north[index_of(fabric, x, y)] != 0;
    degree += x > 0 && fabric->east[index_of(fabric, x - 1, y)] != 0;
    degree += y > 0 && fabric->north[index_of(fabric, x, y - 1)] != 0;
    return degree;
}

/* ---- Main roads ---- */

static enum road_class main_class(const struct city_map *map, int32_t number)
{
    const int32_t out = abs(number - map->cells / 2);
    if (out % 16 == 8) {
        return ROAD_CLASS_TRUNK;
    }
    if (out % 5 == 0) {
        return ROAD_CLASS_PRIMARY;
    }
    return out % 5 == 2 ? ROAD_CLASS_SECONDARY : ROAD_CLASS_TERTIARY;
}

static void lay_main_roads(struct city_fabric *fabric)
{
    const struct city_map *map = fabric->map;
    for (int32_t corner_y = 0; corner_y <= map->cells; corner_y++) {
        for (int32_t corner_x = 0; corner_x <= map->cells; corner_x++) {
            const int32_t corner = corner_y * (map->cells + 1) + corner_x;
            for (int32_t i = 0; i < CELL; i++) {
                const int32_t x = corner_x * CELL;
                const int32_t y = corner_y * CELL;
                if (map->is_east_road[corner] != 0) {
                    fabric->east[index_of(fabric, x + i, y)] = street(main_class(map, corner_y));
                }
                if (map->is_north_road[corner] != 0) {
                    fabric->north[index_of(fabric, x, y + i)] = street(main_class(map, corner_x));
                }
            }
        }
    }
}

/* ---- Inside a cell ---- */

static int32_t place_x(const struct block *block, uint32_t place)
{
    return block->x + 1 + (int32_t)place % INSIDE;
}

static int32_t place_y(const struct block *block, uint32_t place)
{
    return block->y + 1 + (int32_t)place / INSIDE;
}

static uint8_t residential(struct block *block)
{
    return street(chance(block->fabric, block->style->service) ? ROAD_CLASS_SERVICE
                                                               : ROAD_CLASS_RESIDENTIAL);
}

static void lay(struct block *block, int32_t x, int32_t y, int32_t to_x, int32_t to_y)
{
    struct city_fabric *fabric = block->fabric;
    const int32_t low_x = x < to_x ? x : to_x;
    const int32_t low_y = y < to_y ? y : to_y;
    (x != to_x ? fabric->east : fabric->north)[index_of(fabric, low_x, low_y)] = residential(block);
}

static void leave_parks_out(struct block *block)
{
    memset(block->is_open, 1, sizeof block->is_open);
    for (int i = 0; i < PARKS_TRIES; i++) {
        if (!chance(block->fabric, block->style->park)) {
            continue;
        }
        const int32_t wide = (int32_t)random_between(&block->fabric->random, 1, PARK_MAX);
        const int32_t high = (int32_t)random_between(&block->fabric->random, 1, PARK_MAX);
        const int32_t west = (int32_t)random_between(&block->fabric->random, 0, INSIDE - wide);
        const int32_t south = (int32_t)random_between(&block->fabric->random, 0, INSIDE - high);
        for (int32_t y = south; y < south + high; y++) {
            memset(&block->is_open[y * INSIDE + west], 0, (size_t)wide);
        }
    }
}

/* All pairs of neighbours that a street may join, in random order. */
static uint32_t list_links(struct block *block, struct link links[LINKS])
{
    uint32_t count = 0;
    for (uint32_t place = 0; place < PLACES; place++) {
        for (uint32_t is_up = 0; is_up < 2; is_up++) {
            const uint32_t to = place + (is_up != 0 ? INSIDE : 1);
            const bool is_off = is_up != 0 ? to >= PLACES : to % INSIDE == 0;
            if (is_off || !block->is_open[place] || !block->is_open[to] ||
                city_map_is_cut(block->fabric->map, place_x(block, place), place_y(block, place),
                                place_x(block, to), place_y(block, to))) {
                continue;
            }
            CHECK(count < LINKS);
            links[count++] = (struct link){.from = (uint8_t)place, .to = (uint8_t)to};
        }
    }
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = (uint32_t)random_below(&block->fabric->random, i);
        const struct link link = links[i - 1];
        links[i - 1] = links[other];
        links[other] = link;
    }
    return count;
}

/* What joins two pieces is built, of the rest a share. */
static void join_places(struct block *block)
{
    struct link links[LINKS];
    const uint32_t count = list_links(block, links);
    for (uint32_t place = 0; place < PLACES; place++) {
        block->piece[place] = (uint8_t)place;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t from = links[i].from;
        const uint32_t to = links[i].to;
        const uint8_t old = block->piece[to];
        if (old == block->piece[from]) {
            const bool is_cross = block->degree[from] == 3 || block->degree[to] == 3;
            if (!chance(block->fabric, block->style->kept) ||
                (is_cross && !chance(block->fabric, block->style->cross))) {
                continue;
            }
        }
        for (uint32_t place = 0; place < PLACES; place++) {
            block->piece[place] =
                block->piece[place] == old ? block->piece[from] : block->piece[place];
        }
        block->degree[from]++;
        block->degree[to]++;
        lay(block, place_x(block, from), place_y(block, from), place_x(block, to),
            place_y(block, to));
    }
}

/* The way out number `number`: its place inside, and the step on the main road. */
static uint32_t way_out(const struct block *block, uint32_t number, int32_t *x, int32_t *y)
{
    const uint32_t along = number / 4;
    const uint32_t place = number % 4 == 0   ? along
                           : number % 4 == 1 ? (INSIDE - 1) * INSIDE + along
                           : number % 4 == 2 ? along * INSIDE
                                             : along * INSIDE + INSIDE - 1;
    *x = place_x(block, place) + (number % 4 == 2 ? -1 : number % 4 == 3 ? 1 : 0);
    *y = place_y(block, place) + (number % 4 == 0 ? -1 : number % 4 == 1 ? 1 : 0);
    return place;
}

static bool open_way(struct block *block, uint32_t number)
{
    int32_t x;
    int32_t y;
    const uint32_t place = way_out(block, number, &x, &y);
    if (block->degree[place] == 0 || city_fabric_degree(block->fabric, x, y) < 2 ||
        city_map_is_cut(block->fabric->map, place_x(block, place), place_y(block, place), x, y)) {
        return false;
    }
    block->degree[place]++;
    lay(block, place_x(block, place), place_y(block, place), x, y);
    return true;
}

/* Every piece gets at least one way out, where it has a main road. */
static void open_ways(struct block *block)
{
    bool is_joined[PLACES] = {false};
    const uint32_t first = (uint32_t)random_below(&block->fabric->random, ACCESSES);
    for (uint32_t i = 0; i < ACCESSES; i++) {
        const uint32_t number = (first + i * 5) % ACCESSES; /* 5 and ACCESSES have no divisor */
        int32_t x;
        int32_t y;
        bool *is_piece_joined = &is_joined[block->piece[way_out(block, number, &x, &y)]];
        if ((!*is_piece_joined || chance(block->fabric, block->style->access)) &&
            open_way(block, number)) {
            *is_piece_joined = true;
        }
    }
}

/* Lines alternate, and nothing becomes one-way that would be a trap at once. */
static void turn_one_way(struct block *block)
{
    struct city_fabric *fabric = block->fabric;
    for (uint32_t place = 0; place < PLACES; place++) {
        for (uint32_t is_up = 0; is_up < 2; is_up++) {
            const int32_t x = place_x(block, place);
            const int32_t y = place_y(block, place);
            uint8_t *flags = &(is_up != 0 ? fabric->north : fabric->east)[index_of(fabric, x, y)];
            const int32_t line = is_up != 0 ? x : y;
            if (*flags != 0 && city_fabric_degree(fabric, x, y) > 2 &&
                city_fabric_degree(fabric, x + (is_up == 0), y + (is_up != 0)) > 2 &&
                chance(fabric, block->style->one_way)) {
                *flags |= line % 2 == 0 ? CITY_FABRIC_FORWARD : CITY_FABRIC_BACKWARD;
            }
        }
    }
}

/* Dead ends branch off where there would be a bend, into a side without a street. */
static void add_stubs(struct block *block)
{
    struct city_fabric *fabric = block->fabric;
    for (uint32_t place = 0; place < PLACES; place++) {
        const int32_t x = place_x(block, place);
        const int32_t y = place_y(block, place);
        const bool is_taken[4] = {fabric->east[index_of(fabric, x, y)] != 0,
                                  fabric->north[index_of(fabric, x, y)] != 0,
                                  fabric->east[index_of(fabric, x - 1, y)] != 0,
                                  fabric->north[index_of(fabric, x, y - 1)] != 0};
        if (block->degree[place] != 2 || !chance(fabric, block->style->stub)) {
            continue;
        }
        uint32_t way = (uint32_t)random_below(&fabric->random, 4);
        while (is_taken[way]) {
            way = (way + 1) % 4;
        }
        const enum road_class class = chance(fabric, 350 + block->style->service)
                                          ? ROAD_CLASS_SERVICE
                                          : ROAD_CLASS_RESIDENTIAL;
        fabric->stub[index_of(fabric, x, y)] =
            (uint8_t)((way + 1) | (uint32_t)street(class) << STUB_SHIFT);
    }
}

static void fill_cell(struct city_fabric *fabric, int32_t cell_x, int32_t cell_y)
{
    const enum city_ground ground = city_map_ground(fabric->map, cell_x, cell_y);
    if (ground == CITY_GROUND_FIELD) {
        return;
    }
    struct block block = {
        .fabric = fabric, .style = &styles[ground], .x = cell_x * CELL, .y = cell_y * CELL};
    leave_parks_out(&block);
    join_places(&block);
    open_ways(&block);
    turn_one_way(&block);
    add_stubs(&block);
}

void city_fabric_make(struct city_fabric *fabric, const struct city_map *map, uint64_t seed)
{
    *fabric = (struct city_fabric){.map = map, .side = city_map_steps(map) + 1};
    const size_t count = (size_t)fabric->side * (size_t)fabric->side;
    random_init(&fabric->random, seed);
    fabric->east = grow_new(count, 1);
    fabric->north = grow_new(count, 1);
    fabric->stub = grow_new(count, 1);
    lay_main_roads(fabric);
    for (int32_t y = 0; y < map->cells; y++) {
        for (int32_t x = 0; x < map->cells; x++) {
            fill_cell(fabric, x, y);
        }
    }
}

void city_fabric_free(struct city_fabric *fabric)
{
    free(fabric->east);
    free(fabric->north);
    free(fabric->stub);
}
