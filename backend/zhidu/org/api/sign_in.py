"""7.3.2 /auth: sign in, stay signed in, sign out. The doors before which nobody is known yet."""

from typing import Annotated, Literal

from fastapi import Body, Cookie, Header, Request, Response
from pydantic import Field, StringConstraints

from zhidu.kernel import clock
from zhidu.kernel.problem import Malformed, NotSignedIn, Refused
from zhidu.kernel.texts import Text
from zhidu.kernel.wire import CLEAN, In, Out
from zhidu.org import profiles, sessions
from zhidu.org import sign_in as doors
from zhidu.org.api.profile import MeOut, shown
from zhidu.org.passwords import MAX_LENGTH
from zhidu.policy.guard import PREFIX, Db, address_of, duty_router, house_of, problems
from zhidu.policy.tokens import LIFETIME

COOKIE = "zhidu_refresh"
COOKIE_PATH = f"{PREFIX}/auth"

Login = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=CLEAN)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH, pattern=CLEAN)]
Totp = Annotated[str, StringConstraints(min_length=6, max_length=16, pattern=r"^[0-9A-Za-z -]+$")]
Refresh = Annotated[str, StringConstraints(min_length=20, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]


class SignInIn(In):
    """Who signs in, and from what."""

    login: Login = Field(examples=["wang.fang"])
    password: Password = Field(examples=["three unrelated words"], json_schema_extra={"format": "password"})
    totp: Totp | None = Field(
        None,
        description="The authenticator's six figures, or a recovery code; needed after /problems/totp-needed.",
        examples=["492039"],
    )
    client: Literal["browser", "device"] = Field(
        description="A browser gets its refresh token as an HttpOnly cookie, a device in the answer.",
        examples=["browser"],
    )


class RefreshIn(In):
    """A device shows its refresh token here; a browser sends its cookie and no body."""

    refresh_token: Refresh | None = Field(None, examples=["g4vQ0Zc3n3F1yq0b8mJ6n1kX9wz5TtqvS2rY7uHhKpE"])


class TokenOut(Out):
    """A sign-in that stands."""

    access_token: str = Field(description="A bearer token.", examples=["eyJhbGciOiJFUzI1NiJ9.e30.c2ln"])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds until the access token ends.", examples=[600])
    refresh_token: str | None = Field(description="For a device; a browser has its cookie.", examples=[None])
    account: MeOut = Field(description="Who has signed in.")


class CsrfHeaderNeeded(Refused):
    """403: a cookie is only taken from our own page, which can set a header; other sites cannot."""

    slug = "csrf"
    title = Text("请求来源不明", "Unknown origin of the request")

    def __init__(self) -> None:
        super().__init__(Text("请求头应含 X-Zhidu-CSRF: 1", "The request must bear the header X-Zhidu-CSRF: 1"))


router = duty_router("/auth", "auth")
# Public doors have no duty; what they do is access control.
_CLAUSES = {"x-clauses": ["7.3.2"]}
RefreshCookie = Annotated[str | None, Cookie(alias=COOKIE, max_length=128, description="A browser's refresh token.")]
Csrf = Annotated[str | None, Header(alias="X-Zhidu-CSRF", max_length=8, description="`1`, together with the cookie.")]
OptionalBody = Annotated[RefreshIn | None, Body()]


@router.post(
    "/sign-in",
    response_model=TokenOut,
    openapi_extra=_CLAUSES,
    summary="sign in",
    responses=problems(401, 413, 422, 429, 503),
)
async def sign_in(data: SignInIn, request: Request, db: Db, response: Response) -> dict[str, object]:
    """Sign in with a login and a password; ten tries in a quarter of an hour."""
    opened = await doors.sign_in(
        db, house_of(request).database, visitor_of(request),
        login=data.login, password=data.password, totp=data.totp, client=data.client,
    )  # fmt: skip
    return await _granted(request, response, db, opened)


@router.post(
    "/refresh",
    response_model=TokenOut,
    openapi_extra=_CLAUSES,
    summary="stay signed in",
    responses=problems(401, 403, 413, 422, 503),
)
async def refresh_sign_in(
    request: Request, db: Db, response: Response,
    data: OptionalBody = None, cookie: RefreshCookie = None, csrf: Csrf = None,
) -> dict[str, object]:  # fmt: skip
    """Change a refresh token for the next and get an access token; each refresh token is good once."""
    token = _refresh_token(data, cookie, csrf)
    if token is None:
        raise NotSignedIn(Text("请先登录", "Sign in first"))
    opened = await doors.refresh(db, house_of(request).database, visitor_of(request), token)
    return await _granted(request, response, db, opened)


@router.post(
    "/sign-out", status_code=204, openapi_extra=_CLAUSES, summary="sign out", responses=problems(403, 413, 422, 503)
)
async def sign_out(
    request: Request, db: Db, response: Response,
    data: OptionalBody = None, cookie: RefreshCookie = None, csrf: Csrf = None,
) -> None:  # fmt: skip
    """End the session of the refresh token; its access tokens end at once."""
    token = _refresh_token(data, cookie, csrf)
    if token is not None:
        await doors.sign_out(db, token)
    response.delete_cookie(COOKIE, COOKIE_PATH, secure=_secure(request), httponly=True, samesite="strict")


def visitor_of(request: Request) -> doors.Visitor:
    """From where the request comes."""
    agent = request.headers.get("user-agent", "").replace("\x00", "")
    return doors.Visitor(address_of(request), agent[:200] or None, request.scope["request_id"])


def _refresh_token(data: RefreshIn | None, cookie: str | None, csrf: str | None) -> str | None:
    if data is not None and data.refresh_token is not None:
        if cookie is not None:
            raise Malformed.at("/refresh_token", Text("只能用 Cookie 或正文", "Either the cookie or the body"), "both")
        return data.refresh_token
    if cookie is not None and csrf != "1":
        raise CsrfHeaderNeeded
    return cookie


async def _granted(request: Request, response: Response, db: Db, opened: sessions.Opened) -> dict[str, object]:
    in_browser = opened.client == "browser"
    if in_browser:
        response.set_cookie(
            COOKIE, opened.refresh_token, path=COOKIE_PATH, httponly=True, samesite="strict", secure=_secure(request),
            max_age=int((opened.expires_at - clock.now()).total_seconds()),
        )  # fmt: skip
    return {
        "access_token": house_of(request).token_key.issue(opened.account_id, opened.session_id, clock.now()),
        "token_type": "Bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "refresh_token": None if in_browser else opened.refresh_token,
        "account": shown(
            await profiles.profile(db, opened.account_id), house_of(request).settings, request.scope["language"]
        ),
    }


def _secure(request: Request) -> bool:
    return house_of(request).settings.public_url.startswith("https://")
