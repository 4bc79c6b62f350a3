// Everything works without script. It adds four things: times count down, the panel stays as one left it and says where
// there is more of it, and Escape closes what a term says.
import "./terms.js";

function left(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const [days, hours] = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600)];
  const [minutes, rest] = [Math.floor((seconds % 3600) / 60), Math.floor(seconds % 60)];
  if (days) return `${days} d ${hours} h`;
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function count() {
  for (const time of document.querySelectorAll("html:not(.over) time.countdown")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    time.textContent = left(Math.max(seconds, 0));
    if (seconds <= 0) time.closest(".ends")?.replaceChildren("Row past its date, as far as this page knows: reload");
  }
}

count();
setInterval(count, 1000);

// Forgotten with the tab; no cookie, which a page about cookies would have to explain. On a phone it would hide the page.
// Who opened it before this script came keeps it open.
const panel = document.querySelector("details.session");
if (panel) {
  panel.open ||= matchMedia("(width >= 40rem)").matches && sessionStorage.getItem("panel") === "open";
  panel.addEventListener("toggle", () => sessionStorage.setItem("panel", panel.open ? "open" : ""));

  const drawer = panel.querySelector(".panel");
  const below = drawer.querySelector(".below");
  const sayMore = () => {
    below.hidden = drawer.scrollHeight - drawer.clientHeight - drawer.scrollTop < 8; // pixels: less is no line
  };
  below.addEventListener("click", () => drawer.scrollBy({ top: drawer.clientHeight * 0.8 }));
  drawer.addEventListener("scroll", sayMore, { passive: true });
  panel.addEventListener("toggle", sayMore, { capture: true }); // and of what is folded in it
  addEventListener("resize", sayMore);
  sayMore();
}
