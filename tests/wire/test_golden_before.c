/* Facts as releases of before wrote them: they are read in the terms of today, and what did not
 * change is written as ever. */
#include <criterion/criterion.h>
#include <string.h>

#include "golden.h"
#include "random_fact.h"
#include "wire/codec_fact.h"

/* Written before reasons were kept. */
static const struct golden facts_without_reasons[] = {
    {FACT_RIDE_BOOKED,
     "080110d1faa791b3df82f03762ac01088bb09291fb9193d96c1212095672fae1b58bcd3511d9f5b4"
     "1d9f7a39f11a0022250a0a0d00e9a4351599b9badb120a0d00e9a435154052fa4418062006280130"
     "80b08fe6b2772a0608f1f5c8f704320910feffffff0f18f30538deafc1def7cfaca67940ddefe7e4"
     "c8c185904348b5f7f796dac5c69d4c509f9ad5bcf5d8ad826258ffffffffffffffff7f68ffffffff"
     "ffffffff7f70a4f1aee7f4ce2378f0fb869f868e02800101880101"},
    {FACT_RIDE_REFUSED,
     "08ad8686c6fdaf83ade90110d2d98ca3e3e8bca07a6a6a0a1209021a6237e0d6a39c11ac80a9af07"
     "ba5fb912120941e3da0f17b85e56111d600aaa336b42f21a330a0a0d9c7a65f115acddb207120a0d"
     "4966891d1500d2496b1808200528013080b08fe6b27738e1a989f5be1e4080b08fe6b27720012880"
     "9ba40a308bc389fb07"},
    {FACT_SNAPSHOT_RIDE,
     "08ffffffffffffffffff01ea02e4010aaf0108e7aab1a9a0a7fd9bfd0112120900c3135502887980"
     "11ffffffffffffffff1a09094ad20dd4c0b9f2f222330a0a0d00175bca1500d2496b120a0d7f9e3e"
     "e1158211baac1807200228013089e19dbf8a283880b08fe6b27740d3a98cc3ce0d2a0910a7b1e480"
     "0d18f0053209109aa1f1820e18e40638b987cbe6f88c90cf2758ffad9fa4e2ee88e807609f85d0ac"
     "e3c2c7f01b68bac587b6af9691df3f78cf86b2aa9ddc168001018801a4e481e409100430ba9389e9"
     "c7ef0b38cf9ec1d1ae80fe861440a69992d2c7cf87f25648ffffffffffffffff7f50b0c5a5d4e882"
     "bff22c"},
};

/* Written before fares, classes of riders and kinds of vehicles were kept. */
static const struct golden facts_without_fares[] = {
    {FACT_VEHICLE_ENROLLED,
     "088babb7d7ad88e0ddb90110ffffffffffffffff7f5a1b08feffffff0f28ffffffffffffffff7f32"
     "0910c28ef5830918ae05"},
    {FACT_SNAPSHOT_RIDE,
     "08ffffffffffffffffff01ea02b5020ab40108e7aab1a9a0a7fd9bfd0112120900c3135502887980"
     "11ffffffffffffffff1a09094ad20dd4c0b9f2f222380a0a0d00175bca1500d2496b120a0d7f9e3e"
     "e1158211baac1807200228013089e19dbf8a283880b08fe6b27740d3a98cc3ce0d48e80750012a09"
     "10a7b1e4800d18f0053209109aa1f1820e18e40638b987cbe6f88c90cf2758ffad9fa4e2ee88e807"
     "609f85d0ace3c2c7f01b68bac587b6af9691df3f78cf86b2aa9ddc168001018801a4e481e4091004"
     "30ba9389e9c7ef0b38cf9ec1d1ae80fe861440a69992d2c7cf87f25648ffffffffffffffff7f50b0"
     "c5a5d4e882bff22c60f988bce70468f688ace2db8df2ee12723a08011087fc91e10c18e8ed9a7520"
     "97b193e581c1ece2082a2118c79cfef8a6c0bfe7910120d7a9f9e40628b1b8c62f30a3cbca0f38f0"
     "c8cecf01"},
};

