"""python -m sqlite_mini: exchanges a real database file with Python's sqlite3 module, in both directions."""

import sqlite3
import sys
import tempfile
from pathlib import Path

import sqlite_mini

ROWS = [
    (1, "æther", 2.5, b"\x00\xff blob", None),
    (-(2**63), "", -0.0, b"", 7),
    (2**63 - 1, "a 'quoted' text", 1e308, bytes(range(256)), None),
]
CREATE = "CREATE TABLE t (i INTEGER, s TEXT, d REAL, b BLOB, n INTEGER)"
INSERT = "INSERT INTO t VALUES (?, ?, ?, ?, ?)"
SELECT = "SELECT * FROM t ORDER BY rowid"

with tempfile.TemporaryDirectory() as folder:
    theirs = Path(folder, "theirs.db")
    connection = sqlite3.connect(theirs)
    connection.execute(CREATE)
    connection.executemany(INSERT, ROWS)
    connection.commit()
    connection.close()
    with sqlite_mini.Connection(theirs) as mine:
        read_by_us = mine.execute(SELECT)

    ours = Path(folder, "ours.db")
    with sqlite_mini.Connection(ours) as mine:
        mine.execute(CREATE)
        for row in ROWS:
            mine.execute(INSERT, row)
        try:
            mine.execute("SELECT nonsense")
            refused = ""
        except sqlite_mini.Error as error:
            refused = str(error)
    connection = sqlite3.connect(ours)
    read_by_python = connection.execute(SELECT).fetchall()
    connection.close()

checks = {
    "we read what Python's sqlite3 wrote": read_by_us == ROWS,
    "Python's sqlite3 reads what we wrote": read_by_python == ROWS,
    "an error carries sqlite's own words": refused == "no such column: nonsense",
}
print(f"sqlite {sqlite_mini.version()}: {len(ROWS)} rows each way")
for what, good in checks.items():
    print(f"  {'yes' if good else 'NO '}  {what}")
sys.exit(not all(checks.values()))
