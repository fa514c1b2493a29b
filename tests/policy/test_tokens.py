"""7.3.2 Only a token of this installation's own key, of this kind, for this API, now, opens anything."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from httpx import AsyncClient

from tests.conftest import Acting, token_of
from zhidu.kernel import clock
from zhidu.kernel.db import new_id
from zhidu.kernel.problem import NotSignedIn
from zhidu.policy.accounts import Account
from zhidu.policy.guard import House
from zhidu.policy.tokens import LIFETIME, MAX_LENGTH, TokenKey

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
Sign = Callable[[bytes], bytes]


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_pair(number: int) -> tuple[TokenKey, ec.EllipticCurvePrivateKey]:
    """The same key in every process, so that tests have the same names."""
    private = ec.derive_private_key(number, ec.SECP256R1())
    return TokenKey(pem_of(private)), private


def pem_of(private: Any) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def es(private: ec.EllipticCurvePrivateKey, algorithm: hashes.HashAlgorithm | None = None) -> Sign:
    """A signature in JOSE's form: r and s side by side."""
    size = (private.curve.key_size + 7) // 8

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(message, ec.ECDSA(algorithm or hashes.SHA256())))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    return sign


def hs(secret: bytes, name: str = "sha256") -> Sign:
    return lambda message: hmac.digest(secret, message, name)


def token(header: Any, claims: Any, sign: Sign) -> str:
    message = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{message}.{b64(sign(message.encode()))}"


KEY, PRIVATE = key_pair(2**200 + 7)
OTHER, OTHER_PRIVATE = key_pair(2**201 + 9)
HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}


def claims(**changes: Any) -> dict[str, Any]:
    made = {
        "iss": "zhidu", "aud": "zhidu-api", "sub": str(uuid4()), "sid": str(uuid4()), "jti": str(uuid4()),
        "iat": int(NOW.timestamp()), "exp": int((NOW + LIFETIME).timestamp()),
    }  # fmt: skip
    return {name: value for name, value in (made | changes).items() if value is not ...}


