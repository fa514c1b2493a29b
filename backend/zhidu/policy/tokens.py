"""Access tokens: JWT by python-jose, ES256 and nothing else. The only module that knows `jose`.

python-jose 3.5 takes a token of any algorithm when none is named, ignores an unknown `crit`, and follows no key check:
so algorithm, type, issuer and audience are pinned here, and headers that could redirect the key are refused.
"""

import hashlib
import json
import os
from base64 import urlsafe_b64decode
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
_REQUIRED = ("iss", "aud", "exp", "iat", "sub", "sid", "jti")


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

    def verify(self, token: str) -> Claims:
        """The claims of a good token; anything else raises NotSignedIn."""
        try:
            if len(token) > MAX_LENGTH or self._header(token) != {"alg": ALGORITHM, "typ": TYPE, "kid": self.kid}:
                raise NotSignedIn
            claims: dict[str, Any] = jwt.decode(
                token,
                self.public,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={f"require_{claim}": True for claim in ("iss", "aud", "exp", "iat", "sub", "jti")} | {"leeway": 0},
            )
            if any(claim not in claims for claim in _REQUIRED):
                raise NotSignedIn
            expires = datetime.fromtimestamp(claims["exp"], UTC)
            if expires - datetime.fromtimestamp(claims["iat"], UTC) > LIFETIME:
                raise NotSignedIn
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]), expires)
        except (JOSEError, ValueError, TypeError, KeyError, OverflowError):
            raise NotSignedIn from None

    @staticmethod
    def _header(token: str) -> dict[str, Any]:
        head = token.split(".", 1)[0]
        header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        if not isinstance(header, dict) or set(header) != _HEADERS:  # no crit, jku, jwk, x5u
            raise NotSignedIn
        return header
