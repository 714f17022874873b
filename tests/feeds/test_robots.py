"""robots.txt as RFC 9309 reads it, with answers that are told."""

from __future__ import annotations

import pytest

from service.feeds.robots import HOLDS_S, MISSING_HOLDS_S, Robots
from service.outbound.http import Answer, CallFailed

RULES = """# صحيفة المرفأ
User-agent: OtherBot
Disallow: /

User-agent: *
Disallow: /search
Allow: /search/about
Disallow: /*?print=
Disallow: /خاص/
Crawl-delay: 3
"""


class Host:
    """Answers as told, and counts."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.now = 0.0

    def get(self, url: str) -> Answer:
        self.asked.append(url)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def robots(self) -> Robots:
        return Robots(self.get, clock=lambda: self.now)


def says(text: str | bytes, status: int = 200) -> Answer:
    return Answer(status, {}, text.encode() if isinstance(text, str) else text, False)


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/", True),
        ("/akhbar/1", True),
        ("/search", False),
        ("/search/about", True),
        ("/akhbar/1?print=1", False),
        ("/خاص/1", False),
        ("/%D8%AE%D8%A7%D8%B5/1", False),
    ],
)
def test_what_is_allowed(path: str, is_allowed: bool) -> None:
    rules = Host(says(RULES)).robots().rules("https://almarfa.example/rss")
    assert rules.allows(f"https://almarfa.example{path}") is is_allowed
    assert rules.delay_s == 3


@pytest.mark.parametrize(
    ("text", "is_allowed", "delay_s"),
    [
        ("User-agent: Isnad\nDisallow: /a", False, 0),
        ("user-agent: ISNAD\ndisallow: /a", False, 0),
        ("User-agent: Isnad\nDisallow:\n\nUser-agent: *\nDisallow: /", True, 0),
        ("User-agent: *\nCrawl-delay: 9999", True, 60),
        ("User-agent: *\nCrawl-delay: -4", True, 0),
        ("User-agent: *\nCrawl-delay: later", True, 0),
        ("<html>404</html>", True, 0),
        (b"\xff\xfe\x00\x01", True, 0),
        ("", True, 0),
        ("User-agent: *\n" + "Disallow: /x\n" * 90_000 + "Disallow: /a\n", True, 0),
    ],
)
def test_rules_of_all_sorts(text: str | bytes, is_allowed: bool, delay_s: float) -> None:
    rules = Host(says(text)).robots().rules("https://almarfa.example/rss")
    assert rules.why_not is None
    assert rules.allows("https://almarfa.example/a") is is_allowed
    assert rules.delay_s == delay_s


def test_rules_are_asked_for_once_a_day_and_host() -> None:
    host = Host(says(RULES))
    robots = host.robots()
    for url in ("https://a.example/1", "https://A.example/2?x", "http://a.example/", "https://a.example:8443/"):
        robots.rules(url)
    assert host.asked == [
        "https://a.example/robots.txt",
        "http://a.example/robots.txt",
        "https://a.example:8443/robots.txt",
    ]
    host.now = HOLDS_S + 1
    robots.rules("https://a.example/1")
    assert len(host.asked) == 4


@pytest.mark.parametrize("trouble", [says("", 500), says("", 503), says("", 429), CallFailed("timed out")])
def test_rules_that_cannot_be_had_are_asked_for_again_soon(trouble: Answer | Exception) -> None:
    host = Host(trouble, says(RULES))
    robots = host.robots()
    assert robots.rules("https://a.example/1").why_not is not None
    assert robots.rules("https://a.example/1").why_not is not None
    assert len(host.asked) == 1
    host.now = MISSING_HOLDS_S + 1
    assert robots.rules("https://a.example/1").why_not is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_without_rules_everything_is_allowed(status: int) -> None:
    rules = Host(says("User-agent: *\nDisallow: /", status)).robots().rules("https://a.example/")
    assert rules.allows("https://a.example/x")


def test_very_many_hosts_are_not_all_remembered() -> None:
    robots = Host(says("")).robots()
    for number in range(1500):
        robots.rules(f"https://{number}.example/")
    assert len(robots._known) <= 1000
