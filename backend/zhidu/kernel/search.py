"""Chinese search: any two characters of a name, its pinyin, or its initials find the record, by one indexed column.

A record keeps a search text, `张三丰|腾讯|zhangsanfeng|zsf|tengxun|tx`, and the distinct pairs of neighbouring
characters in it. PostgreSQL finds the pairs by a GIN index, and compares the text only with the few rows found.
"""

import re
import unicodedata
from functools import lru_cache
from operator import add
from typing import Any, ClassVar

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg
from sqlalchemy import ColumnElement, Connection, Index, Text, and_, event, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Mapper, mapped_column

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_SPACE_OR_BAR = re.compile(r"[\s|]+")

# Surnames that are read otherwise than the same character elsewhere.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "朴": "piao", "盖": "ge",
    "乐": "yue", "翟": "zhai", "覃": "qin", "缪": "miao", "种": "chong", "薄": "bo", "阚": "kan", "召": "shao",
    "郇": "xun", "隗": "wei", "卜": "bu", "乜": "nie", "员": "yun", "繁": "po",
}  # fmt: skip


def document(*texts: str | None) -> str:
    """The search text of these texts: folded, without spaces, each followed at the end by its pinyin and initials."""
    parts = [part for text in texts if text and (part := folded(text))]
    return "|".join([*parts, *(reading for part in parts if _HAN.search(part) for reading in _readings(part))])


def tokens(document: str) -> list[str]:
    """The distinct pairs of neighbouring characters of a search text, sorted; none spans two parts."""
    return _distinct_pairs(document.split("|"))


def query_tokens(query: str) -> list[str]:
    """The pairs that a record must have to match the query; ValueError if it has fewer than two characters."""
    return _distinct_pairs(_words(query))


def search_columns(*texts: str | None) -> dict[str, Any]:
    """Both columns of `Searchable` for these texts: for rows that come by COPY."""
    text = document(*texts)
    return {"search_text": text, "search_tokens": tokens(text)}


class Searchable:
    """A record that `matches` finds by the attributes named in `__searched__`; the session keeps its two columns."""

    __searched__: ClassVar[tuple[str, ...]]

    search_text: Mapped[str] = mapped_column(Text, default="", info={"private": True}, sort_order=98)
    search_tokens: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, info={"private": True}, sort_order=99)


@event.listens_for(Searchable, "before_insert", propagate=True)
@event.listens_for(Searchable, "before_update", propagate=True)
def _keep(_mapper: Mapper[Any], _connection: Connection, record: Searchable) -> None:
    text = document(*(getattr(record, name) for name in record.__searched__))
    if text != record.search_text:
        record.search_text = text
        record.search_tokens = tokens(text)


def search_index(table: str) -> Index:
    """The index that `matches` needs, for `__table_args__`."""
    # Every search reads what waits to be merged: 256 kB of it is nothing, the default's 4 MB made a search five times
    # as slow after a thousand inserts. Loading 20,000 rows takes a fifth longer for it.
    return Index(
        f"ix_{table}_search_tokens", "search_tokens",
        postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256},
    )  # fmt: skip


def matches(model: type[Searchable], query: str) -> ColumnElement[bool]:
    """Whether a record has every word of the query; ValueError if the query has fewer than two characters."""
    return and_(
        model.search_tokens.contains(literal(query_tokens(query), ARRAY(Text))),
        # The pairs of a longer word may stand apart in a text; those of two characters are the word itself.
        *(model.search_text.contains(word, autoescape=True) for word in _words(query) if len(word) > 2),
    )


def _words(query: str) -> list[str]:
    """The words of a query; one that has single characters, like 张 三, is one word written with spaces."""
    words = [word for part in query.split() if (word := folded(part))]
    if any(len(word) < 2 for word in words):
        words = ["".join(words)]
    if not words or len(words[0]) < 2:
        raise ValueError("A search needs two characters.")
    return words


def folded(text: str) -> str:
    """One spelling of a text for comparing: full-width as half-width, lower case, without spaces."""
    return _SPACE_OR_BAR.sub("", unicodedata.normalize("NFKC", text).lower())


def _distinct_pairs(parts: list[str]) -> list[str]:
    pairs: set[str] = set()
    for part in parts:
        pairs.update(map(add, part, part[1:]))
    return sorted(pairs)


def _readings(part: str) -> list[str]:
    """The part in pinyin and in initials; of what may be a person's name also as its surname is read."""
    syllables = [syllable for word in seg.cut(part) for syllable in _syllables(word)]
    readings = ["".join(syllables), "".join([syllable[0] for syllable in syllables])]
    surname = _SURNAMES.get(part[0])
    if surname and len(part) in (2, 3) and syllables[0] != surname:
        readings += [surname + "".join(syllables[1:]), surname[0] + readings[1][1:]]
    return readings


@lru_cache(maxsize=65_536)
def _syllables(word: str) -> tuple[str, ...]:
    """The syllables of a word of the dictionary (银行 yinhang, 行走 xingzou), or of one character; else the letters."""
    if not _HAN.search(word):
        return tuple(letter for letter in word if letter.isalnum())
    return tuple(lazy_pinyin(word, style=Style.NORMAL))
