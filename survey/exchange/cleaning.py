"""Texts of other platforms as plain words: without HTML and what no file can hold."""

from __future__ import annotations

import html
import re
from decimal import Decimal

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.S)
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>|</div>\s*<div[^>]*>", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def plain(text: str, escaped: bool = False) -> str:
    """A text without tags; ``escaped`` where the platform writes every text as HTML.

    >>> plain("<p>Age &amp; <b>sex</b></p>"), plain("3 <4")
    ('Age & sex', '3 < 4')
    """
    if escaped or _TAG.search(text):
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"<(?=[A-Za-z/!?])", "< ", re.sub(r"<(?=\S)", "< ", text)).strip()


def formatted(text: str, escaped: bool = False) -> bool:
    """Whether a text has formatting that ``plain`` takes away; line breaks count for none."""
    return bool(_TAG.search(_BREAK.sub("", text)))


def decimal(value: float) -> str:
    """A number without an exponent, which not every platform reads.

    >>> decimal(3.0), decimal(0.0000001)
    ('3', '0.0000001')
    """
    return str(int(value)) if float(value).is_integer() else format(Decimal(repr(value)), "f")
