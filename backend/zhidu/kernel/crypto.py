"""Personal fields: sealed at rest, found again by keyed blind indexes, shown masked.

A telephone, an e-mail or an address never stands in clear in the database, so neither does it in a dump, a log or an
audit row (control of 8.1: personal fields in clear must be 0). The keys live outside the database, in a file.
"""

import base64
import binascii
import hmac
import json
import os
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, LargeBinary, Table, Text, bindparam, func, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
INDEX_BYTES = 16
HEADER_BYTES = 3  # one byte for the format, two for the key's number


class CannotOpen(Exception):
    """A sealed value was altered, belongs to another field, or its key is not in the ring."""


class Malformed(ValueError):
    """What a person typed is not such a value. The texts never repeat it: it may be personal data."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.en = en


# --- keys ---------------------------------------------------------------------------------------------------------


@dataclass
class Keyring:
    """Numbered AES-256 keys, of which `current` seals and all open; and the key of the blind indexes.

    An old key stays in the ring after a rotation, for dumps still hold values under it. The index key is never
    rotated by `rotated`: another index key would make every stored index unfindable. With random nonces one key may
    seal 2**32 values (NIST SP 800-38D, 8.3); rotate long before.
    """

    current: int
    keys: dict[int, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    source: Path | None = None
    _ciphers: dict[int, AESGCM] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if any(len(key) != KEY_BYTES for key in (*self.keys.values(), self.index_key)):
            raise ValueError(f"Each key of the ring must have {KEY_BYTES} bytes.")
        if self.current not in self.keys or not all(0 < number < 1 << 16 for number in self.keys):
            raise ValueError("The ring's current key is missing, or a key's number is outside 1 to 65535.")
        self._ciphers = {number: AESGCM(key) for number, key in self.keys.items()}

    @classmethod
    def fresh(cls) -> Self:
        """A ring with new random keys."""
        return cls(1, {1: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> Self:
        """Read the ring from its file; with `create`, make the file (0600, fresh keys) where there is none.

        Raises FileNotFoundError without it, for a lost file must be noticed, not replaced; ValueError if it is damaged.
        """
        if create and not path.exists():
            cls.fresh()._write(path, replace=False)
        try:
            stored = json.loads(path.read_text("utf-8"))
            keys = {int(number): _decoded(key) for number, key in stored["keys"].items()}
            return cls(int(stored["current"]), keys, _decoded(stored["index_key"]), path)
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError, binascii.Error) as damage:
            raise ValueError(f"The key file {path} is damaged.") from damage

    def save(self, path: Path) -> None:
        """Write the ring to its file in one step, so that a crash leaves the old file or the new one."""
        self._write(path, replace=True)
        self.source = path

    def _write(self, path: Path, *, replace: bool) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps(
            {
                "current": self.current,
                "keys": {str(number): base64.b64encode(key).decode() for number, key in self.keys.items()},
                "index_key": base64.b64encode(self.index_key).decode(),
            },
            indent=2,
        )
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                draft.replace(path)
                return
            try:
                # A link fails where a file is: API and worker that start together agree on one ring.
                path.hardlink_to(draft)
            except FileExistsError:
                return
        finally:
            draft.unlink(missing_ok=True)
            # The directory entry too must reach the disk, or a power cut leaves sealed values without their key.
            directory = os.open(path.parent, os.O_RDONLY)
            os.fsync(directory)
            os.close(directory)

    def rotated(self) -> "Keyring":
        """The same ring with a new current key; save it, then `reseal_table` each sealed column."""
        number = max(self.keys) + 1
        return Keyring(number, {**self.keys, number: secrets.token_bytes(KEY_BYTES)}, self.index_key, self.source)

    def refresh(self) -> None:
        """Take over keys that another process added to the file since."""
        if self.source:
            newer = type(self).load(self.source)
            self.current, self.keys, self._ciphers = newer.current, newer.keys, newer._ciphers

    def header(self) -> bytes:
        """How every value begins that the current key has sealed."""
        return bytes((FORMAT,)) + self.current.to_bytes(2, "big")

    def seal(self, name: str, text: str) -> bytes:
        """The text under the current key, bound to its field: it opens in no other.

        Format: 1 byte format, 2 bytes key number, 12 bytes nonce, ciphertext with its 16-byte tag.
        """
        header, nonce = self.header(), os.urandom(NONCE_BYTES)
        return header + nonce + self._ciphers[self.current].encrypt(nonce, text.encode(), header + name.encode())

    def open(self, name: str, blob: bytes) -> str:
        """The text again; raises CannotOpen if it was altered, is another field's, or its key is unknown."""
        if len(blob) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or blob[0] != FORMAT:
            raise CannotOpen(f"This is no sealed value ({name}).")
        header, nonce = blob[:HEADER_BYTES], blob[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        number = int.from_bytes(header[1:], "big")
        if number not in self._ciphers:
            self.refresh()
        if number not in self._ciphers:
            raise CannotOpen(f"Key {number} is not in the ring ({name}).")
        sealed = blob[HEADER_BYTES + NONCE_BYTES :]
        try:
            return self._ciphers[number].decrypt(nonce, sealed, header + name.encode()).decode()
        except InvalidTag as altered:
            raise CannotOpen(f"The value was altered, or is another field's ({name}).") from altered

    def blind_index(self, name: str, normalised: str) -> bytes:
        """16 bytes that are equal for equal values of one field, and say nothing to who lacks the index key."""
        return hmac.digest(self.index_key, f"{name}\0{normalised}".encode(), "sha256")[:INDEX_BYTES]

    def needs_rotation(self, blob: bytes) -> bool:
        """Whether another key than the current one sealed the value."""
        return not blob.startswith(self.header())

    def reseal(self, name: str, blob: bytes) -> bytes:
        """The same text under the current key."""
        return self.seal(name, self.open(name, blob))


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_in_use: list[Keyring] = []


def use(keyring: Keyring) -> None:
    """Make this the ring of the process."""
    _in_use[:] = [keyring]


def ring() -> Keyring:
    """The ring of the process; raises RuntimeError before `use`."""
    if not _in_use:
        raise RuntimeError("No keyring is in use: call crypto.use(Keyring.load(path)) at start.")
    return _in_use[0]


# --- one spelling for each value ----------------------------------------------------------------------------------

PHONE_LIMIT = 40
EMAIL_LIMIT = 254
ADDRESS_LIMIT = 500

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PLAIN_EMAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_SEPARATORS = str.maketrans("", "", " -")
_EXTENSION = re.compile(r"\s*(?:转|轉|分机|分機)\s*")


def normalise_phone(text: str) -> str:
    """E.164 (`+8613812345678`), read as a Chinese number unless it says otherwise; `;ext=801` follows if given.

    Raises Malformed.
    """
    compact = text.strip().translate(_SEPARATORS)
    if _MOBILE.fullmatch(compact):  # nine of ten in a list: the full parser costs a hundred times more
        return "+86" + compact
    if len(text) > PHONE_LIMIT:
        raise _too_long("phone", "电话号码", "A telephone number", PHONE_LIMIT)
    try:
        number = phonenumbers.parse(_EXTENSION.sub(" ext ", unicodedata.normalize("NFKC", text)), "CN")
    except phonenumbers.NumberParseException as reason:
        raise _not_a_phone() from reason
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # The parser's tables lag behind newly opened mobile ranges; eleven digits from 13 to 19 are a mobile number here.
    if not phonenumbers.is_valid_number(number) and not _MOBILE.fullmatch(e164.removeprefix("+86")):
        raise _not_a_phone()
    return f"{e164};ext={number.extension}" if number.extension else e164


def _too_long(name: str, zh: str, en: str, limit: int) -> Malformed:
    return Malformed(f"{name}_too_long", f"{zh}不能超过 {limit} 个字符", f"{en} has at most {limit} characters.")


def _not_a_phone() -> Malformed:
    return Malformed(
        "not_a_phone",
        "不是有效的电话号码:请填 11 位手机号、带区号的固定电话,或以 + 开头的国际号码",
        "Not a telephone number: give an 11-digit mobile, a landline with area code, or a foreign number with +.",
    )


def normalise_email(text: str) -> str:
    """The address in lower case, its domain as it is looked up (IDNA), so that one mailbox is one value.

    Raises Malformed. The domain is not looked up here.
    """
    address = text.strip().lower()
    if len(address) > EMAIL_LIMIT:
        raise _too_long("email", "电子邮箱", "An e-mail address", EMAIL_LIMIT)
    if address.find("@") <= 64 and _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        checked = validate_email(unicodedata.normalize("NFKC", address), check_deliverability=False, strict=True)
    except EmailNotValidError as reason:
        raise Malformed("not_an_email", "不是有效的电子邮箱地址", "Not an e-mail address.") from reason
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


def normalise_address(text: str) -> str:
    """The address on one line. Raises Malformed if it is over-long."""
    address = " ".join(unicodedata.normalize("NFC", text).split())
    if len(address) > ADDRESS_LIMIT:
        raise _too_long("address", "地址", "An address", ADDRESS_LIMIT)
    return address


# --- masks --------------------------------------------------------------------------------------------------------

HIDDEN = "****"
_CHINA = (
    "(?:北京|天津|上海|重庆|重慶)市?"
    "|(?:内蒙古|內蒙古|广西壮族|廣西壯族|宁夏回族|寧夏回族|新疆维吾尔|新疆維吾爾|西藏)自治区|(?:内蒙古|广西|宁夏|新疆|西藏)"
    "|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
    "|遼寧|黑龍江|江蘇|山東|廣東|貴州|雲南|陝西|甘肅|青海|臺灣)省?"
    "|(?:香港|澳门|澳門)(?:特别行政区|特別行政區)?"
)
# A city's name holds none of the words that name something smaller: a street with a market is not a city.
_CITY = "[^\\W\\d_a-zA-Z路街道巷弄区區县縣镇鎮乡鄉村号號楼樓园園场場店]{2,8}?(?:市|自治州|地区|地區|盟)(?![场場])"
_PLACE = re.compile(f"(?:中国|中國)?((?:{_CHINA})?)\\s*((?:{_CITY})?)")


def mask_phone(text: str) -> str:
    """`138****5678`; a landline keeps its area code, a foreign number its country's; all else is hidden."""
    try:
        return _mask_e164(normalise_phone(text).partition(";")[0])
    except Malformed:
        return HIDDEN


def _mask_e164(number: str) -> str:
    if not number.startswith("+86"):
        return f"+{phonenumbers.parse(number).country_code}{HIDDEN}{number[-4:]}"
    national = number[3:]
    if _MOBILE.fullmatch(national) or national.startswith(("400", "800")):
        return national[:3] + HIDDEN + national[-4:]
    area = national[:2] if national.startswith(("10", "2")) else national[:3]
    return f"0{area}{HIDDEN}{national[-4:]}"


def mask_email(text: str) -> str:
    """`z***@example.com`."""
    local, at, domain = text.strip().rpartition("@")
    return f"{local[:1]}***@{domain}" if at and local else HIDDEN


def mask_address(text: str) -> str:
    """`广东省深圳市****`: the province and the city as far as they are recognised, nothing closer."""
    place = _PLACE.match(normalise_address(text[:ADDRESS_LIMIT]))
    return "".join(place.groups()) + HIDDEN if place else HIDDEN


def mask_id_number(text: str) -> str:
    """The first and the last character of an identity number; the birthday inside stays hidden."""
    number = text.strip()
    return f"{number[0]}{'*' * (len(number) - 2)}{number[-1]}" if len(number) > 4 else HIDDEN


# --- keys to find a value by ----------------------------------------------------------------------------------------


def phone_index(text: str) -> bytes:
    """What `phone_index` holds for this number, however it is written. Raises Malformed."""
    return ring().blind_index("phone", normalise_phone(text))


def last4_index(digits: str) -> bytes:
    """What `phone_last4` holds for numbers that end in these four digits. Raises Malformed."""
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise Malformed("not_four_digits", "请填电话号码的后四位数字", "Give the last four digits of the number.")
    return ring().blind_index("phone_last4", digits)


def email_index(text: str) -> bytes:
    """What `email_index` holds for this address. Raises Malformed."""
    return ring().blind_index("email", normalise_email(text))


# --- columns ------------------------------------------------------------------------------------------------------

PERSONAL = {"private": True, "personal": True}
"""Column info: never shown, and its values never copied into the audit."""


def _phone_columns(text: str | None) -> dict[str, Any]:
    if text is None or not text.strip():
        return {"phone_sealed": None, "phone_masked": None, "phone_index": None, "phone_last4": None}
    keys, number = ring(), normalise_phone(text)
    main_number = number.partition(";")[0]
    return {
        "phone_sealed": keys.seal("phone", number),
        "phone_masked": _mask_e164(main_number),
        "phone_index": keys.blind_index("phone", number),
        "phone_last4": keys.blind_index("phone_last4", main_number[-4:]),
    }


def _email_columns(text: str | None) -> dict[str, Any]:
    if text is None or not text.strip():
        return {"email_sealed": None, "email_masked": None, "email_index": None}
    keys, address = ring(), normalise_email(text)
    return {
        "email_sealed": keys.seal("email", address),
        "email_masked": mask_email(address),
        "email_index": keys.blind_index("email", address),
    }


def _address_columns(text: str | None) -> dict[str, Any]:
    if text is None or not text.strip():
        return {"address_sealed": None, "address_masked": None}
    address = normalise_address(text)
    return {"address_sealed": ring().seal("address", address), "address_masked": mask_address(address)}


_COLUMNS: dict[str, Callable[[str | None], dict[str, Any]]] = {
    "phone": _phone_columns,
    "email": _email_columns,
    "address": _address_columns,
}


def sealed_columns(**values: str | None) -> dict[str, Any]:
    """The columns that the mixins keep, as plain values for COPY: `sealed_columns(phone="…", email=None)`.

    A blank value gives columns that are all None; the order of the columns follows the arguments. Raises Malformed.
    """
    columns: dict[str, Any] = {}
    for name, text in values.items():
        columns |= _COLUMNS[name](text)
    return columns


class _Sealed:
    """Reads and writes of a sealed field through its columns."""

    def _open(self, name: str) -> str | None:
        blob: bytes | None = getattr(self, f"{name}_sealed")
        return None if blob is None else ring().open(name, blob)

    def _seal(self, name: str, text: str | None) -> None:
        for column, value in _COLUMNS[name](text).items():
            setattr(self, column, value)


class HasPhone(_Sealed):
    """A record with a telephone number: read and set `phone`; show `phone_masked`; find by `phone_index`."""

    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=PERSONAL)
    phone_masked: Mapped[str | None] = mapped_column(Text)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True, info=PERSONAL)
    phone_last4: Mapped[bytes | None] = mapped_column(LargeBinary, index=True, info=PERSONAL)

    @property
    def phone(self) -> str | None:
        """The number in E.164. Showing it to a person is a reveal, which has its own duty and leaves a trace."""
        return self._open("phone")

    @phone.setter
    def phone(self, text: str | None) -> None:
        self._seal("phone", text)


