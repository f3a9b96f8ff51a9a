/* `dispatcher serve`: see its --help. */
#ifndef APP_COMMAND_SERVE_H
#define APP_COMMAND_SERVE_H

/* Takes its own arguments, argv[0] is its name; returns an enum command_status. */
int command_serve(int argc, char **argv);

#endif
