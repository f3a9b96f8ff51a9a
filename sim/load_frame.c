/* What the dispatcher sends is checked as far as safety needs. */
#include "sim/load_frame.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/check.h"

#define FINAL  0x80
#define MASKED 0x80
#define SHORT  125 /* longest payload whose length stands in the second byte */
#define LONG   126 /* the length is in the next two bytes */

static const char secret[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455, section 1.3 */

void load_frame_key(struct random *random, char key[LOAD_FRAME_KEY_TEXT + 1])
{
    const uint64_t nonce[2] = {random_next(random), random_next(random)};
    (void)EVP_EncodeBlock((unsigned char *)key, (const unsigned char *)nonce, sizeof nonce);
}

size_t load_frame_accepted(const uint8_t *bytes, size_t size, const char *key)
{
    char text[LOAD_FRAME_KEY_TEXT + sizeof secret];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char accept[64];
    unsigned digest_size = 0;
    const uint8_t *end = memmem(bytes, size, "\r\n\r\n", 4);
    if (end == NULL) {
        return 0;
    }
    memcpy(text, key, LOAD_FRAME_KEY_TEXT);
    memcpy(text + LOAD_FRAME_KEY_TEXT, secret, sizeof secret);
    CHECK(EVP_Digest(text, sizeof text - 1, digest, &digest_size, EVP_sha1(), NULL) == 1);
    const int accept_size = EVP_EncodeBlock(accept, digest, (int)digest_size);
    const size_t head = (size_t)(end - bytes) + 4;
    const bool switching = head > 12 && memcmp(bytes, "HTTP/1.1 101", 12) == 0;
    if (!switching || memmem(bytes, head, accept, (size_t)accept_size) == NULL) {
        return SIZE_MAX;
    }
    return head;
}

size_t load_frame_write(enum load_frame_kind kind, const void *payload, size_t size,
                        struct random *random, uint8_t *bytes)
{
    uint8_t mask[4];
    const uint64_t bits = random_next(random);
    size_t head = 2;
    CHECK(size <= LOAD_FRAME_OUT_MAX);
    bytes[0] = (uint8_t)(FINAL | (unsigned)kind);
    if (size <= SHORT) {
        bytes[1] = (uint8_t)(MASKED | size);
    } else {
        bytes[1] = MASKED | LONG;
        bytes[2] = (uint8_t)(size >> 8);
        bytes[3] = (uint8_t)(size & 0xff);
        head = 4;
    }
    memcpy(mask, &bits, sizeof mask);
    memcpy(bytes + head, mask, sizeof mask);
    head += sizeof mask;
    for (size_t i = 0; i < size; i++) {
        bytes[head + i] = ((const uint8_t *)payload)[i] ^ mask[i % sizeof mask];
    }
    return head + size;
}

size_t load_frame_read(const uint8_t *bytes, size_t size, struct load_frame *frame)
{
    size_t head = 2;
    if (size < head) {
        return 0;
    }
    const unsigned opcode = bytes[0] & 0x0f;
    size_t length = bytes[1];
    const bool known = opcode == LOAD_FRAME_BINARY || opcode == LOAD_FRAME_CLOSE ||
                       opcode == LOAD_FRAME_PING || opcode == LOAD_FRAME_PONG;
    if ((bytes[0] & 0xf0) != FINAL || length > LONG || !known) {
        return SIZE_MAX; /* in pieces, masked, of 64 KiB or more, or unknown */
    }
    if (length == LONG) {
        head = 4;
        if (size < head) {
            return 0;
        }
        length = (size_t)bytes[2] << 8 | bytes[3];
    }
    if (size - head < length) {
        return 0;
    }
    frame->kind = (enum load_frame_kind)opcode;
    frame->payload = bytes + head;
    frame->size = length;
    return head + length;
}
