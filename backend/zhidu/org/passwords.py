"""7.3.2 Passwords: argon2id off the event loop, and a policy that refuses what others would guess."""

import asyncio
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from zhidu.kernel import clock, search
from zhidu.kernel.problem import Malformed
from zhidu.kernel.texts import Text
from zhidu.policy.accounts import Account

MIN_LENGTH = 12
MAX_LENGTH = 128
# Characters that must remain when all that is common has been taken out.
OWN_CHARACTERS = 5
DISTINCT_CHARACTERS = 5
_RUN = re.compile(r"(.)\1{2,}")

# OWASP's parameters for argon2id: 46 MiB, one pass, one lane; some 45 ms.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
# Two at once and no more: else sign-in itself would be the way to exhaust memory and processor.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="argon2")


def normalised(password: str) -> str:
    """One spelling, whatever keyboard it was typed on (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password).strip()


async def hashed(password: str) -> str:
    """The argon2id hash, with its parameters and salt."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, normalised(password))


async def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one hashed. Without a hash the same work is done, and the answer is no."""
    good = await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, normalised(password), password_hash)
    return good and password_hash is not None


async def give(account: Account, password: str, *, chosen_by_owner: bool) -> None:
    """The account's password from now on; one that somebody else chose must be changed at the first sign-in."""
    account.password_hash = await hashed(password)
    account.password_changed_at = clock.now()
    account.must_change_password = not chosen_by_owner


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        return _HASHER.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("a password that nobody has")


@cache
def _common() -> tuple[str, ...]:
    """The pieces that common passwords are made of, longest first."""
    text = files("zhidu.org").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    pieces = {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece)))


def check(password: str, *, login: str, name: str, pointer: str = "/new_password") -> None:
    """Raises Malformed with the reason where the password is short, common, or about its owner."""
    why = _weakness(normalised(password), login, name)
    if why is not None:
        raise Malformed.at(pointer, why, "password")


def _weakness(password: str, login: str, name: str) -> Text | None:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return Text("密码应为 {a} 到 {b} 个字符", "A password has {a} to {b} characters").of(a=MIN_LENGTH, b=MAX_LENGTH)
    folded = password.casefold()
    about_the_owner = [login.casefold(), *search.document(name).split("|")]
    # Initials of two or three letters occur in any word.
    if any(len(piece) > (3 if piece.isascii() else 1) and piece in folded for piece in about_the_owner):
        return Text("密码不能包含登录名或姓名", "A password may not contain the login or the name")
    if len(set(folded)) < DISTINCT_CHARACTERS or len(_without_common(folded)) < OWN_CHARACTERS:
        return Text(
            "这个密码太常见，容易被猜到；可以用几个不相关的词",
            "This password is too common; take a few unrelated words",
        )
    return None


def _without_common(folded: str) -> str:
    for piece in _common():
        folded = folded.replace(piece, "")
    return _RUN.sub("", folded)
