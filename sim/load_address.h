/* Where the dispatcher is: one address, or several of which one is in charge at a time (a leader
 * and its standby). All connections go to the current one; whoever fails there moves all on. */
#ifndef SIM_LOAD_ADDRESS_H
#define SIM_LOAD_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/check.h"

#define LOAD_ADDRESSES_MAX 8
#define LOAD_HOST_MAX      256

struct load_address {
    uint32_t count; /* 1 to LOAD_ADDRESSES_MAX */
    uint32_t current;
    char hosts[LOAD_ADDRESSES_MAX][LOAD_HOST_MAX]; /* with the port, for headers */
    struct sockaddr_storage sockets[LOAD_ADDRESSES_MAX];
};

/* What is wrong with a --url, as in "--url takes ...", or NULL. */
const char *load_address_fault(const char *url);

/* Look up "http://HOST:PORT[,HOST:PORT ...]", which must be without fault. False, and told on
 * standard error, where a host cannot be found. */
MUST_CHECK bool load_address_find(struct load_address *address, const char *url);

/* Address number `from` did not serve. True when another is the current one now: by this call or
 * by one before it. */
bool load_address_leave(struct load_address *address, uint32_t from);

#endif
