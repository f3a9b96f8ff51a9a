/* Policy files by a schema; every amount in whole pence. */
#include "input/policy_file.h"

#include <string.h>

#include "core/limits.h"
#include "input/yaml_file.h"

struct tariff_text {
    char *base_pence;
    char *per_km_pence;
    char *per_minute_pence;
    char *minimum_pence;
    char *single_cap_pence;
};

struct caps_text {
    char *day_pence;
    char *week_pence;
};

struct policy_text {
    struct tariff_text tariff;
    struct caps_text caps;
};

static const cyaml_schema_field_t TARIFF_FIELDS[] = {
    YAML_TEXT(base_pence, tariff_text),       YAML_TEXT(per_km_pence, tariff_text),
    YAML_TEXT(per_minute_pence, tariff_text), YAML_TEXT(minimum_pence, tariff_text),
    YAML_TEXT(single_cap_pence, tariff_text), CYAML_FIELD_END,
};

static const cyaml_schema_field_t CAPS_FIELDS[] = {
    YAML_TEXT(day_pence, caps_text),
    YAML_TEXT(week_pence, caps_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t POLICY_FIELDS[] = {
    CYAML_FIELD_MAPPING("tariff", CYAML_FLAG_DEFAULT, struct policy_text, tariff, TARIFF_FIELDS),
    CYAML_FIELD_MAPPING("caps", CYAML_FLAG_DEFAULT, struct policy_text, caps, CAPS_FIELDS),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t SCHEMA = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct policy_text, POLICY_FIELDS),
};

struct policy_file policy_file_default(void)
{
    return (struct policy_file){
        .tariff = {.base_pence = 100,
                   .per_km_pence = 40,
                   .per_minute_pence = 5,
                   .minimum_pence = 150,
                   .single_cap_pence = 300},
        .caps = {.day_pence = 750, .week_pence = 3000},
    };
}

/* "none" is no cap. */
static bool read_cap(const char *path, const char *key, const char *text, int64_t *value,
                     struct input_error *error)
{
    if (strcmp(text, "none") == 0) {
        *value = CAP_NONE_PENCE;
        return true;
    }
    return yaml_file_number(path, key, text, 0, PENCE_MAX, value, error);
}

static bool convert(const char *path, const struct policy_text *text, struct policy_file *policy,
                    struct input_error *error)
{
    struct {
        const char *key;
        const char *text;
        int64_t *value;
    } amounts[] = {
        {"tariff.base_pence", text->tariff.base_pence, &policy->tariff.base_pence},
        {"tariff.per_km_pence", text->tariff.per_km_pence, &policy->tariff.per_km_pence},
        {"tariff.per_minute_pence", text->tariff.per_minute_pence,
         &policy->tariff.per_minute_pence},
        {"tariff.minimum_pence", text->tariff.minimum_pence, &policy->tariff.minimum_pence},
        {"tariff.single_cap_pence", text->tariff.single_cap_pence,
         &policy->tariff.single_cap_pence},
    };
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        if (!yaml_file_number(path, amounts[i].key, amounts[i].text, 0, TARIFF_RATE_MAX_PENCE,
                              amounts[i].value, error))
            return false;
    }
    if (policy->tariff.single_cap_pence < policy->tariff.minimum_pence)
        return yaml_file_refuse(path, "tariff.single_cap_pence", "is below minimum_pence", error);
    return read_cap(path, "caps.day_pence", text->caps.day_pence, &policy->caps.day_pence, error) &&
           read_cap(path, "caps.week_pence", text->caps.week_pence, &policy->caps.week_pence,
                    error);
}

bool policy_file_load(const char *path, struct policy_file *policy, struct input_error *error)
{
    void *data;
    struct policy_file loaded = {0};
    if (!yaml_file_load(path, &SCHEMA, &data, error))
        return false;
    bool ok = convert(path, data, &loaded, error);
    yaml_file_free(&SCHEMA, data);
    if (ok)
        *policy = loaded;
    return ok;
}
