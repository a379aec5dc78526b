"""How a request's body is read: JSON, said to be JSON, and exactly of the shape that is asked."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException, ValidationException

# msgspec ends its sentences with the place, as in "- at `$.amount.currency`".
_PLACE = re.compile(r"(?P<message>.*) - at `\$\.?(?P<path>.*)`")


class UnsupportedMediaTypeError(HTTPException):
    """The body is not said to be JSON."""

    status_code = 415


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body is decoded straight into what its handler asks for.

    Strictly: the framework's own conversion would take "100" for an amount. A type that says
    JSON keeps other sites' forms out, which browsers send without asking.
    """

    async def json(self) -> Any:
        """The decoded body; raises 415 for another type, 400 for another shape or no JSON."""
        sent_as = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if sent_as != RequestEncodingType.JSON:
            raise UnsupportedMediaTypeError
        asked = self.route_handler.parsed_data_field
        decoder = _decoder(Any if asked is None else asked.annotation)
        try:
            return decoder.decode(await self.body())
        except msgspec.ValidationError as error:
            raise _wrong(str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _wrong(f"This is not JSON in UTF-8: {error}") from error
        except RecursionError as error:
            raise _wrong("This is nested too deeply.") from error


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def _wrong(sentence: str) -> ValidationException:
    found = _PLACE.fullmatch(sentence)
    place = found.groupdict() if found else {"message": sentence, "path": ""}
    return ValidationException(extra=[{"key": place["path"], "message": place["message"]}])
