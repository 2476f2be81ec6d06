"""The in-line modes: declarations become ctype objects at run time, without a module of their own."""
