/* TZif, version 2 and later: the second, 64-bit block. */
#include "input/timezone.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TZIF_MAX 65536 /* longest file, bytes */
#define HEADER   44
#define SPAN_S   (INT64_C(10) * 366 * 86400)
#define DAY_S    86400

/* One data block: where its parts begin. */
struct block {
    const uint8_t *times; /* 8 bytes each */
    const uint8_t *types; /* index into infos */
    const uint8_t *infos; /* 6 bytes each: offset (4), dst, abbreviation */
    uint32_t time_count;
    uint32_t info_count;
};

static uint32_t get_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

static int64_t get_i64(const uint8_t *bytes)
{
    return (int64_t)((uint64_t)get_u32(bytes) << 32 | get_u32(bytes + 4));
}

/* Bytes of the block whose header stands at `bytes`, with times of `width` bytes; 0 if absurd. */
static size_t block_size(const uint8_t *bytes, size_t width)
{
    uint64_t utc_count = get_u32(bytes + 20);
    uint64_t std_count = get_u32(bytes + 24);
    uint64_t leap_count = get_u32(bytes + 28);
    uint64_t time_count = get_u32(bytes + 32);
    uint64_t info_count = get_u32(bytes + 36);
    uint64_t char_count = get_u32(bytes + 40);
    uint64_t size = HEADER + time_count * (width + 1) + info_count * 6 + char_count +
                    leap_count * (width + 4) + std_count + utc_count;
    return size <= TZIF_MAX ? (size_t)size : 0;
}

static bool find_block(const uint8_t *bytes, size_t size, struct block *block)
{
    if (size < HEADER || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2')
        return false;
    size_t first = block_size(bytes, 4);
    if (first == 0 || size - HEADER < first || memcmp(bytes + first, "TZif", 4) != 0)
        return false;
    const uint8_t *second = bytes + first;
    size_t second_size = block_size(second, 8);
    if (second_size == 0 || second_size > size - first)
        return false;
    block->time_count = get_u32(second + 32);
    block->info_count = get_u32(second + 36);
    block->times = second + HEADER;
    block->types = block->times + (size_t)block->time_count * 8;
    block->infos = block->types + block->time_count;
    return block->info_count > 0;
}

static bool fill(const struct block *block, int64_t around_s, struct calendar *calendar)
{
    calendar->count = 1;
    calendar->changes[0] = (struct calendar_change){.from_ms = INT64_MIN / 2,
                                                    .offset_s = (int32_t)get_u32(block->infos)};
    for (uint32_t i = 0; i < block->time_count; i++) {
        int64_t at_s = get_i64(block->times + (size_t)i * 8);
        if (block->types[i] >= block->info_count)
            return false;
        int32_t offset_s = (int32_t)get_u32(block->infos + (size_t)block->types[i] * 6);
        if (at_s > around_s + SPAN_S)
            break;
        if (at_s < around_s - SPAN_S) {
            calendar->changes[0].offset_s = offset_s;
            continue;
        }
        if (calendar->count == CALENDAR_MAX)
            return false;
        calendar->changes[calendar->count++] =
            (struct calendar_change){.from_ms = at_s * 1000, .offset_s = offset_s};
    }
    return true;
}

/* A zone's name is letters, digits and "_+-/", so it cannot leave the folder. */
static bool is_zone_name(const char *name)
{
    static const char ALLOWED[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/";
    return name[0] != '\0' && name[0] != '/' && strlen(name) < 64 &&
           strspn(name, ALLOWED) == strlen(name);
}

bool timezone_load(const char *name, int64_t around_ms, struct calendar *calendar,
                   struct input_error *error)
{
    char path[PATH_MAX];
    static const char FOLDER[] = "/usr/share/zoneinfo";
    const char *folder = getenv("TZDIR") != NULL ? getenv("TZDIR") : FOLDER;
    if (!is_zone_name(name) ||
        snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return input_error_set(error, "'%.64s' is not the name of a time zone", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return input_error_set(error, "time zone '%s': %s: %s", name, path, strerror(errno));
    uint8_t *bytes = malloc(TZIF_MAX);
    size_t size = bytes != NULL ? fread(bytes, 1, TZIF_MAX, file) : 0;
    fclose(file);
    struct block block;
    struct calendar loaded;
    bool ok = find_block(bytes, size, &block) && fill(&block, around_ms / 1000, &loaded);
    free(bytes);
    if (!ok)
        return input_error_set(error, "time zone '%s': %s: is not a sound TZif file", name, path);
    *calendar = loaded;
    return true;
}

int64_t timezone_moment_ms(const struct calendar *calendar, int64_t day, int64_t second)
{
    int64_t civil_ms = (day * DAY_S + second) * 1000;
    int64_t moment_ms = civil_ms - (int64_t)calendar->changes[0].offset_s * 1000;
    for (uint32_t i = 1; i < calendar->count; i++) {
        int64_t later_ms = civil_ms - (int64_t)calendar->changes[i].offset_s * 1000;
        if (later_ms < calendar->changes[i].from_ms)
            break;
        moment_ms = later_ms;
    }
    return moment_ms;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t month_length(int64_t year, int month)
{
    static const int LENGTHS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return LENGTHS[month - 1] + (month == 2 && is_leap(year));
}

bool timezone_parse_day(const char *text, int64_t *day)
{
    int year;
    int month;
    int date;
    int length = 0;
    if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 ||
        sscanf(text, "%4d-%2d-%2d%n", &year, &month, &date, &length) != 3 || length != 10)
        return false;
    if (year < 1970 || month < 1 || month > 12 || date < 1 || date > month_length(year, month))
        return false;
    int64_t days = 0;
    for (int y = 1970; y < year; y++)
        days += is_leap(y) ? 366 : 365;
    for (int m = 1; m < month; m++)
        days += month_length(year, m);
    *day = days + date - 1;
    return true;
}

void timezone_format_day(int64_t day, char text[TIMEZONE_DAY_MAX])
{
    int64_t year = 1970;
    int month = 1;
    if (day < 0) {
        snprintf(text, TIMEZONE_DAY_MAX, "ever");
        return;
    }
    while (day >= (is_leap(year) ? 366 : 365)) {
        day -= is_leap(year) ? 366 : 365;
        year++;
    }
    while (day >= month_length(year, month)) {
        day -= month_length(year, month);
        month++;
    }
    snprintf(text, TIMEZONE_DAY_MAX, "%04d-%02d-%02d", (int)year, month, (int)day + 1);
}
