// A card reader at the tablet: it types the number of a card like a keyboard, faster than any hand, and ends with Enter.

const FASTER_THAN_HANDS_MS = 80;
const SHORTEST = 4;
const FIELDS = ["INPUT", "TEXTAREA", "SELECT"];

/** Calls `read(number)` for each card. Keys that go into a field are the field's own. The answer ends it. */
export function readCards(read) {
  let typed = "";
  let last = 0;

  function onKey(event) {
    if (FIELDS.includes(event.target.tagName)) return;
    const isQuick = event.timeStamp - last < FASTER_THAN_HANDS_MS;
    last = event.timeStamp;
    if (event.key === "Enter") {
      if (isQuick && typed.length >= SHORTEST) { event.preventDefault(); read(typed); }
      typed = "";
    } else if (event.key.length === 1) typed = isQuick ? typed + event.key : event.key;
  }

  addEventListener("keydown", onKey, true);
  return () => removeEventListener("keydown", onKey, true);
}
