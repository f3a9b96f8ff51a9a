/* One function a kind of row. A number's key, text, range and place stand in a table that one loop
 * reads. */
#include "input/policy_rows.h"

#include <stdio.h>
#include <string.h>

#include "input/policy_text.h"
#include "input/policy_value.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct reading {
    struct policy_value at;
    struct policy_rows *rows;
    struct policy *policy;
};

static const char *kind_text(int word)
{
    return policy_kind_text((enum policy_kind)word);
}

static const char *mode_text(int word)
{
    return policy_mode_text((enum policy_mode)word);
}

static const char *loss_text(int word)
{
    return policy_loss_text((enum policy_loss)word);
}

static const char *use_text(int word)
{
    return policy_use_text((enum policy_use)word);
}

static const char *category_text(int word)
{
    return policy_category_text((enum policy_cost_category)word);
}

static const char *unit_text(int word)
{
    return policy_unit_text((enum policy_unit)word);
}

static const char *sharing_text(int word)
{
    static const char *const TEXTS[] = {"private", "shared"};
    return TEXTS[word];
}

static const char *any_text(int word)
{
    static const char *const TEXTS[] = {"any", "shared"};
    return TEXTS[word];
}

static const char *days_text(int word)
{
    static const char *const TEXTS[] = {"weekdays", "weekends", "all"};
    return TEXTS[word];
}

static const char *yes_text(int word)
{
    static const char *const TEXTS[] = {"no", "yes"};
    return TEXTS[word];
}

static bool read_row(const struct reading *reading, const struct row_text *text,
                     struct policy_row *row)
{
    return policy_value_text(&reading->at, "id", text->id, row->id, sizeof row->id) &&
           policy_value_text(&reading->at, "resolution", text->resolution, row->resolution,
                             sizeof row->resolution) &&
           policy_value_day(&reading->at, "valid_from", text->valid_from, &row->from_day) &&
           policy_value_day(&reading->at, "valid_until", text->valid_until, &row->until_day);
}

static bool read_hours(const struct reading *reading, const char *list,
                       const struct window_text *texts, uint32_t count, struct policy_hours *hours)
{
    for (uint32_t i = 0; i < count; i++) {
        struct policy_window *window = &hours->windows[i];
        char key[3][POLICY_VALUE_KEY_MAX];
        int days;
        snprintf(key[0], sizeof key[0], "%s[%u].days", list, i);
        snprintf(key[1], sizeof key[1], "%s[%u].from", list, i);
        snprintf(key[2], sizeof key[2], "%s[%u].until", list, i);
        if (!policy_value_word(&reading->at, key[0], texts[i].days, days_text, 3, &days) ||
            !policy_value_minute(&reading->at, key[1], texts[i].from, &window->from_minute) ||
            !policy_value_minute(&reading->at, key[2], texts[i].until, &window->until_minute))
            return false;
        if (window->until_minute <= window->from_minute)
            return policy_value_refuse(&reading->at, key[2],
                                       "is not after 'from', on the same day");
        window->weekdays = days != 1;
        window->free_days = days != 0;
    }
    hours->count = count;
    return true;
}

/* ---- Rows ---- */

