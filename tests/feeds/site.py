"""An outlet's web site on this machine that does as it is told, and writes down what it was asked for."""

from __future__ import annotations

import http.server
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

SENTENCES = (
    "أعلنت بلدية مرسى الرمل، الثلاثاء، بدء أعمال توسعة الميناء الشمالي بكلفة تبلغ 40 مليون دينار.",
    "وقال مدير الميناء سالم الورداني إن الأعمال تستمر 18 شهراً، وتشمل رصيفاً جديداً بطول 600 متر.",
    "وأضاف أن حركة السفن لن تتوقف خلال التوسعة، وأن العمل يجري على مرحلتين بإشراف وزارة النقل.",
    "ويستقبل الميناء نحو 200 سفينة في الشهر، وفق أرقام البلدية، معظمها من سفن الحبوب والوقود.",
    "وطالب صيادون في المدينة بتخصيص مرسى لقواربهم، وقالوا إنهم لم يُستشاروا قبل بدء الأعمال.",
    "وردت البلدية بأنها ستعقد لقاء مفتوحاً مع الصيادين في قاعة المكتبة العامة قبل نهاية الشهر.",
    "وكانت الأعمال قد تأخرت عامين بسبب خلاف على التمويل بين البلدية والمصرف الذي يقرضها.",
)
"""Written for these tests."""


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True)
class Reply:
    """One answer. `slow_s` is waited before it."""

    body: bytes | str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    slow_s: float = 0.0


Route = Reply | Callable[[Asked], Reply]


class Site:
    """Routes that tests change at will, and the requests so far."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self) -> Counter[str]:
        """Return how often each path was asked for, robots.txt left out."""
        return Counter(one.path for one in self.asked if one.path != "/robots.txt")

    def last(self, path: str) -> Asked:
        return next(one for one in reversed(self.asked) if one.path == path)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        route = self.routes.get(asked.path, Reply("nothing here", 404))
        return route if isinstance(route, Reply) else route(asked)

    # --- what an outlet publishes ---

    def publish(self, path: str, number: int, *, extra: str = "") -> None:
        """Put an article on a page of its own."""
        self.routes[path] = Reply(page(number, extra=extra), headers={"Content-Type": "text/html; charset=utf-8"})

    def feed(self, items: str, *, path: str = "/rss", **headers: str) -> None:
        """Put a feed of items."""
        self.routes[path] = Reply(rss(items), headers={"Content-Type": "application/rss+xml", **headers})


def title(number: int) -> str:
    return f"بدء توسعة الميناء الشمالي في مرسى الرمل - المرحلة {number}"


def text(number: int, *, extra: str = "") -> str:
    return "\n".join([f"صدرت النشرة رقم {number} من نشرات الميناء.", *SENTENCES, *filter(None, [extra])])


def page(number: int, *, extra: str = "") -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text(number, extra=extra).splitlines())
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{title(number)}</title></head>'
        f"<body><nav><a href='/'>الرئيسية</a></nav><article><h1>{title(number)}</h1>{paragraphs}</article></body>"
        "</html>"
    )


def item(
    number: int,
    link: str,
    *,
    teaser: str = "ملخص الخبر في جملة واحدة",
    content: str = "",
    guid: str = "",
    at: datetime = datetime(2024, 3, 5, 12, 0, tzinfo=UTC),
) -> str:
    encoded = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return (
        f"<item><title>{escape(title(number))}</title><link>{link}</link>"
        + (f'<guid isPermaLink="false">{guid}</guid>' if guid else "")
        + f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(teaser)}</description>{encoded}</item>"
    )


def full_content(number: int) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text(number).splitlines())


def rss(items: str, *, channel: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>صحيفة النورس</title>'
        f"<link>/</link>{channel}{items}</channel></rss>"
    )


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a site of one's own."""
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, time.monotonic())
            reply = site.reply(asked)
            time.sleep(reply.slow_s)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()
