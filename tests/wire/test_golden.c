/* The bytes of one request, response, frame and fact of each kind. Where one changes, clients and
 * vehicles in the street, or journals on disk, may no longer be understood: then the change is
 * wrong, not this table. Fields may only be added. */
#include <criterion/criterion.h>
#include <string.h>

#include "golden.h"
#include "random_fact.h"
#include "sample.h"
#include "wire/codec_client.h"
#include "wire/codec_fact.h"
#include "wire/codec_operator.h"
#include "wire/codec_rider.h"

static const struct golden requests[] = {
    {EVENT_QUOTE, "0a380a0a0dd01fbf1e15589636fe120a0d6102c01e15deb534fe1803200128013080fbe2eaca3338"
                  "c0ca87ebca334080b9f5ebca3348fa015001"},
    {EVENT_BOOK, "0a2430313931653062342d356432632d376363332d393861312d3366376430613262366335351238"
                 "0a0a0dd01fbf1e15589636fe120a0d6102c01e15deb534fe1803200128013080fbe2eaca3338c0ca"
                 "87ebca334080b9f5ebca3348fa015001189a03"},
    {EVENT_CANCEL, "08ac02"},
    {EVENT_GET_RIDE, "08ac02"},
    {EVENT_LIST_VEHICLES, "0832120a34323934393637323935"},
    {EVENT_GET_STATISTICS, ""},
    {EVENT_CLOSE_ROAD, "0a0a0dd01fbf1e15589636fe10e7021a0d57c3a4726d656c656974756e67"},
    {EVENT_OPEN_ROAD, "18f1a204"},
    {EVENT_LIST_CLOSURES, "08071203313030"},
    {EVENT_EXPLAIN_RIDE, "08ac02"},
    {EVENT_LIST_REFUSALS, ""},
    {EVENT_SET_RIDER_CLASS,
     "0a2031313232333334343535363637373838303030303030303030303030303030391001180220f8"
     "a00128dca101"},
    {EVENT_REFUND_RIDE,
     "08ac0210fa01222430313931653062342d356432632d376363332d393861312d3366376430613262"
     "366335352a137468652072616d70207761732062726f6b656e"},
    {EVENT_TRIAL_BALANCE, ""},
    {EVENT_LIST_TRANSFERS, "08071205373030303018ac02"},
    {EVENT_GET_RECEIPT, "08ac02"},
    {EVENT_LIST_RECEIPTS, "08071203333030"},
    {EVENT_GET_CAP_STATUS, ""},
};

Test(golden, requests)
{
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct event event = sample_event((enum event_kind)requests[i].kind);
        uint8_t bytes[GOLDEN_BYTES_MAX];
        size_t size = 0;
        cr_assert(codec_client_request(&event, bytes, &size));
        golden_expect("request", &requests[i], bytes, size);
    }
}

static const struct golden frames_up[] = {
    {EVENT_HELLO, "0a130a0a0dd01fbf1e15589636fe1080fbe2eaca33"},
    {EVENT_TELEMETRY, "121e08e907120a0dd01fbf1e15589636fe18f4fee2eaca3320e70228db073001"},
    {EVENT_REPORT, "1a0e08ea0710051806200128ac023002"},
};

Test(golden, frames_from_vehicles)
{
    for (size_t i = 0; i < sizeof frames_up / sizeof frames_up[0]; i++) {
        struct event event = sample_event((enum event_kind)frames_up[i].kind);
        uint8_t bytes[GOLDEN_BYTES_MAX];
        golden_expect("frame up", &frames_up[i], bytes, codec_client_up(&event, bytes));
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
        uint8_t bytes[GOLDEN_BYTES_MAX];
        golden_expect("frame down", &frames_down[i], bytes, codec_vehicle_encode(&message, bytes));
    }
}

/* Of every response that has a ride, or a closure. */
#define RIDE                                                                                       \
    "0ab60108ac0210031a0e0811120a0d103fbf1e15a08a36fe220a0dd01fbf1e15589636fe2a0a0d61"             \
    "02c01e15deb534fe3003380140e0eddceaca3348a088e9eaca3350b0d6e9eaca3358f0daa6ebca33"             \
    "609a0368950378788001e601880198dee9eaca33920107323032362d32379a014030303037306531"             \
    "35316332333261333133383366343634643534356236323639373037373765383538633933396161"             \
    "3161386166623662646334636264326439a0019601a8018c01"
#define CLOSURE                                                                                    \
    "0a5108f1a204120a0dd01fbf1e15589636fe1a0a0d6102c01e15deb534fe20e0eddceaca332a0a62"             \
    "75727374206d61696e32203131323233333434353536363737383830303030303030303030303030"             \
    "303039"

