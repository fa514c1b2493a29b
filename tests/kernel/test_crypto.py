"""Personal fields are sealed, found by their keys, and shown masked."""

import stat
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from zhidu.kernel import crypto, embedded
from zhidu.kernel.crypto import CannotOpen, HasAddress, HasEmail, HasPhone, Keyring, Malformed

RING = Keyring.fresh()


class Tables(DeclarativeBase):
    """Apart from the product's own tables, which other tests compare with the migrations."""


class Sealed(HasPhone, HasEmail, HasAddress, Tables):
    __tablename__ = "crypto_sealed"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture(autouse=True)
def _ring_in_use() -> None:
    crypto.use(RING)


# --- sealing


@given(st.text(max_size=200))
def test_what_is_sealed_opens_again_and_shows_nothing(text: str) -> None:
    blob = RING.seal("phone", text)
    assert RING.open("phone", blob) == text
    assert len(blob) == 3 + 12 + len(text.encode()) + 16


def test_the_same_text_never_gives_the_same_bytes() -> None:
    assert RING.seal("phone", "+8613812345678") != RING.seal("phone", "+8613812345678")


def test_a_value_opens_in_no_other_field() -> None:
    with pytest.raises(CannotOpen):
        RING.open("email", RING.seal("phone", "+8613812345678"))


def test_every_changed_bit_is_noticed() -> None:
    blob = RING.seal("phone", "13812345678")
    for bit in range(len(blob) * 8):
        altered = bytearray(blob)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotOpen):
            RING.open("phone", bytes(altered))


@pytest.mark.parametrize("blob", [b"", b"\x01", b"13812345678", bytes(40)])
def test_what_was_never_sealed_does_not_open(blob: bytes) -> None:
    with pytest.raises(CannotOpen):
        RING.open("phone", blob)


def test_an_error_does_not_repeat_the_value() -> None:
    with pytest.raises(Malformed) as refused:
        crypto.normalise_phone("secret-99")
    assert "99" not in str(refused.value) + refused.value.zh


# --- keys and rotation


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "fields.json"
    ring = Keyring.load(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Keyring.load(path, create=True) == ring
    assert [entry.name for entry in path.parent.iterdir()] == ["fields.json"]


def test_a_lost_key_file_is_not_replaced_silently(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Keyring.load(tmp_path / "fields.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"current": 1, "keys": {"1": "short"}, "index_key": "x"}'])
def test_a_damaged_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fields.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"damaged|bytes"):
        Keyring.load(path)
    assert path.read_text() == text


def test_a_ring_does_not_print_its_keys() -> None:
    assert "keys" not in repr(RING)
    assert repr(RING.index_key) not in repr(RING)


def test_rotation_keeps_old_values_readable_and_indexes_equal() -> None:
    old = RING.seal("phone", "+8613812345678")
    newer = RING.rotated()
    assert newer.needs_rotation(old)
    assert newer.open("phone", old) == "+8613812345678"
    fresh = newer.reseal("phone", old)
    assert not newer.needs_rotation(fresh)
    assert newer.blind_index("phone", "x") == RING.blind_index("phone", "x")
    with pytest.raises(CannotOpen):
        RING.open("phone", fresh)


def test_a_running_process_learns_a_key_that_another_has_added(tmp_path: Path) -> None:
    path = tmp_path / "fields.json"
    running = Keyring.load(path, create=True)
    other = Keyring.load(path).rotated()
    other.save(path)
    assert running.open("phone", other.seal("phone", "+8613812345678")) == "+8613812345678"
    assert running.current == 2


# --- one spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("13812345678", "+8613812345678"),
        (" 138 1234-5678 ", "+8613812345678"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("0086-13812345678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("010-12345678", "+861012345678"),
        ("(0571) 8765 4321", "+8657187654321"),
        ("021-62881234转801", "+862162881234;ext=801"),
        ("400-820-8820", "+864008208820"),
        ("+1 202-555-0123", "+12025550123"),
        ("+44 7911 123456", "+447911123456"),
    ],
)
def test_a_number_has_one_spelling(typed: str, meant: str) -> None:
    assert crypto.normalise_phone(typed) == meant
    assert crypto.normalise_phone(meant) == meant


@pytest.mark.parametrize(
    "typed", ["", "abc", "12345", "1381234567", "138123456789", "8765 4321", "+999 1234567", "1" * 10_000]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        crypto.normalise_phone(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" Zhang.San@Example.COM ", "zhang.san@example.com"),
        ("a+b@sub.example.cn", "a+b@sub.example.cn"),
        ("张三@例子.中国", "张三@xn--fsqu00a.xn--fiqs8s"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_a_mailbox_has_one_spelling(typed: str, meant: str) -> None:
    assert crypto.normalise_email(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "a@",
        "@b.cn",
        "a@b",
        "a b@c.cn",
        "a..b@c.cn",
        ".a@c.cn",
        "a@-c.cn",
        "a@c.cn,b@c.cn",
        "a" * 65 + "@c.cn",
        "a@" + "c" * 300 + ".cn",
    ],
)
def test_what_is_no_mailbox_is_refused(typed: str) -> None:
    with pytest.raises(Malformed):
        crypto.normalise_email(typed)


# --- masks


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "138****5678"),
        ("010-12345678", "010****5678"),
        ("0571-87654321", "0571****4321"),
        ("021-62881234转801", "021****1234"),
        ("400-820-8820", "400****8820"),
        ("+44 7911 123456", "+44****3456"),
        ("nonsense", "****"),
    ],
)
def test_a_masked_number_hides_the_middle(full: str, shown: str) -> None:
    assert crypto.mask_phone(full) == shown


