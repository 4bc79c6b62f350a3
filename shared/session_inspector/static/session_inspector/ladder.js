// The ladder, live. News have the clicks that are new or changed, and of the others a place that theirs take. While
// somebody reads something else than the newest click, news wait, and a button says how many messages they have.
const MODIFIED = ["ctrlKey", "metaKey", "shiftKey", "altKey"];
const STEPS = { ArrowRight: "next", ArrowDown: "next", ArrowLeft: "prev", ArrowUp: "prev" };

let waiting = null; // the ladder that is shown when nobody reads another click any more

const ladder = () => document.getElementById("ladder");
const clicks = () => document.querySelectorAll("#ladder > .click");
const newest = () => [...clicks()].at(-1);
// The page has them, news give their place.
const clicksAt = (place) => place.dataset.known.split(" ").map((id) => document.getElementById(`s${id}`));
const rungs = (part) => [...part.querySelectorAll(".rung")];

// Where to ask for what is new: the page's own address, so the same filter and the same part of the ladder.
export function addressOfNews() {
  const address = new URL(location.href);
  const has = ladder()?.dataset.has;
  if (has) address.searchParams.set("after", has);
  return address.href;
}

// Whether they are of the same visitor on the same lanes, and this page has each click of which they give the place.
export const areNewsOfLadder = (fresh) =>
  fresh.getElementById("ladder").dataset.of === ladder().dataset.of &&
  [...fresh.querySelectorAll("[data-known]")].flatMap(clicksAt).every(Boolean);

export function showLadder(fresh) {
  waiting = fresh;
  if (!isReading()) take();
  count();
}

// Who sees where the newest click begins, or the end of the page, is following. Who has opened a message is not.
function isReading() {
  const click = newest();
  if (!click) return false;
  if (click.querySelector(".exchange")) return true;
  return !isInSight(click.querySelector("summary")) && !isAtEnd();
}

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

export const NEAR = 50; // pixels: who reads the end goes on reading the end
export const isAtEnd = () => scrollY > 0 && innerHeight + scrollY >= document.body.scrollHeight - NEAR;

function take() {
  const old = ladder();
  const before = newest();
  const isFollowed = before && isInSight(before.querySelector("summary"));
  const goesOnAtEnd = !isFollowed && isAtEnd();
  const unread = new Set(newBelow().map((rung) => rung.id));
  const known = new Set(rungs(old).map((rung) => rung.id).filter((id) => !unread.has(id)));
  const opened = new Set([...old.querySelectorAll("details[open]")].map((one) => one.id));
  const exchanges = [...old.querySelectorAll(".exchange")].map((exchange) => [exchange.parentElement.id, exchange]);
  const focused = document.activeElement;
  const folds = focused.closest("#ladder details");
  for (const place of waiting.querySelectorAll("[data-known]")) place.replaceWith(...clicksAt(place));
  old.replaceChildren(...waiting.childNodes);
  old.dataset.has = waiting.dataset.has;
  old.dataset.of = waiting.dataset.of;
  waiting = null;
  for (const [id, exchange] of exchanges) document.getElementById(id)?.append(exchange);
  if (before && before.id !== newest()?.id) opened.delete(before.id);
  for (const one of old.querySelectorAll("details[id]")) one.open = opened.has(one.id) || one === newest();
  for (const rung of rungs(old)) rung.classList.toggle("new", !known.has(rung.id));
  for (const click of old.querySelectorAll(".click")) click.classList.toggle("new", Boolean(click.querySelector(".rung.new")));
  if (folds) keepFocus(focused, folds.id);
  describe();
  if (goesOnAtEnd) scrollTo(0, document.body.scrollHeight);
}

// What is moved loses the focus, and what is folded cannot have it: then the line has it that opens it again.
function keepFocus(focused, folds) {
  focused.focus({ preventScroll: true });
  if (document.activeElement !== focused) document.getElementById(folds)?.querySelector("summary").focus({ preventScroll: true });
}

// New messages that are out of sight below, or wait.
function unseen() {
  if (waiting) return rungs(waiting).filter((rung) => !document.getElementById(rung.id));
  return newBelow();
}

// They stay new until they were in sight.
function newBelow() {
  return rungs(ladder()).filter((rung) => rung.matches(".new") && rung.getBoundingClientRect().top > innerHeight);
}

function count() {
  const news = document.getElementById("news");
  if (!news || !ladder()) return;
  const number = unseen().length;
  news.hidden = !number;
  news.querySelector("span").textContent = number;
}

function lookAgain() {
  if (waiting && ladder() && !isReading()) take();
  count();
}

document.addEventListener("scroll", lookAgain, { passive: true });
document.addEventListener("toggle", lookAgain, true);
addEventListener("resize", lookAgain);

document.addEventListener("click", (event) => {
  if (!event.target.closest("#news a")) return;
  event.preventDefault();
  const wait = waiting;
  if (wait) take();
  const leadsTo = wait ? newest() : rungs(newest()).at(-1);
  leadsTo.scrollIntoView({ block: wait ? "start" : "end" });
  count();
});

// Links that open an exchange say so, and what they would do next.
export function describe() {
  for (const link of document.querySelectorAll("a[data-opens]")) {
    const isOpen = Boolean(link.closest(".rung").querySelector(":scope > .exchange"));
    link.setAttribute("aria-expanded", isOpen);
    link.firstChild.data = isOpen ? "close" : "open";
  }
}

const opening = new Set();

async function openExchange(rung, address) {
  if (opening.has(rung)) return;
  opening.add(rung);
  try {
    const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    const exchange = document.importNode(page.getElementById("exchange"), true);
    exchange.removeAttribute("id"); // several may be open
    document.getElementById(rung)?.append(exchange);
  } catch {
    location.assign(address); // the page of the exchange says what is wrong
  }
  opening.delete(rung);
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-opens]");
  if (!link || MODIFIED.some((key) => event[key])) return;
  event.preventDefault();
  const rung = link.closest(".rung");
  const exchange = rung.querySelector(":scope > .exchange");
  if (exchange) exchange.remove();
  else await openExchange(rung.id, link.href);
  describe();
  lookAgain();
});

// Stepping: the ladder of a step has the focus, or one of the buttons. The next page's ladder has it again, so that one
// goes on with the same keys. Where the lanes do not fit, left and right move them.
document.addEventListener("keydown", (event) => {
  const part = document.activeElement.closest(".stage, .walking");
  if (!part || !STEPS[event.key] || MODIFIED.some((key) => event[key])) return;
  if (part.matches(".wide") && ["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  const link = document.querySelector(`a[rel=${STEPS[event.key]}]`);
  if (link) location.assign(`${link.href.split("#")[0]}#stage`);
});
