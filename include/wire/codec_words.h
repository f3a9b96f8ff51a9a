/* Sentences for people, put together from constant parts and figures; for wire/ alone. */
#ifndef WIRE_CODEC_WORDS_H
#define WIRE_CODEC_WORDS_H

#include <stdint.h>

#define CODEC_WORDS_MAX 96 /* bytes, with the NUL */

/* Each adds to the end of `text`, which CHECKs that it has room. */
void codec_words_add(char text[CODEC_WORDS_MAX], const char *part);

/* A number of at least `places` + 1 digits with a point before the last `places`: "2.40" of 240 and
 * 2; 0 or more. */
void codec_words_add_number(char text[CODEC_WORDS_MAX], int64_t value, int places);

#endif
