/* The bytes of one request, response, frame and fact of each kind. Where one changes, clients and
 * vehicles in the street, or journals on disk, may no longer be understood: then the change is
 * wrong, not this table. Fields may only be added. */
#include <criterion/criterion.h>
#include <string.h>

#include "random_fact.h"
#include "sample.h"
#include "wire/codec_client.h"
#include "wire/codec_fact.h"

#define BYTES_MAX 4096

struct golden {
    int kind;
    const char *hex;
};

static void expect_hex(const char *what, const struct golden *golden, const uint8_t *bytes,
                       size_t size)
{
    char hex[2 * BYTES_MAX + 1] = "";
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    cr_expect_str_eq(hex, golden->hex, "%s %d: %s", what, golden->kind, hex);
}

static const struct golden requests[] = {
    {EVENT_QUOTE, "0a330a0a0dd01fbf1e15589636fe120a0d6102c01e15deb534fe1803200128013080fbe2eaca3338"
                  "c0ca87ebca334080b9f5ebca33"},
    {EVENT_BOOK, "0a2430313931653062342d356432632d376363332d393861312d3366376430613262366335351233"
                 "0a0a0dd01fbf1e15589636fe120a0d6102c01e15deb534fe1803200128013080fbe2eaca3338c0ca"
                 "87ebca334080b9f5ebca33189a03"},
    {EVENT_CANCEL, "08ac02"},
    {EVENT_GET_RIDE, "08ac02"},
    {EVENT_LIST_VEHICLES, "0832120a34323934393637323935"},
    {EVENT_GET_STATISTICS, ""},
    {EVENT_CLOSE_ROAD, "0a0a0dd01fbf1e15589636fe10e7021a0d57c3a4726d656c656974756e67"},
    {EVENT_OPEN_ROAD, "18f1a204"},
    {EVENT_LIST_CLOSURES, "08071203313030"},
};

Test(golden, requests)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct event event = sample_event((enum event_kind)requests[i].kind);
        uint8_t bytes[BYTES_MAX];
        size_t size = 0;
        cr_assert(codec_client_request(&event, bytes, &size));
        expect_hex("request", &requests[i], bytes, size);
    }
}

static const struct golden frames_up[] = {
    {EVENT_HELLO, "0a130a0a0dd01fbf1e15589636fe1080fbe2eaca33"},
    {EVENT_TELEMETRY, "121c08e907120a0dd01fbf1e15589636fe18f4fee2eaca3320e70228db07"},
    {EVENT_REPORT, "1a0e08ea0710051806200128ac023002"},
};

Test(golden, frames_from_vehicles)
{
    for (size_t i = 0; i < sizeof frames_up / sizeof frames_up[0]; i++) {
        struct event event = sample_event((enum event_kind)frames_up[i].kind);
        uint8_t bytes[BYTES_MAX];
        expect_hex("frame up", &frames_up[i], bytes, codec_client_up(&event, bytes));
    }
}

static const struct golden frames_down[] = {
    {MESSAGE_WELCOME, "0a0f080510e80718987520e0eddceaca33"},
    {MESSAGE_PLAN,
     "126b080510061807223308ac0210011a0a0dd01fbf1e15589636fe220710f0a20418fa0128033001"
     "38b0d6e9eaca334090abedeaca3348d081e6eaca33222e08ac0210021a0a0dd01fbf1e15589636fe"
     "2202080428033001"
     "38b0d6e9eaca334090abedeaca3348d081e6eaca33"},
    {MESSAGE_ACK, "1a07080510ea071803"},
    {MESSAGE_REJECT,
     "2224080510ea071803221b7468652072696465206973206e6f7420696e2074686520706c616e"},
};

Test(golden, frames_to_vehicles)
{
    for (size_t i = 0; i < sizeof frames_down / sizeof frames_down[0]; i++) {
        struct message message = sample_message((enum message_kind)frames_down[i].kind);
        uint8_t bytes[BYTES_MAX];
        expect_hex("frame down", &frames_down[i], bytes, codec_vehicle_encode(&message, bytes));
    }
}

