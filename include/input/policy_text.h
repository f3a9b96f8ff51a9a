/* The text of a policy file, as its schema has it: every value as it is written, NULL and lists of
 * none where it is left out. For input/policy_rows.c, which reads what it means. */
#ifndef INPUT_POLICY_TEXT_H
#define INPUT_POLICY_TEXT_H

#include <stdint.h>

#include "input/input_error.h"

/* What each row begins with. */
struct row_text {
    char *id;
    char *resolution;
    char *valid_from;
    char *valid_until;
};

struct head_text {
    struct row_text row;
    char *name;
};

struct area_text {
    char *area;
    char *name;
    char *local;
};

struct window_text {
    char *days;
    char *from;
    char *until;
};

struct tariff_text {
    struct row_text row;
    char *vehicle;
    char *sharing;
    char *base_pence;
    char *per_km_pence;
    char *per_minute_pence;
    char *minimum_pence;
    char *single_cap_pence;
    char *off_peak_permille;
    struct window_text *off_peak;
    uint32_t off_peak_count;
};

struct national_text {
    struct row_text row;
    char *single_pence;
    char *sharing;
};

struct caps_text {
    struct row_text row;
    char *class;
    char *day_pence;
    char *week_pence;
};

struct concession_text {
    struct row_text row;
    char *scheme;
    char *name;
    char *funder;
    char *rider_permille;
    char *sharing;
    struct window_text *hours;
    uint32_t hours_count;
};

struct fees_text {
    struct row_text row;
    char *free_after_booking_s;
    char *free_before_pickup_s;
    char *cancel_pence;
    char *no_show_pence;
};

struct step_text {
    char *late_s;
    char *back_permille;
};

struct lateness_text {
    struct row_text row;
    struct step_text *steps;
    uint32_t steps_count;
};

struct vat_text {
    struct row_text row;
    char *small_permille;
    char *large_permille;
};

struct line_text {
    char *name;
    char *to;
    char *fixed_pence;
    char *share_permille;
    char *most_pence;
};

struct waterfall_text {
    struct row_text row;
    char *mode;
    char *rolling_years;
    char *loss;
    struct line_text *lines;
    uint32_t lines_count;
};

struct cost_text {
    struct row_text row;
    char *category;
    char *per;
    char *rate_millipence;
    char **by_hour_millipence;
    uint32_t by_hour_millipence_count;
    char *supplier;
    char *area;
};

/* The short form: built-in policy, other amounts. */
struct short_tariff_text {
    char *base_pence;
    char *per_km_pence;
    char *per_minute_pence;
    char *minimum_pence;
    char *single_cap_pence;
};

struct short_caps_text {
    char *day_pence;
    char *week_pence;
};

struct policy_text {
    struct short_tariff_text *tariff;
    struct short_caps_text *caps;
    struct head_text *policy;
    char **classes;
    uint32_t classes_count;
    char **holidays;
    uint32_t holidays_count;
    struct area_text *areas;
    uint32_t areas_count;
    struct tariff_text *tariffs;
    uint32_t tariffs_count;
    struct national_text *national_caps;
    uint32_t national_caps_count;
    struct caps_text *rider_caps;
    uint32_t rider_caps_count;
    struct concession_text *concessions;
    uint32_t concessions_count;
    struct fees_text *fees;
    uint32_t fees_count;
    struct lateness_text *compensation;
    uint32_t compensation_count;
    struct vat_text *vat;
    uint32_t vat_count;
    struct waterfall_text *waterfalls;
    uint32_t waterfalls_count;
    struct cost_text *costs;
    uint32_t costs_count;
};

/* Load `path` into *text, the caller's to free. False and *error: yaml_file_load(). */
MUST_CHECK bool policy_text_load(const char *path, struct policy_text **text,
                                 struct input_error *error);
void policy_text_free(struct policy_text *text);

#endif
