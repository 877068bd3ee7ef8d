"""The Dataset: what was answered."""
