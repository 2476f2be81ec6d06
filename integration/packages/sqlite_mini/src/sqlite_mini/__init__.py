"""A small database module on the system's sqlite3: open, execute with parameters, rows as tuples."""

from sqlite_mini._sqlite import ffi, lib


class Error(Exception):
    """sqlite refused; the message is sqlite's own."""


def version():
    """Return the version of the library that is loaded."""
    return ffi.string(lib.sqlite3_libversion()).decode()


class Connection:
    """An open database file."""

    def __init__(self, path):
        handle = ffi.new("sqlite3 **")
        status = lib.sqlite3_open_v2(str(path).encode(), handle, lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE, ffi.NULL)
        self._db = handle[0]
        self._check(status)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """Close the file."""
        self._check(lib.sqlite3_close(self._db))
        self._db = ffi.NULL

    def execute(self, sql, parameters=()):
        """Run one statement; return its rows as tuples."""
        statement = ffi.new("sqlite3_stmt **")
        self._check(lib.sqlite3_prepare_v2(self._db, sql.encode(), -1, statement, ffi.NULL))
        try:
            for index, value in enumerate(parameters, 1):
                self._check(_bind(statement[0], index, value))
            return self._rows(statement[0])
        finally:
            lib.sqlite3_finalize(statement[0])

    def _rows(self, statement):
        rows = []
        while True:
            status = lib.sqlite3_step(statement)
            if status != lib.SQLITE_ROW:
                self._check(lib.SQLITE_OK if status == lib.SQLITE_DONE else status)
                return rows
            rows.append(tuple(_column(statement, column) for column in range(lib.sqlite3_column_count(statement))))

    def _check(self, status):
        if status != lib.SQLITE_OK:
            raise Error(ffi.string(lib.sqlite3_errmsg(self._db)).decode())


def _bind(statement, index, value):
    if value is None:
        return lib.sqlite3_bind_null(statement, index)
    if isinstance(value, int):
        return lib.sqlite3_bind_int64(statement, index, value)
    if isinstance(value, float):
        return lib.sqlite3_bind_double(statement, index, value)
    if isinstance(value, str):
        text = value.encode()
        return lib.sqlite3_bind_text(statement, index, text, len(text), lib.SQLITE_TRANSIENT)
    return lib.sqlite3_bind_blob(statement, index, value, len(value), lib.SQLITE_TRANSIENT)


def _column(statement, column):
    kind = lib.sqlite3_column_type(statement, column)
    if kind == lib.SQLITE_INTEGER:
        return lib.sqlite3_column_int64(statement, column)
    if kind == lib.SQLITE_FLOAT:
        return lib.sqlite3_column_double(statement, column)
    if kind == lib.SQLITE_NULL:
        return None
    if kind == lib.SQLITE_TEXT:
        return ffi.string(lib.sqlite3_column_text(statement, column)).decode()
    return ffi.buffer(lib.sqlite3_column_blob(statement, column), lib.sqlite3_column_bytes(statement, column))[:]