static const struct {
    const char *path;
    struct golden golden;
} responses[] = {
    {"/commonwheel.v1.RiderService/Quote",
     {MESSAGE_QUOTE, "0a1d08a403109a03180a20b0d6e9eaca3328f0daa6ebca3330c0cf2438e121"}},
    {"/commonwheel.v1.RiderService/Quote",
     {MESSAGE_REFUSED,
      "1248080d122c4e6f2076656869636c652063616e20636f6d652077697468696e207468652074696d"
      "6520616c6c6f7765642e1a160a0a0dd01fbf1e15589636fe10b0d6e9eaca33189a03"}},
    {"/commonwheel.v1.RiderService/Book",
     {MESSAGE_RIDE,
      "0a5308ac0210031a0e0811120a0d103fbf1e15a08a36fe220a0dd01fbf1e15589636fe2a0a0d6102"
      "c01e15deb534fe3003380140e0eddceaca3348a088e9eaca3350b0d6e9eaca3358f0daa6ebca3360"
      "9a03689503"}},
    {"/commonwheel.v1.RiderService/Book",
     {MESSAGE_REFUSED,
      "1248080d122c4e6f2076656869636c652063616e20636f6d652077697468696e207468652074696d"
      "6520616c6c6f7765642e1a160a0a0dd01fbf1e15589636fe10b0d6e9eaca33189a03"}},
    {"/commonwheel.v1.RiderService/Cancel",
     {MESSAGE_RIDE,
      "0a5308ac0210031a0e0811120a0d103fbf1e15a08a36fe220a0dd01fbf1e15589636fe2a0a0d6102"
      "c01e15deb534fe3003380140e0eddceaca3348a088e9eaca3350b0d6e9eaca3358f0daa6ebca3360"
      "9a03689503"}},
    {"/commonwheel.v1.RiderService/GetRide",
     {MESSAGE_RIDE,
      "0a5308ac0210031a0e0811120a0d103fbf1e15a08a36fe220a0dd01fbf1e15589636fe2a0a0d6102"
      "c01e15deb534fe3003380140e0eddceaca3348a088e9eaca3350b0d6e9eaca3358f0daa6ebca3360"
      "9a03689503"}},
    {"/commonwheel.v1.RiderService/WatchRide",
     {MESSAGE_RIDE,
      "0a5308ac0210031a0e0811120a0d103fbf1e15a08a36fe220a0dd01fbf1e15589636fe2a0a0d6102"
      "c01e15deb534fe3003380140e0eddceaca3348a088e9eaca3350b0d6e9eaca3358f0daa6ebca3360"
      "9a03689503"}},
    {"/commonwheel.v1.OperatorService/ListVehicles",
     {MESSAGE_VEHICLE,
      "0a29081110031a0a0d103fbf1e15a08a36fe20b0d6e9eaca3328db073006380240044805520508ac"
      "021002"}},
    {"/commonwheel.v1.OperatorService/ListVehicles", {MESSAGE_LIST_END, "1203313030"}},
    {"/commonwheel.v1.OperatorService/WatchFleet",
     {MESSAGE_VEHICLE,
      "0a29081110031a0a0d103fbf1e15a08a36fe20b0d6e9eaca3328db073006380240044805520508ac"
      "021002"}},
    {"/commonwheel.v1.OperatorService/GetStatistics",
     {MESSAGE_STATISTICS,
      "0a2d080110021803200428053006380740084809500a580b600c680d700e780f8001f0ffffffffff"
      "ffffff01880111"}},
    {"/commonwheel.v1.OperatorService/CloseRoad", 
     {MESSAGE_CLOSURE,
      "0a5108f1a204120a0dd01fbf1e15589636fe1a0a0d6102c01e15deb534fe20e0eddceaca332a0a62"
      "75727374206d61696e32203131323233333434353536363737383830303030303030303030303030"
      "303039"}},
    {"/commonwheel.v1.OperatorService/OpenRoad", 
     {MESSAGE_CLOSURE,
      "0a5108f1a204120a0dd01fbf1e15589636fe1a0a0d6102c01e15deb534fe20e0eddceaca332a0a62"
      "75727374206d61696e32203131323233333434353536363737383830303030303030303030303030"
      "303039"}},
    {"/commonwheel.v1.OperatorService/ListClosures", 
     {MESSAGE_CLOSURE,
      "0a5108f1a204120a0dd01fbf1e15589636fe1a0a0d6102c01e15deb534fe20e0eddceaca332a0a62"
      "75727374206d61696e32203131323233333434353536363737383830303030303030303030303030"
      "303039"}},
    {"/commonwheel.v1.OperatorService/ListClosures", {MESSAGE_LIST_END, "1203313030"}},
};

