// Tells an open page that its session is over. It asks the inspector, which only watches: a question to this page's own
// server could renew the session.
import { listenWhileVisible } from "./listen.js";

const banner = document.querySelector(".ended");
const { stream } = banner.dataset;

const LATER = 5000; // milliseconds until the next try where too many listen
const AWAY = 1500; // milliseconds: a page that ended the session itself is gone by then
const BY = {
  "logout token": "A logout token ended this session",
  "own key": "A request with its key, from another tab perhaps, ended this session",
};

const end = listenWhileVisible(stream, connect, (said) => setTimeout(tell, said.by === "own key" ? AWAY : 0, said));

function connect(signal, pass) {
  if (signal.aborted) return;
  const source = new EventSource(stream);
  source.onmessage = ({ data }) => pass(JSON.parse(data));
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, LATER, signal, pass);
  };
  signal.addEventListener("abort", () => source.close());
}

function tell({ at, by }) {
  end();
  document.documentElement.classList.add("over");
  const what = BY[by] ?? "The row of this session was deleted";
  const said = document.createElement("p");
  said.textContent = `${what} at ${at.slice(11, 19)} UTC; nothing was clicked here. This page shows the state before that. `;
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = "Reload";
  said.append(again);
  banner.hidden = false; // first, so that what comes into it is read out
  banner.replaceChildren(said);
}
