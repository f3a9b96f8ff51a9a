/* `dispatcher check`: see its --help. */
#ifndef APP_COMMAND_CHECK_H
#define APP_COMMAND_CHECK_H

/* Takes its own arguments, argv[0] is its name; returns an enum command_status. */
int command_check(int argc, char **argv);

#endif
