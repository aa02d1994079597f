"""A tiny OpenID issuer on a loopback address: a discovery document, a key, and tokens for whom a test names."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.api.tokens import claims, public_jwk, token

AUDIENCE = "urn:city:register"


@dataclass(frozen=True)
class SmallIssuer:
    """The issuer at `url`."""

    url: str

    def token(self, **changes: object) -> str:
        """A token of the usual clerk (tests.api.tokens), with other claims where a test names some."""
        now = int(time.time())
        times = {"iat": now, "nbf": now, "exp": now + 600}
        return token(claims(**{"iss": self.url, "aud": AUDIENCE, **times, **changes}), algorithm="ES256")

    @property
    def settings(self) -> dict[str, str]:
        """What daicho is told of it."""
        return {"DAICHO_OIDC_ISSUER": self.url, "DAICHO_OIDC_AUDIENCE": AUDIENCE}


class _Documents(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        url = f"http://{self.headers['Host']}"
        documents = {
            "/.well-known/openid-configuration": {"issuer": url, "jwks_uri": f"{url}/keys"},
            "/keys": {"keys": [public_jwk("ES256", "ES256")]},
        }
        self.send_response(200 if self.path in documents else 404)
        self.end_headers()
        self.wfile.write(json.dumps(documents.get(self.path, {})).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""


@contextmanager
def small_issuer() -> Iterator[SmallIssuer]:
    """An issuer, until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Documents) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield SmallIssuer(f"http://127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()