Test(golden_before, facts_without_reasons_are_read_and_written_as_ever)
{
    for (size_t i = 0; i < sizeof facts_without_reasons / sizeof facts_without_reasons[0]; i++) {
        const struct golden *row = &facts_without_reasons[i];
        uint8_t bytes[GOLDEN_BYTES_MAX];
        struct fact fact;
        const char *why = codec_fact_decode(bytes, golden_bytes(row->hex, bytes), &fact);
        cr_assert_null(why, "%s", why);
        cr_assert_eq((int)fact.kind, row->kind);
        if (fact.kind == FACT_RIDE_BOOKED)
            cr_expect_eq(fact.booked.option_count, 0);
        if (fact.kind == FACT_RIDE_REFUSED) {
            cr_expect_eq(fact.refused.why.constraint, REASON_CONSTRAINT_NONE);
            cr_expect(!fact.refused.why.has_nearest);
        }
        if (fact.kind == FACT_SNAPSHOT_RIDE) {
            cr_expect_eq(fact.snapshot_ride.reason.option_count, 0);
            cr_expect_eq(fact.snapshot_ride.reason.moved_count, 0);
        }
        golden_expect("fact without a reason", row, bytes, codec_fact_encode(&fact, bytes));
    }
}

/* Written when riders' accounts began at 16. */
static const struct golden facts_of_the_first_chart[] = {
    {FACT_SNAPSHOT_ACCOUNT, "08ffffffffffffffffff01ca02141080808080808080804028a0c9a2b8aed7f5bd01"},
    {FACT_SNAPSHOT_TRANSFER,
     "08bfeefdbce4d99fe46710ffffffffffffffff7fd202270a25080110d68ae9dd92f4bcfe3318cfac"
     "ddd9d2e3d3f8e40120ae948ecf042892d7ca8f043804"},
    {FACT_SNAPSHOT,
     "08f7d6a4b4d4c0ecb2c801c202d50108ae83c694a3b3aea4a70110fdb983bd93808cb121199967c4"
     "f3d2756b9728ffffffffffffffffff013a77c685d7b1f38efa9835a8a3d6c8acf590f8a701f4dc93"
     "e5e6d8f787d401f1b0a9e1e3f0b1cb22000000b4d5aae2a6c2e9d3930100ffffffffffffffffff01"
     "ffffffffffffffffff0195dce2d3fec5a8ba0dd6a7d494bda1bdecda01f8e881cdba8982ba8701f3"
     "d19bc6bb968eb1cc01ef8fb3c581c8df3640a7cefcce868fe1836948ffffffffffffffffff015085"
     "fbabb4cff1dca82758938195c496a1c1f84460a1a59cc388f0e4de53"},
};

Test(golden_before, facts_of_the_first_chart_of_accounts_are_read_in_that_of_today)
{
    const uint32_t moved = LEDGER_RIDERS - 16;
    struct fact facts_read[3];
    for (size_t i = 0; i < 3; i++) {
        const struct golden *row = &facts_of_the_first_chart[i];
        uint8_t bytes[GOLDEN_BYTES_MAX];
        const char *why = codec_fact_decode(bytes, golden_bytes(row->hex, bytes), &facts_read[i]);
        cr_assert_null(why, "%s", why);
        cr_assert_eq((int)facts_read[i].kind, row->kind);
    }
    /* The bytes name no account debited, which is the first, and none credited but where they do.
     */
    const struct ledger_transfer *transfer = &facts_read[1].snapshot_transfer.transfer;
    cr_expect_eq(transfer->debit, 1239648814u + moved);
    cr_expect_eq(transfer->credit, 1106422674u + moved);
    cr_expect_eq(transfer->kind, LEDGER_VOID);
    cr_expect_eq(transfer->expires_ms, 0);
    cr_expect_eq(facts_read[0].snapshot_account.account, LEDGER_FARE_INCOME);
    cr_expect_eq(facts_read[2].snapshot.form, 0);
}

