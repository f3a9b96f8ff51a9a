/* Large memory straight from the system: zeroed, as addresses only until it is used, and in huge
 * pages where the system has them. What is looked up here and there in a network or a fleet then
 * costs one miss in memory and not two. */
#ifndef INPUT_MEMORY_H
#define INPUT_MEMORY_H

#include <stddef.h>

/* NULL when there is none. The caller gives it back with the same size. */
void *memory_take(size_t size);
void memory_give(void *memory, size_t size); /* NULL: nothing */

#endif
