/* The file that says which port a dispatcher listens on, for whoever started it with port 0. */
#ifndef APP_PORT_FILE_H
#define APP_PORT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

/* Written under another name first, so that who waits for it never reads half a number. NULL: no
 * file is wanted. False when it cannot be written. */
MUST_CHECK bool port_file_write(const char *path, uint16_t port);

#endif
