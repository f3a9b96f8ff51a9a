/* `sim network`: what a road network is like, in figures that can be set beside another's. */
#ifndef SIM_SURVEY_H
#define SIM_SURVEY_H

#include <stdint.h>
#include <stdio.h>

#include "input/roads.h"
#include "sim/scenario.h"

#define SURVEY_DEGREES 6    /* none, 1, 2, 3, 4, 5 and more */
#define SURVEY_CLASSES 7    /* enum road_class */
#define SURVEY_MARKS   5    /* percentiles of a distribution: 10, 50, 90, 99, 100 */
#define SURVEY_PAIRS   2000 /* random pairs of nodes that are driven between */

struct survey {
    uint32_t node_count;
    uint32_t arc_count;
    uint32_t street_count;            /* pairs of neighbours, whatever the direction */
    uint32_t one_way_count;           /* of them, driven in one direction only */
    uint32_t degrees[SURVEY_DEGREES]; /* nodes by number of neighbours */
    uint32_t class_arcs[SURVEY_CLASSES];
    int64_t class_m[SURVEY_CLASSES];
    int64_t class_ms[SURVEY_CLASSES];
    int64_t length_m; /* of all arcs */
    int64_t length_marks_m[SURVEY_MARKS];
    uint32_t top_separator; /* nodes that part it into two that are large */
    uint32_t height;        /* of the elimination tree */
    uint64_t depth_sum;     /* over all nodes */
    uint32_t hierarchy_arc_count;
    int64_t drive_mean_ms; /* of SURVEY_PAIRS shortest drives between random nodes */
    int64_t drive_marks_ms[SURVEY_MARKS];
    int64_t drive_mean_m;
    uint32_t trip_count;  /* of a scenario, that have both ends on the roads */
    int64_t trip_mean_ms; /* shortest drives */
    int64_t trip_marks_ms[SURVEY_MARKS];
    int64_t trip_mean_m;
};

/* The pairs are the same for the same graph. A second for a city. */
void survey_make(struct survey *survey, const struct roads *roads);

/* Adds the shortest drives of a scenario's requests. */
void survey_trips(struct survey *survey, const struct scenario *scenario);

void survey_print(const struct survey *survey, FILE *file);

/* Returns the exit status, as run_main() does. */
int survey_main(int argc, char **argv);

#endif
