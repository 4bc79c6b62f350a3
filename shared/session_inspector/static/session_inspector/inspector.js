// Whole without script. With it, a page follows the journal while it is visible.
import { addressOfNews, areNewsOfLadder, describe, isAtEnd, showLadder } from "./ladder.js";
import { listenWhileVisible } from "./listen.js";

const AGAIN = 1000; // milliseconds until the next try after a failure
const LATER = 5000; // and where too many listen
const { state = "", stream, same } = document.querySelector("[data-state]")?.dataset ?? {};
let seen = state;

// A tab goes on with the visitor whom it has shown, or who was chosen, though a newer one may come. Forgotten with the
// tab: no cookie, which a page about cookies would have to explain.
const asked = new URLSearchParams(location.search);
const isChosen = asked.has("visitor") || asked.has("jar");
const shown = (page) => page.querySelector("[data-visitor]")?.dataset.visitor ?? "";
const stayWith = () => sessionStorage.getItem("visitor") ?? mine() ?? "";
const stay = (visitor) => visitor && sessionStorage.setItem("visitor", visitor);

// Which visitor this browser is, for all tabs: as somebody has said, or as a link on a page of a server has shown. Of
// two such links both visitors are this browser.
const mine = () => localStorage.getItem("mine");
const keepMine = (visitor) => localStorage.setItem("mine", visitor);

const isLed = document.querySelector("[data-led]") ? "yes" : "";

async function comeFromLink(visitor) {
  const before = localStorage.getItem("led"); // by a link as well: what somebody says is no such evidence
  localStorage.setItem("led", visitor);
  keepMine(visitor);
  stay(visitor);
  if (!before || before === visitor) return;
  const body = new URLSearchParams([["visitor", before], ["visitor", visitor], ["why", "link"]]);
  try {
    await fetch(same, { method: "POST", body, redirect: "manual" });
    ask();
  } catch {
    localStorage.setItem("led", before); // the next link says it again
  }
}

// What the server said of each part of the page. What counts down is not what changed.
const said = new Map();
const words = (part) => part.innerHTML.replace(/(<time class="countdown"[^>]*>)[^<]*/g, "$1");
const parts = (page) => [...page.querySelectorAll("[data-live]")];
const kind = (page) => page.querySelector("[data-kind]")?.dataset.kind;
const note = () => parts(document).forEach((part) => said.set(part.id, words(part)));
note();

let asking = false;
let askAgain = false;
let another;

// That page as it is now; null where it is not in the journal any more.
async function fetched(address) {
  const headers = { "X-Stay-With": stayWith(), "X-Led-Here": isLed };
  const answer = await fetch(address, { cache: "no-store", headers });
  if (answer.status === 404) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Whether that is a whole page, or news of the page that is shown, which lack what is as it was.
const isWhole = (fresh) => Boolean(fresh.getElementById("main"));
const fits = (fresh) => isWhole(fresh) || (kind(fresh) === kind(document) && areNewsOfLadder(fresh));

async function ask() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  askAgain = false;
  try {
    let fresh = await fetched(addressOfNews());
    if (fresh && !fits(fresh)) fresh = await fetched(location.href);
    if (!fresh) {
      tell("This is not in the journal any more.");
      asking = false;
      return;
    }
    seen = fresh.querySelector("[data-state]").dataset.state;
    stay(shown(fresh));
    const goesOnAtEnd = !document.getElementById("ladder") && isAtEnd();
    show(fresh);
    if (goesOnAtEnd) scrollTo(0, document.body.scrollHeight);
  } catch {
    clearTimeout(another);
    another = setTimeout(ask, AGAIN); // restarted, or the journal cannot be read just now
  }
  asking = false;
  if (askAgain) ask();
}

function show(fresh) {
  if (kind(fresh) !== kind(document)) {
    document.getElementById("main").innerHTML = fresh.getElementById("main").innerHTML;
    said.clear();
    note();
    tell();
  }
  if (isWhole(fresh)) {
    for (const part of parts(document).filter((one) => !fresh.getElementById(one.id))) {
      part.remove();
      said.delete(part.id);
    }
  }
  let before = null;
  for (const part of parts(fresh)) {
    const old = document.getElementById(part.id);
    if (!old) insert(part, before);
    else if (part.id === "ladder") showLadder(part);
    else if (isTyping(old)) continue;
    else if (said.get(part.id) !== words(part)) update(old, part);
    said.set(part.id, words(part));
    before = document.getElementById(part.id);
  }
  describe();
}

// What somebody is writing is not taken away; the part is brought up to date when they have finished.
const isTyping = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select");

function insert(part, before) {
  const parent = document.getElementById(part.parentElement.id) ?? document.getElementById("main");
  const copy = document.importNode(part, true);
  if (before?.parentElement === parent) before.after(copy);
  else parent.append(copy);
}

// What a person has opened stays open; what the page has opened by itself may close. The focus stays on the same of the
// things that can have it.
function update(old, part) {
  const details = [...old.querySelectorAll("details[open][id]:not([data-opened])")].map((one) => one.id);
  const able = () => [...old.querySelectorAll("a, summary, button")];
  const focused = able().indexOf(document.activeElement);
  old.innerHTML = part.innerHTML;
  for (const id of details) document.getElementById(id)?.setAttribute("open", "");
  if (focused >= 0) able()[focused]?.focus();
}

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-mine]");
  if (!chosen) return;
  keepMine(chosen.dataset.mine);
  stay(chosen.dataset.mine);
});

// A row that runs out is news that nobody writes down.
let looked = Date.now();
setInterval(() => {
  const now = Date.now();
  const ends = [...document.querySelectorAll("time.countdown")].map((time) => Date.parse(time.dateTime));
  if (!document.hidden && ends.some((end) => looked < end && end <= now)) ask();
  looked = now;
}, 1000);

function hear({ state, trouble, isFull }) {
  if (document.hidden) return;
  if (isFull) {
    ask();
    return;
  }
  tell(trouble ? "The inspector does not answer; this page goes on as soon as it does." : undefined);
  if (!trouble && state !== seen) ask();
}

function tell(words) {
  const live = document.getElementById("live");
  if (!live) return;
  words ??= live.dataset.says ?? "Live: what you do in another tab appears here.";
  live.hidden = false;
  if (live.textContent !== words) live.textContent = words;
}

function connect(signal, pass) {
  let source;
  let latest = seen;
  const tryNow = () => {
    if (signal.aborted) return;
    source = new EventSource(`${stream}?seen=${encodeURIComponent(seen)}`);
    source.onopen = () => pass({ state: latest, trouble: false });
    source.onmessage = (event) => {
      latest = event.lastEventId;
      pass({ state: latest, trouble: false });
    };
    // A browser tries again by itself, but not after an answer that was an error: then too many listen, and the page
    // looks by itself until there is a place.
    source.onerror = () => {
      const isFull = source.readyState === EventSource.CLOSED;
      pass({ state: latest, trouble: !isFull, isFull });
      if (isFull) setTimeout(tryNow, LATER);
    };
  };
  tryNow();
  signal.addEventListener("abort", () => source?.close());
}

describe();
if (isLed) comeFromLink(shown(document));
if (seen) {
  const hasAnother = !isChosen && stayWith() && stayWith() !== shown(document);
  if (!hasAnother) stay(shown(document));
  listenWhileVisible("news", connect, hear);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  if (hasAnother) ask();
}
