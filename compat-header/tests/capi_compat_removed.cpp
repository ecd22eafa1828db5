/* The same text as C++. */
#include "capi_compat_removed.c"
