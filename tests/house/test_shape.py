"""The shape of the code: short functions, shallow blocks, and a word for everything that others call."""

from __future__ import annotations

import ast
from statistics import median

import pytest

from tests.house import code

MEDIAN, MOST, LONGEST, DEEPEST = 10, 30, 60, 4


def test_functions_are_short() -> None:
    lengths = sorted(function.lines for function in code.functions())
    assert median(lengths) <= MEDIAN
    assert sum(length <= MOST for length in lengths) >= 0.95 * len(lengths)


def test_no_function_is_long_or_deep() -> None:
    assert [f for f in code.functions() if f.lines > LONGEST or f.depth > DEEPEST] == []


def test_everything_public_has_a_docstring() -> None:
    assert list(code.undocumented()) == []


@pytest.mark.parametrize(
    ("source", "length", "depth"),
    [
        ("def f():\n    '''Two\n    lines.'''\n    return 1\n", 2, 0),
        ("@cache\ndef f():\n    for a in b:\n        if a:\n            pass\n", 4, 2),
        ("def f():\n    if a:\n        pass\n    elif b:\n        pass\n    elif c:\n        pass\n", 7, 1),
        (
            "def f():\n    with a:\n        try:\n            pass\n        finally:\n            while b: pass\n",
            6,
            3,
        ),
    ],
)
def test_the_measure_measures(source: str, length: int, depth: int) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert (code.length(function), code.depth(function)) == (length, depth)
