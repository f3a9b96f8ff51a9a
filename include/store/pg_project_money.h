/* The part of store/pg_project.h that is money: transfers, policies, payments, settlements. */
#ifndef STORE_PG_PROJECT_MONEY_H
#define STORE_PG_PROJECT_MONEY_H

#include "store/pg_project.h"

/* Nothing for facts of other kinds. */
void pg_project_money(struct pg_project *project, const struct fact *fact);

#endif
