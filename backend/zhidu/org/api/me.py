"""1.2, 7.3.2 /me: one's own account, duties, password, second factor and sign-ins."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Request
from pydantic import Field, StringConstraints

from zhidu.kernel.wire import CLEAN, In, Out
from zhidu.org import profiles, second_factor, sessions
from zhidu.org.api.profile import MeOut, shown
from zhidu.org.api.sign_in import Password, visitor_of
from zhidu.policy import duties
from zhidu.policy.accounts import SignInSession
from zhidu.policy.guard import CurrentActor, Db, Reader, duty_router, house_of, on_duty, problems

NewPassword = Annotated[str, StringConstraints(min_length=12, max_length=128, pattern=CLEAN)]
SixFigures = Annotated[str, StringConstraints(pattern=r"^\d{3} ?\d{3}$")]


class MePatch(In):
    """What a person may change of himself."""

    language: Literal["zh-CN", "zh-TW", "en"] = Field(examples=["zh-CN"])


class MyDutyOut(Out):
    """A duty of the person."""

    duty: str = Field(examples=["order.confirm"])
    title: str = Field(examples=["与客户确认订单"])
    scope: Literal["own", "team", "department", "company"] = Field(description="The widest.", examples=["own"])
    clauses: list[str] = Field(examples=[["4.3.1"]])


class MyDutiesOut(Out):
    """All duties of the person, in the order of the regulation."""

    items: list[MyDutyOut]


class PasswordIn(In):
    """The password of today and the one from now on."""

    current_password: Password = Field(examples=["three unrelated words"], json_schema_extra={"format": "password"})
    new_password: NewPassword = Field(
        description="12 characters or more; not common, and without login or name.",
        examples=["four other unrelated words"], json_schema_extra={"format": "password"},
    )  # fmt: skip


class SessionOut(Out):
    """A sign-in on a device."""

    id: UUID = Field(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])
    client: str = Field(examples=["browser"])
    device: str | None = Field(description="The user agent.", examples=["Mozilla/5.0 (Macintosh)"])
    address: str | None = Field(examples=["203.0.113.7"])
    created_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    last_used_at: datetime = Field(examples=["2026-11-25T06:05:00Z"])
    expires_at: datetime = Field(examples=["2026-12-02T06:05:00Z"])
    current: bool = Field(description="The one that asks.", examples=[True])


class SessionsOut(Out):
    """The sign-ins that stand, the last used first."""

    items: list[SessionOut]


class TotpOffer(Out):
    """A secret for the authenticator; it counts once a code of it is confirmed."""

    secret: str = Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(examples=["otpauth://totp/Zhidu:wang.fang?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Zhidu"])
    qr_svg: str = Field(
        description="The address as a QR code, an SVG document.",
        examples=["<svg xmlns='http://www.w3.org/2000/svg'></svg>"],
    )


class TotpCode(In):
    """The authenticator's six figures."""

    code: SixFigures = Field(examples=["492039"])


class RecoveryCodesOut(Out):
    """Ten codes that each stand in once for the authenticator; shown this once."""

    recovery_codes: list[str] = Field(examples=[["7KQ2M-XW9RD"]])


class PasswordAgain(In):
    """The password, asked again before something grave."""

    password: Password = Field(examples=["three unrelated words"], json_schema_extra={"format": "password"})


def _mine(*statuses: int, secret: bool = False) -> dict[str, Any]:
    extra = on_duty(duties.USE_SELF)
    extra["responses"] = problems(401, *statuses, 503)
    if secret:
        extra["openapi_extra"]["x-secret-answer"] = True
    return extra


router = duty_router("/me", "me")


@router.get("", response_model=MeOut, **_mine())
async def get_me(request: Request, db: Reader, actor: CurrentActor) -> dict[str, object]:
    """Who is signed in."""
    return await _shown(request, db, actor)


@router.patch("", response_model=MeOut, **_mine(413, 422))
async def update_me(data: MePatch, request: Request, db: Db, actor: CurrentActor) -> dict[str, object]:
    """Choose a language."""
    await profiles.speak(db, actor.id, data.language)
    return await _shown(request, db, actor)


@router.get("/duties", response_model=MyDutiesOut, **_mine())
async def list_my_duties(request: Request, actor: CurrentActor) -> dict[str, object]:
    """What the regulation gives this person to do, and how far."""
    language = request.scope["language"]
    return {
        "items": [
            {"duty": duty.name, "title": duty.title.to(language), "scope": scope, "clauses": list(duty.clauses)}
            for duty, scope in profiles.duties_of(actor)
        ]
    }


@router.post("/password", status_code=204, **_mine(413, 422, 429))
async def change_my_password(data: PasswordIn, request: Request, db: Db, actor: CurrentActor) -> None:
    """Change the password; every other sign-in of the person ends."""
    await profiles.change_password(
        db, house_of(request).database, visitor_of(request), actor.id, request.scope["session_id"],
        current_password=data.current_password, new_password=data.new_password,
    )  # fmt: skip


@router.get("/sessions", response_model=SessionsOut, **_mine())
async def list_my_sessions(request: Request, db: Reader, actor: CurrentActor) -> dict[str, object]:
    """Where the person is signed in."""
    now = request.scope["session_id"]
    return {"items": [_session(session, current=session.id == now) for session in await sessions.mine(db, actor.id)]}


@router.delete("/sessions/{session_id}", status_code=204, **_mine(404, 422))
async def revoke_my_session(
    session_id: Annotated[UUID, Path(examples=["0192f0c1-7c1a-7b6e-9d1a-2f6f0f5b7a11"])], db: Db, actor: CurrentActor
) -> None:
    """End one of one's own sign-ins; its tokens are refused at once."""
    await sessions.revoke(db, actor.id, session_id)


@router.post("/totp", response_model=TotpOffer, **_mine(409, secret=True))
async def begin_my_totp(db: Db, actor: CurrentActor) -> second_factor.Offer:
    """Get a secret for the authenticator."""
    return second_factor.begin(await profiles.own_account(db, actor.id))


@router.post("/totp/confirm", response_model=RecoveryCodesOut, **_mine(409, 413, 422, secret=True))
async def confirm_my_totp(data: TotpCode, db: Db, actor: CurrentActor) -> dict[str, object]:
    """Enrol the secret by a first code; answers the recovery codes."""
    account = await profiles.own_account(db, actor.id)
    return {"recovery_codes": await second_factor.confirm(db, account, data.code)}


@router.delete("/totp", status_code=204, **_mine(413, 422, 429))
async def remove_my_totp(data: PasswordAgain, request: Request, db: Db, actor: CurrentActor) -> None:
    """Give the second factor up; the password is asked again."""
    await profiles.give_up_second_factor(
        db, house_of(request).database, visitor_of(request), actor.id, password=data.password
    )


async def _shown(request: Request, db: Reader, actor: CurrentActor) -> dict[str, object]:
    return shown(await profiles.profile(db, actor.id), house_of(request).settings, request.scope["language"])


def _session(session: SignInSession, *, current: bool) -> dict[str, object]:
    columns = ("id", "client", "device", "address", "created_at", "last_used_at", "expires_at")
    return {**{name: getattr(session, name) for name in columns}, "current": current}
