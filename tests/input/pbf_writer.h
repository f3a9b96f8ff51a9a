/* Writes a PBF file (wiki.openstreetmap.org, PBF Format) of what an .osm file holds, for tests. */
#ifndef TESTS_INPUT_PBF_WRITER_H
#define TESTS_INPUT_PBF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pbf_bytes {
    uint8_t *bytes;
    size_t size;
    size_t room;
};

/* The file's bytes, the caller's to free; by zlib (stored, not deflated) or as they stand. */
struct pbf_bytes pbf_writer_convert(const char *osm_path, bool with_zlib);

/* Appends one blob of type "OSMHeader" or "OSMData" or another. */
void pbf_writer_blob(struct pbf_bytes *file, const char *type, const struct pbf_bytes *data,
                     bool with_zlib);

void pbf_writer_append(struct pbf_bytes *to, const void *bytes, size_t size);

#endif
