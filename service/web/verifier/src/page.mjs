// The page begins: its own hash first, then what the site gives, then what the address carries.
import { App } from "./page/app.mjs";
import { themeOf } from "./page/kept.mjs";

const { readTrust, sha256OfText } = globalThis.Ferrotrace;

// The file is written as the browser writes its tree, so the tree, before anything changes it, gives the file's hash.
const PAGE_HASH = sha256OfText(`<!doctype html>${document.documentElement.outerHTML}\n`);

/** The trust file that the site gives, where there is a site and the visitor has put in none. */
async function trustOfSite(app) {
  try {
    const answer = await fetch("/v1/trust", { credentials: "omit" });
    if (!answer.ok) return;
    const believed = readTrust(new Uint8Array(await answer.arrayBuffer()));
    if (!app.state.trust) app.set({ trust: { file: null, believed } });
  } catch {
    // without it the visitor puts a file in
  }
}

const theme = themeOf();
if (theme) document.documentElement.dataset.theme = theme;
const app = new App(PAGE_HASH);
app.draw();
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
if (app.isOnSite) app.ready = trustOfSite(app);
if (location.hash.includes("FT1.")) app.takePromises(location.hash);
