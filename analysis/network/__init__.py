"""Measures of the people around each respondent, and how they are spread."""

from analysis.network.measures import available, measures, of_network, supports
from analysis.network.result import Networks, Spread, networks

__all__ = ["Networks", "Spread", "available", "measures", "networks", "of_network", "supports"]
