"""The instrument: what is asked."""
