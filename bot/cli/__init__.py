"""The command line: `thau …`. Thin; each command's work is in the module named after it."""
