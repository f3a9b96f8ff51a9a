#include "input/climate_csv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "input_folder.h"

static bool read_text(const char *text, struct core_energy *energy, struct input_error *error)
{
    char folder[INPUT_FOLDER_MAX];
    char path[2 * INPUT_FOLDER_MAX];
    input_folder_make(folder);
    input_folder_put(folder, "climate.csv", text);
    snprintf(path, sizeof path, "%s/climate.csv", folder);
    const bool ok = climate_csv_read(path, energy, error);
    input_folder_remove(folder);
    return ok;
}

Test(climate_csv, sets_the_hours_that_it_names)
{
    struct core_energy energy = {.auxiliary_w = {500, 500, 500}};
    struct input_error error;
    cr_assert(read_text("hour,auxiliary_w\n1,2500\n23,0\n", &energy, &error), "%s", error.text);
    cr_expect_eq(energy.auxiliary_w[0], 500);
    cr_expect_eq(energy.auxiliary_w[1], 2500);
    cr_expect_eq(energy.auxiliary_w[2], 500);
}

Test(climate_csv, names_line_and_column_of_what_it_refuses)
{
    static const struct {
        const char *text;
        const char *where;
    } rows[] = {
        {"hour,auxiliary_w\n24,1\n", ":2: column 'hour'"},
        {"hour,auxiliary_w\n1,1\n1,1\n", ":3: column 'hour'"},
        {"hour,auxiliary_w\n1,100001\n", ":2: column 'auxiliary_w'"},
        {"hour\n1\n", "auxiliary_w"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct core_energy energy = {.drive_wh_per_km = 1};
        struct input_error error = {""};
        cr_expect_not(read_text(rows[i].text, &energy, &error), "row %zu", i);
        cr_expect_not_null(strstr(error.text, rows[i].where), "row %zu: %s", i, error.text);
    }
}
