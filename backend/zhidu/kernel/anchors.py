"""7.3.1 Anchors: how far the chain of the audit reached, written outside the database.

A chain alone does not show that its end was cut off; an anchor does. `audit-head.json` is the newest head, replaced at
each sealing; `audit.jsonl` keeps one for every thousand entries, for every day, and for every one that asks. Each line
bears a keyed hash of its own. A restored backup ends earlier than the head did: `restored` lines say where, and when.
"""

import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from zhidu.kernel import clock

EVERY = 1000


class ForgedAnchor(Exception):
    """An anchor was altered, or written under another key."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain at a moment: its number, its hash (hexadecimal), the time (RFC 3339)."""

    seq: int
    hash: str
    at: str
    kind: Literal["sealed", "restored"] = "sealed"

    def line(self, key: bytes) -> str:
        """The anchor as it is written, with its keyed hash."""
        return json.dumps({**asdict(self), "mac": self._mac(key)})

    def _mac(self, key: bytes) -> str:
        return hmac.digest(key, b"anchor" + json.dumps(asdict(self), sort_keys=True).encode(), "sha256").hex()

    @classmethod
    def read(cls, line: str, key: bytes) -> "Anchor":
        """The anchor of a line. Raises ForgedAnchor."""
        try:
            written = json.loads(line)
            mac = str(written.pop("mac"))
            anchor = cls(**written)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ForgedAnchor from None
        if not hmac.compare_digest(mac.encode(), anchor._mac(key).encode()):
            raise ForgedAnchor
        return anchor


class Anchors:
    """The anchors of one installation."""

    def __init__(self, data_dir: Path, key: bytes) -> None:
        self.key = key
        self._directory = data_dir / "anchors"
        self._head, self._lines = self._directory / "audit-head.json", self._directory / "audit.jsonl"

    def head(self) -> Anchor | None:
        """The newest head, None before the first sealing. Raises ForgedAnchor."""
        return Anchor.read(self._head.read_text("utf-8"), self.key) if self._head.exists() else None

    def all(self) -> list[Anchor]:
        """Every anchor that still binds, the head last; a restore releases those beyond it. Raises ForgedAnchor."""
        lines = self._lines.read_text("utf-8").splitlines() if self._lines.exists() else []
        binding: list[Anchor] = []
        for line in lines:
            anchor = Anchor.read(line, self.key)
            if anchor.kind == "restored":
                binding = [earlier for earlier in binding if earlier.seq <= anchor.seq]
            if anchor.seq:
                binding.append(anchor)
        head = self.head()
        return [*binding, head] if head is not None else binding

    def keep(self, seq: int, hash_: bytes, *, ask: bool = False) -> Anchor:
        """Write the head down, and anchor it for good when a thousand or a day is full, or when somebody asks."""
        head = Anchor(seq, hash_.hex(), clock.now().isoformat())
        last = self._last()
        due = last is None or last.seq // EVERY < seq // EVERY or _day(last) != _day(head)
        if ask or due:
            self._append(head)
        self._replace_head(head)
        return head

    def restored(self, seq: int, hash_: bytes) -> None:
        """The chain goes on from here: a backup was restored, and what came after it is known to be lost."""
        anchor = Anchor(seq, hash_.hex(), clock.now().isoformat(), "restored")
        self._append(anchor)
        if seq:
            self._replace_head(Anchor(seq, hash_.hex(), anchor.at))
        else:
            self._head.unlink(missing_ok=True)

    def _last(self) -> Anchor | None:
        if not self._lines.exists():
            return None
        with self._lines.open("rb") as file:
            file.seek(max(0, self._lines.stat().st_size - 2000))
            lines = file.read().decode().splitlines()
        return Anchor.read(lines[-1], self.key) if lines else None

    def _append(self, anchor: Anchor) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lines.open("a", encoding="utf-8") as file:
            file.write(anchor.line(self.key) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _replace_head(self, head: Anchor) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._head.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(head.line(self.key) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._head)


def _day(anchor: Anchor) -> str:
    return datetime.fromisoformat(anchor.at).astimezone(clock.COMPANY_ZONE).date().isoformat()
