// A page that the browser brings back without asking the server says so.
addEventListener("pageshow", (event) => {
  document.querySelector(".copy").hidden = !event.persisted;
});

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
