"""1.2, 7.3.2 /org/accounts."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field, StringConstraints

from zhidu.kernel.wire import Email, In, Line, Out, Phone, RecordOut
from zhidu.org import accounts
from zhidu.policy import duties
from zhidu.policy.guard import CurrentActor, Db, on_duty, problems
from zhidu.policy.register import IF_MATCH, RecordId, Register, if_match

Login = Annotated[str, StringConstraints(min_length=2, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class AccountPatch(In):
    """What may be changed of a member of staff."""

    name: Line = Field("", examples=["王芳"])
    department_id: UUID | None = Field(None, examples=[None])
    leader_id: UUID | None = Field(None, description="The reporting line.", examples=[None])
    phone: Phone | None = Field(None, examples=["13800138000"])
    email: Email | None = Field(None, examples=["wang.fang@example.com"])
    region: Line | None = Field(None, description="Territory: the province or city served.", examples=["广东省"])
    skills: Line | None = Field(
        None, description="Words that routing rules match, comma-separated.", examples=["erp,英语"]
    )
    language: Literal["zh-CN", "zh-TW", "en"] = Field("zh-CN", examples=["zh-CN"])


class AccountIn(AccountPatch):
    """A member of staff to register."""

    login: Login = Field(description="Unique, whatever its capitals.", examples=["wang.fang"])
    name: Line = Field(examples=["王芳"])


class AccountOut(RecordOut):
    """A member of staff as colleagues see him; telephone and e-mail are masked."""

    login: str = Field(examples=["wang.fang"])
    name: str = Field(examples=["王芳"])
    department_id: UUID | None = Field(examples=[None])
    department_name: str | None = Field(examples=["销售部"])
    leader_id: UUID | None = Field(examples=[None])
    leader_name: str | None = Field(examples=["张伟"])
    posts: list[str] = Field(description="Held today.", examples=[["sales-specialist"]])
    region: str | None = Field(examples=["广东省"])
    skills: str | None = Field(examples=["erp,英语"])
    phone_masked: str | None = Field(examples=["138****8000"])
    email_masked: str | None = Field(examples=["w***@example.com"])
    status: str = Field(examples=["active"])


class ResetIn(In):
    """How a sign-in is reset."""

    second_factor: bool = Field(
        False, description="Forget the second factor too: the telephone is lost.", examples=[False]
    )


class OneTimePasswordOut(Out):
    """A password for one sign-in, which asks for a new one. It is shown this once."""

    login: str = Field(examples=["wang.fang"])
    one_time_password: str = Field(examples=["7KQ2-MXW9-RDGH-3PLS"])


register = (
    Register("/org/accounts", accounts.LISTING, AccountOut)
    .readable()
    .creates(AccountIn, accounts.register)
    .patches(AccountPatch, accounts.revise)
    .steps(accounts, "disable", "enable")
)
router = register.router


def _secret() -> dict[str, object]:
    extra = on_duty(duties.RESET_ACCOUNT)
    extra["responses"] = problems(401, 403, 404, 409, 412, 413, 422, 428, 503)
    extra["openapi_extra"] |= {"x-secret-answer": True, "parameters": [IF_MATCH]}
    return extra


@router.post("/{record_id}/reset", response_model=OneTimePasswordOut, **_secret())  # type: ignore[arg-type]
async def reset_account(
    record_id: RecordId, data: ResetIn, request: Request, db: Db, actor: CurrentActor, response: Response
) -> dict[str, str]:
    """Give a person a one-time password; what he was signed in with ends."""
    account = await register.one(db, actor, record_id)
    if_match(request, account)
    one_time = await accounts.reset(db, actor, account, second_factor_too=data.second_factor)
    await db.flush()
    response.headers["ETag"] = f'"{account.version}"'
    return {"login": account.login, "one_time_password": one_time}
