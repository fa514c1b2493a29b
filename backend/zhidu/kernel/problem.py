"""RFC 9457 problems: each says what is wrong, at which field, and what would be right, in the caller's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from zhidu.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: `pointer` is a JSON pointer into the body, or `?name` for a query parameter."""

    pointer: str
    detail: Text
    code: str


class Problem(Exception):
    """Something that the caller can understand and act upon. Subclasses name the situation."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "problem"
    title: ClassVar[Text] = Text("请求未能完成", "The request could not be done")

    def __init__(
        self,
        detail: Text,
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail.en)
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers or {}
        self.extra = extra

    def document(self, language: str, request_id: str) -> dict[str, Any]:
        """The problem as it goes over the wire."""
        body: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title.to(language),
            "status": self.status,
            "detail": self.detail.to(language),
            "request_id": request_id,
        }
        if self.errors:
            body["errors"] = [
                {"pointer": error.pointer, "detail": error.detail.to(language), "code": error.code}
                for error in self.errors
            ]
        for key, value in self.extra.items():
            body[key] = value.to(language) if isinstance(value, Text) else value
        return body


class Malformed(Problem):
    """422: the body or the query does not have the form that the contract asks."""

    status = 422
    slug = "malformed"
    title = Text("内容有误", "Malformed content")

    @classmethod
    def at(cls, pointer: str, detail: Text, code: str = "invalid") -> "Malformed":
        """One wrong field."""
        return cls(Text("请改正标出的字段", "Correct the marked field"), errors=[FieldError(pointer, detail, code)])


class NotSignedIn(Problem):
    """401: no token, or one that is not (or no longer) good."""

    status = 401
    slug = "not-signed-in"
    title = Text("请先登录", "Sign in first")

    def __init__(self, detail: Text | None = None, **extra: Any) -> None:
        super().__init__(
            detail or Text("登录已失效，请重新登录", "Your sign-in has ended; sign in again"),
            headers={"WWW-Authenticate": "Bearer"},
            **extra,
        )


class Refused(Problem):
    """403: the duty belongs to other posts; says by which clause and to whom."""

    status = 403
    slug = "refused"
    title = Text("这不是您的职责", "Not your duty")


class Missing(Problem):
    """404: it does not exist, or not for this person."""

    status = 404
    slug = "missing"
    title = Text("没有找到", "Not found")

    def __init__(self, detail: Text | None = None) -> None:
        super().__init__(
            detail or Text("没有这条记录，或不在您的范围内", "No such record, or it is outside your scope")
        )


class OutOfOrder(Problem):
    """409: the record's state does not allow the step; says which steps are legal, and for whom."""

    status = 409
    slug = "out-of-order"
    title = Text("现在不能这样做", "Not possible in this state")


class Conflict(Problem):
    """409: the change contradicts what is already there."""

    status = 409
    slug = "conflict"
    title = Text("与现有数据冲突", "In conflict with what is there")


class Gone(Problem):
    """410: it was there, and is kept no longer."""

    status = 410
    slug = "gone"
    title = Text("已不再保存", "No longer kept")


class Stale(Problem):
    """412: somebody changed the record since it was read."""

    status = 412
    slug = "stale"
    title = Text("记录已被他人修改", "Changed by somebody else")

    def __init__(self) -> None:
        super().__init__(Text("请刷新后再试", "Reload it and try again"))


class VersionNeeded(Problem):
    """428: a change must say which version it changes."""

    status = 428
    slug = "version-needed"
    title = Text("缺少版本", "Version needed")

    def __init__(self) -> None:
        super().__init__(
            Text(
                "请用 If-Match 标明所修改的版本（记录的 ETag）",
                "Say in If-Match which version you change (the record's ETag)",
            )
        )


class TooLarge(Problem):
    """413: more bytes than this door takes."""

    status = 413
    slug = "too-large"
    title = Text("内容过大", "Too large")


class KeyReused(Problem):
    """422: an Idempotency-Key that came before with another request."""

    status = 422
    slug = "key-reused"
    title = Text("幂等键已用于另一请求", "Key used for another request")

    def __init__(self) -> None:
        super().__init__(
            Text(
                "同一 Idempotency-Key 只能用于相同的请求；新的请求请用新的键",
                "Use a new Idempotency-Key for a new request",
            )
        )


class InFlight(Problem):
    """409: the first request with this key is still being worked on."""

    status = 409
    slug = "in-flight"
    title = Text("同一请求正在处理", "The same request is being worked on")

    def __init__(self) -> None:
        super().__init__(Text("请稍后重试", "Try again in a moment"), headers={"Retry-After": "1"})


class TooMany(Problem):
    """429: too many tries from here."""

    status = 429
    slug = "too-many"
    title = Text("尝试过于频繁", "Too many tries")

    def __init__(self, retry_after_seconds: int, detail: Text | None = None) -> None:
        super().__init__(
            detail or Text("请在 {s} 秒后再试", "Try again in {s} seconds").of(s=retry_after_seconds),
            headers={"Retry-After": str(retry_after_seconds)},
        )


class Busy(Problem):
    """503: the service or its database cannot take this now; nothing was changed."""

    status = 503
    slug = "busy"
    title = Text("系统繁忙", "Busy")

    def __init__(self) -> None:
        super().__init__(
            Text("没有任何更改，请稍后重试", "Nothing was changed; try again shortly"), headers={"Retry-After": "2"}
        )


class Broken(Problem):
    """500: our fault; the request id leads to the log."""

    status = 500
    slug = "broken"
    title = Text("系统出错", "Our fault")

    def __init__(self) -> None:
        super().__init__(
            Text(
                "没有任何更改。请把请求编号告诉管理员", "Nothing was changed. Give the request id to your administrator"
            )
        )
