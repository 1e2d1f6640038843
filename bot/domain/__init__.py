"""Frozen values and pure rules that every other room shares."""