static const struct {
    const char *path;
    struct golden golden;
} responses[] = {
    {"/commonwheel.v1.RiderService/Quote",
     {MESSAGE_QUOTE,
      "0a880108a40310b602180a20b0d6e9eaca3328f0daa6ebca3330c0cf2438e121420a0dd01fbf1e15"
      "589636fe4a0a0d6102c01e15deb534fe507858e6016098dee9eaca33a20117086410ac02185a2050"
      "2846303c38144064480250025801a80102b20127332e3130206f6620332e32303a20796f75207265"
      "6163682074686973207765656b277320636170"}},
    {"/commonwheel.v1.RiderService/Quote",
     {MESSAGE_REFUSED,
      "1248080d122c4e6f2076656869636c652063616e20636f6d652077697468696e207468652074696d"
      "6520616c6c6f7765642e1a160a0a0dd01fbf1e15589636fe10b0d6e9eaca33189a03"}},
    {"/commonwheel.v1.RiderService/Book", {MESSAGE_RIDE, RIDE}},
    {"/commonwheel.v1.RiderService/Book",
     {MESSAGE_REFUSED,
      "1248080d122c4e6f2076656869636c652063616e20636f6d652077697468696e207468652074696d"
      "6520616c6c6f7765642e1a160a0a0dd01fbf1e15589636fe10b0d6e9eaca33189a03"}},
    {"/commonwheel.v1.RiderService/Cancel", {MESSAGE_RIDE, RIDE}},
    {"/commonwheel.v1.RiderService/GetRide", {MESSAGE_RIDE, RIDE}},
    {"/commonwheel.v1.RiderService/WatchRide", {MESSAGE_RIDE, RIDE}},
    {"/commonwheel.v1.OperatorService/ListVehicles",
     {MESSAGE_VEHICLE,
      "0a30081110031a0a0d103fbf1e15a08a36fe20b0d6e9eaca3328db073006380240044805520508ac"
      "02100258a088e9eaca33"}},
    {"/commonwheel.v1.OperatorService/ListVehicles", {MESSAGE_LIST_END, "1203313030"}},
    {"/commonwheel.v1.OperatorService/WatchFleet",
     {MESSAGE_VEHICLE,
      "0a30081110031a0a0d103fbf1e15a08a36fe20b0d6e9eaca3328db073006380240044805520508ac"
      "02100258a088e9eaca33"}},
    {"/commonwheel.v1.OperatorService/GetStatistics",
     {MESSAGE_STATISTICS,
      "0a2d080110021803200428053006380740084809500a580b600c680d700e780f8001f0ffffffffff"
      "ffffff01880111"}},
    {"/commonwheel.v1.OperatorService/CloseRoad", {MESSAGE_CLOSURE, CLOSURE}},
    {"/commonwheel.v1.OperatorService/OpenRoad", {MESSAGE_CLOSURE, CLOSURE}},
    {"/commonwheel.v1.OperatorService/ListClosures", {MESSAGE_CLOSURE, CLOSURE}},
    {"/commonwheel.v1.OperatorService/ListClosures", {MESSAGE_LIST_END, "1203313030"}},
    {"/commonwheel.v1.RiderService/GetCapStatus",
     {MESSAGE_CAP_STATUS,
      "080112056368696c641a2908e802100118f403208c012a1c332e3630206f6620352e303020757365"
      "642c20312e3430206c656674222b08e802100118d00f20e80c2a1e332e3630206f662032302e3030"
      "20757365642c2031362e3430206c656674"}},
    {"/commonwheel.v1.RiderService/ListReceipts",
     {MESSAGE_STATEMENT,
      "1a230a07323032362d3033100318b009206428c8013084073896014028480a50e80758b401"}},
    {"/commonwheel.v1.RiderService/ListReceipts",
     {MESSAGE_RECEIPTS_END, "120333303020e0eddceaca33"}},
    {"/commonwheel.v1.OperatorService/SetRiderClass",
     {MESSAGE_RIDER_CLASS,
      "0a2031313232333334343535363637373838303030303030303030303030303030391001180220f8"
      "a00128dca101"}},
    {"/commonwheel.v1.FinanceService/RefundRide",
     {MESSAGE_REFUND_MADE, "08ac02108e0218232005281e"}},
    {"/commonwheel.v1.FinanceService/TrialBalance",
     {MESSAGE_ACCOUNT, "0a110880021205726964657218c801201e2807"}},
    {"/commonwheel.v1.FinanceService/TrialBalance",
     {MESSAGE_BALANCE_END,
      "104d18ffffffffffffffffff012207323032362d32372a4030303037306531353163323332613331"
      "33383366343634643534356236323639373037373765383538633933396161316138616662366264"
      "6334636264326439"}},
    {"/commonwheel.v1.FinanceService/ListTransfers",
     {MESSAGE_TRANSFER,
      "0a390a1a080c100918ac02308e023803408502500368e0eddceaca3378011a057269646572220b66"
      "6172655f696e636f6d652a07323032362d3237"}},
    {"/commonwheel.v1.FinanceService/ListTransfers", {MESSAGE_TRANSFERS_END, "12023132"}},
    {"/commonwheel.v1.FinanceService/GetReceipt",
     {MESSAGE_RECEIPT,
      "0ac50408ac02100418e0eddceaca3320f0daa6ebca332a07323032362d3237324030303037306531"
      "35316332333261333133383366343634643534356236323639373037373765383538633933396161"
      "31613861666236626463346362643264393a17086410ac02185a20502846303c3814406448025002"
      "580140a40348b6025032588e0268647023780a80018c0188012d9001c8019a01130a0e466f722067"
      "657474696e6720696e10c8019a01150a1044697374616e63652c20342e33206b6d10d8049a01110a"
      "0c54696d652c203130206d696e10b4019a011f0a1a416464656420757020746f20746865206c6561"
      "7374206661726510a0019a011e0a1941626f76652074686520636170206f66206f6e652072696465"
      "108b019a01260a2241626f766520746865206e6174696f6e616c2073696e676c6520666172652063"
      "617010779a01150a114f66662d7065616b20646973636f756e7410279a01310a2c50616964206279"
      "20796f757220636f6e63657373696f6e20736368656d652c204f6c6465722070656f706c6510c701"
      "9a01250a2153617665642062792066617265206361707320616e6420796f75722071756f74651063"
      "9a011c0a17476976656e206261636b20666f72206c6174656e65737310c7019a01140a1052656675"
      "6e64656420696e207061727410279a01170a13526566756e64656420617320612077686f6c65101d"
      "9a01260a224661726520636170732073617665206c657373206f6e206f7468657220726964657310"
      "0aa201056368696c64aa010c4f6c6465722070656f706c65"}},
};

