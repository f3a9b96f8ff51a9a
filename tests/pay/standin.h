/* A stand-in for GOV.UK Pay that follows its published API (docs.payments.service.gov.uk) as far as
 * the dispatcher uses it, in a thread of its own, and misbehaves on purpose. What it believes of
 * each payment is the truth that tests hold the dispatcher to. */
#ifndef TESTS_PAY_STANDIN_H
#define TESTS_PAY_STANDIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"

#define STANDIN_THINGS_MAX 4096
#define STANDIN_ID_MAX     27
#define STANDIN_KEY        "api_test_key"

/* What goes wrong with a request; one in standin.faults_permille of them. */
enum standin_fault {
    STANDIN_FINE,
    STANDIN_TOO_MANY,   /* 429 P0900, nothing done */
    STANDIN_BROKEN,     /* 500, nothing done */
    STANDIN_HANGS_UP,   /* nothing done, nothing said */
    STANDIN_DEAF_AFTER, /* done, and then hangs up */
    STANDIN_LATE,       /* done, and answered after the client has given up */
    STANDIN_BAD_AFTER,  /* done, and 502 said */
    STANDIN_NO_JSON,    /* done, and something else than JSON said, with 200 */
    STANDIN_OTHER,      /* done, and another payment shown */
    STANDIN_CUT,        /* done, and the answer ends too early */
    STANDIN_DRIP,       /* done, and answered byte by byte, in time */
    STANDIN_FAULT_COUNT,
};

struct standin_payment {
    char id[STANDIN_ID_MAX];
    char reference[64];
    char agreement[STANDIN_ID_MAX]; /* that it is under, or sets up */
    char key[64];                   /* Idempotency-Key */
    char body[2048];                /* as first asked for, with the key */
    int64_t amount;
    int64_t refunded;
    int looks; /* asked for so often */
    bool is_set_up;
    const char *status; /* "created" ... */
    const char *code;
};

struct standin_refund {
    char id[STANDIN_ID_MAX];
    uint32_t payment;
    int64_t amount;
    int looks;
};

struct standin {
    uint16_t port;
    pthread_mutex_t mutex;
    struct random random;
    uint32_t faults_permille;
    uint32_t declines_permille; /* agreement payments that fail, with P0010 */
    enum standin_fault only;    /* not 0: the next request gets this one, once */
    bool is_key_strict;         /* a used key is refused even with the same body */
    bool search_is_late;        /* a payment is not found the first time */
    bool is_down;               /* connections are closed at once */
    int64_t late_ms;            /* ... answers come after */
    uint32_t requests;
    uint32_t posts; /* of payments and refunds that were taken */
    uint32_t wrong; /* requests that the API would refuse as malformed */
    uint32_t fault_counts[STANDIN_FAULT_COUNT];
    uint32_t agreement_count;
    char agreements[STANDIN_THINGS_MAX][STANDIN_ID_MAX];
    bool is_active[STANDIN_THINGS_MAX];
    uint32_t payment_count;
    struct standin_payment payments[STANDIN_THINGS_MAX];
    uint32_t refund_count;
    struct standin_refund refunds[STANDIN_THINGS_MAX];
    pthread_t thread;
    int listener;
    uint32_t live; /* connections that are being answered */
};

/* On a port of its own choice, or on `port`. */
struct standin *standin_open(uint64_t seed, uint16_t port);
void standin_close(struct standin *standin);

/* The rider fills in the page of a set-up payment: "capturable", or "failed". */
bool standin_visit(struct standin *standin, const char *payment, bool pays);

/* An agreement that is active, as if it had been set up before. */
void standin_agree(struct standin *standin, char id[STANDIN_ID_MAX]);

/* Pence taken less pence given back; and is any reference there twice? */
int64_t standin_taken(struct standin *standin);
bool standin_has_doubles(struct standin *standin);

#endif
