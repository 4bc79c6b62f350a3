// Whole without script. With it, a page follows the journal while it is visible, and exchanges open in place.
const MODIFIED = ["ctrlKey", "metaKey", "shiftKey", "altKey"];
let seen = document.querySelector("[data-state]")?.dataset.state ?? "";

// What the server said of each part of the page. What counts down is not what changed.
const said = new Map();
const words = (part) => part.innerHTML.replace(/(<time class="countdown"[^>]*>)[^<]*/g, "$1");
const parts = (page) => [...page.querySelectorAll("[data-live]")];
for (const part of parts(document)) said.set(part.id, words(part));

let asking = false;
let askAgain = false;

async function ask() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const state = fresh.querySelector("[data-state]");
    if (answer.ok && state) {
      seen = state.dataset.state;
      show(fresh);
    }
  } catch {
    // The inspector does not answer: the stream says when it does again.
  }
  asking = false;
  if (askAgain) {
    askAgain = false;
    ask();
  }
}

function show(fresh) {
  const known = new Set([...document.querySelectorAll(".rung")].map((rung) => rung.id));
  for (const part of parts(document)) {
    if (!fresh.getElementById(part.id)) {
      part.remove();
      said.delete(part.id);
    }
  }
  let before = null;
  for (const part of parts(fresh)) {
    const old = document.getElementById(part.id);
    if (!old) insert(part, before);
    else if (said.get(part.id) !== words(part)) update(old, part);
    said.set(part.id, words(part));
    before = document.getElementById(part.id);
  }
  for (const rung of document.querySelectorAll(".rung")) {
    if (!known.has(rung.id)) rung.classList.add("new");
  }
  describe();
}

function insert(part, before) {
  const parent = document.getElementById(part.parentElement.id) ?? document.getElementById("main");
  const copy = document.importNode(part, true);
  if (before?.parentElement === parent) before.after(copy);
  else parent.append(copy);
}

// What a person has opened stays open, and the focus stays where it was.
function update(old, part) {
  const opened = [...old.querySelectorAll(".exchange")].map((exchange) => [exchange.parentElement.id, exchange]);
  const details = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  old.innerHTML = part.innerHTML;
  for (const [id, exchange] of opened) document.getElementById(id)?.append(exchange);
  for (const id of details) document.getElementById(id)?.setAttribute("open", "");
  if (focused) old.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

// Links that open an exchange say so, and what they would do next.
function describe() {
  for (const link of document.querySelectorAll("a[data-opens]")) {
    const isOpen = Boolean(link.closest(".rung").querySelector(":scope > .exchange"));
    link.setAttribute("aria-expanded", isOpen);
    link.firstChild.data = isOpen ? "close" : "open";
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-opens]");
  if (!link || MODIFIED.some((key) => event[key])) return;
  event.preventDefault();
  const rung = link.closest(".rung");
  const open = rung.querySelector(":scope > .exchange");
  if (open) {
    open.remove();
  } else {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
      const exchange = document.importNode(page.getElementById("exchange"), true);
      exchange.removeAttribute("id"); // several may be open
      rung.append(exchange);
    } catch {
      location.assign(link.href); // the page of the exchange says what is wrong
    }
  }
  describe();
});

// One stream for all tabs of a browser, which allows six connections to an origin: who holds the lock listens and
// tells the others. A hidden page lets go. Without locks (they need a secure context) each visible page listens.
const tabs = new BroadcastChannel("news");
tabs.addEventListener("message", (event) => hear(event.data));

function hear(state) {
  if (!document.hidden && state !== seen) ask();
}

let leave = null;

function listen(left) {
  let source;
  const open = () => {
    source = new EventSource(`/stream/?seen=${encodeURIComponent(seen)}`);
    source.onopen = () => say("");
    source.onmessage = (event) => {
      tabs.postMessage(event.lastEventId);
      hear(event.lastEventId);
    };
    source.onerror = () => {
      say("The inspector does not answer; this page goes on as soon as it does.");
      // A browser tries again by itself, but not after an answer that was an error.
      if (source.readyState === EventSource.CLOSED && !left.aborted) setTimeout(open, 1000);
    };
  };
  open();
  return new Promise((resolve) => left.addEventListener("abort", () => resolve(source.close())));
}

function say(trouble) {
  const live = document.getElementById("live");
  if (!live) return;
  live.hidden = false;
  live.textContent = trouble || "Live: what you do in another tab appears here.";
}

function attend() {
  leave?.abort();
  leave = null;
  if (document.hidden) return;
  leave = new AbortController();
  const { signal } = leave;
  say("");
  if (navigator.locks) navigator.locks.request("stream", { signal }, () => listen(signal)).catch(() => {});
  else listen(signal);
}

document.addEventListener("visibilitychange", () => {
  attend();
  if (!document.hidden) ask();
});
describe();
if (seen) attend();
