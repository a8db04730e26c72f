#include <sqlite3.h>

// Settings of SQLite's for the whole process: they count before the first connection only, and
// else do nothing. Its function has as many arguments as it likes, which Swift cannot call.

/// Keeps what a statement may have to undo in memory up to that many bytes, and only then in a
/// temporary file.
static inline int refbatch_keep_statement_journals_in_memory(int bytes) {
  return sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, bytes);
}

/// Turns SQLite's count of its memory off, and with it a lock at each piece of memory it takes.
static inline int refbatch_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
