/* Percent and hours for people, thousandths and milliseconds for the core. */
#include "input/energy_yaml.h"

#define HOUR_MS INT64_C(3600000)

const cyaml_schema_field_t ENERGY_YAML_FIELDS[] = {
    YAML_TEXT_OPTIONAL(drive_wh_per_km, energy_yaml),
    YAML_TEXT_OPTIONAL(auxiliary_w, energy_yaml),
    YAML_TEXT_OPTIONAL(reserve_pct, energy_yaml),
    YAML_TEXT_OPTIONAL(charge_below_pct, energy_yaml),
    YAML_TEXT_OPTIONAL(charge_idle_pct, energy_yaml),
    YAML_TEXT_OPTIONAL(charge_to_pct, energy_yaml),
    YAML_TEXT_OPTIONAL(clean_every_h, energy_yaml),
    YAML_TEXT_OPTIONAL(clean_s, energy_yaml),
    YAML_TEXT_OPTIONAL(inspect_every_h, energy_yaml),
    YAML_TEXT_OPTIONAL(inspect_s, energy_yaml),
    CYAML_FIELD_END,
};

bool energy_yaml_read(const char *path, const struct energy_yaml *text, struct core_energy *energy,
                      struct input_error *error)
{
    int64_t auxiliary_w = 1000;
    *energy = (struct core_energy){
        .drive_wh_per_km = 170,
        .reserve_permille = 10,
        .charge_below_permille = 30,
        .charge_idle_permille = 60,
        .charge_to_permille = 80,
        .clean_ms = 1200,
        .inspect_ms = 1800,
    };
    const struct {
        const char *key;
        const char *text;
        int64_t most;
        int64_t *value;
        int64_t unit;
    } numbers[] = {
        {"energy.drive_wh_per_km", text->drive_wh_per_km, 10000, &energy->drive_wh_per_km, 1},
        {"energy.auxiliary_w", text->auxiliary_w, 100000, &auxiliary_w, 1},
        {"energy.reserve_pct", text->reserve_pct, 100, &energy->reserve_permille, 10},
        {"energy.charge_below_pct", text->charge_below_pct, 100, &energy->charge_below_permille,
         10},
        {"energy.charge_idle_pct", text->charge_idle_pct, 100, &energy->charge_idle_permille, 10},
        {"energy.charge_to_pct", text->charge_to_pct, 100, &energy->charge_to_permille, 10},
        {"energy.clean_every_h", text->clean_every_h, 8760, &energy->clean_every_ms, HOUR_MS},
        {"energy.clean_s", text->clean_s, 86400, &energy->clean_ms, 1000},
        {"energy.inspect_every_h", text->inspect_every_h, 8760, &energy->inspect_every_ms, HOUR_MS},
        {"energy.inspect_s", text->inspect_s, 86400, &energy->inspect_ms, 1000},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!yaml_file_number(path, numbers[i].key, numbers[i].text, 0, numbers[i].most,
                              numbers[i].value, error))
            return false;
        *numbers[i].value *= numbers[i].unit;
    }
    for (uint32_t hour = 0; hour < ENERGY_HOURS; hour++)
        energy->auxiliary_w[hour] = auxiliary_w;
    return true;
}
