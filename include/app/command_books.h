/* `dispatcher books`: see its --help. */
#ifndef APP_COMMAND_BOOKS_H
#define APP_COMMAND_BOOKS_H

/* Takes its own arguments, argv[0] is its name; returns an enum command_status. */
int command_books(int argc, char **argv);

#endif
