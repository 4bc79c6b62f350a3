// Tells an open page that its session was ended by somebody else. It asks the inspector, which only watches: a question
// to this page's own server could renew the session. A hidden page lets go, and of several pages with the same session
// one listens and tells the others: a browser allows six connections to an origin.
{
  const { stream } = document.currentScript.dataset;
  let leave = null;

  function attend() {
    leave?.abort();
    if (document.hidden) return;
    leave = new AbortController();
    const { signal } = leave;
    const tabs = new BroadcastChannel(stream);
    tabs.onmessage = ({ data }) => tell(data);
    signal.addEventListener("abort", () => tabs.close());
    if (navigator.locks) navigator.locks.request(stream, { signal }, () => listen(tabs, signal)).catch(() => {});
    else listen(tabs, signal);
  }

  function listen(tabs, left) {
    const source = new EventSource(stream);
    source.onmessage = ({ data }) => {
      tabs.postMessage(data);
      tell(data);
    };
    return new Promise((resolve) =>
      left.addEventListener("abort", () => {
        source.close();
        resolve();
      }),
    );
  }

  function tell(data) {
    document.removeEventListener("visibilitychange", attend);
    leave.abort();
    document.documentElement.classList.add("over");
    const { at, by } = JSON.parse(data);
    const what = by === "identity" ? "identity ended this session" : "The row of this session was deleted";
    const said = document.createElement("p");
    said.textContent = `${what} at ${at.slice(11, 19)} UTC; nothing was clicked here. What you see is from before. `;
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = "Reload";
    said.append(again);
    const banner = document.querySelector(".ended");
    banner.hidden = false; // first, so that what comes into it is read out
    banner.replaceChildren(said);
  }

  document.addEventListener("visibilitychange", attend);
  attend();
}
