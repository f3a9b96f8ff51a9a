/* The file journal: what was durable is read back; what was torn is cut; what is corrupt is named.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "store/segment.h"

Test(store_file, begins_a_new_segment_when_one_is_full)
{
    struct folder folder;
    folder_make(&folder);
    cr_assert(folder_open(&folder, 1000));
    for (uint64_t first = 1; first <= 91; first += 10)
        folder_append(&folder, first, first + 9);
    cr_expect_gt(folder.closed_segment, 0);
    folder_close(&folder);
    cr_assert(folder_open(&folder, 1000), "%s", folder.failure);
    cr_expect_eq(folder.read_last, 100);
    cr_expect_gt(store_file_summary(folder.store)->segment_count, 3);
    folder_close(&folder);

    /* A segment in the middle taken away is noticed. */
    unlink(folder_segment(&folder, folder.closed_segment + 1));
    bool opened = folder_open(&folder, 1000);
    if (opened) /* it was the last one: nothing follows that could miss it */
        folder_close(&folder);
    unlink(folder_segment(&folder, 1));
    cr_expect_not(folder_open(&folder, 1000));
    cr_expect(strstr(folder.failure, "facts are missing") != NULL, "%s", folder.failure);
    folder_remove(&folder);
}

/* Cut the last batch anywhere: the facts before it are read, the rest is cut, writing goes on. */
Test(store_file, cuts_a_torn_tail_wherever_it_is_torn)
{
    struct folder folder;
    folder_make(&folder);
    cr_assert(folder_open(&folder, 0));
    folder_append(&folder, 1, 10);
    folder_close(&folder);
    long whole = folder_size(folder_segment(&folder, 1));
    cr_assert(folder_open(&folder, 0));
    folder_append(&folder, 11, 12);
    folder_close(&folder);
    long longer = folder_size(folder_segment(&folder, 1));
    for (long size = longer - 1; size >= whole; size -= 3) {
        folder_cut(folder_segment(&folder, 1), size);
        cr_assert(folder_open(&folder, 0), "cut to %ld: %s", size, folder.failure);
        cr_expect(folder.read_last == 10 || folder.read_last == 11, "cut to %ld", size);
        folder_append(&folder, folder.read_last + 1, 12);
        folder_close(&folder);
        cr_assert(folder_open(&folder, 0));
        cr_expect_eq(folder.read_last, 12, "after a cut to %ld", size);
        folder_close(&folder);
    }
    folder_remove(&folder);
}

Test(store_file, takes_a_flipped_bit_in_the_last_batch_for_a_torn_tail)
{
    struct folder folder;
    folder_make(&folder);
    cr_assert(folder_open(&folder, 0));
    folder_append(&folder, 1, 5);
    folder_append(&folder, 6, 9);
    folder_close(&folder);
    folder_flip(folder_segment(&folder, 1), folder_size(folder_segment(&folder, 1)) - 1);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.read_last, 8);
    folder_close(&folder);
    folder_remove(&folder);
}

Test(store_file, names_file_and_offset_of_a_corrupt_record)
{
    struct folder folder;
    char expected[256];
    folder_make(&folder);
    cr_assert(folder_open(&folder, 0));
    for (uint64_t seq = 1; seq <= 20; seq++)
        folder_append(&folder, seq, seq);
    folder_close(&folder);
    folder_flip(folder_segment(&folder, 1), SEGMENT_HEADER_SIZE + 20);
    cr_expect_not(folder_open(&folder, 0));
    snprintf(expected, sizeof expected, "%s: offset %d: the record is corrupt",
             folder_segment(&folder, 1), SEGMENT_HEADER_SIZE);
    cr_expect_str_eq(folder.failure, expected);
    folder_remove(&folder);
}

Test(store_file, refuses_a_foreign_file_and_a_damaged_header)
{
    struct folder folder;
    folder_make(&folder);
    cr_assert(folder_open(&folder, 0));
    folder_append(&folder, 1, 5);
    folder_close(&folder);
    folder_flip(folder_segment(&folder, 1), 20);
    cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, "has a damaged header") != NULL, "%s", folder.failure);
    folder_flip(folder_segment(&folder, 1), 20);
    folder_flip(folder_segment(&folder, 1), 0);
    cr_expect_not(folder_open(&folder, 0));
    cr_expect(strstr(folder.failure, "is not a journal file of this program") != NULL, "%s",
              folder.failure);
    folder_remove(&folder);
}

Test(store_file, goes_on_where_a_segment_was_only_begun)
{
    struct folder folder;
    folder_make(&folder);
    cr_assert(folder_open(&folder, 0));
    folder_append(&folder, 1, 5);
    folder_close(&folder);
    FILE *unborn = fopen(folder_segment(&folder, 6), "wb");
    fwrite("CWJOU", 1, 5, unborn);
    fclose(unborn);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.read_last, 5);
    folder_append(&folder, 6, 7);
    folder_close(&folder);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.read_last, 7);
    folder_close(&folder);
    folder_remove(&folder);
}

Test(store_file, acknowledges_nothing_after_a_failed_write)
{
    struct folder folder;
    folder_make(&folder);
    cr_assert(folder_open(&folder, 100));
    folder_append(&folder, 1, 10); /* the segment is now full; the next needs a new file */
    char away[80];
    snprintf(away, sizeof away, "%s-away", folder.path);
    cr_assert_eq(rename(folder.path, away), 0);
    struct fact fact = folder_fact(11);
    cr_assert(store_append(folder.store, &fact, 1));
    uv_run(&folder.loop, UV_RUN_DEFAULT);
    cr_expect(folder.failed);
    cr_expect_eq(folder.durable, 10);
    fact = folder_fact(12);
    cr_expect_not(store_append(folder.store, &fact, 1));
    folder_close(&folder);
    cr_assert_eq(rename(away, folder.path), 0);
    folder_remove(&folder);
}

struct few {
    uint64_t next;
    uint64_t count;
};

static bool next_fact(void *user, struct fact *fact)
{
    struct few *few = user;
    if (few->next > few->count)
        return false;
    *fact =
        (struct fact){.kind = FACT_SNAPSHOT_RIDER,
                      .snapshot_rider = {.rider = {1, few->next}, .number = (uint32_t)few->next}};
    few->next++;
    return true;
}

Test(store_file, starts_from_a_snapshot_and_passes_over_a_damaged_one)
{
    struct folder folder;
    struct store_error error;
    char path[128];
    folder_make(&folder);
    cr_assert(folder_open(&folder, 0));
    folder_append(&folder, 1, 100);
    folder_close(&folder);
    struct few few = {.next = 1, .count = 7};
    cr_assert(journal_snapshot(folder.path, 90, next_fact, &few, &error), "%s", error.text);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.snapshot_facts, 7);
    cr_expect_eq(folder.read_count, 10);
    folder_close(&folder);

    snprintf(path, sizeof path, "%s/snapshot-%020d.snap", folder.path, 90);
    folder_flip(path, folder_size(path) / 2);
    cr_assert(folder_open(&folder, 0), "%s", folder.failure);
    cr_expect_eq(folder.snapshot_facts, 0);
    cr_expect_eq(folder.read_count, 100);
    cr_expect_str_eq(store_file_summary(folder.store)->damaged_snapshot, path);
    folder_close(&folder);
    folder_remove(&folder);
}
