#include "input/speeds_csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "input_folder.h"

static bool read_text(const char *text, struct road_speeds_profile *profile,
                      struct input_error *error)
{
    char folder[INPUT_FOLDER_MAX];
    char path[2 * INPUT_FOLDER_MAX];
    input_folder_make(folder);
    input_folder_put(folder, "speeds.csv", text);
    snprintf(path, sizeof path, "%s/speeds.csv", folder);
    const bool ok = speeds_csv_read(path, profile, error);
    input_folder_remove(folder);
    return ok;
}

Test(speeds_csv, reads_rows_for_one_class_or_for_all)
{
    struct road_speeds_profile profile;
    struct input_error error;
    cr_assert(read_text("hour,permille\n8,500\n23,100\n", &profile, &error), "%s", error.text);
    for (uint32_t class = 0; class < ROAD_SPEEDS_CLASSES; class ++) {
        cr_expect_eq(profile.permille[class][7], 1000);
        cr_expect_eq(profile.permille[class][8], 500);
        cr_expect_eq(profile.permille[class][23], 100);
    }
    cr_assert(read_text("class,permille,hour\n6,900,0\n,800,1\n0,700,0\n", &profile, &error));
    cr_expect_eq(profile.permille[0][0], 700);
    cr_expect_eq(profile.permille[1][0], 1000);
    cr_expect_eq(profile.permille[6][0], 900);
    cr_expect_eq(profile.permille[3][1], 800);
    cr_expect(road_speeds_profile_valid(&profile));
}

Test(speeds_csv, names_line_and_column_of_what_it_refuses)
{
    static const struct {
        const char *text;
        const char *where;
    } rows[] = {
        {"hour\n8\n", "permille"},
        {"hour,permille\n24,500\n", "speeds.csv:2: column 'hour'"},
        {"hour,permille\n1,99\n", "speeds.csv:2: column 'permille'"},
        {"hour,permille\n1,1001\n", "speeds.csv:2: column 'permille'"},
        {"class,hour,permille\n7,1,500\n", "speeds.csv:2: column 'class'"},
        {"class,hour,permille\n2,1,500\n2,2,500\n,1,500\n", "speeds.csv:4: column 'hour'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct road_speeds_profile profile;
        struct input_error error = {""};
        cr_expect_not(read_text(rows[i].text, &profile, &error), "row %zu is taken", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
    }
}
