"""One turn: what a customer said becomes an answer, inside one unit of work."""
