// Asks for a whole text: a job with its progress, then the matrix of claims and outlets. Uses the parts of page.js.
// The text stands nowhere but in the request; #article=ID checks a stored article.
"use strict";

const CLAIM_WORDS = 14;
const POLL_MS = [300, 2000];
const SUMMARY_ORDER = ["contradicted", "contested", "corroborated", "uncovered"];
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let running = null;

function shorten(text) {
  const words = text.split(/\s+/);
  return words.length > CLAIM_WORDS ? `${words.slice(0, CLAIM_WORDS).join(" ")}…` : text;
}

/** What a claim says by itself, without the sentence before that it leans on. */
function ownWords({ claim, span, context }) {
  return context ? claim.text.slice(span.start_utf16 - context.start_utf16) : claim.text;
}

function openClaim(place) {
  const claim = find(`claim-${place}`);
  claim.open = true;
  claim.scrollIntoView({ behavior: "smooth", block: "start" });
  claim.querySelector("summary").focus({ preventScroll: true });
}

function opener(place, attributes, ...parts) {
  const button = make("button", { type: "button", ...attributes }, ...parts);
  button.addEventListener("click", () => openClaim(place));
  return button;
}

function showVerdicts(summary) {
  const items = SUMMARY_ORDER.filter((verdict) => summary[verdict]).map((verdict) =>
    make("li", { class: verdict }, make("strong", {}, NUMBERS.format(summary[verdict])), ` ${VERDICTS[verdict][0]}`));
  return make("ul", { class: "verdicts", "aria-label": "الخلاصات" }, ...items);
}

/** The text, each claim marked by its verdict. */
function showText(text, claims) {
  const parts = [];
  let at = 0;
  claims.forEach(({ span, summary }, place) => {
    if (span.start_utf16 < at) return;
    parts.push(text.slice(at, span.start_utf16),
      opener(place, { class: `said ${summary.verdict}` }, text.slice(span.start_utf16, span.end_utf16)));
    at = span.end_utf16;
  });
  parts.push(text.slice(at));
  return make("details", { class: "whole" }, make("summary", {}, "النص وما اختير منه"), make("p", { dir: "auto" }, ...parts));
}

function showCell(cell, place) {
  if (!cell) return make("td", {}, make("span", { class: "hidden-words" }, "لا شيء"));
  return make("td", {}, opener(place, { class: `flag ${cell.flag}` },
    FLAGS[cell.flag], make("small", {}, ` ${PERCENT.format(cell.confidence)}`)));
}

function showMatrix(answer) {
  const { outlets, rows } = answer.matrix;
  const head = make("tr", {}, make("th", { scope: "col" }, "الادعاء"), make("th", { scope: "col" }, "الخلاصة"),
    ...outlets.map((column) => make("th", { scope: "col" }, outletName(column))));
  const lines = answer.claims.map((told, place) => make("tr", {},
    make("th", { scope: "row", dir: "auto" }, opener(place, { class: "plain" }, shorten(ownWords(told)))),
    make("td", {}, make("span", { class: `flag ${told.summary.verdict}` }, VERDICTS[told.summary.verdict][0])),
    ...rows[place].map((cell) => showCell(cell, place))));
  return make("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "الادعاءات والوسائل" },
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines)));
}

function showClaim(told, cells, place) {
  const { claim, summary, reasons } = told;
  const why = reasons.map(({ note, points }) => make("li", { class: points > 0 ? "for" : "against" }, note.ar));
  return make("details", { class: "claim", id: `claim-${place}` },
    make("summary", {}, make("span", { class: `flag ${summary.verdict}` }, VERDICTS[summary.verdict][0]),
      make("bdi", {}, claim.text)),
    make("ul", { class: "why", "aria-label": "لماذا اختير" }, ...why),
    showCounts(summary),
    ...[showFactChecks(told.fact_checks)].filter(Boolean),
    ...cells.filter(Boolean).map((cell) => showOutlet(cell, claim)));
}

function showLeftOut({ outlet, copies }) {
  const parts = [];
  if (outlet) parts.push(make("p", {}, "لم تُسأل وسيلة النص نفسها: ", make("bdi", {}, outlet.name), "."));
  if (copies.length) {
    parts.push(make("p", {}, `لم تُحسب نسخ النص (${count("article", copies.length)}): `,
      ...copies.flatMap((copy, place) => [place ? "، " : "", outletName(copy)]), "."));
  }
  return make("div", { class: "coverage" }, ...parts);
}

