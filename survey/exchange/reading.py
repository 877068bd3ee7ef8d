"""Reads the conditions of other platforms: a list of words by dialect, then one grammar for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from survey.exchange.logic import Both, Compare, Either, Figure, Given, No, Picked, Quote, Ref, Sum, Term, Test
from survey.exchange.report import UnmappedError

_DEEPEST = 30


@dataclass(frozen=True)
class Word:
    """One word of a condition: its sort ('ref', 'pick', 'text', 'number', 'sign', 'word', or a bracket) and content."""

    sort: str
    text: str
    code: str = ""


Words = list[Word]


def words_of(text: str, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Word]) -> Words:
    """The words of a condition. Raises UnmappedError at what is none."""
    found: Words = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = pattern.match(text, at)
        if match is None:
            raise UnmappedError(f"the condition cannot be understood at '{text[at : at + 12]}'")
        found.append(read(match))
        at = match.end()
    return found


_SIGNS = {"=": "==", "==": "==", "eq": "==", "<>": "!=", "!=": "!=", "ne": "!=", "<": "<", "lt": "<"}
_SIGNS |= {"<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="}


class Reader:
    """A condition of words as a tree.

    picks: the functions that ask whether a choice was picked, such as selected(x, 'a'). empties: those that ask whether
    there is no answer.
    """

    def __init__(self, words: Words, picks: tuple[str, ...] = (), empties: tuple[str, ...] = ()) -> None:
        self.words, self.at, self.picks, self.empties = words, 0, picks, empties

    def read(self) -> Test:
        """The whole condition. Raises UnmappedError."""
        test = self.either(0)
        if self.at < len(self.words):
            raise UnmappedError(f"the condition cannot be understood at '{self.words[self.at].text}'")
        return test

    def here(self, sort: str, *texts: str) -> bool:
        if self.at >= len(self.words):
            return False
        word = self.words[self.at]
        return word.sort == sort and (not texts or word.text.lower() in texts)

    def take(self, sort: str, *texts: str) -> Word:
        if not self.here(sort, *texts):
            found = self.words[self.at].text if self.at < len(self.words) else "its end"
            raise UnmappedError(f"the condition cannot be understood at '{found}'")
        self.at += 1
        return self.words[self.at - 1]

    def either(self, depth: int) -> Test:
        if depth > _DEEPEST:
            raise UnmappedError("the condition is nested too deeply")
        parts = [self.both(depth)]
        while self.here("word", "or"):
            self.at += 1
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Test:
        parts = [self.no(depth)]
        while self.here("word", "and"):
            self.at += 1
            parts.append(self.no(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def no(self, depth: int) -> Test:
        if self.here("word", "not"):
            self.at += 1
            inner = self.no(depth + 1)
            return inner.part if isinstance(inner, No) else No(inner)
        if self.picks and self.here("word", *self.picks):
            return self.pick()
        if self.empties and self.here("word", *self.empties):
            self.at += 1
            self.take("(")
            word = self.words[self.at] if self.at < len(self.words) else Word("", "")
            self.at += 1
            self.take(")")
            if word.sort == "pick":
                return No(Picked(word.text, word.code))
            if word.sort == "ref":
                return No(Given(word.text))
            raise UnmappedError("something other than an item is asked for being empty")
        if self.here("("):
            mark = self.at
            try:
                self.at += 1
                inner = self.either(depth + 1)
                self.take(")")
                if not self.here("sign"):
                    return inner
            except UnmappedError:
                if depth >= _DEEPEST // 2:
                    raise
            self.at = mark  # brackets around a number, not around a condition
        return self.comparison()

    def pick(self) -> Test:
        self.at += 1
        self.take("(")
        name = self.take("ref").text
        self.take(",")
        code = self.words[self.at] if self.at < len(self.words) else Word("", "")
        if code.sort not in ("text", "number"):
            raise UnmappedError("a choice is not named by its code")
        self.at += 1
        self.take(")")
        return Picked(name, code.text)

    def comparison(self) -> Test:
        if self.here("pick"):
            return self.picked()
        left = self.sum()
        sign = _SIGNS.get(self.take("sign").text.lower())
        if sign is None:
            raise UnmappedError("a comparison is needed")
        right = self.sum()
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Quote) and one.value == "" and isinstance(other, Ref) and sign in ("==", "!="):
                return Given(other.name) if sign == "!=" else No(Given(other.name))
        return Compare(left, sign, right)

    def picked(self) -> Test:
        word = self.take("pick")
        if not self.here("sign"):
            return Picked(word.text, word.code)
        sign = _SIGNS.get(self.take("sign").text.lower())
        value = self.words[self.at].text if self.at < len(self.words) else "?"
        self.at += 1
        yes, no = value in ("1", "Y"), value in ("0", "", "N")
        if sign not in ("==", "!=") or not (yes or no):
            raise UnmappedError(f"a choice is compared with '{value}'")
        test = Picked(word.text, word.code)
        return test if yes == (sign == "==") else No(test)

    def sum(self) -> Term:
        term = self.product()
        while self.here("sign", "+", "-"):
            sign = self.take("sign").text
            term = Sum(sign, term, self.product())
        return term

    def product(self) -> Term:
        term = self.single()
        while self.here("sign", "*", "/", "div"):
            sign = "*" if self.take("sign").text == "*" else "/"
            term = Sum(sign, term, self.single())
        return term

    def single(self) -> Term:
        if self.here("sign", "-"):
            self.at += 1
            inner = self.single()
            return Figure(-inner.value) if isinstance(inner, Figure) else Sum("-", Figure(0.0), inner)
        if self.here("("):
            self.at += 1
            term = self.sum()
            self.take(")")
            return term
        if self.here("ref"):
            return Ref(self.take("ref").text)
        if self.here("number"):
            return Figure(float(self.take("number").text))
        if self.here("text"):
            return Quote(self.take("text").text)
        found = self.words[self.at].text if self.at < len(self.words) else "its end"
        raise UnmappedError(f"the condition cannot be understood at '{found}'")
