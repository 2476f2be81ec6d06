"""Shapes that published projects expect behind the documented face: types, parser and recompiler under their known names."""
