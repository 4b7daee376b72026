"""A mail server for the tests: STARTTLS and AUTH are required, and each mail is printed as a line of JSON.

mailserver.py ADDRESS PORT CERT KEY USER SECRET
"""

import json
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

address, port, cert, key, user, secret = sys.argv[1:]


class Printer:
    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode("utf-8", "replace")
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None, "data": text}), flush=True)
        return "250 Kept for the test"


def known(server, session, envelope, mechanism, data):
    ok = isinstance(data, LoginPassword) and data.login.decode() == user and data.password.decode() == secret
    return AuthResult(success=ok)


tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(cert, key)
server = Controller(
    Printer(), hostname=address, port=int(port), tls_context=tls, require_starttls=True, auth_required=True, authenticator=known
)
server.start()
print("ready", flush=True)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
server.stop()
