// Presentation: larger, with a slim head, one idea a screen. Each origin remembers it until it is stopped, also after
// the browser was closed. To another origin it goes in the fragment of an address: browsers keep that through redirects
// and send it to no server, so nothing that the lab shows is changed. In the head and no module, so that no page is
// seen small first.
const ON = "#present";
const OFF = "#present-no-more";

const root = document.documentElement;
const isOn = () => root.classList.contains("present");
const adopt = () => root.classList.toggle("present", localStorage.getItem("present") === "on");

function start() {
  localStorage.setItem("present", "on");
  sessionStorage.removeItem("stopped");
}

function stop() {
  localStorage.removeItem("present");
  sessionStorage.setItem("stopped", "yes"); // the links of this tab tell the other origins
}

// What brought the visitor here is taken out of the address: so it is not on again when the page is loaded anew.
function arrive() {
  const address = new URL(location);
  if (address.hash === OFF) stop();
  else if (address.hash === ON || address.searchParams.has("present")) start();
  adopt();
  if ([ON, OFF].includes(address.hash)) address.hash = "";
  if (address.searchParams.has("present")) address.searchParams.delete("present");
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

arrive();
addEventListener("pageshow", adopt);
addEventListener("storage", adopt);

// Who used what is hidden now goes on at the link that starts it again.
function stopHere() {
  stop();
  adopt();
  const focused = document.activeElement;
  if (focused === document.body || !focused.checkVisibility()) {
    document.querySelector("[data-present]")?.focus({ preventScroll: true });
  }
}

function carry(element, attribute) {
  const mark = isOn() ? ON : sessionStorage.getItem("stopped") && OFF;
  const address = new URL(element[attribute], location);
  if (!mark || address.hash || address.href === location.href) return;
  element.setAttribute(attribute, address.href + mark);
}

// The heading with what follows it is the first idea. What has ideas in it is none itself.
const ideas = () =>
  [...document.querySelectorAll("main > section, main .idea")].filter((one) => one.offsetHeight && !one.querySelector(".idea"));
const offset = () => document.querySelector(".frame").offsetHeight;
const tops = () => ideas().map((one, place) => (place ? one.getBoundingClientRect().top + scrollY - offset() : 0));
const place = () => Math.max(tops().findLastIndex((top) => top <= scrollY + 4), 0);

function show() {
  const pace = document.querySelector(".pace");
  pace.hidden = ideas().length < 2;
  pace.querySelector("output").textContent = `${place() + 1} of ${ideas().length}`;
}

function go(by) {
  scrollTo({ top: tops()[place() + by] ?? scrollY, behavior: "instant" });
  show();
}

addEventListener("click", (event) => {
  if (event.defaultPrevented) return;
  const pace = event.target.closest("[data-by]");
  if (pace) go(Number(pace.dataset.by));
  const link = event.target.closest("a[href]");
  if (!link) return;
  if (link.matches("[data-stop]")) {
    event.preventDefault();
    stopHere();
  } else carry(link, "href");
});

addEventListener("submit", ({ target, submitter }) => {
  if (target.method !== "post") return; // a question to the page itself: with a fragment it might not be asked
  if (submitter?.hasAttribute("formaction")) carry(submitter, "formAction");
  else carry(target, "action");
});

// Keys only while presenting and outside of fields (WCAG 2.1.4).
addEventListener("keydown", (event) => {
  const isFree = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea");
  if (isOn() && isFree && !event.defaultPrevented && ["p", "Escape"].includes(event.key)) stopHere();
});

addEventListener("scroll", () => isOn() && show(), { passive: true });
addEventListener("DOMContentLoaded", () => isOn() && show());
