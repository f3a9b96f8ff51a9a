/* Lists are alike on the wire, so one function asks for them and one reads them: the descriptor of
 * a response says where its elements are. */
#include "wire/codec_client_part.h"

#include <string.h>

#include "commonwheel/v1/finance.pb-c.h"
#include "wire/codec_finance.h"

#define RESPONSE_MAX     ((size_t)LIST_PAGE_MAX * CODEC_REPLY_MAX)
#define NEXT_TOKEN_FIELD 2 /* of every list that has pages */

size_t codec_client_part_pack(const ProtobufCMessage *message, uint8_t *bytes)
{
    return codec_memory_pack(message, bytes, CODEC_REQUEST_MAX);
}

size_t codec_client_part_ask(uint64_t after, uint32_t limit, uint64_t ride, uint8_t *bytes)
{
    Commonwheel__V1__ListTransfersRequest wire = COMMONWHEEL__V1__LIST_TRANSFERS_REQUEST__INIT;
    char token[CODEC_FINANCE_TOKEN_MAX + 1];
    codec_finance_write_token(after, token);
    wire.page_size = limit;
    wire.page_token = token;
    wire.ride_id = ride;
    return codec_client_part_pack(&wire.base, bytes);
}

/* Where the list is in the struct that protobuf-c makes of a message of `type`. */
static size_t find_items(const ProtobufCMessageDescriptor *type, const ProtobufCMessage *message,
                         const ProtobufCMessage *const **items)
{
    const ProtobufCFieldDescriptor *list = &type->fields[0];
    size_t count = 0;
    CHECK(list->label == PROTOBUF_C_LABEL_REPEATED && list->type == PROTOBUF_C_TYPE_MESSAGE);
    memcpy(&count, (const char *)message + list->quantifier_offset, sizeof count);
    memcpy(items, (const char *)message + list->offset, sizeof *items);
    return count;
}

const char *codec_client_part_page(struct codec_client_part *page,
                                   const ProtobufCMessageDescriptor *type, uint64_t after_max,
                                   const uint8_t *bytes, size_t size)
{
    const char *why =
        codec_memory_unpack(&page->memory, type, bytes, size, RESPONSE_MAX, &page->message);
    if (why != NULL)
        return why;
    const size_t count = find_items(type, page->message, &page->items);
    if (count > LIST_PAGE_MAX)
        return "list: too many in one page";
    size_t length = 0;
    const uint8_t *token = codec_memory_field(bytes, size, NEXT_TOKEN_FIELD, &length);
    if (!codec_finance_read_token(token, length, &page->next_after) || page->next_after > after_max)
        return "next_page_token: not a token";
    page->count = (uint32_t)count;
    return NULL;
}

const struct codec_client_reader *codec_client_part_find(const struct codec_client_reader *readers,
                                                         size_t count,
                                                         const struct codec_call *call)
{
    for (size_t i = 0; i < count; i++) {
        if (readers[i].encode == call->encode)
            return &readers[i];
    }
    return NULL;
}

const char *codec_client_part_read(const struct codec_client_reader *reader, const uint8_t *bytes,
                                   size_t size, struct message *message)
{
    struct codec_memory memory;
    const ProtobufCMessage *wire = NULL;
    struct message read = {.kind = MESSAGE_NONE};
    const char *why =
        codec_memory_unpack(&memory, reader->type, bytes, size, CODEC_REPLY_MAX, &wire);
    if (why == NULL)
        why = reader->read(wire, &read);
    if (why == NULL)
        *message = read;
    return why;
}
