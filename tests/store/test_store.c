/* What every store promises, tried on the file journal and on PostgreSQL. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "store/store.h"

Test(store, reads_back_what_was_durable)
{
    struct folder folder;
    for (unsigned kind = 0; folder_make_kind(&folder, kind); kind++) {
        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        cr_expect_eq(folder.read_count, 0);
        folder_append(&folder, 1, 100);
        folder_append(&folder, 101, 101);
        folder_close(&folder);

        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        cr_expect_eq(folder.read_count, 101);
        cr_expect_eq(folder.read_last, 101);
        folder_append(&folder, 102, 110);
        folder_close(&folder);

        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        cr_expect_eq(folder.read_last, 110);
        cr_expect(store_is_well(folder.store));
        folder_close(&folder);
        folder_remove(&folder);
    }
}

Test(store, writes_in_one_batch_what_comes_while_it_is_busy)
{
    struct folder folder;
    for (unsigned kind = 0; folder_make_kind(&folder, kind); kind++) {
        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        for (uint64_t seq = 1; seq <= 50; seq++)
            folder_take(&folder, seq, seq);
        while (folder.durable < 50)
            uv_run(&folder.loop, UV_RUN_ONCE);
        cr_expect_leq(folder.durable_calls, 2, "%u syncs for 50 appends", folder.durable_calls);
        cr_expect_gt(store_sync_us(folder.store), 0);
        folder_close(&folder);
        folder_remove(&folder);
    }
}

Test(store, writes_what_it_took_before_it_closes)
{
    struct folder folder;
    for (unsigned kind = 0; folder_make_kind(&folder, kind); kind++) {
        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        folder_take(&folder, 1, 1);
        folder_take(&folder, 2, 1001);
        folder_close(&folder);
        cr_expect_eq(folder.durable, 1001);
        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        cr_expect_eq(folder.read_last, 1001);
        folder_close(&folder);
        folder_remove(&folder);
    }
}

/* Another dispatcher, on a thread with a loop of its own. */
struct second {
    struct folder folder;
    bool is_refused;
    atomic_bool is_done;
};

static void open_second(void *user)
{
    struct second *second = user;
    second->is_refused = !folder_open(&second->folder, 0);
    atomic_store(&second->is_done, true);
}

Test(store, is_locked_against_a_second_dispatcher)
{
    struct folder folder;
    for (unsigned kind = 0; folder_make_kind(&folder, kind); kind++) {
        struct second second = {.is_refused = false};
        uv_thread_t thread;
        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        folder_append(&folder, 1, 1);
        memcpy(second.folder.path, folder.path, sizeof folder.path);
        memcpy(second.folder.url, folder.url, sizeof folder.url);
        cr_assert_eq(uv_loop_init(&second.folder.loop), 0);
        cr_assert_eq(uv_thread_create(&thread, open_second, &second), 0);
        while (!atomic_load(&second.is_done))
            uv_run(&folder.loop, UV_RUN_NOWAIT);
        cr_assert_eq(uv_thread_join(&thread), 0);
        cr_expect(second.is_refused, "kind %u", kind);
        cr_expect(strstr(second.folder.failure, "another dispatcher") != NULL, "%s",
                  second.folder.failure);
        cr_assert_eq(uv_loop_close(&second.folder.loop), 0);
        folder_append(&folder, 2, 2);
        folder_close(&folder);
        folder_remove(&folder);
    }
}

Test(store, refuses_more_than_it_holds_and_takes_again_later)
{
    enum { BATCH = 1000 };
    struct folder folder;
    for (unsigned kind = 0; folder_make_kind(&folder, kind); kind++) {
        cr_assert(folder_open(&folder, 0), "%s", folder.failure);
        struct fact *facts = calloc(BATCH, sizeof *facts);
        cr_assert(facts != NULL);
        uint64_t last = 0;
        bool is_taken = true;
        for (int round = 0; round < 2000 && is_taken; round++) {
            for (uint64_t i = 0; i < BATCH; i++)
                facts[i] = folder_fact(last + 1 + i);
            is_taken = store_append(folder.store, facts, BATCH);
            last += is_taken ? BATCH : 0;
        }
        cr_expect_not(is_taken, "took %lu facts", (unsigned long)last);
        while (folder.durable < last)
            uv_run(&folder.loop, UV_RUN_ONCE);
        cr_expect(store_append(folder.store, facts, BATCH));
        folder_close(&folder);
        cr_expect_eq(folder.durable, last + BATCH);
        free(facts);
        folder_remove(&folder);
    }
}
