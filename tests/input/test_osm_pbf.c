/* The frame of PBF files: what is wrong with one, and at which byte. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/osm_pbf.h"
#include "pbf_writer.h"

static bool check(const void *bytes, size_t size, struct input_error *error)
{
    FILE *file = tmpfile();
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    bool ok = osm_pbf_check("a.pbf", file, error);
    fclose(file);
    return ok;
}

Test(osm_pbf, accepts_what_the_writer_writes)
{
    for (int with_zlib = 0; with_zlib < 2; with_zlib++) {
        struct pbf_bytes file = pbf_writer_convert(TEST_DATA "/town.osm", with_zlib == 1);
        struct input_error error = {.text = ""};
        cr_expect(check(file.bytes, file.size, &error), "%s", error.text);
        free(file.bytes);
    }
}

Test(osm_pbf, names_what_is_wrong_and_where)
{
#define ROW(bytes, why)                                                                            \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, why                                                              \
    }
#define FIRST "\0\0\0\x0d\x0a\x09OSMHeader\x18\x03\x0a\x01x"
    static const struct {
        const char *bytes;
        size_t size;
        const char *why;
    } rows[] = {
        ROW("", "a.pbf: is empty, at byte 0"),
        ROW("\0\0", "a.pbf: is cut short, at byte 0"),
        ROW("<?xml version=\"1.0\"?>", "a.pbf: is no PBF file, at byte 0"),
        ROW("\0\0\0\x0d\x0a\x09OSM", "a.pbf: is cut short, at byte 0"),
        ROW("\0\0\0\x02\x0a\x09", "a.pbf: a blob's header is damaged, at byte 0"),
        ROW("\0\0\0\x0b\x0a\x07OSMData\x18\x03\x0a\x01x",
            "a.pbf: does not begin with an OSMHeader, at byte 0"),
        ROW("\0\0\0\x0d\x0a\x09OSMHeader\x18\x00",
            "a.pbf: a blob's size is out of range, at byte 0"),
        ROW("\0\0\0\x11\x0a\x09OSMHeader\x18\x80\x80\x80\x80\x08",
            "a.pbf: a blob's size is out of range, at byte 0"),
        ROW("\0\0\0\x0d\x0a\x09OSMHeader\x18\x03\x0a", "a.pbf: is cut short, at byte 0"),
        ROW("\0\0\0\x0d\x0a\x09OSMHeader\x18\x03\x22\x01x",
            "a.pbf: a blob is compressed by another method than zlib, at byte 0"),
        ROW("\0\0\0\x0d\x0a\x09OSMHeader\x18\x03\x0a\x02x", "a.pbf: a blob is damaged, at byte 0"),
        ROW("\0\0\0\x0d\x0a\x09OSMHeader\x18\x03\x1a\x01x",
            "a.pbf: a blob has no sound data, at byte 0"),
        ROW(FIRST "\0\0\0\x0d\x0a\x09OSMHeader\x18\x03\x0a\x01x",
            "a.pbf: holds a blob that is no OSMData, at byte 20"),
        ROW(FIRST "\0\1\0\1", "a.pbf: a blob's header has a length out of range, at byte 20"),
        ROW(FIRST "\0", "a.pbf: is cut short, at byte 20"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct input_error error = {.text = ""};
        cr_expect_not(check(rows[i].bytes, rows[i].size, &error), "row %zu", i);
        cr_expect_str_eq(error.text, rows[i].why, "row %zu: %s", i, error.text);
    }
}