def forged() -> Iterator[tuple[str, str]]:
    """Every kind of token that is not one of ours, as (kind, token)."""
    good, public = es(PRIVATE), KEY.public.encode()
    der = serialization.load_pem_public_key(public).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    point = serialization.load_pem_public_key(public).public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    # No algorithm at all, in every spelling.
    for alg in ("none", "None", "NONE", "nOnE", "", None, "null", 0, False, [], ["ES256"], ["none"], {}):
        yield f"alg {alg!r}", token(HEADER | {"alg": alg}, claims(), lambda _: b"")
        yield f"alg {alg!r} with our signature", token(HEADER | {"alg": alg}, claims(), good)
    yield "no alg", token({"typ": "at+jwt", "kid": KEY.kid}, claims(), good)
    # The public key as an HMAC secret: the classical confusion, in every encoding of that key.
    for name, secret in (
        ("PEM", public), ("PEM stripped", public.strip()), ("DER", der), ("point", point), ("hex", der.hex().encode()),
        ("kid", KEY.kid.encode()), ("empty", b""), ("one byte", b"a"), ("secret", b"secret"), ("null", b"\0" * 32),
    ):  # fmt: skip
        yield f"HS256 by {name}", token(HEADER | {"alg": "HS256"}, claims(), hs(secret))
        yield f"ES256 in name, HMAC by {name}", token(HEADER, claims(), hs(secret))
    for bits in ("384", "512"):
        yield f"HS{bits}", token(HEADER | {"alg": f"HS{bits}"}, claims(), hs(public, f"sha{bits}"))
    # Other algorithms by other keys.
    big, huge = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP521R1())
    koblitz, rsa_key = ec.generate_private_key(ec.SECP256K1()), rsa.generate_private_key(65537, 2048)
    edwards = ed25519.Ed25519PrivateKey.generate()
    yield "ES384", token(HEADER | {"alg": "ES384"}, claims(), es(big, hashes.SHA384()))
    yield "ES512", token(HEADER | {"alg": "ES512"}, claims(), es(huge, hashes.SHA512()))
    yield "ES256K", token(HEADER | {"alg": "ES256K"}, claims(), es(koblitz))
    yield "secp256k1 as ES256", token(HEADER, claims(), es(koblitz))
    yield "P-384 as ES256", token(HEADER, claims(), es(big))
    yield "our key, SHA-384", token(HEADER | {"alg": "ES384"}, claims(), es(PRIVATE, hashes.SHA384()))
    yield (
        "RS256",
        token(HEADER | {"alg": "RS256"}, claims(), lambda m: rsa_key.sign(m, padding.PKCS1v15(), hashes.SHA256())),
    )
    yield "RSA as ES256", token(HEADER, claims(), lambda m: rsa_key.sign(m, padding.PKCS1v15(), hashes.SHA256()))
    yield "EdDSA", token(HEADER | {"alg": "EdDSA"}, claims(), edwards.sign)
    for alg in ("es256", "ES256 ", " ES256", "Es256", "ES256\0", "PS256", "RS512", "dir", "A128KW"):
        yield f"alg {alg!r}", token(HEADER | {"alg": alg}, claims(), good)
    # Another installation's key, under its own name and under ours.
    yield "another key", token(HEADER | {"kid": OTHER.kid}, claims(), es(OTHER_PRIVATE))
    yield "another key by our name", token(HEADER, claims(), es(OTHER_PRIVATE))
    yield "another installation's token", OTHER.issue(new_id(), new_id(), NOW)
    for kid in (
        "",
        "0" * 16,
        KEY.kid.upper(),
        KEY.kid[:-1],
        KEY.kid + "0",
        "../../token.pem",
        "/dev/null",
        None,
        1,
        [KEY.kid],
    ):
        yield f"kid {kid!r}", token(HEADER | {"kid": kid}, claims(), good)
    yield "no kid", token({"alg": "ES256", "typ": "at+jwt"}, claims(), good)
    yield "kid of SQL", token(HEADER | {"kid": "' OR 1=1 --"}, claims(), good)
    # Headers that would send us elsewhere for the key, or ask for what we do not know.
    numbers = OTHER_PRIVATE.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }
    for name, value in (
        ("jwk", jwk), ("jku", "https://evil.example/jwks.json"), ("x5u", "https://evil.example/cert.pem"),
        ("x5c", ["MIIB"]), ("x5t", "AAAA"),
        ("crit", ["exp"]), ("crit", ["b64"]), ("crit", []), ("crit", "x"), ("b64", False),
        ("zip", "DEF"), ("cty", "JWT"), ("enc", "A256GCM"), ("epk", jwk), ("p2c", 10**9), ("nonce", "x"), ("url", "x"),
    ):  # fmt: skip
        yield f"header {name}={value!r} by us", token(HEADER | {name: value}, claims(), good)
        yield f"header {name}={value!r} by another", token(HEADER | {name: value}, claims(), es(OTHER_PRIVATE))
    # Another kind of token.
    for typ in ("JWT", "jwt", "AT+JWT", "application/at+jwt", "rt+jwt", "id+jwt", "", None, 1, ["at+jwt"]):
        yield f"typ {typ!r}", token(HEADER | {"typ": typ}, claims(), good)
    yield "no typ", token({"alg": "ES256", "kid": KEY.kid}, claims(), good)
    for header in ([], "x", 1, None, {}, [HEADER]):
        yield f"header {header!r}", token(header, claims(), good)
    # Signed by us, and yet not for here, not now, or not whole.
    past = int((NOW - timedelta(seconds=1)).timestamp())
    later = int((NOW + timedelta(seconds=5)).timestamp())
    for name, value in (
        ("iss", "evil"), ("iss", "Zhidu"),
        ("iss", ""), ("iss", None), ("iss", 1), ("iss", ["zhidu", "x"]), ("iss", ...),
        ("aud", "other-api"), ("aud", ""), ("aud", None), ("aud", []), ("aud", ["other"]), ("aud", 1), ("aud", ...),
        ("exp", past), ("exp", 0), ("exp", -1), ("exp", "later"), ("exp", None), ("exp", ...),
        ("exp", 10**12), ("exp", 10**30), ("exp", 1e308), ("exp", later + 10**6), ("exp", [1]), ("exp", {}),
        ("iat", ...), ("iat", None), ("iat", "x"), ("iat", past - 10**6),
        ("iat", later + 60), ("iat", True), ("iat", NOW.timestamp() + 0.5), ("admin", True), ("posts", ["x"]),
        ("nbf", later + 600), ("nbf", "x"), ("nbf", 0),
        ("sub", ...), ("sub", None), ("sub", ""), ("sub", "admin"), ("sub", 1), ("sub", ["x"]), ("sub", "' OR 1=1 --"),
        ("sid", ...), ("sid", None), ("sid", "x"), ("sid", 1), ("jti", ...), ("jti", None),
    ):  # fmt: skip
        yield f"claim {name}={value!r}", token(HEADER, claims(**{name: value}), good)
    for body in ([], "x", 1, None, {}, [claims()]):
        yield f"claims as {json.dumps(body)[:12]}", token(HEADER, body, good)
    # One of ours, tampered with.
    ours = KEY.issue(new_id(), new_id(), NOW)
    head, body, signature = ours.split(".")
    raw = unb64(signature)
    for place in range(0, 64, 8):
        broken = bytearray(raw)
        broken[place] ^= 1
        yield f"signature bit at {place}", f"{head}.{body}.{b64(bytes(broken))}"
    for place in range(0, len(unb64(body)), 40):
        changed = bytearray(unb64(body))
        changed[place] ^= 1
        yield f"claims bit at {place}", f"{head}.{b64(bytes(changed))}.{signature}"
    yield "another's claims under our signature", f"{head}.{b64(json.dumps(claims()).encode())}.{signature}"
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelt = last[last.index(signature[-1]) ^ 1]
    yield "the same bits in another spelling", f"{head}.{body}.{signature[:-1]}{spelt}"
    yield "padded", f"{head}.{body}.{signature}=="
    yield "a line break inside", f"{head}.{body}.{signature[:40]}\n{signature[40:]}"
    yield "no signature", f"{head}.{body}."
    yield "no third part", f"{head}.{body}"
    yield "a fourth part", f"{ours}.x"
    yield "five parts", f"{head}.{body}.{body}.{body}.{signature}"
    yield "signature of zeros", f"{head}.{body}.{b64(bytes(64))}"
    yield "signature in DER", token(HEADER, claims(), lambda m: PRIVATE.sign(m, ec.ECDSA(hashes.SHA256())))
    yield "signature cut", f"{head}.{body}.{b64(raw[:63])}"
    yield "signature doubled", f"{head}.{body}.{b64(raw + raw)}"
    yield "a hash for a signature", f"{head}.{body}.{b64(hashlib.sha256(body.encode()).digest() * 2)}"
    yield "too long", token(HEADER, claims(pad="x" * MAX_LENGTH), good)
    for text in (
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "Bearer",
        "null",
        "undefined",
        "\0",
        "🙂",
        "=" * 100,
        "e30.e30.e30",
        "☃.☃.☃",
    ):
        yield f"text {text!r}", text
    yield "deep JSON", f"{b64(b'[' * 900)}.{body}.{signature}"


