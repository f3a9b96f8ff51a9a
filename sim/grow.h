/* Arrays that grow: the laboratory's own memory, which is not bounded like the dispatcher's. */
#ifndef SIM_GROW_H
#define SIM_GROW_H

#include <stddef.h>

/* `memory`; ends the program when it is NULL. */
void *grow_check(void *memory);

/* Room for at least `count` items of `size` bytes: `items` itself or where it moved to, with
 * *capacity updated. What is new is not zeroed. Ends the program when there is no memory. */
void *grow(void *items, size_t *capacity, size_t count, size_t size);

/* `count` zeroed items, at least one; much of it in large pages, where the system has them, for
 * what is looked up all over the place. Ends the program when there is no memory. */
void *grow_new(size_t count, size_t size);

#endif