class HasEmail(_Sealed):
    """A record with an e-mail address: read and set `email`; show `email_masked`; find by `email_index`."""

    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=PERSONAL)
    email_masked: Mapped[str | None] = mapped_column(Text)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True, info=PERSONAL)

    @property
    def email(self) -> str | None:
        """The address in lower case."""
        return self._open("email")

    @email.setter
    def email(self, text: str | None) -> None:
        self._seal("email", text)


class HasAddress(_Sealed):
    """A record with a postal address: read and set `address`; show `address_masked` (province and city)."""

    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=PERSONAL)
    address_masked: Mapped[str | None] = mapped_column(Text)

    @property
    def address(self) -> str | None:
        """The address in full."""
        return self._open("address")

    @address.setter
    def address(self, text: str | None) -> None:
        self._seal("address", text)


# --- rotation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How many of the values under old keys have been resealed."""

    done: int
    total: int


async def reseal_table(
    session: Callable[[], AbstractAsyncContextManager[AsyncSession]],
    model: type[DeclarativeBase],
    name: str,
    batch: int = 1000,
) -> AsyncIterator[Progress]:
    """Bring every value of one sealed field under the current key, a transaction a batch; running it twice is harmless.

    `session` opens one transaction (`database.session`). The meaning of a row does not change, so neither do its
    version and its audit. Iterate to the end; an interrupted run goes on where it stopped.
    """
    keys = ring()
    keys.refresh()
    table = cast("Table", model.__table__)
    sealed, key = table.c[f"{name}_sealed"], tuple(table.primary_key.columns)
    outdated = sealed.is_not(None) & (func.substring(sealed, 1, HEADER_BYTES) != keys.header())
    # A value that somebody changed meanwhile is under the current key already: the update then finds no row.
    this_row = [column == bindparam(f"key_{column.name}") for column in key]
    change = update(table).where(*this_row, sealed == bindparam("old")).values({sealed: bindparam("new")})
    async with session() as db:
        total = await db.scalar(select(func.count()).select_from(table).where(outdated)) or 0
    done, page = 0, select(*key, sealed).where(outdated).order_by(*key).limit(batch)
    last: list[ColumnElement[Any]] = []
    while True:
        async with session() as db:
            rows = (await db.execute(page.where(tuple_(*key) > tuple_(*last)) if last else page)).all()
            if not rows:
                return
            last = [literal(value, column.type) for value, column in zip(rows[-1], key, strict=False)]
            changes = [
                {f"key_{column.name}": value for value, column in zip(row, key, strict=False)}
                | {"old": row[-1], "new": keys.reseal(name, row[-1])}
                for row in rows
            ]
            await db.execute(change, changes)
        done += len(rows)
        yield Progress(done, max(done, total))
