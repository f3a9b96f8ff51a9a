/* A bucket is refilled when it is looked at: thousandths of a call, `calls_s` of them a
 * millisecond. An address is forgotten only when forgetting changes nothing: it has no connection
 * and its bucket would be full. */
#include "net/peer.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"

#define CALL_COST 1000

struct peer {
    struct map_key key;
    uint32_t connections;
    int64_t bucket; /* thousandths of a call */
    int64_t at_ms;  /* when that was so */
};

struct peer_table {
    struct peer_limits limits;
    void *memory;
    struct pool pool;
    struct map map; /* key -> pool index */
};

struct peer_table *peer_table_new(const struct peer_limits *limits)
{
    struct peer_table *table = calloc(1, sizeof *table);
    size_t size = pool_cost(limits->peers_max, sizeof(struct peer)) + map_cost(limits->peers_max);
    struct arena arena;

    if (table == NULL)
        return NULL;
    table->limits = *limits;
    table->memory = calloc(1, size);
    if (table->memory == NULL) {
        free(table);
        return NULL;
    }
    arena_init(&arena, table->memory, size);
    pool_init(&table->pool, &arena, limits->peers_max, sizeof(struct peer));
    map_init(&table->map, &arena, limits->peers_max);
    return table;
}

void peer_table_free(struct peer_table *table)
{
    if (table == NULL)
        return;
    free(table->memory);
    free(table);
}

/* An IPv4 address as ::ffff:a.b.c.d, also when it comes so; an IPv6 address without its last 64
 * bits; anything else (a Unix socket) as one peer. */
static struct map_key key_of(const struct sockaddr *address)
{
    struct map_key key = {0, 0};
    uint8_t bytes[16] = {0};

    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof in);
        bytes[10] = bytes[11] = 0xff;
        memcpy(bytes + 12, &in.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, address, sizeof in6);
        memcpy(bytes, &in6.sin6_addr, IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) ? 16 : 8);
    }
    for (int i = 0; i < 8; i++) {
        key.high = key.high << 8 | bytes[i];
        key.low = key.low << 8 | bytes[8 + i];
    }
    return key;
}

static void refill(const struct peer_table *table, struct peer *peer, int64_t now_ms)
{
    int64_t full = (int64_t)table->limits.calls_s * CALL_COST;
    int64_t past_ms = now_ms - peer->at_ms;

    peer->bucket = past_ms >= CALL_COST ? full : peer->bucket + past_ms * table->limits.calls_s;
    if (peer->bucket > full)
        peer->bucket = full;
    peer->at_ms = now_ms;
}

bool peer_enter(struct peer_table *table, const struct sockaddr *address, int64_t now_ms,
                struct pool_handle *handle)
{
    struct map_key key = key_of(address);
    uint32_t index;
    struct peer *peer;

    if (map_get(&table->map, key, &index)) {
        peer = pool_at(&table->pool, index);
        if (table->limits.connections > 0 && peer->connections >= table->limits.connections)
            return false;
        peer->connections++;
        *handle = pool_handle_at(&table->pool, index);
        return true;
    }
    peer = pool_take(&table->pool, handle);
    if (peer == NULL)
        return false;
    if (!map_put(&table->map, key, handle->index)) {
        pool_release(&table->pool, *handle);
        return false;
    }
    peer->key = key;
    peer->connections = 1;
    peer->bucket = (int64_t)table->limits.calls_s * CALL_COST;
    peer->at_ms = now_ms;
    return true;
}

void peer_leave(struct peer_table *table, struct pool_handle handle)
{
    struct peer *peer = pool_get(&table->pool, handle);

    CHECK(peer != NULL);
    CHECK(peer->connections > 0);
    peer->connections--;
}

bool peer_call(struct peer_table *table, struct pool_handle handle, int64_t now_ms)
{
    struct peer *peer = pool_get(&table->pool, handle);

    CHECK(peer != NULL);
    if (table->limits.calls_s == 0)
        return true;
    refill(table, peer, now_ms);
    if (peer->bucket < CALL_COST)
        return false;
    peer->bucket -= CALL_COST;
    return true;
}

void peer_sweep(struct peer_table *table, int64_t now_ms)
{
    for (uint32_t i = 0; i < table->pool.high; i++) {
        struct peer *peer = pool_at(&table->pool, i);

        if (peer == NULL || peer->connections > 0)
            continue;
        refill(table, peer, now_ms);
        if (peer->bucket == (int64_t)table->limits.calls_s * CALL_COST) {
            map_remove(&table->map, peer->key);
            pool_release(&table->pool, pool_handle_at(&table->pool, i));
        }
    }
}

uint32_t peer_count(const struct peer_table *table)
{
    return table->pool.count;
}
