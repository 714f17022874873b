"""News messages of an invented agency, وكالة الشراع, put together from their parts."""

from __future__ import annotations

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
GUID = "urn:newsml:shiraa.example:20240305:4471"
BODY = (
    "<p>أعلنت هيئة الموانئ، الثلاثاء، إغلاق الميناء الشمالي أمام السفن بسبب الرياح.</p>"
    "<p>وقالت الهيئة إن الإغلاق يستمر يومين.</p>"
)
TEXT = (
    "أعلنت هيئة الموانئ، الثلاثاء، إغلاق الميناء الشمالي أمام السفن بسبب الرياح.\nوقالت الهيئة إن الإغلاق يستمر يومين."
)
ITEM_META = (
    '<itemClass qcode="ninat:text"/><provider qcode="nprov:shiraa"><name xml:lang="en">Shiraa</name>'
    '<name xml:lang="ar">وكالة الشراع</name></provider>'
    "<versionCreated>2024-03-05T14:30:00+02:00</versionCreated><firstCreated>2024-03-05T12:00:00Z</firstCreated>"
)
CONTENT_META = '<language tag="ar-EG"/><headline>إغلاق الميناء الشمالي يومين</headline><by>سلمى النجار</by>'


def xhtml(body: str = BODY) -> str:
    """Return an inlineXML with a page around a body."""
    return (
        '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head>'
        f"<title>4471</title></head><body>{body}</body></html></inlineXML>"
    )


def nitf(content: str = BODY, head: str = "") -> str:
    """Return an inlineXML with a NITF document."""
    return (
        '<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body>'
        f"<body.head>{head}</body.head><body.content>{content}</body.content>"
        "<body.end><tagline>ش ن</tagline></body.end></body></nitf></inlineXML>"
    )


def plain(text: str, kind: str = "text/plain") -> str:
    """Return an inlineData."""
    return f'<inlineData contenttype="{kind}"><![CDATA[{text}]]></inlineData>'


def item(
    *,
    guid: str = GUID,
    version: str = "1",
    meta: str = ITEM_META,
    content_meta: str = CONTENT_META,
    content: str | None = None,
    name: str = "newsItem",
    attributes: str = 'xml:lang="ar" dir="rtl"',
) -> str:
    """Return one item; `content` is the inside of its contentSet."""
    return (
        f'<{name} xmlns="{NAMESPACE}" guid="{guid}" version="{version}" standard="NewsML-G2" standardversion="2.33" '
        f'conformance="power" {attributes}><itemMeta>{meta}</itemMeta><contentMeta>{content_meta}</contentMeta>'
        f"<contentSet>{xhtml() if content is None else content}</contentSet></{name}>"
    )


def status(code: str, at: str = "2024-03-05T15:00:00Z", guid: str = GUID) -> str:
    """Return an item that says only how it stands."""
    meta = f'<versionCreated>{at}</versionCreated><pubStatus qcode="{code}"/>'
    return item(guid=guid, meta=meta, content_meta="", content="")


def version(at: str, body: str = BODY, guid: str = GUID) -> str:
    """Return a version of an item, made at a time."""
    meta = ITEM_META.replace("2024-03-05T14:30:00+02:00", at)
    return item(guid=guid, meta=meta, content=xhtml(body))


def message(*items: str) -> str:
    """Return a message with items, each on a line of its own from the fourth on."""
    head = (
        f'<?xml version="1.0"?>\n<newsMessage xmlns="{NAMESPACE}"><header><sent>2024-03-05T12:31:00Z</sent></header>\n'
    )
    return head + "<itemSet>\n" + "\n".join(items) + "\n</itemSet></newsMessage>"
