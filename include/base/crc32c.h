/* CRC-32C (Castagnoli), as in RFC 3720 appendix B.4. */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Continue `crc` (0 to begin) over `size` bytes. crc32c(crc32c(0, a), b) == crc32c(0, ab). */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t size);

#endif
