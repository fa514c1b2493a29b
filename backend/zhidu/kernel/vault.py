"""7.3.2 A file at rest: sealed in frames under a key of its own, so that it is read and written as a stream.

A frame is 64 kB under AES-256-GCM. Its nonce is its number and whether it is the last one, so that frames cannot be
left out, exchanged or cut off. The key is random for each file; the ring seals it, and a rotation touches it alone.
"""

import base64
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhidu.kernel import crypto

FRAME_BYTES: Final = 65_536
TAG_BYTES: Final = 16


class Damaged(Exception):
    """The file was altered, cut off, or is another's."""


def seal(source: BinaryIO, target: BinaryIO) -> bytes:
    """Write what the source holds to the target, sealed; the key, sealed by the ring."""
    key = AESGCM.generate_key(256)
    cipher, number, frame = AESGCM(key), 0, source.read(FRAME_BYTES)
    while True:
        following = source.read(FRAME_BYTES)
        target.write(cipher.encrypt(_nonce(number, last=not following), frame, None))
        if not following:
            return crypto.ring().seal("key", base64.b64encode(key).decode())
        number, frame = number + 1, following


def unseal(source: BinaryIO, key_sealed: bytes) -> Iterator[bytes]:
    """What was sealed, frame by frame; raises Damaged, before it gives out anything of a frame that is not whole."""
    try:
        cipher = AESGCM(base64.b64decode(crypto.ring().open("key", key_sealed)))
    except crypto.CannotOpen as reason:
        raise Damaged(str(reason)) from None
    number, frame = 0, source.read(FRAME_BYTES + TAG_BYTES)
    while True:
        following = source.read(FRAME_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), frame, None)
        except InvalidTag:
            raise Damaged(f"Frame {number} is not as it was written.") from None
        if not following:
            return
        number, frame = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
