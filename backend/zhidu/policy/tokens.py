"""Access tokens: JWT by python-jose, ES256 and nothing else. The only module that knows `jose`.

python-jose 3.5 takes a token of any algorithm when none is named, ignores an unknown `crit`, and follows no key check:
so algorithm, type, issuer and audience are pinned here, and headers that could redirect the key are refused.
"""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import JOSEError, jwt

from zhidu.kernel.db import new_id
from zhidu.kernel.problem import NotSignedIn

ALGORITHM = "ES256"
TYPE = "at+jwt"
ISSUER = "zhidu"
AUDIENCE = "zhidu-api"
LIFETIME = timedelta(minutes=10)
MAX_LENGTH = 2048
_HEADERS = {"alg", "typ", "kid"}
# These claims and no others, each of its type.
_CLAIMS = {"iss": str, "aud": str, "exp": int, "iat": int, "sub": str, "sid": str, "jti": str}
# How far the clocks of our machines may differ.
SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says: who, in which sign-in session, until when."""

    account_id: UUID
    session_id: UUID
    expires_at: datetime


class TokenKey:
    """The signing key of an installation (P-256), named by its fingerprint."""

    def __init__(self, private_pem: str) -> None:
        key = serialization.load_pem_private_key(private_pem.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("the token key must be a P-256 key")
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.private = private_pem
        self.public = public.decode()
        self.kid = hashlib.sha256(public).hexdigest()[:16]

    @classmethod
    def kept_in(cls, folder: Path) -> "TokenKey":
        """The key of this folder; made (mode 0600) on the first start."""
        path = folder / "token.pem"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
        return cls(path.read_text())

    def issue(self, account_id: UUID, session_id: UUID, now: datetime) -> str:
        """A token for ten minutes; no personal data inside."""
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": str(account_id), "sid": str(session_id), "jti": str(new_id()),
            "iat": int(now.timestamp()), "exp": int((now + LIFETIME).timestamp()),
        }  # fmt: skip
        return jwt.encode(claims, self.private, algorithm=ALGORITHM, headers={"typ": TYPE, "kid": self.kid})

    def verify(self, token: str, now: datetime) -> Claims:
        """The claims of a token that is good at this moment; anything else raises NotSignedIn."""
        try:
            if len(token) > MAX_LENGTH or _header(token) != {"alg": ALGORITHM, "typ": TYPE, "kid": self.kid}:
                raise NotSignedIn
            # Times are looked at below: python-jose asks the machine's clock, and takes a token in its last second.
            # So is that every claim is there: its require_exp would switch that clock on again.
            claims: dict[str, Any] = jwt.decode(
                token,
                self.public,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"verify_exp": False},
            )
            if {name: type(value) for name, value in claims.items()} != _CLAIMS:
                raise NotSignedIn
            begins, ends = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
            if not begins - SKEW <= now < ends <= begins + LIFETIME:
                raise NotSignedIn
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]), ends)
        except (JOSEError, ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
            raise NotSignedIn from None


def _header(token: str) -> dict[str, Any]:
    """The header of a token in its one spelling, of our three entries and no others; else NotSignedIn."""
    parts = token.split(".")
    # Unused bits of the last character would give one token many spellings.
    if len(parts) != 3 or any(_encoded(_decoded(part)) != part for part in parts):
        raise NotSignedIn
    header = json.loads(_decoded(parts[0]))
    if not isinstance(header, dict) or set(header) != _HEADERS:  # no crit, jku, jwk, x5u
        raise NotSignedIn
    return header


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
