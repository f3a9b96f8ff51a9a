/* What the halves of the client share (codec_client.h, codec_client_money.h): packing, pages, and
 * tables of responses. For wire/codec_client*.c alone. */
#ifndef WIRE_CODEC_CLIENT_PART_H
#define WIRE_CODEC_CLIENT_PART_H

#include "core/limits.h"
#include "wire/codec_call.h"
#include "wire/codec_memory.h"

/* A request into `bytes` (CODEC_REQUEST_MAX); its length. */
size_t codec_client_part_pack(const ProtobufCMessage *message, uint8_t *bytes);

/* A request for the page of `limit` behind position `after` (0: the first) of any list, of `ride`
 * alone where it is not 0 (ListTransfers); its length. All lists ask with the same fields. */
size_t codec_client_part_ask(uint64_t after, uint32_t limit, uint64_t ride, uint8_t *bytes);

/* A page of a list as it was read: `items` point into `memory`, as everything in `message` does. */
struct codec_client_part {
    struct codec_memory memory;
    const ProtobufCMessage *message;
    const ProtobufCMessage *const *items;
    uint32_t count; /* at most LIST_PAGE_MAX */
    uint64_t next_after;
};

/* A response of `type` whose first field is the list, and whose second the next page's token if it
 * has one: a position of at most `after_max`; next_after 0 without one. NULL, or a constant
 * sentence. */
MUST_CHECK const char *codec_client_part_page(struct codec_client_part *page,
                                              const ProtobufCMessageDescriptor *type,
                                              uint64_t after_max, const uint8_t *bytes,
                                              size_t size);

/* How the response that `encode` writes is read. */
struct codec_client_reader {
    enum codec_reply (*encode)(const struct message *message, uint8_t *bytes, size_t *size);
    const ProtobufCMessageDescriptor *type;
    const char *(*read)(const ProtobufCMessage *wire, struct message *message);
};

/* The reader of a call's response, or NULL. */
const struct codec_client_reader *codec_client_part_find(const struct codec_client_reader *readers,
                                                         size_t count,
                                                         const struct codec_call *call);

/* A response of one message; NULL, or a constant sentence and *message untouched. */
MUST_CHECK const char *codec_client_part_read(const struct codec_client_reader *reader,
                                              const uint8_t *bytes, size_t size,
                                              struct message *message);

#endif
