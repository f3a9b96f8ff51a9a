/* Doubling growth; what a burst made large is given back when it is over. */
#include "net/buffer.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 512

uint8_t *buffer_bytes(const struct buffer *buffer)
{
    CHECK(buffer->memory != NULL);
    return buffer->memory + BUFFER_FRONT;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t count, size_t max)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : CAPACITY_FIRST;
    uint8_t *memory;

    if (buffer->size > max || count > max - buffer->size)
        return NULL;
    while (capacity < buffer->size + count)
        capacity *= 2;
    if (capacity != buffer->capacity) {
        memory = realloc(buffer->memory, BUFFER_FRONT + capacity);
        if (memory == NULL)
            return NULL;
        buffer->memory = memory;
        buffer->capacity = capacity;
    }
    return buffer->memory + BUFFER_FRONT + buffer->size;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t count, size_t max)
{
    uint8_t *room = buffer_reserve(buffer, count, max);

    if (room == NULL)
        return false;
    if (count > 0)
        memcpy(room, bytes, count);
    buffer->size += count;
    return true;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    if (buffer->capacity > BUFFER_KEEP)
        buffer_free(buffer);
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->memory);
    *buffer = (struct buffer){0};
}