/* Written before rides kept what they came to. */
static const struct golden facts_without_bills[] = {
    {FACT_RIDE_CHARGED,
     "0882c1d6e2f5cbbfaa1610ffffffffffffffff7fa2011d0801108dbee78c94aa0218aff0ddd9e3a1"
     "0c20ffffffffffffffffff01"},
    {FACT_SNAPSHOT_RIDE,
     "08ffffffffffffffffff01ea02eb020aea0108e7aab1a9a0a7fd9bfd0112120900c3135502887980"
     "11ffffffffffffffff1a09094ad20dd4c0b9f2f222380a0a0d00175bca1500d2496b120a0d7f9e3e"
     "e1158211baac1807200228013089e19dbf8a283880b08fe6b27740d3a98cc3ce0d48e80750012a09"
     "10a7b1e4800d18f0053209109aa1f1820e18e40638b987cbe6f88c90cf2758ffad9fa4e2ee88e807"
     "609f85d0ace3c2c7f01b68bac587b6af9691df3f78cf86b2aa9ddc168001018801a4e481e409f001"
     "c2cda8dd03fa012c08d3cea3bc92e01e1880808080808040208287e5c1f7c50c389dbb98b8afae23"
     "40eab9e5de93fe3748085002100430ba9389e9c7ef0b38cf9ec1d1ae80fe861440a69992d2c7cf87"
     "f25648ffffffffffffffff7f50b0c5a5d4e882bff22c60f988bce70468f688ace2db8df2ee12723a"
     "08011087fc91e10c18e8ed9a752097b193e581c1ece2082a2118c79cfef8a6c0bfe7910120d7a9f9"
     "e40628b1b8c62f30a3cbca0f38f0c8cecf01"},
};

Test(golden_before, facts_without_bills_are_read_and_written_as_ever)
{
    for (size_t i = 0; i < sizeof facts_without_bills / sizeof facts_without_bills[0]; i++) {
        const struct golden *row = &facts_without_bills[i];
        uint8_t bytes[GOLDEN_BYTES_MAX];
        struct fact fact;
        const char *why = codec_fact_decode(bytes, golden_bytes(row->hex, bytes), &fact);
        cr_assert_null(why, "%s", why);
        cr_assert_eq((int)fact.kind, row->kind);
        golden_expect("fact without a bill", row, bytes, codec_fact_encode(&fact, bytes));
    }
}

/* Written when a rider had one day and one week: what the week's other days cost is not known. */
Test(golden_before, a_rider_of_before_has_the_weeks_charges_spread_over_its_days)
{
    static const char hex[] =
        "08011064da02230a12090100000000000000110200000000000000100518a4a00120f31628c80130f503";
    uint8_t bytes[GOLDEN_BYTES_MAX];
    struct fact fact;
    const char *why = codec_fact_decode(bytes, golden_bytes(hex, bytes), &fact);
    cr_assert_null(why, "%s", why);
    const struct caps_week *week = &fact.snapshot_rider.caps.weeks[2931 % CAPS_WEEKS];
    cr_expect_eq(week->week, 2931);
    cr_expect_eq(week->charged_pence, 501);
    static const int64_t fares[CAPS_DAYS] = {150, 151, 200};
    cr_expect(memcmp(week->fares_pence, fares, sizeof fares) == 0);
}

Test(golden_before, facts_without_fares_are_read_and_written_as_ever)
{
    for (size_t i = 0; i < sizeof facts_without_fares / sizeof facts_without_fares[0]; i++) {
        const struct golden *row = &facts_without_fares[i];
        uint8_t bytes[GOLDEN_BYTES_MAX];
        struct fact fact;
        cr_assert_null(codec_fact_decode(bytes, golden_bytes(row->hex, bytes), &fact));
        cr_expect_eq(fact.kind, (enum fact_kind)row->kind);
        golden_expect("older fact", row, bytes, codec_fact_encode(&fact, bytes));
    }
}
