// What a script of somebody else does in a page of this site: lab/staging/foreign_script.py serves the page.
const form = document.querySelector("form[data-foreign]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.elements.name.value = document.cookie.split("; ").map((one) => one.split("=")[0]).join(" ");
  await setLanguage("fr");
  form.submit();
});

// It needs no key for that: the browser sends the cookie along, and the token is in the page.
async function setLanguage(code) {
  const answer = await fetch("/values/");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const sent = new FormData(page.querySelector("form[action='/values/language/']"));
  sent.set("language", code);
  await fetch("/values/language/", { method: "POST", body: new URLSearchParams(sent) });
}
