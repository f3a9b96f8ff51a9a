/* The parts of random facts that are money. */
#ifndef TESTS_WIRE_RANDOM_MONEY_H
#define TESTS_WIRE_RANDOM_MONEY_H

#include "base/random.h"
#include "core/fact.h"

/* Uniform in low .. high; in half of the cases one of the two. */
uint64_t random_money_draw(struct random *random, uint64_t low, uint64_t high);

/* A transfer is between two accounts. */
void random_money_fit(struct ledger_transfer *transfer);

void random_money_fare(struct random *random, struct fare *fare);
void random_money_group(struct random *random, struct fact_transfers *group);
void random_money_caps(struct random *random, struct cap_account *caps);
void random_money_refund(struct random *random, struct bill_refund *refund);
void random_money_work(struct random *random, struct fact_work *work);
void random_money_since(struct random *random, struct fact_snapshot_work *work);
void random_money_closing(struct random *random, struct fact_approved *approved);
void random_money_outcome(struct random *random, struct settlement_outcome *outcome);
void random_money_books(struct random *random, struct settlement_books *books);
void random_money_bill(struct random *random, struct bill *bill);

#endif
