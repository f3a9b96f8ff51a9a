/* Whatever is read as a fact can be written, and reads back the same. */
#include <string.h>

#include "base/check.h"
#include "wire/codec_fact.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t once[CODEC_FACT_MAX];
    uint8_t twice[CODEC_FACT_MAX];
    struct fact fact;
    if (codec_fact_decode(bytes, size, &fact) != NULL)
        return 0;
    size_t once_size = codec_fact_encode(&fact, once);
    CHECK(codec_fact_decode(once, once_size, &fact) == NULL);
    CHECK(codec_fact_encode(&fact, twice) == once_size);
    CHECK(memcmp(once, twice, once_size) == 0);
    return 0;
}
