"""Functions over arrays, compiled to machine code by numba when they are first called."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def compiled(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compile a function of arrays and numbers; threads run it side by side.

    The code is kept beside the source, or in the user's cache folder, for the next process.
    """
    machine_code: Callable[Arguments, Result] = numba.njit(nogil=True, cache=True)(function)
    return machine_code
