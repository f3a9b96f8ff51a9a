/* Who may call what: one table. A call without a row is refused, and fails a test. */
#ifndef NET_ACCESS_H
#define NET_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

enum role {
    ROLE_RIDER = 1 << 0,
    ROLE_VEHICLE = 1 << 1,
    ROLE_OPERATOR = 1 << 2,
    ROLE_FINANCE = 1 << 3,
    ROLE_AUDITOR = 1 << 4,
    ROLE_SIGNED =
        1 << 5, /* no token has it: the body is signed with a secret that both sides know */
};

struct access_rule {
    const char *path; /* "/commonwheel.v1.RiderService/Book", "/vehicle/v1" */
    unsigned roles;   /* any of these */
};

/* The rule of a path, or NULL. */
const struct access_rule *access_find(const char *path, size_t length);

/* The whole table, for tests and documentation. */
const struct access_rule *access_rules(size_t *count);

/* "rider" -> ROLE_RIDER; 0 for an unknown name. And back: NULL for no single role. */
unsigned access_role(const char *name);
const char *access_role_text(unsigned role);

#endif