function showDocument(answer, text) {
  if (!answer.claims.length) {
    find("answer").replaceChildren(make("p", {}, "ليس في النص جملة جديرة بالتحقق."), showCoverage(answer));
    return;
  }
  find("answer").replaceChildren(
    make("h2", {}, "ما تقوله الوسائل الأخرى"),
    showVerdicts(answer.summary), showMatrix(answer), ...(text ? [showText(text, answer.claims)] : []),
    ...answer.claims.map((told, place) => showClaim(told, answer.matrix.rows[place], place)),
    showLeftOut(answer.left_out), showCoverage(answer));
  find("answer").focus({ preventScroll: true });
}

function documentQuestion(article) {
  const body = article ? { article } : { text: find("text").value };
  if (find("most").value) body.max_claims = Number(find("most").value);
  if (article) return body;
  if (find("own-outlet").value.trim()) body.outlet = find("own-outlet").value;
  if (find("published").value) body.published_at = find("published").value;
  return body;
}

/** Follow a job to its end, with a bar; null when it was cancelled. */
async function follow(job) {
  const bar = find("progress");
  for (let pause = POLL_MS[0]; !["done", "failed", "cancelled"].includes(job.state); pause = Math.min(POLL_MS[1], pause * 1.5)) {
    bar.max = job.progress.total || 1;
    bar.value = job.progress.done;
    find("status").textContent = job.state === "queued" ? "في الانتظار…"
      : `أُجيب عن ${NUMBERS.format(job.progress.done)} من ${NUMBERS.format(job.progress.total)}`;
    await wait(pause);
    const { response, answer } = await call(`v1/jobs/${job.id}`);
    if (!response.ok) return { response, answer };
    job = answer;
  }
  if (job.state === "cancelled") return null;
  return job.state === "failed" ? { response: { ok: false }, answer: job.error } : call(job.result);
}

async function textOf(article) {
  if (article) {
    const { response, answer } = await call(`v1/articles/${encodeURIComponent(article)}`);
    find("text").value = response.ok ? answer.text : "";
  }
  return find("text").value;
}

async function checkDocument(article) {
  const queued = await call("v1/documents/cross-references",
    { method: "POST", body: documentQuestion(article), prefer: "respond-async" });
  if (!queued.response.ok) return queued;
  running = queued.answer.id;
  return follow(queued.answer);
}

function setBusy(isBusy) {
  find("cancel").hidden = find("progress").hidden = !isBusy;
  const button = document.querySelector("#ask-document button");
  if (isBusy) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

async function askDocument(article = "") {
  if (document.querySelector("#ask-document button").getAttribute("aria-disabled") === "true") return;
  find("problem").replaceChildren();
  find("answer").replaceChildren();
  if (!article && !find("text").value.trim()) {
    showProblem("الصق النص أولا");
    find("text").focus();
    return;
  }
  setBusy(true);
  try {
    const ended = await checkDocument(article);
    find("status").textContent = ended ? "" : "أُلغي.";
    if (ended?.response.ok) showDocument(ended.answer, await textOf(article));
    else if (ended) showProblem(ended.answer.title, ended.answer.detail);
    if ([401, 403].includes(ended?.response.status)) askForKey();
  } catch {
    find("status").textContent = "";
    showProblem("تعذر الوصول إلى الخدمة", "تحقق من الاتصال ثم أعد المحاولة.");
  } finally {
    running = null;
    setBusy(false);
  }
}

function chooseMode() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const isDocument = asked.has("document") || asked.has("article");
  find("ask").hidden = isDocument;
  find("ask-document").hidden = !isDocument;
  find("key").setAttribute("form", isDocument ? "ask-document" : "ask");
  for (const [link, isHere] of [["to-claim", !isDocument], ["to-document", isDocument]]) {
    if (isHere) find(link).setAttribute("aria-current", "page");
    else find(link).removeAttribute("aria-current");
  }
  return asked;
}

find("ask-document").addEventListener("submit", (event) => {
  event.preventDefault();
  askDocument();
});
find("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) askDocument();
});
find("cancel").addEventListener("click", () => running && call(`v1/jobs/${running}`, { method: "DELETE" }));
window.addEventListener("hashchange", () => {
  find("problem").replaceChildren();
  find("answer").replaceChildren();
  find("status").textContent = "";
  chooseMode();
});
const stored = chooseMode().get("article");
if (stored) askDocument(stored);
