#include <sqlite3.h>

/// Keeps what a statement may have to undo in memory up to that many bytes, and only then in a
/// temporary file. For the whole process, before the first connection; else nothing happens.
static inline int refbatch_keep_statement_journals_in_memory(int bytes) {
  return sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, bytes);
}