FORGED = list(forged())


def test_there_are_enough_kinds_and_no_two_are_one():
    assert len(FORGED) >= 110
    assert len({text for _, text in FORGED}) == len(FORGED)


@pytest.mark.parametrize(("kind", "text"), FORGED, ids=[kind for kind, _ in FORGED])
def test_a_forged_token_is_refused(kind: str, text: str):
    with pytest.raises(NotSignedIn):
        KEY.verify(text, NOW)


def test_our_own_token_is_good_until_it_ends():
    account, session = new_id(), new_id()
    ours = KEY.issue(account, session, NOW)
    known = KEY.verify(ours, NOW)
    assert (known.account_id, known.session_id, known.expires_at) == (account, session, NOW + LIFETIME)
    assert KEY.verify(ours, NOW + LIFETIME - timedelta(seconds=1)).account_id == account
    with pytest.raises(NotSignedIn):
        KEY.verify(ours, NOW + LIFETIME)


def test_a_token_says_nothing_of_the_person():
    said = json.loads(unb64(KEY.issue(new_id(), new_id(), NOW).split(".")[1]))
    assert set(said) == {"iss", "aud", "sub", "sid", "jti", "iat", "exp"}


def test_only_a_p256_key_signs():
    for private in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(ValueError, match="P-256"):
            TokenKey(pem_of(private))


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    made = TokenKey.kept_in(tmp_path / "keys")
    assert TokenKey.kept_in(tmp_path / "keys").kid == made.kid
    assert (tmp_path / "keys" / "token.pem").stat().st_mode & 0o777 == 0o600


async def test_the_gate_lets_none_of_them_in(acting: Acting):
    nobody: AsyncClient = acting("")
    for kind, text in FORGED:
        if text.isascii() and text.isprintable():
            answer = await nobody.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
            assert answer.status_code == 401, kind
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json()["type"] == "/problems/not-signed-in"


async def test_the_gate_reads_a_token_from_its_header_alone(acting: Acting, house: House, staff: dict[str, Account]):
    good, nobody = await token_of(house, staff["inspector"].id), acting("")

    async def status(**how: Any) -> int:
        return (await nobody.get("/api/v1/me", **how)).status_code

    assert await status(headers={"Authorization": f"bearer {good}"}) == 200
    for header in (good, f"Basic {good}", f"Token {good}", "Bearer", "Bearer ", f"Bearer {good} x", f"Bearer {good},"):
        assert await status(headers={"Authorization": header}) == 401
    for params in ({"access_token": good}, {"token": good}):
        assert await status(params=params) == 401
    assert await status(headers={"Cookie": f"access_token={good}"}) == 401


async def test_a_good_token_of_an_unknown_session_or_person_is_refused(acting: Acting, house: House, staff):
    nobody = acting("")
    for account, session in ((staff["inspector"].id, new_id()), (new_id(), new_id())):
        text = house.token_key.issue(account, session, clock.now())
        answer = await nobody.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 401
