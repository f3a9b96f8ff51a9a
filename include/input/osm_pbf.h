/* The frame of a PBF file (wiki.openstreetmap.org, PBF Format): blobs with their lengths. Checked
 * before libreadosm, which believes them, reads the file. */
#ifndef INPUT_OSM_PBF_H
#define INPUT_OSM_PBF_H

#include <stdio.h>

#include "input/input_error.h"

#define OSM_PBF_HEADER_MAX (64u << 10) /* bytes of a blob's header, */
#define OSM_PBF_BLOB_MAX   (32u << 20) /* and of a blob, as the format limits them */

/* Walks the blobs of `file` from its beginning to its end. False and *error, with the offset: cut
 * short, lengths out of range, no OSMHeader first, anything but OSMData after it, data compressed
 * by a method that libreadosm does not know. */
MUST_CHECK bool osm_pbf_check(const char *path, FILE *file, struct input_error *error);

#endif
