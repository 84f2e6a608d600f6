// The line to the edge unit: server-sent events with a heartbeat every two seconds.
// Read by hand, because EventSource hides the heartbeat, and its silence is what has to be seen.

const DEAD_AFTER_MS = 2_600; // a heartbeat of 2 s and its way
const AGAIN_AFTER_MS = 700;
const CHECKS_EVERY_MS = 200;

/** Hold the line for ever. `heard(event, data)` for each event; `changed(up)` when the line comes or goes. */
export function holdLine({ heard, changed, refused }) {
  let running = true;
  let up = null;
  let current = null;
  const say = (now) => { if (now !== up) changed((up = now)); };

  async function hold() {
    while (running) {
      try {
        await listen();
      } catch { /* cut: said below */ }
      if (!running) return;
      say(false);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }

  async function listen() {
    const cut = (current = new AbortController());
    let last = performance.now();
    const watch = setInterval(() => { if (performance.now() - last > DEAD_AFTER_MS) cut.abort(); }, CHECKS_EVERY_MS);
    try {
      const answer = await fetch("v1/live", { headers: { Accept: "text/event-stream" }, cache: "no-store", signal: cut.signal });
      if (answer.status === 401 || answer.status === 403) { running = false; refused(); return; }
      if (!answer.ok || !answer.body) return;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const split = splitter(heard);
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        last = performance.now();
        say(true);
        split(value);
      }
    } finally {
      clearInterval(watch);
      cut.abort();
    }
  }

  hold();
  return {
    stop() { running = false; current?.abort(); },
    /** Try at once, for example because the browser says that the network is back. */
    again() { if (!up) current?.abort(); },
  };
}

// Feeds on pieces of the stream, gives whole events.
function splitter(heard) {
  let rest = "";
  return (piece) => {
    rest = (rest + piece).replaceAll("\r\n", "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) deliver(block, heard);
  };
}

function deliver(block, heard) {
  let event = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  if (!data.length) return;
  let parsed;
  try { parsed = JSON.parse(data.join("\n")); } catch { return; }
  heard(event, parsed);
}
