/* The schema of docs/policy.md. Every value is text in it, so that each is read strictly later:
 * libcyaml takes "3x" for 3. */
#include "input/policy_text.h"

#include "core/policy.h"
#include "input/yaml_file.h"

#define TEXT_IN(type, key, member)                                                                 \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, struct type, member, 0, CYAML_UNLIMITED)
#define ROW(type)                                                                                  \
    TEXT_IN(type, "id", row.id), TEXT_IN(type, "resolution", row.resolution),                      \
        TEXT_IN(type, "valid_from", row.valid_from), TEXT_IN(type, "valid_until", row.valid_until)
#define LIST_FLAGS (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define LIST(name, type, entry, most)                                                              \
    CYAML_FIELD_SEQUENCE(#name, LIST_FLAGS, struct type, name, &(entry), 0, most)
#define ENTRY(type, fields)                                                                        \
    {                                                                                              \
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct type, fields)                               \
    }

static const cyaml_schema_value_t WORD = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t HEAD_FIELDS[] = {
    ROW(head_text),
    YAML_TEXT(name, head_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t AREA_FIELDS[] = {
    YAML_TEXT(area, area_text),
    YAML_TEXT(name, area_text),
    YAML_TEXT(local, area_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t AREA = ENTRY(area_text, AREA_FIELDS);

static const cyaml_schema_field_t WINDOW_FIELDS[] = {
    YAML_TEXT(days, window_text),
    YAML_TEXT(from, window_text),
    YAML_TEXT(until, window_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t WINDOW = ENTRY(window_text, WINDOW_FIELDS);

static const cyaml_schema_field_t TARIFF_FIELDS[] = {
    ROW(tariff_text),
    YAML_TEXT(vehicle, tariff_text),
    YAML_TEXT(sharing, tariff_text),
    YAML_TEXT(base_pence, tariff_text),
    YAML_TEXT(per_km_pence, tariff_text),
    YAML_TEXT(per_minute_pence, tariff_text),
    YAML_TEXT(minimum_pence, tariff_text),
    YAML_TEXT(single_cap_pence, tariff_text),
    YAML_TEXT_OPTIONAL(off_peak_permille, tariff_text),
    LIST(off_peak, tariff_text, WINDOW, POLICY_WINDOWS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t TARIFF = ENTRY(tariff_text, TARIFF_FIELDS);

static const cyaml_schema_field_t NATIONAL_FIELDS[] = {
    ROW(national_text),
    YAML_TEXT(single_pence, national_text),
    YAML_TEXT(sharing, national_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t NATIONAL = ENTRY(national_text, NATIONAL_FIELDS);

static const cyaml_schema_field_t CAPS_FIELDS[] = {
    ROW(caps_text),
    YAML_TEXT(class, caps_text),
    YAML_TEXT(day_pence, caps_text),
    YAML_TEXT(week_pence, caps_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t CAPS = ENTRY(caps_text, CAPS_FIELDS);

static const cyaml_schema_field_t CONCESSION_FIELDS[] = {
    ROW(concession_text),
    YAML_TEXT(scheme, concession_text),
    YAML_TEXT(name, concession_text),
    YAML_TEXT(funder, concession_text),
    YAML_TEXT(rider_permille, concession_text),
    YAML_TEXT(sharing, concession_text),
    LIST(hours, concession_text, WINDOW, POLICY_WINDOWS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t CONCESSION = ENTRY(concession_text, CONCESSION_FIELDS);

static const cyaml_schema_field_t FEES_FIELDS[] = {
    ROW(fees_text),
    YAML_TEXT(free_after_booking_s, fees_text),
    YAML_TEXT(free_before_pickup_s, fees_text),
    YAML_TEXT(cancel_pence, fees_text),
    YAML_TEXT(no_show_pence, fees_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t FEES = ENTRY(fees_text, FEES_FIELDS);

static const cyaml_schema_field_t STEP_FIELDS[] = {
    YAML_TEXT(late_s, step_text),
    YAML_TEXT(back_permille, step_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t STEP = ENTRY(step_text, STEP_FIELDS);

static const cyaml_schema_field_t LATENESS_FIELDS[] = {
    ROW(lateness_text),
    LIST(steps, lateness_text, STEP, POLICY_STEPS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t LATENESS = ENTRY(lateness_text, LATENESS_FIELDS);

static const cyaml_schema_field_t VAT_FIELDS[] = {
    ROW(vat_text),
    YAML_TEXT(small_permille, vat_text),
    YAML_TEXT(large_permille, vat_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t VAT = ENTRY(vat_text, VAT_FIELDS);

static const cyaml_schema_field_t LINE_FIELDS[] = {
    YAML_TEXT(name, line_text),
    YAML_TEXT(to, line_text),
    YAML_TEXT_OPTIONAL(fixed_pence, line_text),
    YAML_TEXT_OPTIONAL(share_permille, line_text),
    YAML_TEXT_OPTIONAL(most_pence, line_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t LINE = ENTRY(line_text, LINE_FIELDS);

static const cyaml_schema_field_t WATERFALL_FIELDS[] = {
    ROW(waterfall_text),
    YAML_TEXT(mode, waterfall_text),
    YAML_TEXT(rolling_years, waterfall_text),
    YAML_TEXT(loss, waterfall_text),
    LIST(lines, waterfall_text, LINE, POLICY_LINES_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t WATERFALL = ENTRY(waterfall_text, WATERFALL_FIELDS);

static const cyaml_schema_field_t COST_FIELDS[] = {
    ROW(cost_text),
    YAML_TEXT(category, cost_text),
    YAML_TEXT(per, cost_text),
    YAML_TEXT_OPTIONAL(rate_millipence, cost_text),
    CYAML_FIELD_SEQUENCE("by_hour_millipence", LIST_FLAGS, struct cost_text, by_hour_millipence,
                         &WORD, POLICY_HOURS, POLICY_HOURS),
    YAML_TEXT(supplier, cost_text),
    YAML_TEXT_OPTIONAL(area, cost_text),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t COST = ENTRY(cost_text, COST_FIELDS);

static const cyaml_schema_field_t SHORT_TARIFF_FIELDS[] = {
    YAML_TEXT(base_pence, short_tariff_text),       YAML_TEXT(per_km_pence, short_tariff_text),
    YAML_TEXT(per_minute_pence, short_tariff_text), YAML_TEXT(minimum_pence, short_tariff_text),
    YAML_TEXT(single_cap_pence, short_tariff_text), CYAML_FIELD_END,
};

static const cyaml_schema_field_t SHORT_CAPS_FIELDS[] = {
    YAML_TEXT(day_pence, short_caps_text),
    YAML_TEXT(week_pence, short_caps_text),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t POLICY_FIELDS[] = {
    CYAML_FIELD_MAPPING_PTR("tariff", LIST_FLAGS, struct policy_text, tariff, SHORT_TARIFF_FIELDS),
    CYAML_FIELD_MAPPING_PTR("caps", LIST_FLAGS, struct policy_text, caps, SHORT_CAPS_FIELDS),
    CYAML_FIELD_MAPPING_PTR("policy", LIST_FLAGS, struct policy_text, policy, HEAD_FIELDS),
    LIST(classes, policy_text, WORD, POLICY_CLASSES_MAX),
    LIST(holidays, policy_text, WORD, POLICY_HOLIDAYS_MAX),
    LIST(areas, policy_text, AREA, POLICY_AREAS_MAX),
    LIST(tariffs, policy_text, TARIFF, POLICY_TARIFFS_MAX),
    LIST(national_caps, policy_text, NATIONAL, POLICY_NATIONAL_MAX),
    LIST(rider_caps, policy_text, CAPS, POLICY_CAPS_MAX),
    LIST(concessions, policy_text, CONCESSION, POLICY_CONCESSION_MAX),
    LIST(fees, policy_text, FEES, POLICY_FEES_MAX),
    LIST(compensation, policy_text, LATENESS, POLICY_LATENESS_MAX),
    LIST(vat, policy_text, VAT, POLICY_VAT_MAX),
    LIST(waterfalls, policy_text, WATERFALL, POLICY_WATERFALLS_MAX),
    LIST(costs, policy_text, COST, POLICY_COSTS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t SCHEMA = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct policy_text, POLICY_FIELDS),
};

bool policy_text_load(const char *path, struct policy_text **text, struct input_error *error)
{
    void *data;
    if (!yaml_file_load(path, &SCHEMA, &data, error))
        return false;
    *text = data;
    return true;
}

void policy_text_free(struct policy_text *text)
{
    yaml_file_free(&SCHEMA, text);
}
