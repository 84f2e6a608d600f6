// What this device remembers between visits: language, light or dark, trust file, query service, log heads seen before.
const [LANGUAGE, THEME] = ["lang", "theme"];
const [TRUST, SERVICE, HEADS] = ["ferrotrace-trust", "ferrotrace-query-service", "ferrotrace-heads"];

/** The reader's language: by ?lang=, chosen before, that of the site, or the browser's; else Chinese. */
export function languageOf() {
  const asked = new URLSearchParams(location.search).get("lang");
  const ofSite = /(?:^|; )lang=(zh|en)/.exec(document.cookie)?.[1];
  const chosen = [asked, ofSite, read(LANGUAGE)].find((code) => code === "zh" || code === "en");
  if (chosen) return chosen;
  const first = navigator.languages.map((code) => code.slice(0, 2)).find((code) => code === "zh" || code === "en");
  return first ?? "zh";
}

export function keepLanguage(code) {
  write(LANGUAGE, code);
}

/** Light or dark: by ?theme=, or as chosen before; null leaves it to the system. */
export function themeOf() {
  const theme = new URLSearchParams(location.search).get("theme") ?? read(THEME);
  return theme === "light" || theme === "dark" ? theme : null;
}

export function keepTheme(theme) {
  write(THEME, theme);
}

/** [name, bytes] of the trust file that was put in before, or null. */
export function trustKept() {
  try {
    const { file, text } = JSON.parse(read(TRUST));
    return [file, new TextEncoder().encode(text)];
  } catch {
    return null;
  }
}

/** Keep the trust file `file`; null forgets the one kept. One that is too large for the device is not kept. */
export function keepTrust(file, bytes) {
  write(TRUST, file === null ? "" : JSON.stringify({ file, text: new TextDecoder().decode(bytes) }));
}

export function serviceOf() {
  return read(SERVICE) ?? "";
}

export function keepService(url) {
  write(SERVICE, url);
}

/** The newest log head seen of the issuer at `place` (location and registry), or null. */
export function headSeen(place) {
  return heads()[place] ?? null;
}

/** Keep the head of `place` where it is newer than the one kept. */
export function keepHead(place, { size, root }) {
  const all = heads();
  if (all[place] && all[place].size >= Number(size)) return;
  write(HEADS, JSON.stringify({ ...all, [place]: { size: Number(size), root } }));
}

function heads() {
  try {
    return JSON.parse(read(HEADS) ?? "{}");
  } catch {
    return {};
  }
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a private window keeps nothing
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // a private window keeps nothing
  }
}
