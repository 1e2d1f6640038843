"""Whole dialogues as data."""
