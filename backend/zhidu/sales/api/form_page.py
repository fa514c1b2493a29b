"""4.1.1 The page of a form: plain HTML that works without any script, calm on a telephone, safe in what it shows.

Every text that a person wrote is escaped. The policy allows one style sheet (by its hash) and the tracker, no more.
"""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.responses import HTMLResponse

from zhidu.kernel.problem import Malformed, Problem
from zhidu.kernel.texts import Text
from zhidu.sales.lead_forms import LeadForm

# What the tracker (or the page's own address) says of how the visitor came: hidden inputs.
BROUGHT: Final = (
    "zl", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "visitor", "session", "page",
)  # fmt: skip
_MOST_FIELDS = 40
_KINDS = {"phone": "tel", "email": "email", "need": "textarea", "budget": "amount"}
_AUTOFILL = {
    "name": "name", "company": "organization", "title": "organization-title", "phone": "tel", "email": "email",
    "region": "address-level1",
}  # fmt: skip
_INPUT_MODE = {"tel": "tel", "email": "email", "amount": "decimal", "text": "text"}

_SEND = Text("提交", "Send")
_OPTIONAL = Text("选填", "optional")
_CHOOSE = Text("请选择", "Choose")
_WRONG = Text("还有 {n} 处需要改正", "{n} to correct")
_THANKS = Text("已收到", "Received")

_STYLE = """
:root{color-scheme:light dark;--ink:#1b2320;--soft:#5c6963;--line:#d5ddd9;--edge:#84938c;--paper:#fff;--ground:#f4f7f5;
--jade:#0e7a6b;--on:#fff;--bad:#b3261e;--field:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6ece9;--soft:#9db0a8;--line:#3a4742;--edge:#7c8b84;--paper:#1a211e;--ground:#111614;
--jade:#4cc2ae;--on:#06231e;--bad:#ff8a80;--field:#131917}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.6;-webkit-text-size-adjust:100%;
font:16px/1.6 system-ui,-apple-system,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:32rem;margin:0 auto;padding:1.5rem 1rem 3rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:1.5rem 1.25rem}
h1{font-size:1.45rem;line-height:1.35;margin:0 0 .5rem;text-wrap:balance}
p{margin:0 0 1rem;white-space:pre-line}
.intro,.hint{color:var(--soft)}
label,legend{display:block;font-weight:600;margin-bottom:.3rem}
.hint{font-weight:400;font-size:.875rem}
.row{margin:0 0 1.15rem}
input[type=text],input[type=tel],input[type=email],select,textarea{width:100%;font:inherit;color:inherit;
background:var(--field);border:1px solid var(--edge);border-radius:10px;padding:.7rem .8rem;min-height:3rem}
textarea{min-height:6.5rem;resize:vertical}
:is(input,select,textarea,button):focus-visible{outline:3px solid var(--jade);outline-offset:2px}
[aria-invalid=true]{border-color:var(--bad)!important}
[type=checkbox][aria-invalid=true]{outline:2px solid var(--bad)}
.bad{color:var(--bad);font-size:.9rem;margin:.35rem 0 0}
.bad[role=alert]{margin:0 0 1rem}
.consent{display:flex;gap:.7rem;align-items:flex-start;font-weight:400;margin:0;font-size:.925rem;white-space:pre-line}
.consent input{flex:none;width:1.35rem;height:1.35rem;margin:.1rem 0 0;accent-color:var(--jade)}
button{width:100%;font:inherit;font-weight:600;border:0;border-radius:10px;padding:.85rem;min-height:3rem;
background:var(--jade);color:var(--on);cursor:pointer;margin-top:.5rem}
button:hover{filter:brightness(1.07)}
.alone{position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden}
@media(min-width:40rem){main{padding-top:4rem}.card{padding:2.25rem 2.25rem}}
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}


def kind_of(field: Mapping[str, Any]) -> str:
    """How a question is asked: select, textarea, tel, email, amount, text."""
    return "select" if field["options"] else _KINDS.get(str(field["name"]), "text")


def sent(body: bytes) -> dict[str, str]:
    """A form's body (application/x-www-form-urlencoded) as texts; of what comes twice the last, of too much nothing."""
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:  # not UTF-8, or too many fields
        return {}


