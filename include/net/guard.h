/* Who asks, and may they? The same questions for calls and for vehicles' links. */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include "net/doors.h"

/* Check the dispatcher's state, the peer's rate, the bearer token and the role for `path`: true
 * with the token's *claims; false with *refusal. */
MUST_CHECK bool guard_check(struct session *session, const char *path, struct token_claims *claims,
                            struct refusal_reply *refusal);

/* Only the first two, for what needs no token. */
MUST_CHECK bool guard_rate(struct session *session, struct refusal_reply *refusal);

#endif