Test(golden, responses)
{
    for (size_t i = 0; i < sizeof responses / sizeof responses[0]; i++) {
        const struct codec_call *call =
            codec_call_find(responses[i].path, strlen(responses[i].path));
        struct message message = sample_message((enum message_kind)responses[i].golden.kind);
        uint8_t bytes[GOLDEN_BYTES_MAX];
        size_t size = 0;
        cr_assert(call->encode(&message, bytes, &size) != CODEC_REPLY_NONE);
        golden_expect(responses[i].path, &responses[i].golden, bytes, size);
    }
}

/* By random_fact() with the number of the row, from 1, as seed. New rows go to the end. */
static const struct golden facts[] = {
    {FACT_STARTED,
     "08ffffffffffffffffff0110948aa9c1e0eaa5fc12521408f3ec8cd1a99c92bdb20111e610f58def"
     "043012"},
    {FACT_VEHICLE_ENROLLED,
     "088babb7d7ad88e0ddb90110ffffffffffffffff7f5a2408feffffff0f28ffffffffffffffff7f32"
     "0910c28ef5830918ae053880ade204a001ff01"},
    {FACT_RIDE_BOOKED,
     "080110d1faa791b3df82f03762da02088bb09291fb9193d96c1212095672fae1b58bcd3511d9f5b4"
     "1d9f7a39f11a0022250a0a0d00e9a4351599b9badb120a0d00e9a435154052fa4418062006280130"
     "80b08fe6b2772a0608f1f5c8f704320910feffffff0f18f30538deafc1def7cfaca67940ddefe7e4"
     "c8c185904348b5f7f796dac5c69d4c509f9ad5bcf5d8ad826258ffffffffffffffff7f68ffffffff"
     "ffffffff7f70a4f1aee7f4ce2378f0fb869f868e0280010188010192012e08ddc7c6c70f10a0a1bc"
     "cc99b2ffddf60118ffffffffffffffffff0128d0d4d1fb0138b8b9d0ce0140f59dc2f70492012708"
     "cfeac1de0f18ffffffffffffffffff0120012880aad5fe02300138cb9fdaab0840bcf1a3e40e9201"
     "3408aede97db0110ffffffffffffffffff0118d0ebcfdb9ca9eda6b60128eafd88ef0d30c3e0e8f5"
     "0238e69884bf0740efadfbcd0b9201150894cac4d70d18ffffffffffffffffff01200130019801ed"
     "06"},
    {FACT_RIDE_REFUSED,
     "08ad8686c6fdaf83ade90110d2d98ca3e3e8bca07a6a7b0a1209021a6237e0d6a39c11ac80a9af07"
     "ba5fb912120941e3da0f17b85e56111d600aaa336b42f21a380a0a0d9c7a65f115acddb207120a0d"
     "4966891d1500d2496b1808200528013080b08fe6b27738e1a989f5be1e4080b08fe6b27748800150"
     "01200128809ba40a308bc389fb07380c40cddbadbf9ee8bd832a"},
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
     "0882c1d6e2f5cbbfaa1610ffffffffffffffff7fa201200801108dbee78c94aa0218aff0ddd9e3a1"
     "0c20ffffffffffffffffff0128d806"},
    {FACT_TRANSFER,
     "08ffffffffffffffffff0110ffffffffffffffff7faa012f08bfa9a089dab4e4baef013088dccee5"
     "a2b03e3805480150f8caf78603588b95bf889e8e92ed4e708bb5e79d047801"},
    {FACT_SNAPSHOT,
     "08f7d6a4b4d4c0ecb2c801c202da0108ae83c694a3b3aea4a70110fdb983bd93808cb121199967c4"
     "f3d2756b9728ffffffffffffffffff013a77c685d7b1f38efa9835a8a3d6c8acf590f8a701f4dc93"
     "e5e6d8f787d401f1b0a9e1e3f0b1cb22000000b4d5aae2a6c2e9d3930100ffffffffffffffffff01"
     "ffffffffffffffffff0195dce2d3fec5a8ba0dd6a7d494bda1bdecda01f8e881cdba8982ba8701f3"
     "d19bc6bb968eb1cc01ef8fb3c581c8df3640a7cefcce868fe1836948ffffffffffffffffff015085"
     "fbabb4cff1dca82758938195c496a1c1f84460a1a59cc388f0e4de5370c5e8e308"},
    {FACT_SNAPSHOT_ACCOUNT,
     "08ffffffffffffffffff01ca02161080808080808080804028a0c9a2b8aed7f5bd013001"},
    {FACT_SNAPSHOT_TRANSFER,
     "08bfeefdbce4d99fe46710ffffffffffffffff7fd202520a50080110d68ae9dd92f4bcfe3318cfac"
     "ddd9d2e3d3f8e401380140ae948ecf044892d7ca8f0450fc9ada980d58ffffffffffffffffff0160"
     "cef6e7c9caf9d3a34368ffffffffffffffff7f70cff3f8e105"},
    {FACT_SNAPSHOT_RIDER,
     "08b1dff3c3fd9cdbac041085fcc9b3918da99f0dda02c2010a0911ffffffffffffffff10ffffffff"
     "0f3a4e088e06123fc9a492c9a492c9a412c9a492c9a492c9a412c9a492c9a492c9a4128bcbb8d2c4"
     "c1b5db09f1b7b2aab1ecf6e80cc9a492c9a492c9a412c9a492c9a492c9a41218ffffffffffffffff"
     "7f3a4d08fd18123ecd95a5f2b1bb8b8d01b4dfa3b998d9ede909f28294bf9884eca107bbb8f5bda7"
     "9ee48605c9a492c9a492c9a41280c089b3eead8ce709978dcc8afc8ea67518fc9795f4a9b6858973"
     "a2010f1807200530ffffffffffffffffff01"},
    {FACT_SNAPSHOT_VEHICLE,
     "0881ead7a9fabde3e2b00110ffffffffffffffff7fe202d2010a2008d29886aa0b181120ffffffff"
     "ffffffff7f320810c4bddb99021801a001ff01127e220d088d92bef4b6ac9ed9e9011001220c08a3"
     "fa9187d798cca51d1001220d08b5ab999ef3d28cf7e9011001220408011002220408011001220408"
     "011002220408011001220c0893ada3efc3f0e79a1b1001220d08b898fbdba4effac2de011001220c"
     "08b8b2bdd3b7f6c0f00a1002220d08ffffffffffffffffff0110021a2408d29886aa0b1005189ff0"
     "9caa072205100018a5072890b0af908d85c3ac5b40b7989804288df1e5d2f7d3d9ea4b"},
    {FACT_SNAPSHOT_RIDE,
     "08ffffffffffffffffff01ea0290030aea0108e7aab1a9a0a7fd9bfd0112120900c3135502887980"
     "11ffffffffffffffff1a09094ad20dd4c0b9f2f222380a0a0d00175bca1500d2496b120a0d7f9e3e"
     "e1158211baac1807200228013089e19dbf8a283880b08fe6b27740d3a98cc3ce0d48e80750012a09"
     "10a7b1e4800d18f0053209109aa1f1820e18e40638b987cbe6f88c90cf2758ffad9fa4e2ee88e807"
     "609f85d0ace3c2c7f01b68bac587b6af9691df3f78cf86b2aa9ddc168001018801a4e481e409f001"
     "c2cda8dd03fa012c08d3cea3bc92e01e1880808080808040208287e5c1f7c50c389dbb98b8afae23"
     "40eab9e5de93fe3748085002100430ba9389e9c7ef0b38cf9ec1d1ae80fe861440a69992d2c7cf87"
     "f25648ffffffffffffffff7f50b0c5a5d4e882bff22c60f988bce70468f688ace2db8df2ee12723a"
     "08011087fc91e10c18e8ed9a752097b193e581c1ece2082a2118c79cfef8a6c0bfe7910120d7a9f9"
     "e40628b1b8c62f30a3cbca0f38f0c8cecf017a230889f9fdbefdffffffff0110ae05188080808080"
     "804030cb9dba9199a4f598ac014001"},
    {FACT_RIDE_MOVED,
     "08b0afbf8aefb198db7b10ffffffffffffffff7fb2012c08011228080418ccc3c5af0a2a1e08c7e3"
     "bb5010dbf6e1a59a8ae4961118ffffffffffffffffff0130013801"},
    {FACT_SNAPSHOT_REFUSAL,
     "10adb0de9381b4e5ee05f202a5010a98010a120913256fd1fd0afafe11ffffffffffffffff120909"
     "c9abd15337b28b811a330a0a0d00e9a4351500d2496b120a0d00175bca15002eb694180820062801"
     "30d7d1a6f6c849389bfbeddfaf3c40df94da979f0f200c30d8e1f6b30f40ffffffffffffffff7f4a"
     "3008879cc4a70310ffffffffffffffffff01188cfdddf6aeaac2b2870120aefbfaba0c28b38c91bc"
     "07300140fa99919c0710d485a59a88b1b8b638"},
    {FACT_ROAD_CLOSED,
     "08ffffffffffffffffff0110c395a2dc97e1a7c12eba011a08feffffff0f1212099ccbd41bc4657b"
     "05114bac77f3775f3a70"},
    {FACT_ROAD_OPENED,
     "0893ebe9f7fa8be9e82010ffffffffffffffff7fc2011108feffffff0f120911a374cae23b748f1d"},
    {FACT_SNAPSHOT_CLOSURE, "08d6a5ebeb9bb0ce976610ffffffffffffffff7ffa020a0a0808a7cc82b7021200"},
    {FACT_ROAD_CLOSED,
     "08ffffffffffffffffff0110ffffffffffffffff7fba012908f0eec0a00712001a1f787878787878"
     "78787878787878787878787878787878787878787878787878"},
    {FACT_SNAPSHOT_CLOSURE,
     "0895cdfca7ebfcb6ba4dfa0280010a7e08feffffff0f1212095adedf7a008bb7ac110a35e156f242"
     "a41a1a62787878787878787878787878787878787878787878787878787878787878787878787878"
     "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
     "78787878787878787878787878787878787878787878"},
    {FACT_ROAD_CLOSED,
     "08f8dddcee85aaff957d10ffffffffffffffff7fba012908feffffff0f120909ffffffffffffffff"
     "1a1678787878787878787878787878787878787878787878"},
    {FACT_SNAPSHOT_CLOSURE,
     "08ffffffffffffffffff0110ffffffffffffffff7ffa025f0a5308feffffff0f120911ffffffffff"
     "ffffff1a407878787878787878787878787878787878787878787878787878787878787878787878"
     "787878787878787878787878787878787878787878787878787878787810a1f29cd9d9f4ae8f48"},
    {FACT_VISIT_PLANNED,
     "08ffffffffffffffffff0110a0b3c792b9f9a4b51fca0128100518b0f7d2fc02220508f3c5b84928"
     "8bcdaeb0e083ebb81330a5e79296b38baa8628389da59713"},
    {FACT_VISIT_BEGUN, "08ffffffffffffffffff0110ffffffffffffffff7fd2010808c5f899e30d1005"},
    {FACT_VISIT_ENDED, "08ffffffffffffffffff0110ffffffffffffffff7fda010808a7ac83ff011005"},
    {FACT_POLICY_ADOPTED,
     "080110d2bf9de790c5b7977de2032b08db869be50712206872fbc9b6781fa7ffffffffffffffff02"
     "86ef626bf14d3dffffffffffffffff1a0178"},
    {FACT_SNAPSHOT_POLICY,
     "10ffffffffffffffff7ff20395010a880108011220000000000000000000000000000000000e42bf"
     "7002422f67383f4c59f6afc1ad1a0178225f78787878787878787878787878787878787878787878"
     "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
     "78787878787878787878787878787878787878787878787878787878787878787810f0dde1aceace"
     "af8747"},
    {FACT_RIDER_CLASS,
     "080110a294b682e7abf2cf1eea03370a1209ee8ccdf638c8c623117fd04a79a9bc4be31212092964"
     "881ba453f91311ffffffffffffffff1802200328f2d3f1a2feffffffff01"},
    {FACT_RIDE_FEE,
     "089cc1c5c6b19bedf47310afe4fef09bc5bfad4e92041608ffffffffffffffffff0110c8c78c9dea"
     "c21818bb03"},
    {FACT_RIDE_REFUNDED,
     "08d3d2faafadbc969d9701109f959dd2b0c08bc1289a043d08f99c9ba7a6c0c2fc0b12260a09095c"
     "38c31519f4b730108080808080804018cef596e59fca20208dcac1a59ec7d6ffff011a091121037c"
     "090d9c0244"},
    {FACT_TRANSFERS,
     "080110fdc0dc8cbfbaf5ba178a04720a3108011094f4fce5d997d8b3ba0118bad8dce6acadf2b3ee"
     "01380340fca1e8e40250ffffffff0f58ffffffffffffffffff010a3d080110ffffffffffffffffff"
     "0118a88ec8d5baa992f18501308080808080804038014093c19bb30f50dc9f930960e4aa87f49aec"
     "d4ab1970aa9ddfd10a"},
    {FACT_PAYMENT_DUE,
     "080110ffffffffffffffff7fb2041d0a0909ffffffffffffffff10a1d9a8dfbdaac29b46180120b4"
     "f3cd8604"},
    {FACT_PAYMENT_CHANGED,
     "0801ba043e0a0911ffffffffffffffff10c5f6aabbafafdae2081801221a78787878787878787878"
     "7878787878787878787878787878787838dfa9cf82bfadcad3bc01"},
    {FACT_PAYMENT_RECORDED,
     "0884b5a9d3d2e79faa7b10ffffffffffffffff7fc204590a12096fcb01fb8a61a82b112771fc7a96"
     "cf761b1212099f187ade6a43b36c11d117efe7128085de1880808080808040221d78787878787878"
     "7878787878787878787878787878787878787878787828f6ffc9e9f0e795e546"},
    {FACT_SNAPSHOT_PAYMENT,
     "08c8d1a9dc8aded08e0c10ffffffffffffffff7fca045f0893cc95ed0c10ffffffffffffffffff01"
     "1801200428ffffffffffffffffff0130a4c098d7f8b6373a12787878787878787878787878787878"
     "7878784a077878787878787858ffffffff0f62027878688e88839fe6b3047096e6c19785f73c"},
    {FACT_SNAPSHOT_RECEIPT,
     "08f0bbaaf3f681fcd81910f1b69cb4ab8191b234d204130a09787878787878787878188080808080"
     "8040"},
    {FACT_WORK, "08fff4c4e8e6b0b6826110ffffffffffffffff7fda044408ffffffffffffffff7f10ffffffffffff"
                "ffff7f20fd9eb1d2e701288088aca3cf02308088aca3cf0238c5f8afe12c408088aca3cf0248aaaf"
                "adc1e10158d78d9cc9b801"},
    {FACT_SNAPSHOT_WORK,
     "10ffffffffffffffff7fe204f6030a4b08b8a7a3a5d3dba7ca1310b8a7a3a5d3dba7ca1318bce2e9"
     "ae01208088aca3cf02288088aca3cf02388088aca3cf02408088aca3cf0248b180e5d1bc0250c0a5"
     "a0c0b7025888a29db6a40118ffffffffffffffff7f20ffffffffffffffff7f30f9f3e0a2f480e8e8"
     "553a8803ffffffffffffffff7f00ffffffffffffffff7f00a0c5b4c2e2f3e4e53f8ce29ab4ab88dc"
     "c818ffffffffffffffff7f00a3d0f0c0faf18cde1900ffffffffffffffff7f8cfd8bf798b587a633"
     "00e4c2869997fc90f932ffffffffffffffff7f009499c0dfb39c81f52ce2dfc68cf38cdef663d1cd"
     "8ec88bfdfff5188d848d9cae92a5ac1effffffffffffffff7fb8d8928e8b9dc08071ffffffffffff"
     "ffff7fffffffffffffffff7f98ae8af19ca8d58f3eab83a8d6f4f9d3d45ac9bcaaf7a6e893b154e9"
     "9c8ebaec8cd3f925ffffffffffffffff7feecad08eaba6e98c44ffffffffffffffff7faab2f382fe"
     "a7ec8f2897bea5958499adb853c890afa3ece2d7b127c9c59ed0c798acec61dfd6dcf5cea2f2a314"
     "f9f2c880e5838c9849bfe7b2cbd7be8bd360ffffffffffffffff7f00ffffffffffffffff7f829efa"
     "e4b7c4d4837500d0b6a79fd1cbc49f6effffffffffffffff7fc4cae3c4ded7919b610000c69cf299"
     "a48a8e8c2200a8b8cadf95a8d6af2a0000e093fcecf2c4b4855100ffffffffffffffff7f"},
    {FACT_PERIOD_BEGUN, "08b5d5c3dfd1caabfcae01ea040608dbccfe9f06"},
    {FACT_SETTLEMENT_PROPOSED,
     "0801f2049d0108e584f19a0e121209ffffffffffffffff11ffffffffffffffff1a8001089b9cceac"
     "0710a1b7c5a9cee5a28a05188080808080808080c001208080808080808080c00128808080808080"
     "4030e39089a2cbe03638d68787eda098334080808080808040488080808080808080405a250a1978"
     "787878787878787878787878787878787878787878787878100118f68cfd8090e00e6112c9f169ed"
     "86097d"},
    {FACT_SETTLEMENT_APPROVED,
     "08ffffffffffffffffff01109c86ebffa5cdbadc46fa04e40a0882e9990a120909f6cd6fd1b92aaf"
     "06224708ffffffffffffffffff0110ffffffffffffffffff0118cbe9deabe6f5b5f46530f9d9d191"
     "96c023380540c1d9ac980d50ffffffff0f5880bb91b6ffc3eba3da0170939af2cf0c2229080110af"
     "b8a7f7dedeca8fc40130d895ea80c5ac04380540d6f3949b0c50ffffffff0f7099f6e38505223c08"
     "8ed09bb4cce6cbbdb90110ffffffffffffffffff01380540ffffffff0f48dcbb90aa0f50ffffffff"
     "0f60dcbcf382b3cba8b20d70fc81f6dd017801224108ffffffffffffffffff0110c686b98894cab4"
     "929c013080808080808040380240ffffffff0f48bacebe5550cfb5d7ff0160ffffffffffffffff7f"
     "70ddfbb99f09225608a6ffc4f3fc83c6ca0510b7f9a9d8a4f98aa6e60118a9a7a3c1a7c2f8afc701"
     "309481a9ad909139380140ffffffff0f48dfd3b2830650ffffffff0f58faa7c8dbe9d6fb85076092"
     "d7ffe79dd3edb42470ecbbceee03224c08ffffffffffffffffff0110ffffffffffffffffff013080"
     "80808080804038054082ecdfe30e48a188a68b0150ffffffff0f58f5a9f1a4c89294f24e60d0ddcd"
     "e38088a2ae4e70ffffffff0f223f08e7ffbdf4e5a4bc92950118c2ce9599a6a7a0c3a00130e5b7a1"
     "f5c9812d3803480158ffffffffffffffffff0160d8f2c18db0dad1a02470fea7cede027801224808"
     "b4baaedcaea6b0e2b40110f7d68ac5a3b4aa8cad0118bbcf8eeada909ce1f401380140c999b9e50a"
     "48dbc6e0dd0a50ffffffff0f58ffffffffffffffffff01708afc938b0e78012247088491a388ba97"
     "89e09701109cfcb3e2efe4ff9f7318b181d2acac93caa2d1013080808080808040380140aeb88897"
     "0548a59fa4bb0858ffffffffffffffffff0170cdbc9ca50b223708d6c4a4e2c9dec9fa8a0110dcc9"
     "b2839594df893a3080808080808040380240ffffffff0f50ffffffff0f6088f6a1ebf2a4f7f56d78"
     "012246080110ffffffffffffffffff0118cfaab6a4838ae9932a3080808080808040380140cd93cb"
     "bc0450f0f48b880a58dab2f49dcf82d4da766095eeeaede4bdec4470adcefaa0052246080110ffff"
     "ffffffffffffff0118ffffffffffffffffff013080808080808040380540ffffffff0f4894bce871"
     "50e991a5a40e58ffffffffffffffffff0170c0ccf993087801223808cbb3d1adebbb96a87910fe94"
     "b5c7ee8fce992c18b5fda3ef8aeff6941238034097ace4f10248ffffffff0f60a4aba4b9ec8ce2e0"
     "697801223908dfe785f789cec2e6e601189ae7ffab8896d6d22d3080808080808040380148afcee4"
     "d90458e1b38089ba9fdd8d726088f1b0eedb80f0b216224408ffffffffffffffffff0118ffffffff"
     "ffffffffff013080808080808040380440cbf3f4fb0a4885b9dee50550ffffffff0f60ee85d5c9e0"
     "e6ea993a70ffffffff0f7801222008f580ffe5d9bfcdc64c3080808080808040380140ffffffff0f"
     "7080a6dcc4042240088be8ffe3efe0a5a16318cfa5adbaa7c2c786d60138034084bdbdb50748f0ef"
     "b0f40c509ef3ff9e0b58c58aa3bfdae8f18b910160e7fde4828bf089d47f7801223308ffffffffff"
     "ffffffff0110ee969de1d0acf8b82118cd83c7f3c9fcd4e217380248a482e0f804508cd4c7e00370"
     "dcdabba404224408b39ea4bf91dfc482f201188a8b89aac1e1b6b9820130de8ee1e9f5a823380540"
     "d88af0960448ed84c9e001509e91b0ae06609186e8faa5db95982170c5b4fbbf057801223808ffff"
     "ffffffffffffff011899d3dcf4e5e7f1c1ae01309a99f0e8a1ae0c380148ffffffff0f50c5b496f8"
     "0e60f5e395caaffacbf40178012246080110ffffffffffffffffff0118d5a4c5edbac5f1915c30e7"
     "f595c0a49826380540ffffffff0f48bda381cb0150e0cf8bae0758fbd78981ba90a5e1f40170ffff"
     "ffff0f7801"},
    {FACT_SNAPSHOT_PERIOD,
     "08ffffffffffffffffff018203cd0208859a8bf20810dbedf4efeaaae48d5a18d5afa5f78cb489d8"
     "4f2178c39948655ee7822aa70280808080808080808001ffffffffffffffff7f8080808080808080"
     "8001ffffffffffffffff7f80808080808080808001a4e5fe8782e3a7f44185b8a9a392cc8bba1b80"
     "808080808080808001a6eaeed280bfb9ca7cffffffffffffffff7f86f3f1d6bffcfcf156cb94fee5"
     "b49d93a94bf2defbe3cdbea6e406ffffffffffffffff7fcc918dc6bbefcee535ddd3a2c8f0e0c2c9"
     "28ffffffffffffffff7f8080808080808080800189b69fe8eeeb9f945787978cdad895968449ceff"
     "f4d9d9978e8d5b80808080808080808001808080808080808080018fa6c5d9a3d6c5ce1ef5efa9ba"
     "a684e3ea42fd90cbc2acf4ea8174ffffffffffffffff7fcdc793dce4b2f7d47492f0a6a7eff8ed80"
     "3decc4b785f5e2f1e07e85e1cfa7af988f9c6e8cfda1b7f0c3dd863b"},
    {FACT_PLACES_SET,
     "080110f8afd4d0cdd1d9e73882057d080210bb828ab0061a09098184ff1379c115ea226878787878"
     "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
     "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
     "7878787878787878787878787878787878787878"},
};

