/* The one way to report a bad input. */
#include "input/input_error.h"

#include <stdarg.h>
#include <stdio.h>

bool input_error_set(struct input_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}
