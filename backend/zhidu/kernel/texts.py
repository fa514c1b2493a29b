"""Sentences in three languages: Simplified Chinese first, English beside it, Traditional made from Simplified."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from opencc import OpenCC

Language = Literal["zh-CN", "zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "zh-TW", "en")


@lru_cache
def _converter() -> OpenCC:
    return OpenCC("s2twp")


@lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """Simplified to Traditional with the phrases used in Taiwan."""
    converted: str = _converter().convert(text)
    return converted


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Chinese and English; `{name}` places are filled by `of`."""

    zh: str
    en: str

    def of(self, **values: Any) -> "Text":
        """The sentence with its places filled; a value that is itself a Text is taken in each language."""
        return Text(
            self.zh.format_map({k: v.zh if isinstance(v, Text) else v for k, v in values.items()}),
            self.en.format_map({k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )

    def to(self, language: str) -> str:
        """The sentence in one language; what we do not speak gets Chinese."""
        if language == "en":
            return self.en
        return traditional(self.zh) if language == "zh-TW" else self.zh


@lru_cache(maxsize=512)
def language_of(accept: str) -> Language:
    """The best of our languages for an Accept-Language header (RFC 9110, quality values respected)."""
    wishes: list[tuple[float, str]] = []
    for part in accept[:200].split(","):
        tag, _, q = part.strip().partition(";q=")
        try:
            wishes.append((-float(q or 1), tag.strip().lower()))
        except ValueError:
            continue
    for _, tag in sorted(wishes, key=lambda wish: wish[0]):
        if tag.startswith(("zh-tw", "zh-hk", "zh-hant", "zh-mo")):
            return "zh-TW"
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "zh-CN"