static bool read_tariff(struct reading *reading, const struct row_text *row)
{
    const struct tariff_text *text = (const void *)row;
    struct policy_tariff *to = &reading->policy->tariffs[reading->policy->tariff_count++];
    const int64_t rate = TARIFF_RATE_MAX_PENCE;
    const struct policy_value_number numbers[] = {
        {"base_pence", text->base_pence, rate, &to->tariff.base_pence},
        {"per_km_pence", text->per_km_pence, rate, &to->tariff.per_km_pence},
        {"per_minute_pence", text->per_minute_pence, rate, &to->tariff.per_minute_pence},
        {"minimum_pence", text->minimum_pence, rate, &to->tariff.minimum_pence},
        {"single_cap_pence", text->single_cap_pence, rate, &to->tariff.single_cap_pence},
        {"off_peak_permille", text->off_peak_permille, POLICY_ALL_PERMILLE, &to->off_peak_permille},
    };
    int kind;
    int sharing;
    if (!read_row(reading, row, &to->row) ||
        !policy_value_word(&reading->at, "vehicle", text->vehicle, kind_text, POLICY_KIND_COUNT,
                           &kind) ||
        !policy_value_word(&reading->at, "sharing", text->sharing, sharing_text, 2, &sharing) ||
        !policy_value_numbers(&reading->at, numbers, COUNT(numbers)) ||
        !read_hours(reading, "off_peak", text->off_peak, text->off_peak_count, &to->off_peak))
        return false;
    to->kind = (enum policy_kind)kind;
    to->shared = sharing == 1;
    if ((text->off_peak_permille == NULL) != (text->off_peak_count == 0))
        return policy_value_refuse(
            &reading->at, text->off_peak_permille == NULL ? "off_peak" : "off_peak_permille",
            "off_peak_permille and off_peak go together");
    return to->tariff.single_cap_pence >= to->tariff.minimum_pence ||
           policy_value_refuse(&reading->at, "single_cap_pence", "is below minimum_pence");
}

static bool read_national(struct reading *reading, const struct row_text *row)
{
    const struct national_text *text = (const void *)row;
    struct policy_national *to = &reading->policy->national[reading->policy->national_count++];
    int sharing;
    if (!read_row(reading, row, &to->row) ||
        !policy_value_number(&reading->at, "single_pence", text->single_pence, 0,
                             TARIFF_RATE_MAX_PENCE, &to->single_pence) ||
        !policy_value_word(&reading->at, "sharing", text->sharing, any_text, 2, &sharing))
        return false;
    to->shared_only = sharing == 1;
    return true;
}

static bool read_caps(struct reading *reading, const struct row_text *row)
{
    const struct caps_text *text = (const void *)row;
    struct policy_caps *to = &reading->policy->caps[reading->policy->caps_count++];
    to->class = 0;
    while (to->class < reading->policy->class_count &&
           strcmp(reading->policy->classes[to->class], text->class) != 0)
        to->class ++;
    if (to->class == reading->policy->class_count)
        return policy_value_refuse(&reading->at, "class",
                                   "is no class of 'classes', which stand in this file or "
                                   "in one before");
    return read_row(reading, row, &to->row) &&
           policy_value_cap(&reading->at, "day_pence", text->day_pence, &to->caps.day_pence) &&
           policy_value_cap(&reading->at, "week_pence", text->week_pence, &to->caps.week_pence);
}

static bool read_concession(struct reading *reading, const struct row_text *row)
{
    const struct concession_text *text = (const void *)row;
    struct policy_concession *to =
        &reading->policy->concessions[reading->policy->concession_count++];
    int64_t scheme = 0;
    int sharing;
    if (!read_row(reading, row, &to->row) ||
        !policy_value_number(&reading->at, "scheme", text->scheme, 1, POLICY_SCHEMES_MAX,
                             &scheme) ||
        !policy_value_text(&reading->at, "name", text->name, to->name, sizeof to->name) ||
        !policy_value_text(&reading->at, "funder", text->funder, to->funder, sizeof to->funder) ||
        !policy_value_number(&reading->at, "rider_permille", text->rider_permille, 0,
                             POLICY_ALL_PERMILLE, &to->rider_permille) ||
        !policy_value_word(&reading->at, "sharing", text->sharing, any_text, 2, &sharing) ||
        !read_hours(reading, "hours", text->hours, text->hours_count, &to->hours))
        return false;
    to->scheme = (uint32_t)scheme;
    to->shared_only = sharing == 1;
    return true;
}

