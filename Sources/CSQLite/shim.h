#include <sqlite3.h>

// Settings of SQLite's for the whole process: they count before the first connection only, and
// else do nothing. Its function has as many arguments as it likes, which Swift cannot call.

/// Keeps what a statement may have to undo alone in memory. With a limit above 131,071 bytes SQLite
/// writes pieces of that size to the temporary file, of which it then writes the size modulo 131,072
/// and calls the disk full: a negative limit, none, is the only large one.
static inline int refbatch_keep_statement_journals_in_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
}

/// Turns SQLite's count of its memory off, and with it a lock at each piece of memory it takes.
static inline int refbatch_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// How a file of our layers lies in the memory that SQLite gives it: the file of the system's own
/// layer begins right behind.
typedef struct refbatch_layered_file {
  sqlite3_file base;
  /// What stands before that file, retained.
  void *file;
} refbatch_layered_file;
