/* One name after another is resolved on a thread of the pool. */
#include "store/pg_hosts.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* ---- the lists of a connection string ---- */

/* The length of the element at `at`, up to its comma or the end. */
static size_t element(const char *at)
{
    return strcspn(at, ",");
}

static uint32_t elements(const char *list)
{
    uint32_t count = 1;
    for (const char *comma = list; (comma = strchr(comma, ',')) != NULL; comma++)
        count++;
    return count;
}

/* Into `count` texts of `size` bytes; false where one does not fit. */
static bool split(const char *list, char *texts, size_t size, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const size_t length = element(list);
        if (length >= size)
            return false;
        memcpy(texts + i * size, list, length);
        texts[i * size + length] = '\0';
        list += length + (list[length] == ',' ? 1 : 0);
    }
    return true;
}

/* One port holds for all hosts. */
static bool split_ports(struct pg_hosts *hosts, const char *port, uint32_t count)
{
    const uint32_t given = elements(port);
    if (given == count)
        return split(port, hosts->ports[0], PG_HOSTS_PORT_MAX, count);
    for (uint32_t i = 0; given == 1 && i < count; i++) {
        if (!split(port, hosts->ports[i], PG_HOSTS_PORT_MAX, 1))
            return false;
    }
    return given == 1; /* else libpq has the words for it */
}

void pg_hosts_init(struct pg_hosts *hosts, uv_loop_t *loop, const char *host, const char *hostaddr,
                   const char *port, pg_hosts_found *on_found, void *user)
{
    *hosts = (struct pg_hosts){.loop = loop, .on_found = on_found, .user = user};
    hosts->request.data = hosts;
    if (host == NULL || host[0] == '\0' || (hostaddr != NULL && hostaddr[0] != '\0'))
        return;
    const uint32_t count = elements(host);
    if (count <= PG_HOSTS_MAX && split(host, hosts->names[0], PG_HOSTS_NAME_MAX, count) &&
        split_ports(hosts, port != NULL ? port : "", count))
        hosts->count = count;
}

/* ---- what was found ---- */

static void add(char *list, size_t size, bool is_first, const char *text)
{
    const size_t length = strlen(list);
    snprintf(list + length, size - length, "%s%s", is_first ? "" : ",", text);
}

static void fill_lists(struct pg_hosts *hosts)
{
    hosts->host_list[0] = hosts->number_list[0] = hosts->port_list[0] = '\0';
    for (uint32_t i = 0; i < hosts->address_count; i++) {
        const uint32_t address = (hosts->turn + i) % hosts->address_count;
        const uint32_t owner = hosts->owners[address];
        add(hosts->host_list, sizeof hosts->host_list, i == 0, hosts->names[owner]);
        add(hosts->number_list, sizeof hosts->number_list, i == 0, hosts->numbers[address]);
        add(hosts->port_list, sizeof hosts->port_list, i == 0, hosts->ports[owner]);
    }
}

static void take_number(struct pg_hosts *hosts, const char *number)
{
    if (hosts->address_count == PG_HOSTS_ADDRESSES_MAX)
        return;
    hosts->owners[hosts->address_count] = hosts->next;
    snprintf(hosts->numbers[hosts->address_count++], PG_HOSTS_NUMBER_MAX, "%s", number);
}

static void take_addresses(struct pg_hosts *hosts, const struct addrinfo *found)
{
    for (; found != NULL; found = found->ai_next) {
        char number[PG_HOSTS_NUMBER_MAX];
        if (getnameinfo(found->ai_addr, found->ai_addrlen, number, sizeof number, NULL, 0,
                        NI_NUMERICHOST) == 0)
            take_number(hosts, number);
    }
}

static void finish(struct pg_hosts *hosts)
{
    hosts->is_finding = false;
    fill_lists(hosts);
    const bool is_none = hosts->count > 0 && hosts->address_count == 0;
    hosts->on_found(hosts->user, is_none ? &hosts->error : NULL);
}

/* ---- one name after another ---- */

static void note_failure(struct pg_hosts *hosts, int status)
{
    store_error_set(&hosts->error, "the host %s of the store cannot be resolved: %s",
                    hosts->names[hosts->next], uv_strerror(status));
}

static bool is_number(const char *name)
{
    struct in6_addr address;
    return inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1;
}

/* A socket's folder, or its name in the abstract namespace; without a name it is libpq's own. */
static bool is_socket(const char *name)
{
    return name[0] == '/' || name[0] == '@' || name[0] == '\0';
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found);

/* False: the host at hand needs no answer, or none will come. */
static bool ask(struct pg_hosts *hosts)
{
    const char *name = hosts->names[hosts->next];
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    if (is_socket(name) || is_number(name)) {
        take_number(hosts, is_socket(name) ? "" : name);
        return false;
    }
    const int status =
        uv_getaddrinfo(hosts->loop, &hosts->request, on_resolved, name, NULL, &hints);
    if (status != 0)
        note_failure(hosts, status);
    return status == 0;
}

static void go_on(struct pg_hosts *hosts)
{
    while (hosts->next < hosts->count) {
        if (ask(hosts))
            return;
        hosts->next++;
    }
    finish(hosts);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct pg_hosts *hosts = request->data;
    if (status == 0)
        take_addresses(hosts, found);
    else
        note_failure(hosts, status);
    uv_freeaddrinfo(found);
    hosts->next = status == UV_ECANCELED ? hosts->count : hosts->next + 1;
    go_on(hosts);
}

void pg_hosts_find(struct pg_hosts *hosts, uint32_t turn)
{
    CHECK(!hosts->is_finding);
    hosts->is_finding = true;
    hosts->turn = turn;
    hosts->next = hosts->address_count = 0;
    go_on(hosts);
}

bool pg_hosts_hurry(struct pg_hosts *hosts)
{
    if (hosts->is_finding)
        uv_cancel((uv_req_t *)&hosts->request); /* one that is at it already goes on */
    return hosts->is_finding;
}

struct pg_hosts_lists pg_hosts_lists(const struct pg_hosts *hosts)
{
    if (hosts->count == 0)
        return (struct pg_hosts_lists){.host = NULL};
    return (struct pg_hosts_lists){
        .host = hosts->host_list, .hostaddr = hosts->number_list, .port = hosts->port_list};
}