static bool read_fees(struct reading *reading, const struct row_text *row)
{
    const struct fees_text *text = (const void *)row;
    struct policy_fees *to = &reading->policy->fees[reading->policy->fees_count++];
    const struct policy_value_number numbers[] = {
        {"free_after_booking_s", text->free_after_booking_s, 86400, &to->free_after_booking_ms},
        {"free_before_pickup_s", text->free_before_pickup_s, 86400, &to->free_before_pickup_ms},
        {"cancel_pence", text->cancel_pence, TARIFF_RATE_MAX_PENCE, &to->cancel_pence},
        {"no_show_pence", text->no_show_pence, TARIFF_RATE_MAX_PENCE, &to->no_show_pence},
    };
    if (!read_row(reading, row, &to->row) ||
        !policy_value_numbers(&reading->at, numbers, COUNT(numbers)))
        return false;
    to->free_after_booking_ms *= 1000;
    to->free_before_pickup_ms *= 1000;
    return true;
}

static bool read_lateness(struct reading *reading, const struct row_text *row)
{
    const struct lateness_text *text = (const void *)row;
    struct policy_lateness *to = &reading->policy->lateness[reading->policy->lateness_count++];
    if (!read_row(reading, row, &to->row))
        return false;
    for (uint32_t i = 0; i < text->steps_count; i++) {
        struct policy_step *step = &to->steps[i];
        char key[2][POLICY_VALUE_KEY_MAX];
        snprintf(key[0], sizeof key[0], "steps[%u].late_s", i);
        snprintf(key[1], sizeof key[1], "steps[%u].back_permille", i);
        if (!policy_value_number(&reading->at, key[0], text->steps[i].late_s, 1, 86400,
                                 &step->late_ms) ||
            !policy_value_number(&reading->at, key[1], text->steps[i].back_permille, 1,
                                 POLICY_ALL_PERMILLE, &step->back_permille))
            return false;
        step->late_ms *= 1000;
    }
    to->step_count = text->steps_count;
    return true;
}

static bool read_vat(struct reading *reading, const struct row_text *row)
{
    const struct vat_text *text = (const void *)row;
    struct policy_vat *to = &reading->policy->vat[reading->policy->vat_count++];
    const struct policy_value_number numbers[] = {
        {"small_permille", text->small_permille, POLICY_ALL_PERMILLE,
         &to->rate_permille[POLICY_SMALL]},
        {"large_permille", text->large_permille, POLICY_ALL_PERMILLE,
         &to->rate_permille[POLICY_LARGE]},
    };
    return read_row(reading, row, &to->row) &&
           policy_value_numbers(&reading->at, numbers, COUNT(numbers));
}

static bool read_line(const struct reading *reading, uint32_t place, const struct line_text *text,
                      struct policy_line *line)
{
    char key[5][POLICY_VALUE_KEY_MAX];
    int use;
    snprintf(key[0], sizeof key[0], "lines[%u].name", place);
    snprintf(key[1], sizeof key[1], "lines[%u].to", place);
    snprintf(key[2], sizeof key[2], "lines[%u].fixed_pence", place);
    snprintf(key[3], sizeof key[3], "lines[%u].share_permille", place);
    snprintf(key[4], sizeof key[4], "lines[%u].most_pence", place);
    line->most_pence = POLICY_NONE_PENCE;
    if (!policy_value_text(&reading->at, key[0], text->name, line->name, sizeof line->name) ||
        !policy_value_word(&reading->at, key[1], text->to, use_text, POLICY_COUNCIL_REVENUE + 1,
                           &use) ||
        !policy_value_number(&reading->at, key[2], text->fixed_pence, 0, PENCE_MAX,
                             &line->fixed_pence) ||
        !policy_value_number(&reading->at, key[3], text->share_permille, 0, POLICY_ALL_PERMILLE,
                             &line->share_permille) ||
        !policy_value_cap(&reading->at, key[4], text->most_pence, &line->most_pence))
        return false;
    line->use = (enum policy_use)use;
    return true;
}

