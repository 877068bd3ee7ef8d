"""Instruments to and from the formats of other platforms; what cannot be mapped is listed, never dropped."""