@pytest.mark.parametrize(
    ("full", "shown"),
    [("zhangsan@example.com", "z***@example.com"), ("z@example.com", "z***@example.com"), ("?", "****")],
)
def test_a_masked_mailbox_keeps_its_first_letter_and_domain(full: str, shown: str) -> None:
    assert crypto.mask_email(full) == shown


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("广东省深圳市南山区科技园路1号", "广东省深圳市****"),
        ("广东深圳市南山区", "广东深圳市****"),
        ("上海市浦东新区世纪大道100号", "上海市****"),
        ("北京朝阳区建国路88号", "北京****"),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "新疆维吾尔自治区伊犁哈萨克自治州****"),
        ("内蒙古自治区锡林郭勒盟", "内蒙古自治区锡林郭勒盟****"),
        ("深圳市南山区", "深圳市****"),
        ("臺灣省臺北市信義區", "臺灣省臺北市****"),
        ("广东省人民路华强市场3号", "广东省****"),
        ("广东省华强市场3号", "广东省****"),
        ("南京路100号", "****"),
        ("221B Baker Street, London", "****"),
        ("", "****"),
    ],
)
def test_a_masked_address_keeps_province_and_city_alone(full: str, shown: str) -> None:
    assert crypto.mask_address(full) == shown


@pytest.mark.parametrize(("full", "shown"), [("11010119900307851X", "1****************X"), ("123", "****")])
def test_a_masked_identity_number_hides_the_birthday(full: str, shown: str) -> None:
    assert crypto.mask_id_number(full) == shown


# --- records


def test_a_record_is_set_and_read_in_clear_but_keeps_only_sealed_columns() -> None:
    row = Sealed(name="张三", phone="138 1234 5678", email="Zhang@Example.com", address="广东省深圳市南山区1号")
    assert (row.phone, row.email, row.address) == ("+8613812345678", "zhang@example.com", "广东省深圳市南山区1号")
    assert (row.phone_masked, row.email_masked, row.address_masked) == (
        "138****5678",
        "z***@example.com",
        "广东省深圳市****",
    )
    stored = {column.name: getattr(row, column.name) for column in Sealed.__table__.columns}
    assert not [value for value in stored.values() if b"12345678" in str(value).encode()]


def test_a_record_is_found_by_any_spelling_and_by_its_last_four_digits() -> None:
    assert Sealed(name="李四", phone="010-12345678").phone_masked == "010****5678"
    assert Sealed(name="Ann", phone="+44 117 496 0123").phone_masked == "+44****0123"
    row = Sealed(name="张三", phone="+86 138-1234-5678", email="A@b.cn")
    assert row.phone_index == crypto.phone_index("13812345678")
    assert row.phone_last4 == crypto.last4_index("5678")
    assert row.email_index == crypto.email_index(" a@B.cn")
    assert row.phone_index != crypto.phone_index("13812345679")
    with pytest.raises(Malformed):
        crypto.last4_index("567")


def test_a_blank_value_clears_every_column() -> None:
    row = Sealed(name="张三", phone="13812345678")
    row.phone = "  "
    assert row.phone is None
    assert not any((row.phone_sealed, row.phone_masked, row.phone_index, row.phone_last4))


def test_a_refused_value_leaves_the_record_as_it_was() -> None:
    row = Sealed(name="张三", phone="13812345678")
    with pytest.raises(Malformed):
        row.phone = "12"
    assert row.phone == "+8613812345678"


def test_sealed_and_index_columns_are_private_and_personal_and_masks_are_not() -> None:
    table = Sealed.__table__
    secret = {column.name for column in table.columns if column.info == {"private": True, "personal": True}}
    assert secret == {"phone_sealed", "phone_index", "phone_last4", "email_sealed", "email_index", "address_sealed"}
    assert not table.c.phone_masked.info


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with TemporaryDirectory() as folder, embedded.serving(Path(folder), durable=False) as url:
        yield url


@pytest.mark.asyncio
async def test_rotation_reseals_every_row_batch_by_batch_and_running_it_twice_changes_nothing(server: str) -> None:
    engine = create_async_engine(make_url(server).set(drivername="postgresql+asyncpg"))
    opened = async_sessionmaker(engine, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(Tables.metadata.create_all)
    async with opened.begin() as db:
        db.add_all(Sealed(id=uuid4(), name=str(i), phone=f"138{i:08d}" if i % 3 else None) for i in range(100))
    try:
        crypto.use(RING.rotated())
        steps = [step async for step in crypto.reseal_table(opened.begin, Sealed, "phone", batch=25)]
        assert [(step.done, step.total) for step in steps] == [(25, 66), (50, 66), (66, 66)]
        assert [step async for step in crypto.reseal_table(opened.begin, Sealed, "phone")] == []
        async with opened.begin() as db:
            for row in await db.scalars(select(Sealed)):
                assert row.phone == (f"+86138{int(row.name):08d}" if int(row.name) % 3 else None)
                assert row.phone_sealed is None or not crypto.ring().needs_rotation(row.phone_sealed)
            found = select(Sealed.name).where(Sealed.phone_index == crypto.phone_index("138 0000 0007"))
            assert await db.scalar(found) == "7"
    finally:
        await engine.dispose()


def test_a_hundred_thousand_rows_for_copy_take_seconds() -> None:
    start = time.perf_counter()
    for i in range(20_000):
        columns = crypto.sealed_columns(phone=f"138{i:08d}", email=f"user{i}@example.com")
    assert time.perf_counter() - start < 2  # a tenth of a second on an idle machine; the rest is room for a busy one
    assert list(columns) == [
        "phone_sealed", "phone_masked", "phone_index", "phone_last4", "email_sealed", "email_masked", "email_index",
    ]  # fmt: skip