static bool read_waterfall(struct reading *reading, const struct row_text *row)
{
    const struct waterfall_text *text = (const void *)row;
    struct policy_waterfall *to = &reading->policy->waterfalls[reading->policy->waterfall_count++];
    int mode;
    int loss;
    if (!read_row(reading, row, &to->row) ||
        !policy_value_word(&reading->at, "mode", text->mode, mode_text, POLICY_OTHER + 1, &mode) ||
        !policy_value_word(&reading->at, "loss", text->loss, loss_text, POLICY_LOSS_COUNCIL + 1,
                           &loss) ||
        !policy_value_number(&reading->at, "rolling_years", text->rolling_years, 1, 10,
                             &to->rolling_years))
        return false;
    for (uint32_t i = 0; i < text->lines_count; i++) {
        if (!read_line(reading, i, &text->lines[i], &to->lines[i]))
            return false;
    }
    to->mode = (enum policy_mode)mode;
    to->loss = (enum policy_loss)loss;
    to->line_count = text->lines_count;
    return true;
}

static bool read_rates(const struct reading *reading, const struct cost_text *text,
                       struct policy_cost *to)
{
    const bool by_hour = text->by_hour_millipence_count > 0;
    if ((text->rate_millipence == NULL) != by_hour)
        return policy_value_refuse(
            &reading->at, by_hour ? "by_hour_millipence" : "category",
            "either rate_millipence or by_hour_millipence says what it costs");
    for (uint32_t hour = 0; hour < POLICY_HOURS; hour++) {
        char key[POLICY_VALUE_KEY_MAX] = "rate_millipence";
        if (by_hour)
            snprintf(key, sizeof key, "by_hour_millipence[%u]", hour);
        if (!policy_value_number(&reading->at, key,
                                 by_hour ? text->by_hour_millipence[hour] : text->rate_millipence,
                                 0, POLICY_MILLIPENCE_MAX, &to->rate_millipence[hour]))
            return false;
    }
    return !by_hour || to->unit == POLICY_PER_KWH ||
           policy_value_refuse(&reading->at, "by_hour_millipence", "goes with 'per: kwh' alone");
}

static bool read_cost(struct reading *reading, const struct row_text *row)
{
    const struct cost_text *text = (const void *)row;
    struct policy_cost *to = &reading->policy->costs[reading->policy->cost_count++];
    int category;
    int unit;
    int64_t area = 0;
    if (!read_row(reading, row, &to->row) ||
        !policy_value_word(&reading->at, "category", text->category, category_text,
                           POLICY_COST_CATEGORIES, &category) ||
        !policy_value_word(&reading->at, "per", text->per, unit_text, POLICY_UNIT_COUNT, &unit) ||
        !policy_value_text(&reading->at, "supplier", text->supplier, to->supplier,
                           sizeof to->supplier) ||
        !policy_value_number(&reading->at, "area", text->area, 1, UINT32_MAX, &area))
        return false;
    to->category = (enum policy_cost_category)category;
    to->unit = (enum policy_unit)unit;
    to->area = (uint32_t)area;
    if (area != 0 && policy_area(reading->policy, to->area) == NULL)
        return policy_value_refuse(&reading->at, "area",
                                   "is no area of 'areas', which stand in this file or in one "
                                   "before");
    return read_rates(reading, text, to);
}

/* ---- A file ---- */

typedef bool row_reader(struct reading *reading, const struct row_text *row);

/* The rows of one list, which begin with a row_text each. */
static bool read_list(struct reading *reading, enum policy_table table, const void *rows,
                      uint32_t count, size_t stride, row_reader *reader)
{
    const char *name = policy_fault_table_text(table);
    for (uint32_t i = 0; i < count; i++) {
        const struct row_text *row = (const void *)((const char *)rows + i * stride);
        const uint32_t place = policy_fault_row_count(reading->policy, table);
        reading->at.id = row->id;
        snprintf(reading->at.prefix, sizeof reading->at.prefix, "%s[%u].", name, i);
        if (place == policy_fault_row_max(table))
            return policy_value_refuse(&reading->at, "id", "there are more rows than fit");
        reading->rows->origins[table][place] =
            (struct policy_rows_origin){.file = reading->rows->file, .place = i};
        if (!reader(reading, row))
            return false;
    }
    reading->at.id = "";
    reading->at.prefix[0] = '\0';
    return true;
}

