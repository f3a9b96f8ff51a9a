/* Streets from OpenStreetMap, .osm.pbf or .osm, by libreadosm: what a car may drive, how fast, and
 * in which direction (input/osm_tags.h says how tags are read). Every bend of a street becomes a
 * node, named by its OpenStreetMap id.
 *
 * libreadosm trusts what it reads, so it runs in a child process with limits: a file that brings it
 * down is an error like any other. Of PBF files it reads dense nodes in the usual 1e-7 degrees,
 * stored plainly or by zlib, which is how all the usual tools write them.
 *
 * Turn restrictions are counted and not obeyed. */
#ifndef INPUT_OSM_H
#define INPUT_OSM_H

#include <stdio.h>

#include "input/input_error.h"
#include "input/osm_tags.h"
#include "input/streets.h"

/* What was read, and all that was left out or guessed, by reason. */
struct osm_counts {
    uint64_t nodes; /* in the file */
    uint64_t ways;
    uint64_t relations;
    uint64_t by_verdict[OSM_TAGS_VERDICTS]; /* ways; OSM_TAGS_STREET are those kept */
    uint64_t oneways;                       /* of the streets */
    uint64_t destination_only;              /* of the streets: slowed down, not left out */
    uint64_t speeds_given;                  /* streets with a legible maxspeed */
    uint64_t speeds_illegible;              /* streets whose maxspeed was not understood */
    uint64_t conditional;                   /* streets with rules for times of day, ignored */
    uint64_t ways_cut;                      /* streets that leave the map's edge */
    uint64_t nodes_missing;                 /* references to nodes outside the file */
    uint64_t barriers;                      /* bollards and the like that end a street */
    uint64_t turn_restrictions;             /* counted, not obeyed */
};

/* Reads `path` into *streets, which is empty and the caller's to free, on failure too. False and
 * *error when the file cannot be read, is no such file, is damaged, or has no street in it. */
MUST_CHECK bool osm_read(const char *path, struct streets *streets, struct osm_counts *counts,
                         struct input_error *error);

/* A table for people, every line of it a reason and a number; zeros are left out. */
void osm_counts_print(const struct osm_counts *counts, FILE *file);

#endif
