// Presentation: larger, without heads, one idea a screen. It stays on in this tab until it is stopped, also from server
// to server. In the head and no module, so that no page is seen small first.
const root = document.documentElement;
const isOn = () => root.classList.contains("present");

if (isOn()) sessionStorage.setItem("present", "on");
if (sessionStorage.getItem("present") === "on") root.classList.add("present");

function stop() {
  sessionStorage.removeItem("present");
  root.classList.remove("present");
  const address = new URL(location);
  address.searchParams.delete("present");
  history.replaceState(null, "", address); // so that it is not on again when the page is loaded anew
}

// The heading with what follows it is the first idea. What has ideas in it is none itself.
const ideas = () =>
  [...document.querySelectorAll("main > section, main .idea")].filter((one) => one.offsetHeight && !one.querySelector(".idea"));
const offset = () => document.querySelector(".slim").offsetHeight;
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
  if (event.target.closest("[data-stop]")) {
    event.preventDefault();
    stop();
    return;
  }
  const pace = event.target.closest("[data-by]");
  if (pace) go(Number(pace.dataset.by));
  const link = event.target.closest(".slim a, main a");
  if (isOn() && link && link.origin !== location.origin) link.search += link.search ? "&present" : "?present";
});

// One letter, and only while presenting and outside of fields (WCAG 2.1.4).
addEventListener("keydown", (event) => {
  const isFree = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea");
  if (isOn() && isFree && event.key === "p") stop();
});

addEventListener("scroll", () => isOn() && show(), { passive: true });
addEventListener("DOMContentLoaded", () => isOn() && show());
