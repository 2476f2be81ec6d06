"""From what the C preprocessor makes of real headers to a text of declarations: cut, choose, soften, print, settle.

Nothing here runs a program: `compile/scan.py` does, and hands in the preprocessor's output and the compiler's answers.
"""
