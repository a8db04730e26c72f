#include "CRowSource.h"

#include <stddef.h>

typedef struct row_table {
    sqlite3_vtab base;
    const row_source *source;
} row_table;

typedef struct row_cursor {
    sqlite3_vtab_cursor base;
    int64_t row;
} row_cursor;

/// Lists the columns for SQLite.
static char *declaration(int32_t columns) {
    sqlite3_str *sql = sqlite3_str_new(NULL);
    for (int32_t column = 0; column < columns; column++) {
        sqlite3_str_appendf(sql, column == 0 ? "CREATE TABLE x(c%d" : ", c%d", column);
    }
    sqlite3_str_appendall(sql, ")");
    return sqlite3_str_finish(sql);
}

static int table_connect(sqlite3 *connection, void *source, int count, const char *const *arguments,
                         sqlite3_vtab **made, char **message) {
    (void)count, (void)arguments, (void)message;
    char *sql = declaration(((const row_source *)source)->columns);
    if (sql == NULL) return SQLITE_NOMEM;
    int code = sqlite3_declare_vtab(connection, sql);
    sqlite3_free(sql);
    if (code != SQLITE_OK) return code;
    row_table *table = sqlite3_malloc(sizeof *table);
    if (table == NULL) return SQLITE_NOMEM;
    *table = (row_table){.source = source};
    *made = &table->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

/// There is one way to read it: from the first row to the last.
static int table_plan(sqlite3_vtab *table, sqlite3_index_info *plan) {
    (void)table;
    plan->estimatedCost = 1;
    plan->estimatedRows = 1;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **made) {
    (void)table;
    row_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (cursor == NULL) return SQLITE_NOMEM;
    *cursor = (row_cursor){.row = 0};
    *made = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor) {
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int cursor_rewind(sqlite3_vtab_cursor *cursor, int plan, const char *name, int count,
                         sqlite3_value **values) {
    (void)plan, (void)name, (void)count, (void)values;
    ((row_cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *cursor) {
    ((row_cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int cursor_is_at_end(sqlite3_vtab_cursor *cursor) {
    return ((row_cursor *)cursor)->row >= ((const row_table *)cursor->pVtab)->source->rows;
}

/// SQLite asks for columns that were declared, of rows that are there. It copies the bytes into the
/// row that it writes before the step is done, so they are lent.
static int cursor_value(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    const row_source *source = ((const row_table *)cursor->pVtab)->source;
    const row_cell *cell = source->cells + ((row_cursor *)cursor)->row * source->columns + column;
    if (cell->length == row_cell_number) {
        sqlite3_result_int64(context, cell->value);
    } else if (cell->length == row_cell_null) {
        sqlite3_result_null(context);
    } else if (cell->is_text) {
        const char *text = (const char *)source->bytes + cell->value;
        sqlite3_result_text64(context, text, (sqlite3_uint64)cell->length, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_result_blob(context, source->bytes + cell->value, cell->length, SQLITE_STATIC);
    }
    return SQLITE_OK;
}

static int cursor_row(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row) {
    *row = ((row_cursor *)cursor)->row;
    return SQLITE_OK;
}

// Without xCreate it is there by its name alone: no schema says anything of it.
static const sqlite3_module module = {
    .iVersion = 0,
    .xConnect = table_connect,
    .xBestIndex = table_plan,
    .xDisconnect = table_disconnect,
    .xDestroy = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_rewind,
    .xNext = cursor_next,
    .xEof = cursor_is_at_end,
    .xColumn = cursor_value,
    .xRowid = cursor_row,
};

int row_source_open(sqlite3 *connection, const char *name, const row_source *source) {
    return sqlite3_create_module_v2(connection, name, &module, (void *)source, NULL);
}

int row_source_drop(sqlite3 *connection, const char *name) {
    return sqlite3_create_module_v2(connection, name, NULL, NULL, NULL);
}
