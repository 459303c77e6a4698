"""Runs plays."""
