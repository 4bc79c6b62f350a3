// The stylesheet shows what a term means, on hover and on focus. Escape closes that; to come to the term anew opens it
// again (WCAG 1.4.13).
addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape") return;
    for (const term of document.querySelectorAll("a.term:is(:hover, :focus-visible):not(.closed)")) {
      term.classList.add("closed");
      event.preventDefault(); // who closes this does not stop presenting
    }
  },
  { capture: true },
);

for (const arrival of ["pointerover", "focusin"]) {
  addEventListener(arrival, ({ target, relatedTarget }) => {
    const term = target.closest?.("a.term.closed");
    if (term && !term.contains(relatedTarget)) term.classList.remove("closed");
  });
}
