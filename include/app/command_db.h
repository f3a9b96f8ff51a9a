/* `dispatcher db`: the tables in PostgreSQL. */
#ifndef APP_COMMAND_DB_H
#define APP_COMMAND_DB_H

int command_db(int argc, char **argv);

#endif
