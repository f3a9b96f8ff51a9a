#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "net/peer.h"

static struct sockaddr_storage address(const char *text)
{
    struct sockaddr_storage storage = {0};
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        memcpy(&storage, &in, sizeof in);
    else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
        memcpy(&storage, &in6, sizeof in6);
    return storage;
}

static bool enter(struct peer_table *table, const char *text, struct pool_handle *peer)
{
    struct sockaddr_storage storage = address(text);

    return peer_enter(table, (struct sockaddr *)&storage, 0, peer);
}

Test(peer, counts_connections_by_address_and_by_the_64_bits_of_ipv6)
{
    struct peer_limits limits = {.peers_max = 8, .connections = 2};
    struct peer_table *table = peer_table_new(&limits);
    static const struct {
        const char *address;
        bool enters;
    } rows[] = {
        {"192.0.2.1", true},        {"::ffff:192.0.2.1", true}, {"192.0.2.1", false},
        {"192.0.2.2", true},        {"2001:db8:0:1::1", true},  {"2001:db8:0:1:ff::9", true},
        {"2001:db8:0:1::2", false}, {"2001:db8:0:2::1", true},
    };
    struct pool_handle peers[8];

    for (size_t i = 0; i < 8; i++)
        cr_assert_eq(enter(table, rows[i].address, &peers[i]), rows[i].enters, "row %zu", i);
    peer_leave(table, peers[0]);
    cr_assert(enter(table, "192.0.2.1", &peers[0]));
    cr_assert_eq(peer_count(table), 4);
    peer_table_free(table);
}

Test(peer, refills_a_bucket_of_one_second)
{
    struct peer_limits limits = {.peers_max = 2, .calls_s = 10};
    struct peer_table *table = peer_table_new(&limits);
    struct pool_handle peer;
    int allowed = 0;

    cr_assert(enter(table, "192.0.2.1", &peer));
    for (int i = 0; i < 100; i++)
        allowed += peer_call(table, peer, 0) ? 1 : 0;
    cr_assert_eq(allowed, 10);
    cr_assert_not(peer_call(table, peer, 99));
    cr_assert(peer_call(table, peer, 100));
    cr_assert_not(peer_call(table, peer, 199));
    for (int64_t now_ms = 10000; now_ms < 20000; now_ms++)
        allowed += peer_call(table, peer, now_ms) ? 1 : 0;
    cr_assert_eq(allowed, 10 + 10 + 99);
    peer_table_free(table);
}

Test(peer, is_forgotten_when_that_changes_nothing)
{
    struct peer_limits limits = {.peers_max = 2, .calls_s = 10};
    struct peer_table *table = peer_table_new(&limits);
    struct pool_handle peers[2];
    struct pool_handle third;

    cr_assert(enter(table, "192.0.2.1", &peers[0]));
    cr_assert(enter(table, "192.0.2.2", &peers[1]));
    cr_assert_not(enter(table, "192.0.2.3", &third));
    cr_assert(peer_call(table, peers[0], 0));
    peer_leave(table, peers[0]);
    peer_sweep(table, 50);
    cr_assert_eq(peer_count(table), 2);
    peer_sweep(table, 100);
    cr_assert_eq(peer_count(table), 1);
    cr_assert(enter(table, "192.0.2.3", &third));
    peer_table_free(table);
}
