"""1.2 How a person is shown to himself."""

from uuid import UUID

from pydantic import Field

from zhidu.kernel.wire import Out
from zhidu.org.profiles import Profile
from zhidu.settings import Settings


class PostHeldOut(Out):
    """A post that the person holds, or has by delegation."""

    key: str = Field(examples=["sales-specialist"])
    title: str = Field(description="In the caller's language.", examples=["销售专员"])
    delegated: bool = Field(description="Held by somebody absent, for whom the person stands in.", examples=[False])


class MeOut(Out):
    """The signed-in person."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    login: str = Field(examples=["wang.fang"])
    name: str = Field(examples=["王芳"])
    language: str = Field(examples=["zh-CN"])
    department_id: UUID | None = Field(examples=[None])
    department_name: str | None = Field(examples=["销售部"])
    posts: list[PostHeldOut] = Field(description="In the order of the regulation.")
    stands_in_for: list[str] = Field(description="Names of the absent colleagues.", examples=[["李娜"]])
    must_change_password: bool = Field(description="Nothing but /me is open until it is changed.", examples=[False])
    totp_enabled: bool = Field(description="A second factor is enrolled.", examples=[True])
    second_factor_needed: bool = Field(
        description="A post asks for a second factor and none is enrolled: nothing but /me is open until it is.",
        examples=[False],
    )


def shown(profile: Profile, settings: Settings, language: str) -> dict[str, object]:
    """A profile on the wire; titles in this language."""
    account = profile.account
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "language": account.language,
        "department_id": account.department_id,
        "department_name": profile.department and profile.department.name,
        "posts": [
            {"key": p.name, "title": p.title.to(language), "delegated": by_proxy} for p, by_proxy in profile.posts
        ],
        "stands_in_for": list(profile.stands_in_for),
        "must_change_password": account.must_change_password,
        "totp_enabled": account.totp_sealed is not None,
        "second_factor_needed": profile.actor.second_factor_missing and settings.asks_second_factor,
    }
