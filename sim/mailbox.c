#include "sim/mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/grow.h"

static unsigned char *slot(const struct mailbox *mailbox, size_t number)
{
    return mailbox->slots + (number & (mailbox->capacity - 1)) * mailbox->slot_size;
}

void *mailbox_push(struct mailbox *mailbox)
{
    if (mailbox->tail - mailbox->head == mailbox->capacity) {
        struct mailbox larger = *mailbox;
        larger.capacity = mailbox->capacity == 0 ? 64 : mailbox->capacity * 2;
        larger.slots = grow_new(larger.capacity, mailbox->slot_size);
        for (size_t i = mailbox->head; i != mailbox->tail; i++) {
            memcpy(slot(&larger, i), slot(mailbox, i), mailbox->slot_size);
        }
        free(mailbox->slots);
        *mailbox = larger;
    }
    return slot(mailbox, mailbox->tail++);
}

void *mailbox_peek(const struct mailbox *mailbox)
{
    return mailbox->head == mailbox->tail ? NULL : slot(mailbox, mailbox->head);
}

void mailbox_pop(struct mailbox *mailbox)
{
    CHECK(mailbox->head != mailbox->tail);
    mailbox->head++;
    if (mailbox->head == mailbox->tail) {
        mailbox->head = 0; /* the first slots are those that the processor has at hand */
        mailbox->tail = 0;
    }
}

void mailbox_free(struct mailbox *mailbox)
{
    free(mailbox->slots);
    *mailbox = (struct mailbox){.slot_size = mailbox->slot_size};
}