def asked(form: LeadForm, language: str, values: Mapping[str, str], wrong: Malformed | None = None) -> HTMLResponse:
    """The form, with what was typed and what is wrong with it."""
    errors = {error.pointer.rpartition("/")[2]: error.detail.to(language) for error in wrong.errors} if wrong else {}
    summary = f'<p class="bad" role="alert">{escape(_WRONG.of(n=len(errors)).to(language))}</p>' if errors else ""
    intro = f'<p class="intro">{escape(form.intro)}</p>' if form.intro else ""
    rows = "".join(_row(field, language, values.get(field["name"], ""), errors) for field in form.fields)
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(values.get(name, ""))}">' for name in BROUGHT)
    agreed = " checked" if values.get("consent") == "yes" else ""
    body = f"""<h1>{escape(form.title)}</h1>{intro}{summary}
<form method="post" action="/f/{escape(form.key)}" data-zhidu-form>
{rows}
<div class="row"><label class="consent"><input type="checkbox" name="consent" value="yes" required{agreed}
{_invalid("consent", errors)}><span>{escape(form.consent_text)}</span></label>{_error("consent", errors)}</div>
<div class="alone" aria-hidden="true"><label>Website<input type="text" name="website" tabindex="-1"
autocomplete="off"></label></div>
{hidden}<input type="hidden" name="submission" value="{escape(values.get("submission") or str(uuid4()))}">
<button type="submit">{escape(_SEND.to(language))}</button>
</form>"""
    return _page(form.title, language, body, 422 if wrong else 200)


def thanked(form: LeadForm, language: str) -> HTMLResponse:
    """It has arrived."""
    return _page(form.title, language, f"<h1>{escape(_THANKS.to(language))}</h1><p>{escape(form.thanks)}</p>")


def notice(problem: Problem, language: str) -> HTMLResponse:
    """What the visitor cannot change: closed, or too often."""
    title = problem.title.to(language)
    page = _page(
        title, language, f"<h1>{escape(title)}</h1><p>{escape(problem.detail.to(language))}</p>", problem.status
    )
    page.headers.update(problem.headers)
    return page


def _row(field: Mapping[str, Any], language: str, value: str, errors: Mapping[str, str]) -> str:
    name, kind = str(field["name"]), kind_of(field)
    hint = "" if field["required"] else f' <span class="hint">{escape(_OPTIONAL.to(language))}</span>'
    same = f'id="{name}" name="{name}"{" required" if field["required"] else ""} {_invalid(name, errors)}'
    if kind == "select":
        first = f'<option value="">{escape(_CHOOSE.to(language))}</option>'
        options = "".join(
            f"<option{' selected' if option == value else ''}>{escape(option)}</option>" for option in field["options"]
        )
        control = f"<select {same}>{first}{options}</select>"
    elif kind == "textarea":
        control = f'<textarea {same} maxlength="5000">{escape(value)}</textarea>'
    else:
        autofill = f' autocomplete="{_AUTOFILL[name]}"' if name in _AUTOFILL else ""
        same += f' type="{kind if kind in ("tel", "email") else "text"}" inputmode="{_INPUT_MODE[kind]}"{autofill}'
        control = f'<input {same} maxlength="254" value="{escape(value)}">'
    label = f'<label for="{name}">{escape(str(field["label"]))}{hint}</label>'
    return f'<div class="row">{label}{control}{_error(name, errors)}</div>'


def _invalid(name: str, errors: Mapping[str, str]) -> str:
    return f'aria-invalid="true" aria-describedby="{name}-bad"' if name in errors else ""


def _error(name: str, errors: Mapping[str, str]) -> str:
    return f'<p class="bad" id="{name}-bad">{escape(errors[name])}</p>' if name in errors else ""


def _page(title: str, language: str, body: str, status: int = 200) -> HTMLResponse:
    html = f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{_STYLE}</style>
<script src="/t.js" defer></script></head>
<body><main><div class="card">{body}</div></main></body></html>"""
    return HTMLResponse(html, status, _HEADERS)
