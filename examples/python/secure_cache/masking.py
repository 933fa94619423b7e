"""Passwords that cannot be printed by accident, and a log that masks them.

Every `Password` that was made is blotted out of each line, whoever wrote the line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import ClassVar
from urllib.parse import quote

PRINTED = "[password]"
_IN_URL = re.compile(r"(\w+://[^:@/\s]*):[^\s]*@")
#: The secret parts of an IAM token.
_IN_TOKEN = re.compile(r"(X-Amz-(?:Signature|Security-Token)=)[^&\s\"']+")


class Password:
    """`str`, `repr` and `format` show `[password]`; only `reveal()` returns the value."""

    _known: ClassVar[set[str]] = set()

    __slots__ = ("_value",)

    def __init__(self, value: str, *, is_lasting: bool = True) -> None:
        self._value = value
        # One password per 90 days, so the set stays small; `mask` finds tokens by their form.
        if is_lasting:
            in_json = {json.dumps(value, ensure_ascii=each)[1:-1] for each in (True, False)}
            Password._known.update({value, quote(value, safe=""), *in_json} - {""})

    def reveal(self) -> str:
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Password) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return PRINTED

    def __reduce__(self) -> str:
        raise TypeError("a password is not pickled; read the secret again where it is needed")


def mask(text: str) -> str:
    """Masks the password of any URL, every known password, and every IAM token."""
    text = _IN_URL.sub(rf"\1:{PRINTED}@", text)
    text = _IN_TOKEN.sub(rf"\1{PRINTED}", text)
    # The longest first: one password may begin with another.
    known = sorted(Password._known, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, known)), PRINTED, text) if known else text


class MaskedJson(logging.Formatter):
    """One JSON object per line: `{"event": …, "level": …}` and further fields."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage(), "level": record.levelname.lower()}
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            # Only the name: a message or a frame may quote personal data.
            line["error"] = record.exc_info[0].__name__
        return mask(json.dumps(line, ensure_ascii=False, default=str))


def log_to_stderr(level: int = logging.INFO) -> None:
    """Configures all loggers, those of libraries included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskedJson())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At level DEBUG botocore prints the response, which contains the secret.
    for name in ("botocore", "boto3", "urllib3", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def log(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    logging.getLogger("secure_cache").log(level, event, extra={"fields": fields})
