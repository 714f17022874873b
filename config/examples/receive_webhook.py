"""A webhook receiver: take the calls of a watch, believe only those that Isnad signed, print each message once.

    WATCH_SECRET=whsec_… python3 receive_webhook.py 8080

The secret is shown when the watch is made (POST /v1/watches). Python alone is enough.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SEEN = set()  # keep it where a restart does not lose it: messages come at least once


def is_genuine(secret, headers, body):
    """Tell whether a call was signed with the secret, in the last five minutes."""
    sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent[1].isdecimal() or abs(time.time() - int(sent[1])) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, ".".join(sent).encode() + b"." + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is genuine, 401 to anything else."""

    def do_POST(self):
        """Take a message."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        genuine = is_genuine(os.environ["WATCH_SECRET"], self.headers, body)
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine and self.headers["webhook-id"] not in SEEN:
            SEEN.add(self.headers["webhook-id"])
            message = json.loads(body)
            match = message.get("match") or {"flag": message["type"], "passage": {"text": ""}}
            print(f"{match['flag']}: {message['watch']['claim']}\n  {match['passage']['text']}", flush=True)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
