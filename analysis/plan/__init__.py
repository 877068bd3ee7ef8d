"""The plan: what is analysed, decided beforehand; its types, its reader and its JSON Schema."""

from __future__ import annotations

from analysis.plan.load import check_plan, default_plan, load_plan
from analysis.plan.model import Plan

__all__ = ["Plan", "check_plan", "default_plan", "load_plan"]
