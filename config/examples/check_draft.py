"""A CMS hook: on save, hold a draft against what other outlets wrote, and show what conflicts with it.

    ISNAD_URL=http://127.0.0.1:8000 ISNAD_KEY=isnad_… python3 check_draft.py draft.txt "صحيفة المرفأ"

Python alone is enough. Ends with 1 when something conflicts, so that the CMS can ask its editor to look.
"""

import json
import os
import sys
import urllib.request
from pathlib import Path


def check(text, outlet=None):
    """Return the claims of a text and what others than its own outlet say of each."""
    url = os.environ.get("ISNAD_URL", "http://127.0.0.1:8000") + "/v1/documents/cross-references"
    headers = {"Content-Type": "application/json"}
    if os.environ.get("ISNAD_KEY"):
        headers["Authorization"] = "Bearer " + os.environ["ISNAD_KEY"]
    body = json.dumps({"text": text, "outlet": outlet}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=120) as answer:
        return json.load(answer)


def conflicts(answer):
    """Yield each claim that an outlet contradicts, with the passage."""
    for claim, row in zip(answer["claims"], answer["matrix"]["rows"], strict=True):
        for cell in row:
            if cell and cell["flag"] == "conflicts":
                yield claim["claim"]["text"], next(m for m in cell["matches"] if m["flag"] == "conflicts")


if __name__ == "__main__":
    found = list(conflicts(check(Path(sys.argv[1]).read_text("utf-8"), *sys.argv[2:3])))
    for claim, match in found:
        outlet = (match["article"]["outlet"] or {}).get("name", "?")
        print(f"في المسودة: {claim}\nعند {outlet}: «{match['passage']['text']}»\n{match['article']['url'] or ''}")
        print("\n".join(each["note"]["ar"] for each in match["evidence"]), end="\n\n")
    sys.exit(1 if found else 0)
