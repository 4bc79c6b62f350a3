// Tells an open page that its session was ended by somebody else. It asks the inspector, which only watches: a question
// to this page's own server could renew the session.
import { listenWhileVisible } from "./listen.js";

const banner = document.querySelector(".ended");
const { stream } = banner.dataset;

const end = listenWhileVisible(stream, connect, tell);

function connect(signal, pass) {
  const source = new EventSource(stream);
  source.onmessage = ({ data }) => pass(JSON.parse(data));
  signal.addEventListener("abort", () => source.close());
}

function tell({ at, by }) {
  end();
  document.documentElement.classList.add("over");
  const what = by === "logout token" ? "A logout token ended this session" : "The row of this session was deleted";
  const said = document.createElement("p");
  said.textContent = `${what} at ${at.slice(11, 19)} UTC; nothing was clicked here. What you see is from before. `;
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = "Reload";
  said.append(again);
  banner.hidden = false; // first, so that what comes into it is read out
  banner.replaceChildren(said);
}
