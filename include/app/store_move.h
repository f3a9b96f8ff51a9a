/* Moves facts from one store into another, empty one, and proves that both lead to the same state.
 */
#ifndef APP_STORE_MOVE_H
#define APP_STORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/recovery.h"
#include "store/archive.h"

struct moved {
    uint64_t facts;
    uint64_t from_digest; /* of the state that the facts led to as they were read, ... */
    uint64_t to_digest;   /* ... and as they were read back */
};

/* Copy every fact of `from` to the store that `to` names, which must be empty; its callbacks are
 * not used. Blocking. True and *moved, its digests equal; or false and *error. What was copied
 * before a failure stays there. */
MUST_CHECK bool store_move_facts(const struct archive *from, const struct recovery_options *to,
                                 struct moved *moved, struct store_error *error);

#endif
