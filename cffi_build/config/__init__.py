"""The `[tool.cffi]` table of a project: schema (what there is), check (is it right), files (globs), load (all of it at once)."""
