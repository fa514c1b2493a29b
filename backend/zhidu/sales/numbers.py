"""The numbers that people read out: K20261125-7QX4MH. Dated and random: a sequence ties writers together."""

import re
import secrets

from zhidu.kernel import clock

# Crockford's alphabet: no I, L, O, U, so that a number survives being read over the telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 6
NUMBER = re.compile(rf"[A-Z][0-9]{{8}}-[{_LETTERS}]{{{_LENGTH}}}")


def numbered(prefix: str) -> str:
    """A fresh number; a thousand million a day, and the column is unique."""
    return f"{prefix}{clock.today():%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}"
