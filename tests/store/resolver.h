/* A resolver for the whole test program in the place of the C library's. It knows one.example
 * (127.0.0.1) and two.example (127.0.0.2 and 127.0.0.3), and nothing that is not a number besides.
 */
#ifndef TESTS_STORE_RESOLVER_H
#define TESTS_STORE_RESOLVER_H

#include <uv.h>

/* From now on names wait until the loop has turned a few times: whoever asks on the loop's own
 * thread, which is the caller's, would wait for ever, and is counted and told nothing instead. */
void resolver_begin(uv_loop_t *loop);

/* Before the loop is closed. */
void resolver_end(uv_loop_t *loop);

/* How many asked on the loop's thread. */
unsigned resolver_asked_on_loop(void);

/* How many names were asked for. */
unsigned resolver_asked(void);

#endif