Test(golden, responses)
{
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++) {
        const struct codec_call *call =
            codec_call_find(responses[i].path, strlen(responses[i].path));
        struct message message = sample_message((enum message_kind)responses[i].golden.kind);
        uint8_t bytes[BYTES_MAX];
        size_t size = 0;
        cr_assert(call->encode(&message, bytes, &size) != CODEC_REPLY_NONE);
        expect_hex(responses[i].path, &responses[i].golden, bytes, size);
    }
}

/* The seed of a kind, for random_fact(): its number when its bytes were taken. Kinds that came into
 * journals later have moved those of snapshots. Closures have seeds that give them a reason. */
static uint64_t seed_of(int kind)
{
    const int later = FACT_ROAD_OPENED - FACT_TRANSFER;
    if (kind == FACT_ROAD_CLOSED || kind == FACT_ROAD_OPENED || kind == FACT_SNAPSHOT_CLOSURE)
        return (uint64_t)kind + 1001;
    return (uint64_t)(kind < FACT_SNAPSHOT ? kind : kind - later);
}

/* By random_fact(). */
static const struct golden facts[] = {
    {FACT_STARTED,
     "08ffffffffffffffffff0110948aa9c1e0eaa5fc12521408f3ec8cd1a99c92bdb20111e610f58def"
     "043012"},
    {FACT_VEHICLE_ENROLLED,
     "088babb7d7ad88e0ddb90110ffffffffffffffff7f5a1b08feffffff0f28ffffffffffffffff7f32"
     "0910c28ef5830918ae05"},
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
    {FACT_PLAN_CHANGED,
     "08ffffffffffffffffff01721d08e6b391870b10ffffffff0f18bfd492d3082a0910adabdd8e0718bb"
     "03"},
    {FACT_RIDE_ARRIVED,
     "08ffffffffffffffffff0110c8d096cdaacdaefd607a1008f2ace9da9caaeaa13010ffffffff0f"},
    {FACT_RIDE_BOARDED, "08d3d9a0fae4b28fae4710c0e481f4b18ece947b820108080110ffffffff0f"},
    {FACT_RIDE_ALIGHTED,
     "08af82f3f9dbb3a6e79a011087ccefea9fe5e9c3718a011108ffffffffffffffffff0110ffffffff"
     "0f"},
    {FACT_RIDE_CANCELLED, "080110ffffffffffffffff7f92011308cd98b9efae94f7c8bb0110ffffffff0f1801"},
    {FACT_RIDE_NO_SHOW, "08ffffffffffffffffff0110f2a0dcd0f1dba9f01f9a0108080110ffffffff0f"},
    {FACT_RIDE_CHARGED,
     "0882c1d6e2f5cbbfaa1610ffffffffffffffff7fa2011d0801108dbee78c94aa0218aff0ddd9e3a1"
     "0c20ffffffffffffffffff01"},
    {FACT_TRANSFER,
     "08ffffffffffffffffff0110ffffffffffffffff7faa011508bfa9a089dab4e4baef013088dccee5"
     "a2b03e3804"},
    {FACT_SNAPSHOT,
     "08f7d6a4b4d4c0ecb2c801c202d50108ae83c694a3b3aea4a70110fdb983bd93808cb121199967c4"
     "f3d2756b9728ffffffffffffffffff013a77c685d7b1f38efa9835a8a3d6c8acf590f8a701f4dc93"
     "e5e6d8f787d401f1b0a9e1e3f0b1cb22000000b4d5aae2a6c2e9d3930100ffffffffffffffffff01"
     "ffffffffffffffffff0195dce2d3fec5a8ba0dd6a7d494bda1bdecda01f8e881cdba8982ba8701f3"
     "d19bc6bb968eb1cc01ef8fb3c581c8df3640a7cefcce868fe1836948ffffffffffffffffff015085"
     "fbabb4cff1dca82758938195c496a1c1f84460a1a59cc388f0e4de53"},
    {FACT_SNAPSHOT_ACCOUNT, "08ffffffffffffffffff01ca02141080808080808080804028a0c9a2b8aed7f5bd01"},
    {FACT_SNAPSHOT_TRANSFER,
     "08bfeefdbce4d99fe46710ffffffffffffffff7fd202270a25080110d68ae9dd92f4bcfe3318cfac"
     "ddd9d2e3d3f8e40120ae948ecf042892d7ca8f043804"},
    {FACT_SNAPSHOT_RIDER,
     "08b1dff3c3fd9cdbac041085fcc9b3918da99f0dda023b0a0911ffffffffffffffff10ffffffff0f"
     "18d6af86effaffffffff0120ffffffffffffffffff0128ffffffffffffffff7f30ffffffffffffff"
     "ff7f"},
    {FACT_SNAPSHOT_VEHICLE,
     "0881ead7a9fabde3e2b00110ffffffffffffffff7fe2029e010a1c08d29886aa0b181120ffffffff"
     "ffffffff7f320810c4bddb99021801127e220d088d92bef4b6ac9ed9e9011001220c08a3fa9187d7"
     "98cca51d1001220d08b5ab999ef3d28cf7e901100122040801100222040801100122040801100222"
     "0408011001220c0893ada3efc3f0e79a1b1001220d08b898fbdba4effac2de011001220c08b8b2bd"
     "d3b7f6c0f00a1002220d08ffffffffffffffffff011002"},
    {FACT_SNAPSHOT_RIDE,
     "08ffffffffffffffffff01ea02e4010aaf0108e7aab1a9a0a7fd9bfd0112120900c3135502887980"
     "11ffffffffffffffff1a09094ad20dd4c0b9f2f222330a0a0d00175bca1500d2496b120a0d7f9e3e"
     "e1158211baac1807200228013089e19dbf8a283880b08fe6b27740d3a98cc3ce0d2a0910a7b1e480"
     "0d18f0053209109aa1f1820e18e40638b987cbe6f88c90cf2758ffad9fa4e2ee88e807609f85d0ac"
     "e3c2c7f01b68bac587b6af9691df3f78cf86b2aa9ddc168001018801a4e481e409100430ba9389e9"
     "c7ef0b38cf9ec1d1ae80fe861440a69992d2c7cf87f25648ffffffffffffffff7f50b0c5a5d4e882"
     "bff22c"},
    {FACT_ROAD_CLOSED,
     "080110e788b0b8e49ae0e561ba01560883d2e0fe0e1212095bac378285ae939b11131f60fb2fd21a"
     "621a3a78787878787878787878787878787878787878787878787878787878787878787878787878"
     "787878787878787878787878787878787878787878"},
    {FACT_ROAD_OPENED,
     "08b1f5d2d1a083fd8bf10110abfc8caddca095953bc2011a08fd99e5be0d121209f6144261cd1c5d"
     "4c115aec09e992a3ad6e"},
    {FACT_SNAPSHOT_CLOSURE,
     "08d39d92e9a5c3dad0e501fa0298010a8b01089c9ae3d50b120909ffffffffffffffff1a78787878"
     "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
     "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
     "7878787878787878787878787878787878787878787878787878787878787878787878787810ffff"
     "ffffffffffff7f"},
};

Test(golden, facts)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        struct random random;
        struct fact fact;
        uint8_t bytes[BYTES_MAX];
        random_init(&random, seed_of(facts[i].kind));
        random_fact(&random, (enum fact_kind)facts[i].kind, &fact);
        expect_hex("fact", &facts[i], bytes, codec_fact_encode(&fact, bytes));
    }
}
