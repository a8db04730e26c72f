// Rows in memory as a table of SQLite's that a statement can select from (a virtual table, see
// "The Virtual Table Mechanism Of SQLite"). In C because SQLite asks for structs that begin with its
// own, which Swift has no words for.
#ifndef CROWSOURCE_H
#define CROWSOURCE_H

#include <sqlite3.h>
#include <stdint.h>

/// One value of a row.
typedef struct row_cell {
    /// The number, or where the bytes start.
    int64_t value;
    /// How many bytes; `row_cell_number` or `row_cell_null` where it is none.
    int32_t length;
    /// Whether the bytes are UTF-8 text.
    int32_t is_text;
} row_cell;

/// What stands in for a length.
enum { row_cell_number = -1, row_cell_null = -2 };

/// The rows at hand: `rows` times `columns` cells. None of it changes while a statement steps.
typedef struct row_source {
    const row_cell *cells;
    const uint8_t *bytes;
    int64_t rows;
    int32_t columns;
} row_source;

/// Makes `source` a table of this connection with this name and the columns c0, c1 and so on. The
/// source is lent until ``row_source_drop(_:_:)``, and so are its bytes to each step of a statement.
///
/// Returns an SQLite result code.
int row_source_open(sqlite3 *connection, const char *name, const row_source *source);

/// Drops the table, of which no statement may be left.
int row_source_drop(sqlite3 *connection, const char *name);

#endif
