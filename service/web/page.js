// Asks POST /v1/cross-references and shows the answer (document.js does the same for whole texts). Every text of others goes in as text, never as HTML; offsets of
// spans are the UTF-16 ones. The claim stands in the address behind #, where no server or log sees it.
"use strict";

const FLAGS = { agrees: "يوافق", conflicts: "يعارض", mentions: "يذكر فقط" };
const RELATIONS = {
  agrees: ["=", "يتفق"], conflicts: ["≠", "يتعارض"], update: ["↻", "تحديث"], unclear: ["؟", "غير محسوم"],
};
const VERDICTS = {
  corroborated: ["مؤيَّد", "توافقه وسيلة أو أكثر، ولا تعارضه وسيلة."],
  contradicted: ["مُعارَض", "تعارضه وسيلة أو أكثر، ولا توافقه وسيلة."],
  contested: ["مختلَف فيه", "توافقه وسائل وتعارضه أخرى."],
  uncovered: ["غير مغطّى", "لا توافقه ولا تعارضه أي وسيلة فيما بُحث فيه. لا يعني ذلك أنه كاذب."],
};
const MOVES = { first: ["", ""], same: ["=", "لم يتغير"], update: ["↻", "تحديث"], differs: ["≠", "يختلف"] };
const TIME_SOURCES = { published: "", updated: " (بحسب آخر تحديث لها)", stored: " (رُصد)" };
const NOUNS = {
  outlet: { zero: "لا وسيلة", one: "وسيلة واحدة", two: "وسيلتان", few: "# وسائل", many: "# وسيلة", other: "# وسيلة" },
  source: { zero: "لا مصدر", one: "مصدر مستقل واحد", two: "مصدران مستقلان", few: "# مصادر مستقلة",
            many: "# مصدرا مستقلا", other: "# مصدر مستقل" },
  article: { zero: "لا مقال", one: "مقال واحد", two: "مقالان", few: "# مقالات", many: "# مقالا", other: "# مقال" },
  match: { zero: "لا نص آخر", one: "نص آخر", two: "نصان آخران", few: "# نصوص أخرى", many: "# نصا آخر", other: "# نص آخر" },
};
const PLURALS = new Intl.PluralRules("ar");
const NUMBERS = new Intl.NumberFormat("ar-u-nu-latn");
const PERCENT = new Intl.NumberFormat("ar-u-nu-latn", { style: "percent" });
const DAYS = new Intl.DateTimeFormat("ar-u-nu-latn-ca-gregory", { dateStyle: "long", timeZone: "UTC" });
const TIMES = new Intl.DateTimeFormat("ar-u-nu-latn-ca-gregory", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
const KEY = "isnad-key";

const find = (id) => document.getElementById(id);

/** Make an element; `parts` are texts and elements. */
function make(name, attributes, ...parts) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  element.append(...parts.filter((part) => part !== null && part !== undefined));
  return element;
}

const count = (noun, number) => NOUNS[noun][PLURALS.select(number)].replace("#", NUMBERS.format(number));
/** The day as the outlet wrote it, whatever the reader's clock. */
const day = (iso) => DAYS.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));

