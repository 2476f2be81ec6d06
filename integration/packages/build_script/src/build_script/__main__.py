"""python -m build_script: calls both."""

from build_script import add, strlen

print(f"add(2, 3) = {add(2, 3)}, strlen = {strlen(b'four')}")
