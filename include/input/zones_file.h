/* Zones from GeoJSON (RFC 7946): a FeatureCollection of Polygons and MultiPolygons whose properties
 * are `zone` (a whole number), `kind` (service, no_stopping, ward, depot) and `name`. */
#ifndef INPUT_ZONES_FILE_H
#define INPUT_ZONES_FILE_H

#include "core/zones.h"
#include "input/input_error.h"

#define ZONES_FILE_ZONES_MAX   10000
#define ZONES_FILE_CORNERS_MAX 2000000 /* of all rings */
#define ZONES_FILE_RING_MAX    20000   /* corners of one ring */
#define ZONES_FILE_BYTES_MAX   (256u << 20)

/* False and *error names the file and the feature. On success *zones owns its arrays, to be freed
 * by zones_file_free(). */
MUST_CHECK bool zones_file_load(const char *path, struct zones *zones, struct input_error *error);

/* ditto, of a text of `size` bytes; `name` stands for the file in errors. */
MUST_CHECK bool zones_file_parse(const char *name, const char *text, size_t size,
                                 struct zones *zones, struct input_error *error);

void zones_file_free(struct zones *zones);

#endif