static bool read_classes(struct reading *reading, const struct policy_text *text)
{
    struct policy *policy = reading->policy;
    if (text->classes_count > 0 && policy->class_count > 0)
        return policy_value_refuse(&reading->at, "classes", "stands in two files");
    for (uint32_t i = 0; i < text->classes_count; i++) {
        char key[POLICY_VALUE_KEY_MAX];
        snprintf(key, sizeof key, "classes[%u]", i);
        if (!policy_value_text(&reading->at, key, text->classes[i], policy->classes[i],
                               sizeof policy->classes[i]))
            return false;
        policy->class_count++;
    }
    return true;
}

static bool read_holidays(struct reading *reading, const struct policy_text *text)
{
    struct policy *policy = reading->policy;
    for (uint32_t i = 0; i < text->holidays_count; i++) {
        char key[POLICY_VALUE_KEY_MAX];
        int32_t day;
        snprintf(key, sizeof key, "holidays[%u]", i);
        if (!policy_value_day(&reading->at, key, text->holidays[i], &day))
            return false;
        if (policy->holiday_count == POLICY_HOLIDAYS_MAX)
            return policy_value_refuse(&reading->at, key, "there are more holidays than fit");
        if (policy->holiday_count > 0 && day <= policy->holidays[policy->holiday_count - 1])
            return policy_value_refuse(&reading->at, key, "is not later than the one before");
        policy->holidays[policy->holiday_count++] = day;
    }
    return true;
}

static bool read_areas(struct reading *reading, const struct policy_text *text)
{
    struct policy *policy = reading->policy;
    for (uint32_t i = 0; i < text->areas_count; i++) {
        struct policy_area *area = &policy->areas[policy->area_count];
        int64_t number = 0;
        int local;
        snprintf(reading->at.prefix, sizeof reading->at.prefix, "areas[%u].", i);
        if (policy->area_count == POLICY_AREAS_MAX)
            return policy_value_refuse(&reading->at, "area", "there are more areas than fit");
        if (!policy_value_number(&reading->at, "area", text->areas[i].area, 1, UINT32_MAX,
                                 &number) ||
            !policy_value_text(&reading->at, "name", text->areas[i].name, area->name,
                               sizeof area->name) ||
            !policy_value_word(&reading->at, "local", text->areas[i].local, yes_text, 2, &local))
            return false;
        if (policy_area(policy, (uint32_t)number) != NULL)
            return policy_value_refuse(&reading->at, "area", "is the number of an earlier area");
        area->area = (uint32_t)number;
        area->is_local = local == 1;
        policy->area_count++;
    }
    reading->at.prefix[0] = '\0';
    return true;
}

static bool read_head(struct reading *reading, const struct policy_text *text)
{
    struct policy *policy = reading->policy;
    if (text->policy == NULL)
        return true;
    if (reading->rows->has_head)
        return policy_value_refuse(&reading->at, "policy", "stands in two files");
    reading->rows->has_head = true;
    reading->rows->head_file = reading->rows->file;
    snprintf(reading->at.prefix, sizeof reading->at.prefix, "policy.");
    if (!read_row(reading, &text->policy->row, &policy->row) ||
        !policy_value_text(&reading->at, "name", text->policy->name, policy->name,
                           sizeof policy->name))
        return false;
    reading->at.prefix[0] = '\0';
    return true;
}

