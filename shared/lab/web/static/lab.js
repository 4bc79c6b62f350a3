// A page that the browser brings back without asking the server says so.
addEventListener("pageshow", (event) => {
  document.querySelector(".copy").hidden = !event.persisted;
});
