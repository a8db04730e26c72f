#include <sqlite3.h>

/** Turns SQLite's count of its memory off, and with it a lock at each piece of memory it takes.
    It has an effect before the first connection only. */
static inline int refbatch_sqlite_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
