"""Instruments that ship, as YAML files; see ``survey.instrument.load.shipped``."""
