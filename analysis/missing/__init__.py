"""Missing data: patterns, maximum likelihood from observed cells, Little's test, imputation and pooling."""

from __future__ import annotations