static bool read_tables(struct reading *reading, const struct policy_text *text)
{
#define READ(table, list, reader)                                                                  \
    read_list(reading, table, text->list, text->list##_count, sizeof *text->list, reader)
    return READ(POLICY_TABLE_TARIFFS, tariffs, read_tariff) &&
           READ(POLICY_TABLE_NATIONAL, national_caps, read_national) &&
           READ(POLICY_TABLE_CAPS, rider_caps, read_caps) &&
           READ(POLICY_TABLE_CONCESSIONS, concessions, read_concession) &&
           READ(POLICY_TABLE_FEES, fees, read_fees) &&
           READ(POLICY_TABLE_LATENESS, compensation, read_lateness) &&
           READ(POLICY_TABLE_VAT, vat, read_vat) &&
           READ(POLICY_TABLE_WATERFALLS, waterfalls, read_waterfall) &&
           READ(POLICY_TABLE_COSTS, costs, read_cost);
#undef READ
}

/* The built-in policy with the amounts of `tariff` and `caps` for everybody. */
static bool read_short(struct reading *reading, const struct policy_text *text)
{
    const struct short_tariff_text *from = text->tariff;
    struct policy *policy = reading->policy;
    struct tariff tariff = {0};
    const int64_t rate = TARIFF_RATE_MAX_PENCE;
    if (from == NULL || text->caps == NULL)
        return policy_value_refuse(&reading->at, from == NULL ? "caps" : "tariff",
                                   "'tariff' and 'caps' go together, or else there is a 'policy'");
    const struct policy_value_number numbers[] = {
        {"tariff.base_pence", from->base_pence, rate, &tariff.base_pence},
        {"tariff.per_km_pence", from->per_km_pence, rate, &tariff.per_km_pence},
        {"tariff.per_minute_pence", from->per_minute_pence, rate, &tariff.per_minute_pence},
        {"tariff.minimum_pence", from->minimum_pence, rate, &tariff.minimum_pence},
        {"tariff.single_cap_pence", from->single_cap_pence, rate, &tariff.single_cap_pence},
    };
    policy_default(policy);
    if (!policy_value_numbers(&reading->at, numbers, COUNT(numbers)) ||
        !policy_value_cap(&reading->at, "caps.day_pence", text->caps->day_pence,
                          &policy->caps[0].caps.day_pence) ||
        !policy_value_cap(&reading->at, "caps.week_pence", text->caps->week_pence,
                          &policy->caps[0].caps.week_pence))
        return false;
    if (tariff.single_cap_pence < tariff.minimum_pence)
        return policy_value_refuse(&reading->at, "tariff.single_cap_pence",
                                   "is below minimum_pence");
    for (uint32_t i = 0; i < policy->tariff_count; i++)
        policy->tariffs[i].tariff = tariff;
    reading->rows->has_head = true;
    return true;
}

static bool is_long(const struct policy_text *text)
{
    return text->policy != NULL ||
           text->classes_count + text->holidays_count + text->areas_count + text->tariffs_count +
                   text->national_caps_count + text->rider_caps_count + text->concessions_count +
                   text->fees_count + text->compensation_count + text->vat_count +
                   text->waterfalls_count + text->costs_count >
               0;
}

static bool read_file(struct reading *reading, const struct policy_text *text)
{
    if (text->tariff == NULL && text->caps == NULL)
        return read_head(reading, text) && read_classes(reading, text) &&
               read_holidays(reading, text) && read_areas(reading, text) &&
               read_tables(reading, text);
    if (is_long(text) || reading->rows->has_head)
        return policy_value_refuse(&reading->at, text->tariff != NULL ? "tariff" : "caps",
                                   "the short form of a policy stands alone");
    return read_short(reading, text);
}

bool policy_rows_load(const char *path, struct policy_rows *rows, struct input_error *error)
{
    struct reading reading = {
        .at = {.path = path, .error = error, .id = ""}, .rows = rows, .policy = rows->policy};
    struct policy_text *text;
    if (!policy_text_load(path, &text, error))
        return false;
    const bool ok = read_file(&reading, text);
    policy_text_free(text);
    return ok;
}
