"""The HTTP door: health, metrics, login, and the pages for customers (simulator), staff and admins."""
