"""Answers collected on another platform, brought in by a mapping file: nothing is guessed, nothing dropped."""
