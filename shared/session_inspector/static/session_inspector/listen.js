// Listens to a stream while the page is visible. A browser allows six connections to an origin, so of several pages
// that listen to the same address one does and tells the others, by a channel of that name. A hidden page lets go.
// Without locks (they need a secure context) each visible page listens.

// `connect(signal, pass)` opens the stream, gives `pass` what it hears, and closes it when `signal` aborts. `hear` is
// called with whatever any page has passed. Returns a function that ends it all.
export function listenWhileVisible(name, connect, hear) {
  const tabs = new BroadcastChannel(name);
  let leave = null;
  let latest; // what the one that listens has passed last, for a page that comes later

  tabs.onmessage = ({ data }) => {
    if (data.hello) {
      if (latest !== undefined) tabs.postMessage({ heard: latest });
    } else if (!document.hidden) hear(data.heard);
  };

  const pass = (heard) => {
    latest = heard;
    tabs.postMessage({ heard });
    hear(heard);
  };

  function listen(signal) {
    if (signal.aborted) return undefined;
    connect(signal, pass);
    return new Promise((resolve) =>
      signal.addEventListener("abort", () => {
        latest = undefined;
        resolve();
      }),
    );
  }

  function attend() {
    leave?.abort();
    leave = null;
    if (document.hidden) return;
    leave = new AbortController();
    const { signal } = leave;
    if (navigator.locks) navigator.locks.request(name, { signal }, () => listen(signal)).catch(() => {});
    else listen(signal);
    tabs.postMessage({ hello: true });
  }

  function end() {
    document.removeEventListener("visibilitychange", attend);
    leave?.abort();
    tabs.close();
  }

  document.addEventListener("visibilitychange", attend);
  attend();
  return end;
}
