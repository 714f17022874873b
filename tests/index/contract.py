"""What every engine must do. A test module of an engine inherits `IndexContract` and provides the fixture `index`:
an empty index of that engine, made anew for each test.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from service.errors import InvalidInput, NotFound
from service.index import PassageIndex
from service.model import Article, Filters, Outlet, PassageQuery, Removed
from tests.index.articles import DAHMA, RAFID, SAHIL, make_article

FLOOD = "غمرت السيول قرى وادي الزهور فجر الاثنين وأودت بحياة ثلاثين شخصا."
BRIDGE = "افتتح وزير النقل جسر المنارة الجديد بعد خمس سنوات من العمل."
VOTE = "صوت البرلمان على قانون الصحافة بأغلبية ضئيلة."


def ids(index: PassageIndex, text: str, **wishes: object) -> list[str]:
    """Return the ids of the articles found for `text`, best first, once each."""
    result = index.search(PassageQuery(text, **wishes))  # type: ignore[arg-type]
    assert result.partial is None
    return list(dict.fromkeys(hit.article.id for hit in result.hits))


class IndexContract:
    """Tests over the fixture `index`."""

    # --- storing and reading back ---

    def test_what_is_stored_comes_back_whole(self, index: PassageIndex) -> None:
        article = make_article(
            "a1",
            FLOOD,
            "قال «الدفاع المدني» إن 40 % من الطرق مقطوعة… 😀 ولا إصابات جديدة.",
            title="سيول في وادي الزهور",
            url="https://dahma.example/a1?x=1#top",
            bands=("b1", "b2"),
            removed=(Removed("teaser", "اقرأ أيضا: صور"), Removed("share", "شارك")),
        )
        head = replace(
            article.head,
            published_at=datetime(2024, 3, 10, 23, 30, 5, 123456, tzinfo=timezone(timedelta(hours=3))),
            updated_at=datetime(2024, 3, 11, tzinfo=timezone.utc),  # noqa: UP017
            wire_source="reuters",
            source_group="wire-7",
        )
        article = replace(article, head=head)

        (stored,) = index.store([article], wait=True)

        assert (stored.outcome, stored.head) == ("created", head)
        assert index.get("a1") == article

    def test_bare_article_comes_back_whole(self, index: PassageIndex) -> None:
        article = make_article("bare", FLOOD, outlet=None, published=None)
        index.store([replace(article, head=replace(article.head, author=None), signature=())])
        got = index.get("bare")
        assert (got.head.outlet, got.head.published_at, got.head.author, got.signature) == (None, None, None, ())
        assert got.text == FLOOD

    def test_same_text_again_is_unchanged(self, index: PassageIndex) -> None:
        article = make_article("a1", FLOOD)
        index.store([article], wait=True)
        (again,) = index.store([article], wait=True)
        assert (again.outcome, again.head.revision) == ("unchanged", 1)
        assert len(index.revisions("a1")) == 1
        assert ids(index, "السيول") == ["a1"]

    def test_changed_text_is_the_next_revision(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD)], wait=True)
        changed = make_article("a1", FLOOD.replace("ثلاثين", "أربعين"), BRIDGE, title="حصيلة جديدة")
        (stored,) = index.store([changed], wait=True)

        assert (stored.outcome, stored.head.revision) == ("revised", 2)
        assert index.get("a1").text == changed.text
        assert [passage.id for passage in index.get("a1").passages] == ["a1:2:0", "a1:2:1"]
        assert index.get("a1", revision=1).text == FLOOD
        assert [passage.id for passage in index.get("a1", revision=1).passages] == ["a1:1:0"]
        assert [head.revision for head in index.revisions("a1")] == [1, 2]
        best = index.search(PassageQuery("السيول")).hits[0]
        assert (best.passage.id, best.article.revision) == ("a1:2:0", 2)
        assert index.search(PassageQuery("ثلاثين")).hits == ()

    def test_text_that_comes_back_is_a_revision_too(self, index: PassageIndex) -> None:
        for text in (FLOOD, BRIDGE, FLOOD):
            index.store([make_article("a1", text)], wait=True)
        assert index.get("a1").head.revision == 3
        assert ids(index, "الجسر") == []

    def test_one_call_may_hold_the_same_id_twice(self, index: PassageIndex) -> None:
        stored = index.store([make_article("a1", FLOOD), make_article("a1", BRIDGE)], wait=True)
        assert [(one.outcome, one.head.revision) for one in stored] == [("created", 1), ("revised", 2)]
        assert ids(index, "السيول والجسر") == ["a1"]
        assert ids(index, "السيول") == []

    def test_many_in_one_call_keep_their_order(self, index: PassageIndex) -> None:
        articles = [make_article(f"n{number}", f"الخبر رقم {number} عن السوق.") for number in range(450)]
        stored = index.store(articles, wait=True)
        assert [one.head.id for one in stored] == [article.head.id for article in articles]
        assert index.coverage(Filters()).articles == 450

    def test_nothing_to_store(self, index: PassageIndex) -> None:
        assert index.store([], wait=True) == []

    @pytest.mark.parametrize(
        "article_id", ["2024/03:10", "خبر-١", "a" * 400, "x y", 'q"uote', "%2F", "_id", "-1"], ids=ascii
    )
    def test_any_id_will_do(self, index: PassageIndex, article_id: str) -> None:
        index.store([make_article(article_id, FLOOD)], wait=True)
        assert index.get(article_id).head.id == article_id
        assert ids(index, "السيول") == [article_id]
        assert index.delete(article_id, wait=True)

    @pytest.mark.parametrize("revision", [None, 1, 0, -1, 7])
    def test_what_is_not_there_is_not_found(self, index: PassageIndex, revision: int | None) -> None:
        with pytest.raises(NotFound, match="nobody"):
            index.get("nobody", revision=revision)

    def test_a_revision_that_is_not_there_is_not_found(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD)])
        with pytest.raises(NotFound, match="2"):
            index.get("a1", revision=2)
        with pytest.raises(NotFound):
            index.revisions("a2")

    def test_many_revisions_come_at_once(self, index: PassageIndex) -> None:
        for text in (FLOOD, BRIDGE, VOTE):
            index.store([make_article("a1", text), make_article("خبر/2", FLOOD + text)])
        index.store([make_article("a3", FLOOD)])
        index.delete("a3")
        wanted = [("a1", 1), ("خبر/2", 2), ("a1", 3), ("a1", 4), ("a1", 0), ("a3", 1), ("nobody", 1), ("a1", 1)]
        found = index.get_revisions(wanted)
        assert sorted((one.head.id, one.head.revision) for one in found) == [("a1", 1), ("a1", 3), ("خبر/2", 2)]
        assert all(one == index.get(one.head.id, revision=one.head.revision) for one in found)
        assert index.get_revisions([]) == []

    # --- deleting ---

    def test_delete_takes_everything(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD), make_article("a2", FLOOD + " تحديث.")], wait=True)
        index.store([make_article("a1", BRIDGE, bands=("b",))], wait=True)

        assert index.delete("a1", wait=True) is True
        assert index.delete("a1") is False
        with pytest.raises(NotFound):
            index.get("a1", revision=1)
        assert ids(index, "السيول") == ["a2"]
        assert ids(index, "الجسر") == []
        assert index.find_by_bands(["b"]) == []
        assert [head.id for head in index.list_articles(Filters()).heads] == ["a2"]

    def test_what_was_deleted_may_come_again(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD)], wait=True)
        index.delete("a1", wait=True)
        (stored,) = index.store([make_article("a1", BRIDGE)], wait=True)
        assert (stored.outcome, stored.head.revision) == ("created", 1)
        assert ids(index, "السيول") == []
        assert ids(index, "الجسر") == ["a1"]

    # --- by url and by bands ---

    def test_find_by_url(self, index: PassageIndex) -> None:
        url = "https://dahma.example/خبر/1"
        index.store([make_article("main", FLOOD, url=url), make_article("glued", VOTE, url=url, role="split_off")])
        index.store([make_article("main", BRIDGE, url=url)], wait=True)
        found = index.find_by_url(url)
        assert found is not None
        assert (found.id, found.revision) == ("main", 2)
        assert index.find_by_url(url + "?page=2") is None

    def test_a_url_that_an_article_left_leads_nowhere(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD, url="https://a.example/old")], wait=True)
        index.store([make_article("a1", BRIDGE, url="https://a.example/new")], wait=True)
        assert index.find_by_url("https://a.example/old") is None

    def test_find_by_bands(self, index: PassageIndex) -> None:
        index.store(
            [
                make_article("one", FLOOD, bands=("k1", "k2")),
                make_article("two", FLOOD + " …", bands=("k2", "k3")),
                make_article("far", BRIDGE, bands=("k9",)),
            ],
            wait=True,
        )
        found = {one.head.id: one for one in index.find_by_bands(["k2", "k3", "k7"])}
        assert set(found) == {"one", "two"}
        article = index.get("two")
        assert (found["two"].digest, found["two"].signature) == (article.digest, article.signature)
        assert len(index.find_by_bands(["k1", "k2", "k3", "k9"], limit=2)) == 2
        assert index.find_by_bands([]) == []

    def test_bands_are_those_of_the_latest_revision(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD, bands=("old", "both"))], wait=True)
        index.store([make_article("a1", BRIDGE, bands=("new", "both"))], wait=True)
        assert index.find_by_bands(["old"]) == []
        assert [one.head.revision for one in index.find_by_bands(["new", "both"])] == [2]

    # --- listing ---

    def test_listing_pages_newest_stored_first(self, index: PassageIndex) -> None:
        for number in range(7):
            index.store([make_article(f"a{number}", f"{FLOOD} {number}")], wait=True)
        shown: list[str] = []
        cursor = None
        pages = 0
        while True:
            page = index.list_articles(Filters(), cursor=cursor, limit=3)
            shown += [head.id for head in page.heads]
            pages += 1
            if page.cursor is None:
                break
            cursor = page.cursor
        assert shown == [f"a{number}" for number in reversed(range(7))]
        assert pages == 3

    def test_a_full_last_page_has_no_cursor(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD), make_article("a2", BRIDGE)], wait=True)
        assert index.list_articles(Filters(), limit=2).cursor is None

    def test_what_comes_in_meanwhile_shifts_no_page(self, index: PassageIndex) -> None:
        for number in range(4):
            index.store([make_article(f"a{number}", f"{FLOOD} {number}")], wait=True)
        first = index.list_articles(Filters(), limit=2)
        index.store([make_article("late", BRIDGE)], wait=True)
        second = index.list_articles(Filters(), cursor=first.cursor, limit=2)
        assert [head.id for head in first.heads + second.heads] == ["a3", "a2", "a1", "a0"]

    @pytest.mark.parametrize("cursor", ["", "nonsense", "ليس مؤشرا", "a1:5", "YTE6", "YTE6LTU", "*", "=" * 9])
    def test_a_bad_cursor_is_refused(self, index: PassageIndex, cursor: str) -> None:
        index.store([make_article("a1", FLOOD)])
        with pytest.raises(InvalidInput, match="cursor"):
            index.list_articles(Filters(), cursor=cursor)

    # --- filters ---

    @pytest.fixture
    def filled(self, index: PassageIndex) -> PassageIndex:
        articles = [
            make_article("d1", FLOOD, outlet=DAHMA, published="2024-03-01T00:00:00+00:00"),
            make_article("d2", FLOOD + " متابعة.", outlet=DAHMA, published="2024-03-03T23:59:59+00:00"),
            # 2024-03-04 in Baghdad, still the 3rd in UTC
            make_article("r1", FLOOD + " عاجل.", outlet=RAFID, published="2024-03-04T01:30:00+03:00"),
            make_article("s1", FLOOD + " صور.", outlet=SAHIL, published=None),
            make_article("x1", FLOOD + " رأي.", outlet=None, published="2024-03-09T12:00:00+00:00"),
            make_article("e1", "Floods (السيول) hit the valley.", outlet=RAFID, language="en"),
        ]
        index.store(articles, wait=True)
        return index

    FILTERS = (
        (Filters(), {"d1", "d2", "r1", "s1", "x1", "e1"}),
        (Filters(outlets=("dahma",)), {"d1", "d2"}),
        (Filters(outlets=("rafid", "sahil", "unknown")), {"r1", "s1", "e1"}),
        (Filters(outlets=("unknown",)), set()),
        (Filters(languages=("ar",)), {"d1", "d2", "r1", "s1", "x1"}),
        (Filters(languages=("en", "fr")), {"e1"}),
        (Filters(published_from=date(2024, 3, 3)), {"d2", "r1", "x1", "e1"}),
        (Filters(published_to=date(2024, 3, 3)), {"d1", "d2", "r1"}),
        (Filters(published_from=date(2024, 3, 3), published_to=date(2024, 3, 3)), {"d2", "r1"}),
        (Filters(published_from=date(2024, 3, 4), published_to=date(2024, 3, 3)), set()),
        (Filters(outlets=("rafid",), languages=("ar",), published_to=date(2024, 3, 5)), {"r1"}),
    )

    @pytest.mark.parametrize(("filters", "expected"), FILTERS)
    def test_filters_hold_everywhere(self, filled: PassageIndex, filters: Filters, expected: set[str]) -> None:
        assert set(ids(filled, "السيول", filters=filters)) == expected
        assert {head.id for head in filled.list_articles(filters).heads} == expected
        assert filled.coverage(filters).articles == len(expected)

    def test_filters_do_not_change_scores(self, filled: PassageIndex) -> None:
        everything = {hit.passage.id: hit.score for hit in filled.search(PassageQuery("السيول")).hits}
        filters = Filters(outlets=("dahma", "rafid"), languages=("ar",), published_from=date(2024, 1, 1))
        some = filled.search(PassageQuery("السيول", filters)).hits
        assert some
        for hit in some:
            assert hit.score == pytest.approx(everything[hit.passage.id])

    def test_coverage_counts_what_is_searched(self, filled: PassageIndex) -> None:
        everything = filled.coverage(Filters())
        assert (everything.articles, everything.outlets, everything.passages) == (6, 3, 6)
        assert (everything.first, everything.last) == (date(2024, 3, 1), date(2024, 3, 10))
        assert everything.generation
        assert everything.partial is None
        undated = filled.coverage(Filters(outlets=("sahil",)))
        assert (undated.articles, undated.first, undated.last) == (1, None, None)

    def test_coverage_of_nothing(self, index: PassageIndex) -> None:
        coverage = index.coverage(Filters())
        assert (coverage.articles, coverage.outlets, coverage.passages, coverage.first) == (0, 0, 0, None)

    def test_outlets_by_name(self, filled: PassageIndex) -> None:
        found = [(one.outlet, one.articles, one.first, one.last) for one in filled.outlets()]
        assert found == [
            (SAHIL, 1, None, None),
            (DAHMA, 2, date(2024, 3, 1), date(2024, 3, 3)),
            (RAFID, 2, date(2024, 3, 3), date(2024, 3, 10)),
        ]

    def test_an_outlet_bears_its_latest_name(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD, outlet=Outlet("dahma", "الدهماء"))])
        index.store([make_article("a2", BRIDGE, outlet=DAHMA)], wait=True)
        assert [one.outlet for one in index.outlets()] == [DAHMA]

    def test_an_outlet_without_articles_is_gone(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD)], wait=True)
        index.delete("a1", wait=True)
        assert index.outlets() == []

    # --- searching ---

    def test_best_first_with_the_quote(self, index: PassageIndex) -> None:
        index.store([make_article("a1", VOTE, FLOOD, BRIDGE), make_article("a2", "السيول في كل مكان.")], wait=True)
        result = index.search(PassageQuery("أودت السيول بثلاثين شخصا في وادي الزهور"))
        best = result.hits[0]
        assert (best.article.id, best.passage.ordinal, best.passage.text) == ("a1", 1, FLOOD)
        assert best.passage.context == VOTE
        text = index.get("a1").text
        assert text[best.passage.start : best.passage.end] == best.passage.text
        scores = [hit.score for hit in result.hits]
        assert scores == sorted(scores, reverse=True)

    FORMS = (
        ("feminine ending", "والجديدة", True),
        ("broken plural", "والجسور", True),
        ("another spelling of a name", "شوارزنيغر", True),
        ("a name in Latin letters", "Schwarzenegger", True),
        ("a word in Latin letters that is no name", "jasser", False),
        ("article and preposition", "بالجسر", True),
        ("tashkeel", "الجِسْرُ", True),
        ("tatweel", "الجـــسر", True),
        ("ta marbuta", "المناره", True),
        ("hamza", "افتتح", True),
        ("presentation forms", "ﺟﺴﺮ", True),
        ("stop words only", "في من على", False),
        ("nothing", "", False),
        ("punctuation", "؟!…", False),
        ("brackets and operators", '(الجسر) AND NOT "المنارة', True),
        ("wild cards", "جس* جس?", False),
    )

    @pytest.mark.parametrize(("text", "is_found"), [form[1:] for form in FORMS], ids=[form[0] for form in FORMS])
    def test_forms_of_a_word(self, index: PassageIndex, text: str, is_found: bool) -> None:
        index.store([make_article("a1", BRIDGE, "وحضر شوارزنجر الحفل.")], wait=True)
        assert ids(index, text) == (["a1"] if is_found else [])

    def test_digits_of_all_systems_are_one(self, index: PassageIndex) -> None:
        index.store([make_article("a1", "وصل عدد الضحايا إلى ٣٦٠ قتيلا.")], wait=True)
        for text in ("360", "٣٦٠", "۳۶۰"):
            assert ids(index, text) == ["a1"]

    def test_words_of_the_neighbours_count(self, index: PassageIndex) -> None:
        index.store(
            [make_article("a1", BRIDGE, VOTE), make_article("a2", BRIDGE.replace("الجديد", "القديم"))], wait=True
        )
        assert ids(index, "افتتح الوزير جسر المنارة بعد تصويت البرلمان على الصحافة") == ["a1", "a2"]

    def test_other_words_for_the_same_find_it_too(self, index: PassageIndex) -> None:
        index.store([make_article("a1", "أودت السيول بحياة 30 شخصا.")], wait=True)
        assert ids(index, "thirty dead") == []
        assert ids(index, "thirty dead", also=(("30", "ثلاثون"), ("قتيل",))) == ["a1"]

    def test_a_word_of_the_title_finds_the_passage(self, index: PassageIndex) -> None:
        index.store([make_article("a1", VOTE, title="جدل في قرطبة")], wait=True)
        assert ids(index, "قرطبة") == ["a1"]

    def test_limit_and_outlet_cap(self, index: PassageIndex) -> None:
        crowd = [make_article(f"d{n}", *[f"السيول في القرية {n} والوادي {i}." for i in range(10)]) for n in range(20)]
        few = [
            make_article("r1", "أخبار متفرقة من المدن والأسواق، ومنها أنباء عن بعض السيول.", outlet=RAFID),
            make_article("s1", "في نشرة الطقس الطويلة لهذا اليوم ذكر عابر للأمطار ثم السيول.", outlet=SAHIL),
        ]
        index.store([*crowd, *few], wait=True)

        hits = index.search(PassageQuery("السيول", limit=10, per_outlet=3)).hits
        outlets = [hit.article.outlet.id for hit in hits if hit.article.outlet]
        assert {outlet: outlets.count(outlet) for outlet in outlets} == {"dahma": 3, "rafid": 1, "sahil": 1}
        assert len(index.search(PassageQuery("السيول", limit=7, per_outlet=100)).hits) == 7

    def test_articles_without_outlet_are_capped_together(self, index: PassageIndex) -> None:
        index.store([make_article(f"a{n}", f"{FLOOD} {n}", outlet=None) for n in range(6)], wait=True)
        assert len(index.search(PassageQuery("السيول", limit=10, per_outlet=2)).hits) == 2

    def test_the_same_question_gets_the_same_answer(self, filled: PassageIndex) -> None:
        assert filled.search(PassageQuery("السيول")) == filled.search(PassageQuery("السيول"))

    # --- whole index ---

    def test_stored_articles_are_the_latest(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD), make_article("a2", BRIDGE)], wait=True)
        index.store([make_article("a1", VOTE)], wait=True)
        found: dict[str, Article] = {article.head.id: article for article in index.stored_articles()}
        assert {article_id: article.text for article_id, article in found.items()} == {"a1": VOTE, "a2": BRIDGE}
        assert found["a1"] == index.get("a1")

    def test_rebuild_changes_no_answer(self, filled: PassageIndex) -> None:
        filled.store([make_article("d1", BRIDGE)], wait=True)
        filled.delete("s1", wait=True)
        before = ids(filled, "السيول والجسر")
        assert filled.rebuild() == 5
        assert set(ids(filled, "السيول والجسر")) == set(before)
        assert set(before) == {"d1", "d2", "r1", "x1", "e1"}

    def test_ready(self, index: PassageIndex) -> None:
        index.store([make_article("a1", FLOOD)], wait=True)
        index.check_ready()

    # --- following what is stored ---

    def test_what_is_stored_can_be_followed(self, index: PassageIndex) -> None:
        index.store([make_article("before", FLOOD)])
        position = index.position()
        assert index.changes(position).articles == ()
        index.store([make_article("a", BRIDGE), make_article("b", VOTE)])
        index.store([make_article("before", VOTE)])
        index.store([make_article("gone", VOTE)])
        index.delete("gone")
        changes = index.changes(position)
        assert {(article.head.id, article.head.revision) for article in changes.articles} == {
            ("a", 1),
            ("b", 1),
            ("before", 2),
        }
        assert index.get("a") in changes.articles
        assert index.changes(changes.position).articles == ()
        index.store([make_article("a", BRIDGE)])
        assert index.changes(changes.position).articles == (), "what is unchanged is no news"

    def test_a_long_way_is_followed_step_by_step(self, index: PassageIndex) -> None:
        position = index.position()
        index.store([make_article(f"n{number}", f"{FLOOD} {number}") for number in range(25)])
        seen: list[str] = []
        while found := (changes := index.changes(position, limit=3)).articles:
            position = changes.position
            seen += [article.head.id for article in found]
        assert sorted(seen) == sorted(f"n{number}" for number in range(25)), "each once"

    @pytest.mark.parametrize(
        "position", ["", "of another store:7", "{}", '{"index": "other", "shards": {"0": 9}}', "7"]
    )
    def test_a_position_of_another_store_starts_at_the_beginning(self, index: PassageIndex, position: str) -> None:
        index.store([make_article("a", BRIDGE)])
        changes = index.changes(position)
        assert [article.head.id for article in changes.articles] == ["a"]
        assert index.changes(changes.position).articles == ()

    def test_nothing_is_missed_beside_writers(self, index: PassageIndex) -> None:
        position, seen = index.position(), set()
        with ThreadPoolExecutor(4) as pool:
            writes = [
                pool.submit(index.store, [make_article(f"n{number}", f"{FLOOD} {number}")]) for number in range(60)
            ]
            while not all(write.done() for write in writes):
                changes = index.changes(position, limit=5)
                position, seen = changes.position, seen | {article.head.id for article in changes.articles}
        while found := (changes := index.changes(position, limit=5)).articles:
            position, seen = changes.position, seen | {article.head.id for article in found}
        assert seen == {f"n{number}" for number in range(60)}