Test(golden, facts)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        struct random random;
        struct fact fact;
        uint8_t bytes[GOLDEN_BYTES_MAX];
        random_init(&random, i + 1);
        random_fact(&random, (enum fact_kind)facts[i].kind, &fact);
        golden_expect("fact", &facts[i], bytes, codec_fact_encode(&fact, bytes));
    }
}

/* ---- Reasons: what came to responses later ---- */

Test(golden, responses_with_reasons)
{
    static const struct golden rows[] = {
        {MESSAGE_RIDE,
         "0ac90208ac0210031a0e0811120a0d103fbf1e15a08a36fe220a0dd01fbf1e15589636fe2a0a0d61"
         "02c01e15deb534fe3003380140e0eddceaca3348a088e9eaca3350b0d6e9eaca3358f0daa6ebca33"
         "609a036895037290014f6620616c6c2076656869636c65732c2074686973206f6e6520746f6f6b20"
         "746865206c656173742064726976696e672c2077616974696e6720616e6420726964696e6720696e"
         "20616c6c2e205768656e20796f7520626f6f6b65642c2069742077617320746f20636f6d65203220"
         "6d696e203130207320616674657220746865206561726c696573742074696d652e78788001e60188"
         "0198dee9eaca33920107323032362d32379a01403030303730653135316332333261333133383366"
         "34363464353435623632363937303737376538353863393339616131613861666236626463346362"
         "64326439a0019601a8018c01"},
        {MESSAGE_REFUSED,
         "129301080d122c4e6f2076656869636c652063616e20636f6d652077697468696e20746865207469"
         "6d6520616c6c6f7765642e1a160a0a0dd01fbf1e15589636fe10b0d6e9eaca33189a03200828c09a"
         "0c32435468652066697273742076656869636c6520636f756c6420636f6d652033206d696e203230"
         "2073206c61746572207468616e20746865206c61746573742074696d652e"},
        {MESSAGE_REFUSAL,
         "0a6b08e0eddceaca3312380a0a0dd01fbf1e15589636fe120a0d6102c01e15deb534fe1803200128"
         "013080fbe2eaca3338c0ca87ebca334080b9f5ebca3348fa015001180d200728b0ea013220081210"
         "b0d6e9eaca3318a0e16720c0b95528a0d11930a0bb4a38cf0f4090bf05"},
        {MESSAGE_EXPLANATION,
         "08ac021003181120e0eddceaca332a20081110b0d6e9eaca3318e0ba5f20c0b95528a0d11930a0bb"
         "4a38cf0f4090bf052a20081210b0d6e9eaca3318a0e16720c0b95528a0d11930a0bb4a38cf0f4090"
         "bf05300338b0f4dfeaca33422e080110121890a10f2080f92b2a20081110b0d6e9eaca3318e0ba5f"
         "20c0b95528a0d11930a0bb4a38cf0f4090bf05"},
    };
    struct message ride = sample_message(MESSAGE_RIDE);
    struct message refused = sample_message(MESSAGE_REFUSED);
    const struct message explained = sample_message(MESSAGE_EXPLANATION);
    uint8_t bytes[GOLDEN_BYTES_MAX];
    size_t size = 0;
    ride.ride.reason = (struct ride_reason){RIDE_WHY_BEST, 130000, 0};
    refused.refused.constraint = REASON_CONSTRAINT_WAIT;
    refused.refused.over_ms = 200000;
    cr_assert_eq(codec_rider_ride(&ride, bytes, &size), CODEC_REPLY_LAST);
    golden_expect("ride", &rows[0], bytes, size);
    cr_assert_eq(codec_rider_booked(&refused, bytes, &size), CODEC_REPLY_LAST);
    golden_expect("refusal", &rows[1], bytes, size);
    cr_assert_eq(codec_operator_explained(&explained, bytes, &size), CODEC_REPLY_LAST);
    golden_expect("explanation", &rows[3], bytes, size);
    const struct message listed = sample_message(MESSAGE_REFUSAL);
    cr_assert_eq(codec_operator_refused(&listed, bytes, &size), CODEC_REPLY_PART);
    golden_expect("listed", &rows[2], bytes, size);
}
