// A page that the browser brings back without asking the server says so.
addEventListener("pageshow", (event) => {
  document.querySelector(".copy").hidden = !event.persisted;
});

// Whoever sends a form and comes back to the same page finds it as they left it: at the same place, with the focus on
// the same button.
document.addEventListener("submit", ({ target, submitter }) => {
  const place = { page: location.pathname, y: scrollY, form: target.getAttribute("action"), button: submitter?.textContent };
  sessionStorage.setItem("place", JSON.stringify(place));
});

const place = JSON.parse(sessionStorage.getItem("place"));
sessionStorage.removeItem("place");
if (place?.page === location.pathname && !location.hash) {
  const form = [...document.forms].find((one) => one.getAttribute("action") === place.form);
  const button = [...(form?.elements ?? [])].find((one) => one.textContent === place.button);
  button?.focus({ preventScroll: true });
  scrollTo({ top: place.y, behavior: "instant" });
}

// A step of "Start over" goes on by itself: lab/web/start_over.py says when.
document.querySelector("form[data-sends-itself]")?.requestSubmit();

// A page that waits for another server's word asks again for a while, and shows it.
const AGAIN = 1000; // milliseconds
let tries = 30;

async function complete() {
  if (!document.querySelector("main [data-incomplete]") || tries-- === 0) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    const main = document.querySelector("main");
    if (answer.ok && fresh.innerHTML !== main.innerHTML) main.innerHTML = fresh.innerHTML;
  } catch {
    // restarted: the next try may find it
  }
  setTimeout(complete, AGAIN);
}

setTimeout(complete, AGAIN);
