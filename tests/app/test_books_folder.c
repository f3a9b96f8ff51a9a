/* Published once and whole, and one digit that is another is named. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/books_folder.h"

static struct books_sheets sheets;

struct place {
    char top[64]; /* a folder of the test's own */
    char books[96];
};

static struct place make_place(void)
{
    struct place place = {.top = "/tmp/commonwheel-books-XXXXXX"};
    cr_assert_not_null(mkdtemp(place.top));
    snprintf(place.books, sizeof place.books, "%s/march", place.top);
    memset(&sheets, 0, sizeof sheets);
    memcpy(sheets.period, "2026-03", sizeof "2026-03");
    memcpy(sheets.timezone, "Europe/London", sizeof "Europe/London");
    sheets.last_fact = 812;
    sheets.settlement_fact = 834;
    memset(sheets.policy, 0x3e, sizeof sheets.policy);
    sheets.local_count = 2;
    sheets.local[0] = 3;
    sheets.local[1] = 17;
    books_init(&sheets.books, NULL, 20513, 20544);
    sheets.books.income[BOOKS_SMALL_SHARED] =
        (struct books_income){.rides = 40, .riders_pence = 7312};
    return place;
}

static void remove_place(const struct place *place)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", place->top);
    cr_assert_eq(system(command), 0);
}

static void write_books(const struct place *place)
{
    struct store_error error;
    cr_assert(books_folder_write(&sheets, place->books, &error), "%s", error.text);
}

/* Compare; what is said goes to `said`. */
static uint64_t compare(const struct place *place, char **said)
{
    struct store_error error;
    size_t size;
    uint64_t differences;
    FILE *out = open_memstream(said, &size);
    cr_assert_not_null(out);
    cr_assert(books_folder_compare(&sheets, place->books, out, &differences, &error));
    fclose(out);
    return differences;
}

/* Make a file in the books anew. */
static void overwrite(const struct place *place, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", place->books, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

Test(books_folder, is_written_and_is_the_same)
{
    struct place place = make_place();
    char *said;
    write_books(&place);
    cr_expect_eq(compare(&place, &said), 0, "%s", said);
    free(said);
    struct store_error error;
    cr_expect_not(books_folder_write(&sheets, place.books, &error));
    cr_expect_not_null(strstr(error.text, "march: the folder is not empty"), "%s", error.text);
    char rest[128];
    snprintf(rest, sizeof rest, "test \"$(ls '%s')\" = march", place.top);
    cr_expect_eq(system(rest), 0, "nothing but the books is left");
    remove_place(&place);
}

Test(books_folder, is_written_into_an_empty_folder_named_with_a_slash)
{
    struct place place = make_place();
    cr_assert_eq(mkdir(place.books, 0700), 0);
    snprintf(place.books, sizeof place.books, "%s/march/", place.top);
    write_books(&place);
    remove_place(&place);
}

Test(books_folder, leaves_nothing_where_it_cannot_write)
{
    struct place place = make_place();
    struct store_error error;
    snprintf(place.books, sizeof place.books, "%s/not/there", place.top);
    cr_expect_not(books_folder_write(&sheets, place.books, &error));
    cr_expect_not_null(strstr(error.text, "No such file"), "%s", error.text);
    char rest[128];
    snprintf(rest, sizeof rest, "test -z \"$(ls '%s')\"", place.top);
    cr_expect_eq(system(rest), 0);
    remove_place(&place);
}

Test(books_folder, names_each_difference)
{
    static const struct {
        const char *name;
        const char *text;
        uint64_t differences;
        const char *said;
    } ROWS[] = {
        {"concessions.csv", "scheme,rides,due_pence\ntotal,0,1\n", 1,
         "concessions.csv:2: row 'total', column 'due_pence': published '1', recomputed '0'\n"},
        {"concessions.csv", "scheme,rides,due_pence\ntotal,3,1\n", 2, "column 'rides'"},
        {"concessions.csv", "scheme,rides,due_pence\n", 1,
         "concessions.csv:2: row: published '', recomputed 'total,0,0'\n"},
        {"concessions.csv", "scheme,rides,due_pence\ntotal,0,0\n9,1,1\n", 1,
         "concessions.csv:3: row: published '9,1,1', recomputed ''\n"},
        {"concessions.csv", "scheme,rides,due_pence\ntotal,0,0", 1, "end of file"},
        {"concessions.csv", "scheme,rides,owed\ntotal,0,0\n", 1, "concessions.csv:1: row:"},
        {"concessions.csv", "", 2, "concessions.csv:1: row: published ''"},
    };
    struct place place = make_place();
    write_books(&place);
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char *said;
        overwrite(&place, ROWS[i].name, ROWS[i].text);
        cr_expect_eq(compare(&place, &said), ROWS[i].differences, "row %u: %s", i, said);
        cr_expect_not_null(strstr(said, ROWS[i].said), "row %u: %s", i, said);
        free(said);
    }
    char path[160];
    char *said;
    snprintf(path, sizeof path, "%s/concessions.csv", place.books);
    unlink(path);
    cr_expect_eq(compare(&place, &said), 1);
    cr_expect_str_eq(said, "concessions.csv:0: file: published 'nothing', recomputed 'a file'\n");
    free(said);
    remove_place(&place);
}

Test(books_folder, says_what_the_books_are_made_from)
{
    static struct books_sheets read;
    struct place place = make_place();
    struct store_error error;
    write_books(&place);
    cr_assert(books_folder_about(place.books, &read, &error), "%s", error.text);
    cr_expect_str_eq(read.period, "2026-03");
    cr_expect_str_eq(read.timezone, "Europe/London");
    cr_expect_not(read.is_whole);
    cr_expect_eq(read.last_fact, 812);
    cr_expect_eq(read.settlement_fact, 834);
    cr_expect_arr_eq(read.policy, sheets.policy, sizeof read.policy);
    cr_expect_eq(read.local_count, 2);
    cr_expect_eq(read.local[1], 17);
    remove_place(&place);
}

Test(books_folder, refuses_what_says_nothing_sound_of_itself)
{
    static const struct {
        const char *text;
        const char *error;
    } ROWS[] = {
        {"", "names no period"},
        {"item,value\nformat,2\n", "about.csv:2: 'format'"},
        {"item,value\nperiod,2026-03-01\n", "about.csv:2: 'period'"},
        {"item,value\nlast_fact,0\n", "about.csv:2: 'last_fact'"},
        {"item,value\nlast_fact,-1\n", "about.csv:2: 'last_fact'"},
        {"item,value\nsettlement_fact,x\n", "about.csv:2: 'settlement_fact'"},
        {"item,value\nwhole,perhaps\n", "about.csv:2: 'whole'"},
        {"item,value\nlocal_areas,1 x\n", "about.csv:2: 'local_areas'"},
        {"item,value\npolicy,3e\n", "about.csv:2: 'policy'"},
        {"item,value\ncolour,red\n", "about.csv:2: 'colour'"},
        {"item,value\nperiod,2026-03\nlast_fact,1\n", "names no period, time zone"},
    };
    static struct books_sheets read;
    struct place place = make_place();
    struct store_error error;
    write_books(&place);
    for (uint32_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        overwrite(&place, "about.csv", ROWS[i].text);
        cr_expect_not(books_folder_about(place.books, &read, &error), "row %u", i);
        cr_expect_not_null(strstr(error.text, ROWS[i].error), "row %u: %s", i, error.text);
    }
    remove_place(&place);
    cr_expect_not(books_folder_about(place.books, &read, &error));
    cr_expect_not_null(strstr(error.text, "is not there"), "%s", error.text);
}
