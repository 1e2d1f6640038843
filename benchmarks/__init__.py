"""Where the figures come from. Runs from a checkout of the repository only; `thau bench` prints what it finds."""
