// Figures as people read them: thousands separated, units always, local clock of the yard.

const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false };
const ZONE = "Asia/Shanghai"; // business time of every base
const MINUTE_MS = 60_000;
const PLATE = /^([\u4e00-\u9fff][A-Z])([A-Z0-9]{4,6}[\u4e00-\u9fff]?)$/;

// The browser's formats take long to make: each is made when it is first used.
const format = (locale, options) => {
  let made = null;
  return (at) => (made ??= new Intl.DateTimeFormat(locale, { ...options, timeZone: ZONE })).format(new Date(at));
};
const clockFormat = format("en-GB", CLOCK);
const secondsFormat = format("en-GB", { ...CLOCK, second: "2-digit" });
const dayFormat = format("en-CA", {});

/** 48620 → "48,620"; null is "——", never a number. */
export const figure = (value) => (value === null || value === undefined ? "——" : String(value).replace(/\B(?=(\d{3})+$)/g, ","));

/** 48620 → "48,620 kg". */
export const kg = (value) => `${figure(value)} kg`;

/** A text with its masses grouped: "16011–16269 kg" → "16,011–16,269 kg". */
export const grouped = (text) => String(text).replace(/\d{4,}(?=(?:[–-]\d+)? kg)/g, figure);

/** Basis points as per cent: 250 → "2.5 %". */
export const percent = (bp) => `${(bp / 100).toLocaleString("en-US", { maximumFractionDigits: 2 })} %`;

/** Nanosieverts an hour as people say them: 130 → "0.13 µSv/h". */
export const dose = (nsvH) => `${(nsvH / 1000).toLocaleString("en-US", { maximumFractionDigits: 3 })} µSv/h`;

/** Clock time in the yard of an instant (text, Date or ms): "14:32". */
export const clock = (at) => (at ? clockFormat(at) : "");
export const clockSeconds = (at) => (at ? secondsFormat(at) : "");
export const day = (at) => dayFormat(at);

/** Whole minutes between two instants. */
export const minutesBetween = (from, to) => Math.max(0, Math.floor((new Date(to) - new Date(from)) / MINUTE_MS));

/** A plate as it is painted: 辽E12345 → 辽E·12345. */
export const plate = (text) => {
  const parts = PLATE.exec(text ?? "");
  return parts ? `${parts[1]}·${parts[2]}` : text ?? "";
};

/** A plate as it is kept: upper case, no blanks, dots or dashes. */
export const normalPlate = (text) => text.replace(/[ \u3000·•・.\-]+/g, "").toUpperCase();

/** Instant with milliseconds in UTC, as entries state it. */
export const instant = (ms) => new Date(ms).toISOString();
