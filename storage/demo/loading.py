"""Loads the demo shop (format: see storage.demo)."""
