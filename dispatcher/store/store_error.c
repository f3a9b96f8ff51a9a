/* The one way to report a store's trouble. */
#include "store/store_error.h"

#include <stdarg.h>
#include <stdio.h>

bool store_error_set(struct store_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}
