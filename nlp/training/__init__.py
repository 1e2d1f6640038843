"""How the shipped weights are made: one command, from public data and the project's own corpus to a checked file."""
