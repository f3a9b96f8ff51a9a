/* The mapping `energy` of a YAML file: what vehicles take of their batteries, and when they visit
 * stations (docs/operations.md). The dispatcher's configuration and a scenario have it alike. */
#ifndef INPUT_ENERGY_YAML_H
#define INPUT_ENERGY_YAML_H

#include "core/core.h"
#include "input/yaml_file.h"

struct energy_yaml {
    char *drive_wh_per_km;
    char *auxiliary_w;
    char *reserve_pct;
    char *charge_below_pct;
    char *charge_idle_pct;
    char *charge_to_pct;
    char *clean_every_h;
    char *clean_s;
    char *inspect_every_h;
    char *inspect_s;
};

extern const cyaml_schema_field_t ENERGY_YAML_FIELDS[];

/* All numbers, with defaults for those that are not given. False and *error names file, line and
 * key. */
MUST_CHECK bool energy_yaml_read(const char *path, const struct energy_yaml *text,
                                 struct core_energy *energy, struct input_error *error);

#endif