/** A text with the words of each evidence marked; where two overlap, the first one counts. */
function marked(text, evidence, side) {
  const spans = evidence.map((one) => ({ relation: one.relation, start: one[side].start_utf16, end: one[side].end_utf16 }))
    .filter((span) => span.start < span.end).sort((a, b) => a.start - b.start || a.end - b.end);
  const parts = [];
  let at = 0;
  for (const { relation, start, end } of spans) {
    if (start < at) continue;
    parts.push(text.slice(at, start), make("mark", { class: relation }, text.slice(start, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}

function isWebAddress(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

function showReason(evidence) {
  const [sign, name] = RELATIONS[evidence.relation];
  return make("li", {},
    make("span", { class: `sign ${evidence.relation}`, "aria-hidden": "true" }, sign),
    make("span", { class: "hidden-words" }, `${name}: `),
    make("bdi", {}, evidence.note.ar));
}

function showHead(match) {
  const { article } = match;
  const head = make("p", { class: "head" },
    make("span", { class: `flag ${match.flag}` }, FLAGS[match.flag]),
    make("span", {}, `ثقة ${PERCENT.format(match.confidence)}`));
  if (article.published_at) {
    const inferred = article.published_at_source === "text" ? " (مستنتج من النص)" : "";
    head.append(make("time", { datetime: article.published_at }, day(article.published_at) + inferred));
  }
  if (article.wire_source) head.append(make("span", {}, "نقلا عن ", make("bdi", {}, article.wire_source)));
  return head;
}

function showMatch(match, claim) {
  const { article, passage, evidence } = match;
  const title = article.title ?? article.url;
  const shown = make("article", { class: "match" }, showHead(match));
  if (title) {
    const linked = article.url && isWebAddress(article.url);
    shown.append(make("p", { class: "title", dir: "auto" },
      linked ? make("a", { href: article.url, rel: "noreferrer noopener", target: "_blank" }, title) : title));
  }
  shown.append(make("blockquote", { dir: "auto" }, ...marked(passage.text, evidence, "passage_span")));
  if (evidence.length) {
    shown.append(
      make("p", { class: "claim-again", dir: "auto" }, "الادعاء: ", make("bdi", {}, ...marked(claim.text, evidence, "claim_span"))),
      make("ul", { class: "reasons", "aria-label": "الأسباب" }, ...evidence.map(showReason)));
  }
  return shown;
}

function showOutlet(outlet, claim) {
  const [first, ...rest] = outlet.matches;
  const name = outlet.outlet?.name ?? "وسيلة غير معروفة";
  const shown = make("section", { class: "outlet" },
    make("h3", {}, make("bdi", {}, name), make("span", { class: `flag ${outlet.flag}` }, FLAGS[outlet.flag])),
    showMatch(first, claim));
  if (rest.length) {
    shown.append(make("details", { class: "more" },
      make("summary", {}, count("match", rest.length)), ...rest.map((match) => showMatch(match, claim))));
  }
  return shown;
}

/** The time as the outlet wrote it, whatever the reader's clock; only the day where only that is known. */
function showTime(entry) {
  if (!entry.at) return make("span", { class: "when" }, "بلا تاريخ");
  const said = entry.day_only ? day(entry.at) : TIMES.format(new Date(`${entry.at.slice(0, 19)}Z`));
  return make("time", { class: "when", datetime: entry.at }, said + TIME_SOURCES[entry.at_source]);
}

const outletName = (entry) => make("bdi", {}, entry.outlet?.name ?? "وسيلة غير معروفة");

function showReport(report, first) {
  const shown = make("li", {}, showTime(report), make("span", {}, outletName(report),
    make("span", { class: `flag ${report.flag}` }, FLAGS[report.flag])));
  if (first.has(report.article.id)) shown.append(make("span", { class: "note" }, "أول من نشر"));
  if (report.copies.length) {
    shown.append(make("span", { class: "note" }, "ونشرت النص نفسه: ",
      ...report.copies.flatMap((copy, place) => [place ? "، " : "", outletName(copy)])));
  }
  return shown;
}

function showPoint(point) {
  const [sign, name] = MOVES[point.move] ?? ["", ""];
  return make("li", { class: point.move ?? "" },
    make("span", { class: "sign", "aria-hidden": "true" }, sign), make("span", { class: "hidden-words" }, name ? `${name}: ` : ""),
    make("strong", {}, make("bdi", {}, point.text)), " ", outletName(point), showTime(point));
}

function showSeries(series) {
  const name = series.thing.counted.join(" ") || { money: "المبلغ", percent: "النسبة" }[series.thing.dimension] || "الرقم";
  return make("div", { class: "series" }, make("h4", {}, make("bdi", {}, name)),
    make("ol", {}, ...[...series.points, ...series.undated].map(showPoint)));
}

function showChange(change) {
  const spans = (side) => change.words.map((word) => ({ relation: side === "before" ? "conflicts" : "agrees", span: word[side] }));
  const shown = make("li", {}, showTime(change), make("span", {}, outletName(change),
    change.before === null ? " أضافت إلى نصها:" : " غيّرت نصها:"));
  if (change.before !== null) {
    shown.append(make("del", { dir: "auto" }, ...marked(change.before, spans("before"), "span")));
  }
  shown.append(make("ins", { dir: "auto" }, ...marked(change.after, spans("after"), "span")));
  return shown;
}

function showTimeline(timeline) {
  if (!timeline || !(timeline.reports.length || timeline.undated.length)) return null;
  const first = new Set(timeline.first.map((report) => report.article_id));
  const shown = make("section", { class: "timeline", "aria-label": "التسلسل الزمني" }, make("h3", {}, "التسلسل الزمني"),
    make("ol", { class: "reports" }, ...[...timeline.reports, ...timeline.undated].map((report) => showReport(report, first))));
  if (timeline.figures.length) shown.append(make("h4", {}, "كيف تحركت الأرقام"), ...timeline.figures.map(showSeries));
  if (timeline.changes.length) {
    shown.append(make("h4", {}, "نصوص عدّلتها وسائلها"), make("ul", { class: "changes" }, ...timeline.changes.map(showChange)));
  }
  return shown;
}

const REVIEW_RELATIONS = { same: "الادعاء نفسه", opposite: "عكس الادعاء", related: "ادعاء قريب" };

function showFactCheck(found) {
  const rating = found.rating.text ?? [found.rating.value, found.rating.best].filter((one) => one !== null).join("/");
  const words = found.claim_reviewed;
  const linked = found.url && isWebAddress(found.url);
  return make("li", {},
    make("span", { class: `relation ${found.relation}` }, REVIEW_RELATIONS[found.relation]),
    make("strong", {}, make("bdi", {}, rating)),
    make("span", { class: "note" }, make("bdi", {}, found.publisher?.name ?? "جهة غير معروفة"),
      found.published_at ? `، ${day(found.published_at)}` : ""),
    make("p", { dir: "auto" },
      linked ? make("a", { href: found.url, rel: "noreferrer noopener", target: "_blank" }, words) : words));
}

/** What others found; beside the answer, and no part of it. */
function showFactChecks(found) {
  if (!found?.length) return null;
  return make("section", { class: "fact-checks", "aria-label": "تحققات منشورة" }, make("h3", {}, "تحققات منشورة"),
    make("p", { class: "note" }, "تقييمات أصحابها، وليست من هذا الجواب."), make("ul", {}, ...found.map(showFactCheck)));
}

function showCounts(summary) {
  const items = Object.keys(FLAGS).map((flag) => {
    const { outlets, independent_sources: sources } = summary[flag];
    const folded = sources < outlets ? ` (${count("source", sources)})` : "";
    return make("li", {}, make("strong", {}, `${FLAGS[flag]}: `), count("outlet", outlets) + folded);
  });
  return make("ul", { class: "counts" }, ...items);
}

function showCoverage(answer) {
  const { coverage } = answer;
  const days = coverage.from && coverage.to ? `، من ${day(coverage.from)} إلى ${day(coverage.to)}` : "";
  const shown = make("div", { class: "coverage" },
    make("p", {}, `بُحث في ${count("article", coverage.articles)}، ${count("outlet", coverage.outlets)}${days}.`));
  if (coverage.partial) shown.prepend(make("p", { class: "problem" }, `لم يُبحث في كل شيء: ${coverage.reason}`));
  return shown;
}

function showAnswer(answer) {
  const [name, meaning] = VERDICTS[answer.summary.verdict];
  find("answer").replaceChildren(
    make("div", { class: `verdict ${answer.summary.verdict}` },
      make("h2", {}, name), make("p", {}, meaning), showCounts(answer.summary)),
    ...[showFactChecks(answer.fact_checks), showTimeline(answer.timeline)].filter(Boolean),
    ...answer.outlets.map((outlet) => showOutlet(outlet, answer.claim)),
    showCoverage(answer));
  find("status").textContent = `الجواب: ${name}`;
  find("answer").focus({ preventScroll: true });
}

function showProblem(title, detail) {
  find("problem").replaceChildren(make("div", { class: "problem" },
    make("p", {}, make("strong", {}, title)), detail ? make("p", { dir: "auto" }, detail) : null));
}

function question() {
  const body = { claim: find("claim").value };
  const [first, last] = [find("from").value, find("to").value];
  if (find("as-of").value) body.as_of = find("as-of").value;
  if (first || last) body.published = { ...(first && { from: first }), ...(last && { to: last }) };
  return body;
}

/** Call the API; `answer` is null where it has nothing to say. */
async function call(path, { method = "GET", body, prefer } = {}) {
  const headers = { "Accept-Language": "ar", ...(body && { "Content-Type": "application/json" }), ...(prefer && { Prefer: prefer }) };
  const key = find("key").value.trim() || sessionStorage.getItem(KEY);
  if (key) headers["X-API-Key"] = key;
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json();
  if (response.ok && key) sessionStorage.setItem(KEY, key);
  return { response, answer };
}

function askForKey() {
  sessionStorage.removeItem(KEY);
  find("key").value = "";
  find("key-field").hidden = false;
  find("key").focus();
}

async function ask() {
  const button = document.querySelector("#ask button");
  if (button.getAttribute("aria-disabled") === "true") return;
  find("problem").replaceChildren();
  find("answer").replaceChildren();
  if (!find("claim").value.trim()) {
    showProblem("اكتب الادعاء أولا");
    find("claim").focus();
    return;
  }
  history.replaceState(null, "", `#claim=${encodeURIComponent(find("claim").value)}`);
  button.setAttribute("aria-disabled", "true");
  find("status").textContent = "يجري البحث…";
  try {
    const { response, answer } = await call("v1/cross-references", { method: "POST", body: question() });
    find("status").textContent = "";
    if (response.ok) showAnswer(answer);
    else showProblem(answer.title, answer.detail);
    if (response.status === 401 || response.status === 403) askForKey();
  } catch {
    find("status").textContent = "";
    showProblem("تعذر الوصول إلى الخدمة", "تحقق من الاتصال ثم أعد المحاولة.");
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

find("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
find("claim").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
});
const given = new URLSearchParams(location.hash.slice(1)).get("claim");
if (given) {
  find("claim").value = given;
  ask();
}
