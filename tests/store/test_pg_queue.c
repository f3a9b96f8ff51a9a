/* First in, first out, over a small block, against a counter. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/random.h"
#include "folder.h"
#include "store/pg_queue.h"
#include "wire/codec_fact.h"

static void expect_item(const struct pg_queue_item *item, uint64_t seq)
{
    struct fact fact;
    cr_assert_eq(item->seq, seq);
    cr_assert_null(codec_fact_decode(item->body, item->length, &fact));
    cr_assert_eq(fact.seq, seq);
    cr_assert_eq(fact.kind, item->kind);
    cr_assert_eq(fact.at_ms, item->at_ms);
}

Test(pg_queue, gives_back_all_in_order_wherever_it_wraps)
{
    struct pg_queue queue;
    struct random random;
    uint64_t put = 0;
    uint64_t dropped = 0;
    random_init(&random, 7);
    cr_assert(pg_queue_init(&queue, 20000));
    for (int round = 0; round < 2000; round++) {
        for (uint64_t count = random_below(&random, 60); count-- > 0;) {
            if (!pg_queue_has_room(&queue, 1))
                break;
            const struct fact fact = folder_fact(++put);
            pg_queue_put(&queue, &fact);
        }
        size_t cursor = 0;
        struct pg_queue_item item;
        for (uint64_t count = random_below(&random, 60); count-- > 0;) {
            if (!pg_queue_next(&queue, &cursor, &item))
                break;
            expect_item(&item, ++dropped);
        }
        pg_queue_drop(&queue, cursor);
        cr_assert_eq(pg_queue_is_empty(&queue), put == dropped);
    }
    cr_expect_gt(put, 20000);
    pg_queue_done(&queue);
}

Test(pg_queue, has_room_for_what_it_says_and_no_more)
{
    struct pg_queue queue;
    uint64_t put = 0;
    cr_assert(pg_queue_init(&queue, 3 * CODEC_FACT_MAX));
    while (pg_queue_has_room(&queue, 1)) {
        const struct fact fact = folder_fact(++put);
        pg_queue_put(&queue, &fact);
    }
    cr_expect_gt(put, 2);
    cr_expect_leq(queue.tail, queue.capacity);
    pg_queue_done(&queue);
}
