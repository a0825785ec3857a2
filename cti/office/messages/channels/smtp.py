"""Sends mail by SMTP (RFC 5321), in threads of its own: a server that says nothing holds up nobody else."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from cti.base.clock import Clock
from cti.office.messages.channels.description import ChannelDescription, SmtpDescription
from cti.office.messages.channels.port import Accepted, ChannelFails, ChannelRefuses, Letter

PERMANENT = range(500, 600)
TOO_LARGE = 552


class SmtpChannel:
    """A channel that is a mail server."""

    def __init__(self, channel: ChannelDescription, clock: Clock) -> None:
        assert channel.smtp is not None, "the description has been checked"
        self._smtp: SmtpDescription = channel.smtp
        self._timeout = channel.timeout
        self._clock = clock
        self._threads = ThreadPoolExecutor(channel.at_once, thread_name_prefix="mail")

    async def send(self, letter: Letter) -> Accepted:
        """One letter, one connection. ChannelRefuses, ChannelFails."""
        message = written(letter, self._smtp, self._clock)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._give, message)

    async def close(self) -> None:
        """Give no more letters."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _give(self, message: EmailMessage) -> Accepted:
        described = self._smtp
        try:
            with self._connected() as server:
                if described.security == "starttls":
                    server.starttls(context=_trusting(described))
                if described.user:
                    server.login(described.user, described.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _of(code, said) from None
        except smtplib.SMTPSenderRefused as error:
            # Too large is the letter; a sender that may not is the same for all.
            kind = ChannelRefuses if error.smtp_code == TOO_LARGE else ChannelFails
            raise kind(_said(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPDataError as error:
            raise _of(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPResponseException as error:
            # Of the connection or the account, whatever the letter: it is mended, and no letter is lost.
            raise ChannelFails(_said(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelFails(f"邮件服务器不支持：{error}") from None
        except ssl.SSLCertVerificationError as error:
            raise ChannelFails(f"邮件服务器的证书不可信：{error.verify_message}") from None
        except TimeoutError:
            raise ChannelFails(f"{self._timeout:g} 秒内没有应答") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelFails(f"无法连接：{type(error).__name__}") from None
        return Accepted(str(message["Message-ID"]))

    def _connected(self) -> smtplib.SMTP:
        described = self._smtp
        if described.security == "tls":
            context = _trusting(described)
            return smtplib.SMTP_SSL(described.host, described.port, timeout=self._timeout, context=context)
        return smtplib.SMTP(described.host, described.port, timeout=self._timeout)


def _trusting(described: SmtpDescription) -> ssl.SSLContext:
    """Certificates of known authorities, or of the server's own."""
    return ssl.create_default_context(cadata=described.authority or None)


def _of(code: int, said: bytes | str) -> ChannelRefuses | ChannelFails:
    return (ChannelRefuses if code in PERMANENT else ChannelFails)(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {words[:80]}"


def written(letter: Letter, described: SmtpDescription, clock: Clock) -> EmailMessage:
    """The letter as a mail that no machine answers (RFC 3834 5, and what Exchange looks at)."""
    message = EmailMessage(policy=SMTP)
    user, _, domain = described.sender.partition("@")
    message["From"] = Address(described.name, user, domain)
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = clock.wall()
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if (file := letter.enclosed) is not None:
        sort, _, kind = file.media.partition("/")
        message.add_attachment(file.content, maintype=sort, subtype=kind, filename=file.name)
    return message
