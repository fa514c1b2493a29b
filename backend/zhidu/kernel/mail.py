"""E-mail by SMTP. A failure says whether another try may help, and never repeats the address it failed on.

Without a mail server (`ZHIDU_SMTP_HOST` is absent) nothing leaves the house: the letter counts as caught.
"""

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import aiosmtplib

from zhidu.kernel import clock
from zhidu.settings import Settings

TIMEOUT_SECONDS = 20.0
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person. The same `key` gives the same Message-ID, so that a second try can be recognised."""

    key: str
    to_email: str
    to_name: str
    subject: str
    body: str


class NotSent(Exception):
    """A letter did not leave; `code` is stable and bears no address: `server-away`, `refused:550`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(NotSent):
    """The server is away or busy, or does not know us: later it may take the letter."""


class Undeliverable(NotSent):
    """The server will never take this letter to this address."""


def composed(of: Settings, letter: Letter) -> EmailMessage:
    """The letter as it goes over the wire; header injection is impossible, for control characters are taken out."""
    sender_name, sender = parseaddr(of.mail_from)
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    message["Date"] = clock.now()
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(_CONTROL.sub(" ", letter.to_name), addr_spec=letter.to_email)
    message["Subject"] = _CONTROL.sub(" ", letter.subject)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: answering machines keep still
    message.set_content(letter.body)
    return message


async def send(of: Settings, letter: Letter) -> bool:
    """Hand the letter to the mail server; False if there is none and it was caught. Raises TryLater, Undeliverable."""
    if of.smtp_host is None:
        return False
    try:
        message = composed(of, letter)
    except (ValueError, IndexError, MessageError):  # the standard parser trips over an empty address
        raise Undeliverable("not-an-address") from None
    try:
        await aiosmtplib.send(
            message,
            hostname=of.smtp_host,
            port=of.smtp_port,
            username=of.smtp_user,
            password=of.smtp_password.get_secret_value() if of.smtp_password else None,
            # Port 465 speaks TLS from its first byte; elsewhere TLS begins by STARTTLS.
            use_tls=of.smtp_tls and of.smtp_port == 465,
            start_tls=of.smtp_tls and of.smtp_port != 465,
            timeout=TIMEOUT_SECONDS,
        )
    # `from None`: a server repeats the address in its refusals, and no log shall.
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _refused(min(refusal.code for refusal in refused.recipients)) from None
    except aiosmtplib.SMTPAuthenticationError as refused:
        raise TryLater(f"sign-in-refused:{refused.code}") from None
    except aiosmtplib.SMTPConnectResponseError as refused:
        raise TryLater(f"server-busy:{refused.code}") from None
    except aiosmtplib.SMTPNotSupported:
        # An address in Chinese stays so; a server without TLS or sign-in can be set right.
        raise (TryLater if letter.to_email.isascii() else Undeliverable)("not-supported") from None
    except aiosmtplib.SMTPResponseException as refused:
        raise _refused(refused.code) from None
    except (aiosmtplib.SMTPException, OSError):
        raise TryLater("server-away") from None
    return True


def _refused(code: int) -> NotSent:
    # RFC 5321, 4.2.1: 4yz is transient, 5yz permanent.
    return Undeliverable(f"refused:{code}") if code >= 500 else TryLater(f"server-busy:{code}")
