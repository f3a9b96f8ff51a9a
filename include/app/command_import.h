/* `dispatcher import`: see its --help. */
#ifndef APP_COMMAND_IMPORT_H
#define APP_COMMAND_IMPORT_H

/* Takes its own arguments, argv[0] is its name; returns an enum command_status. */
int command_import(int argc, char **argv);

#endif
