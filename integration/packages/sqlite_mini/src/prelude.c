#include <sqlite3.h>

/* SQLITE_TRANSIENT is a pointer made from a number; the declarations see it as a constant of this type */
typedef void (*destructor_type)(void *);
