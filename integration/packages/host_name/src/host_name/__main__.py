"""Print the name of this machine."""

from host_name import host_name

print(f"this machine is {host_name()!r}")
