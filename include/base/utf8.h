/* Strict UTF-8 (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* True for well-formed UTF-8 without NUL or other control characters (below U+0020, U+007F). */
bool utf8_is_text(const char *bytes, size_t size);

#endif
