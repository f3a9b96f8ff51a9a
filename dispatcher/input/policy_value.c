/* libcyaml has found the keys; what they say is read here. */
#include "input/policy_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "core/policy.h"
#include "input/timezone.h"
#include "input/yaml_file.h"

bool policy_value_refuse(const struct policy_value *at, const char *key, const char *reason)
{
    char full[POLICY_VALUE_KEY_MAX];
    snprintf(full, sizeof full, "%s%s", at->prefix, key);
    if (at->id[0] == '\0')
        return yaml_file_refuse(at->path, full, reason, at->error);
    return input_error_set(at->error, "%s:%d: row '%s': key '%s': %s", at->path,
                           yaml_file_line(at->path, full), at->id, full, reason);
}

bool policy_value_number(const struct policy_value *at, const char *key, const char *text,
                         int64_t low, int64_t high, int64_t *value)
{
    char reason[160];
    if (text == NULL || yaml_file_parse(text, low, high, value))
        return true;
    snprintf(reason, sizeof reason, "'%.40s' is not a whole number from %" PRId64 " to %" PRId64,
             text, low, high);
    return policy_value_refuse(at, key, reason);
}

bool policy_value_numbers(const struct policy_value *at, const struct policy_value_number *numbers,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!policy_value_number(at, numbers[i].key, numbers[i].text, 0, numbers[i].high,
                                 numbers[i].value))
            return false;
    }
    return true;
}

bool policy_value_cap(const struct policy_value *at, const char *key, const char *text,
                      int64_t *value)
{
    if (text != NULL && strcmp(text, "none") == 0) {
        *value = POLICY_NONE_PENCE;
        return true;
    }
    return policy_value_number(at, key, text, 0, PENCE_MAX, value);
}

bool policy_value_word(const struct policy_value *at, const char *key, const char *text,
                       policy_value_words *text_of, int count, int *word)
{
    char reason[400];
    int used = snprintf(reason, sizeof reason, "'%.40s' is none of", text);
    for (int i = 0; i < count; i++) {
        if (strcmp(text, text_of(i)) == 0) {
            *word = i;
            return true;
        }
        used += snprintf(reason + used, sizeof reason - (size_t)used, "%s %s", i > 0 ? "," : "",
                         text_of(i));
    }
    return policy_value_refuse(at, key, reason);
}

bool policy_value_text(const struct policy_value *at, const char *key, const char *text, char *to,
                       size_t size)
{
    const size_t length = strlen(text);
    char reason[80];
    if (length == 0 || length >= size || !utf8_is_text(text, length)) {
        snprintf(reason, sizeof reason, "is not 1 to %zu bytes of text in one line", size - 1);
        return policy_value_refuse(at, key, reason);
    }
    memset(to, 0, size);
    memcpy(to, text, length + 1);
    return true;
}

bool policy_value_day(const struct policy_value *at, const char *key, const char *text,
                      int32_t *day)
{
    int64_t read;
    char reason[120];
    if (timezone_parse_day(text, &read) && read >= POLICY_DAY_MIN && read <= POLICY_DAY_MAX) {
        *day = (int32_t)read;
        return true;
    }
    snprintf(reason, sizeof reason, "'%.40s' is not a date like 2026-04-01", text);
    return policy_value_refuse(at, key, reason);
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

bool policy_value_minute(const struct policy_value *at, const char *key, const char *text,
                         uint16_t *minute)
{
    char reason[120];
    if (strlen(text) == 5 && is_digit(text[0]) && is_digit(text[1]) && text[2] == ':' &&
        is_digit(text[3]) && is_digit(text[4])) {
        const int hours = (text[0] - '0') * 10 + text[1] - '0';
        const int minutes = (text[3] - '0') * 10 + text[4] - '0';
        if (minutes < 60 && hours * 60 + minutes <= 24 * 60) {
            *minute = (uint16_t)(hours * 60 + minutes);
            return true;
        }
    }
    snprintf(reason, sizeof reason, "'%.40s' is not a time of day like \"09:30\", to \"24:00\"",
             text);
    return policy_value_refuse(at, key, reason);
}
