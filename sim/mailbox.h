/* A queue of things of one size, first in, first out, that grows as needed. */
#ifndef SIM_MAILBOX_H
#define SIM_MAILBOX_H

#include <stddef.h>

struct mailbox {
    unsigned char *slots;
    size_t slot_size;
    size_t capacity; /* slots, a power of two, or 0 */
    size_t head;     /* number of the oldest, rising until the mailbox is empty */
    size_t tail;     /* ... of the next */
};

/* A slot at the tail for the caller to fill; until the next call. */
void *mailbox_push(struct mailbox *mailbox);

/* The oldest, or NULL; until the next call. And let it go. */
void *mailbox_peek(const struct mailbox *mailbox);
void mailbox_pop(struct mailbox *mailbox);

void mailbox_free(struct mailbox *mailbox);

#endif
