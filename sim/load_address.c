/* The hosts of a --url, split at its commas. */
#include "sim/load_address.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

static const char SCHEME[] = "http://";

const char *load_address_fault(const char *url)
{
    if (url == NULL) {
        return "is missing";
    }
    if (strncmp(url, "https://", 8) == 0) {
        return "takes http only: connect from inside of what ends TLS";
    }
    if (strncmp(url, SCHEME, sizeof SCHEME - 1) != 0) {
        return "takes http://HOST:PORT";
    }
    const char *host = url + sizeof SCHEME - 1;
    for (uint32_t count = 1;; count++) {
        const size_t length = strcspn(host, ",/");
        if (length == 0 || length >= LOAD_HOST_MAX) {
            return "takes http://HOST:PORT, or several HOST:PORT with commas";
        }
        if (count > LOAD_ADDRESSES_MAX) {
            return "names more than 8 hosts";
        }
        host += length;
        if (host[0] != ',') {
            return host[host[0] == '/'] == '\0' ? NULL : "takes http://HOST:PORT, without a path";
        }
        host++;
    }
}

static bool find_one(const char *host, struct sockaddr_storage *socket)
{
    char name[LOAD_HOST_MAX];
    const char *port = "80";
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    memcpy(name, host, strlen(host) + 1);
    char *start = name;
    char *colon = strrchr(name, ':');
    if (colon != NULL && strchr(colon, ']') == NULL) {
        *colon = '\0';
        port = colon + 1;
    }
    if (name[0] == '[') { /* [::1]:8080 */
        start = name + 1;
        start[strcspn(start, "]")] = '\0';
    }
    const int result = getaddrinfo(start, port, &hints, &found);
    if (result != 0) {
        fprintf(stderr, "sim load: %s%s: %s\n", SCHEME, host, gai_strerror(result));
        return false;
    }
    memcpy(socket, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

bool load_address_find(struct load_address *address, const char *url)
{
    CHECK(load_address_fault(url) == NULL);
    *address = (struct load_address){0};
    for (const char *host = url + sizeof SCHEME - 1; *host != '\0' && *host != '/';) {
        const size_t length = strcspn(host, ",/");
        memcpy(address->hosts[address->count], host, length);
        if (!find_one(address->hosts[address->count], &address->sockets[address->count])) {
            return false;
        }
        address->count++;
        host += length + (host[length] == ',');
    }
    return true;
}

bool load_address_leave(struct load_address *address, uint32_t from)
{
    CHECK(from < address->count);
    if (from == address->current) {
        address->current = (from + 1) % address->count;
    }
    return from != address->current;
}
