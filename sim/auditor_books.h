/* The auditor's books: a ledger of its own, made from the facts alone, in which every posting is
 * laid beside what the ride came to. What it checks, after every step:
 * - each transfer has the next number, names two accounts and resolves at most one open hold;
 * - a ride is charged once, at most its quote, and only when it was ridden; one that was cancelled
 *   or missed costs a fee at most, and that only by its rider's doing;
 * - what the rider, the concession's funder and the caps bear, and the VAT within, is posted to the
 *   penny; refunds give back at most what was paid, and never raise what the rider pays;
 * - nothing is held for a ride that ended;
 * and at the end that every rider's days and weeks keep their caps and that all accounts add up. */
#ifndef SIM_AUDITOR_BOOKS_H
#define SIM_AUDITOR_BOOKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "core/fact.h"
#include "core/policy.h"
#include "sim/scenario.h"

#define AUDITOR_BOOKS_TOUCHED_MAX 256 /* rides whose money one step may move */

struct auditor;
struct auditor_books_ride;
struct auditor_books_hold;
struct auditor_books_account;

struct auditor_books {
    struct rider_class *classes; /* as operators said last */
    uint32_t class_count;
    uint32_t class_max;
    struct map classes_by_rider;
    void *class_memory;               /* of that map */
    struct auditor_books_ride *rides; /* by ride id */
    size_t ride_capacity;
    uint64_t ride_count;
    struct auditor_books_hold *holds; /* by transfer id */
    size_t hold_capacity;
    uint64_t transfer_count;
    struct auditor_books_account *accounts; /* by account */
    size_t account_capacity;
    size_t account_count;
    uint64_t touched[AUDITOR_BOOKS_TOUCHED_MAX]; /* rides, in this step */
    uint32_t touched_count;
};

void auditor_books_init(struct auditor_books *books, const struct scenario *scenario);
void auditor_books_free(struct auditor_books *books);

/* Debits less credits posted to an account, but for what a settlement closed into the surplus or
 * gave away of it; 0 of one that was never used. */
int64_t auditor_books_posted_pence(const struct auditor_books *books, uint32_t account);

/* A fact, of whatever kind. */
void auditor_books_fact(struct auditor *auditor, const struct fact *fact);

/* The facts of one step were all told. */
void auditor_books_step(struct auditor *auditor);

/* The run is over. */
void auditor_books_finish(struct auditor *auditor, int64_t ledger_difference_pence);

#endif
