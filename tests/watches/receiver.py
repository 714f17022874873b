"""A webhook receiver as a process of its own: python receiver.py LOG SECRET SHARE, prints its port.

Checks every call by the example of openapi.yaml, refuses SHARE of them with 503 (some after having been read and
written down, as a receiver that dies before it answers), and writes each one taken as a line into LOG.
"""

from __future__ import annotations

import http.server
import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import yaml

CONTRACT = Path(__file__).parents[2] / "openapi.yaml"


def read_example() -> Any:
    """Return the function that openapi.yaml shows for checking a call."""
    text = yaml.safe_load(CONTRACT.read_text("utf-8"))["paths"]["/v1/watches"]["post"]["description"]
    names: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], names)
    return names["is_genuine"]


def serve(log: Path, secret: str, share: float) -> None:
    is_genuine, chance = read_example(), random.Random(7)

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not is_genuine(secret, self.headers, body):
                self.reply(401)
            elif (drawn := chance.random()) < share / 2:
                self.reply(503)
            else:
                with log.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps({"id": self.headers["webhook-id"], "body": json.loads(body)}) + "\n")
                    lines.flush()
                    os.fsync(lines.fileno())
                self.reply(204 if drawn >= share else 503)

        def reply(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
