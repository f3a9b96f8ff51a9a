/* The hosts of a connection, with their names resolved off the loop: libpq would resolve them where
 * it stands, and everything would wait for the resolver. Names stay in the lists beside the
 * numbers, for certificates and the password file.
 *
 * A name with several addresses counts as so many hosts. Each turn begins one further along the
 * list, so that a host which swallows what is sent to it holds up one attempt and not all. */
#ifndef STORE_PG_HOSTS_H
#define STORE_PG_HOSTS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/check.h"
#include "store/store_error.h"

#define PG_HOSTS_MAX           16 /* in a connection string; of longer lists libpq resolves all */
#define PG_HOSTS_ADDRESSES_MAX 32 /* of all of them; what is more is left out */
#define PG_HOSTS_NAME_MAX      256
#define PG_HOSTS_PORT_MAX      8
#define PG_HOSTS_NUMBER_MAX    (INET6_ADDRSTRLEN + 32) /* with a zone */

/* As libpq's parameters: lists with commas, of equal length. All NULL where it is left to libpq. */
struct pg_hosts_lists {
    const char *host;
    const char *hostaddr;
    const char *port;
};

/* On a later turn, or within pg_hosts_find() where there is nothing to resolve. `error` is NULL, or
 * says which name could not be resolved where none could. */
typedef void pg_hosts_found(void *user, const struct store_error *error);

struct pg_hosts {
    uv_loop_t *loop;
    pg_hosts_found *on_found;
    void *user;
    uv_getaddrinfo_t request;
    bool is_finding;
    uint32_t count; /* of hosts; 0: left to libpq */
    char names[PG_HOSTS_MAX][PG_HOSTS_NAME_MAX];
    char ports[PG_HOSTS_MAX][PG_HOSTS_PORT_MAX];
    uint32_t next; /* host to look at */
    uint32_t turn;
    uint32_t address_count;
    uint32_t owners[PG_HOSTS_ADDRESSES_MAX];                   /* whose address it is */
    char numbers[PG_HOSTS_ADDRESSES_MAX][PG_HOSTS_NUMBER_MAX]; /* "": a socket's folder */
    struct store_error error;
    char host_list[PG_HOSTS_ADDRESSES_MAX * PG_HOSTS_NAME_MAX];
    char number_list[PG_HOSTS_ADDRESSES_MAX * PG_HOSTS_NUMBER_MAX];
    char port_list[PG_HOSTS_ADDRESSES_MAX * PG_HOSTS_PORT_MAX];
};

/* `host`, `hostaddr` and `port` are libpq's, any of them NULL; where hostaddr says something, all
 * is left to libpq. */
void pg_hosts_init(struct pg_hosts *hosts, uv_loop_t *loop, const char *host, const char *hostaddr,
                   const char *port, pg_hosts_found *on_found, void *user);

/* Look all names up anew; not while that is under way. */
void pg_hosts_find(struct pg_hosts *hosts, uint32_t turn);

/* Make haste with what is under way, whose answer is still to come. False: nothing is. */
bool pg_hosts_hurry(struct pg_hosts *hosts);

/* What was found; borrowed until the next pg_hosts_find(). */
struct pg_hosts_lists pg_hosts_lists(const struct pg_hosts *hosts);

#endif
