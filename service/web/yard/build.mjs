// Builds the tablet's program: `node service/web/yard/build.mjs [folder]`, by default into ../static/yard/, over the
// pages and icons that stand there. The same sources give the same bytes.
//
// A bad WLAN pays for every file with a round trip: the first screen is one style sheet and two scripts, fetched at once.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "..", "static");
const PAGES = join(STATIC, "yard");
const { build, transform } = createRequire(join(HERE, "..", "verifier", "package.json"))("esbuild");

const STYLES = ["tokens.css", "base.css", "components.css", "pages.css"].map((name) => join(STATIC, name));
const SHARED = ["/static/icons.svg", "/static/mark.svg"];
const OPTIONS = { bundle: true, write: false, format: "esm", minify: true, charset: "utf8", target: "es2022", legalComments: "none", outdir: "/" };

// app.js shows the first screen, rest.js holds the others, core.js is what both use.
async function scripts() {
  const entry = (name) => join(HERE, name);
  const split = await build({ ...OPTIONS, entryPoints: [entry("app.js"), entry("rest.js")], splitting: true, chunkNames: "core" });
  const alone = await build({ ...OPTIONS, entryPoints: [entry("commissioning.js")] });
  return [...split.outputFiles, ...alone.outputFiles].map(({ path, text }) => [basename(path), text]);
}

async function style(paths) {
  const text = paths.map((path) => readFileSync(path, "utf8")).join("\n");
  const { code } = await transform(text, { loader: "css", minify: true, charset: "utf8" });
  return code;
}

const sha256 = (data) => createHash("sha256").update(data);
const contentOf = (name, files) => files[name] ?? readFileSync(name.startsWith("/static/") ? join(STATIC, name.slice(8)) : join(PAGES, name));

// Every page and file of the app, but for the worker itself; "./" is index.html.
function worker(files) {
  const pages = readdirSync(PAGES).filter((name) => /\.(html|png|webmanifest)$/.test(name) && name !== "index.html");
  const names = ["./", ...Object.keys(files), ...pages].sort().concat(SHARED);
  const version = sha256(Buffer.concat(names.map((name) => sha256(contentOf(name === "./" ? "index.html" : name, files)).digest())));
  const text = readFileSync(join(HERE, "sw.js"), "utf8");
  return text.replace("{{version}}", version.digest("hex").slice(0, 12)).replace('"{{files}}"', names.map((name) => JSON.stringify(name)).join(", "));
}

const files = {
  ...Object.fromEntries(await scripts()),
  "app.css": await style([...STYLES, join(HERE, "yard.css")]),
  "commissioning.css": await style([join(HERE, "commissioning.css")]),
};
files["sw.js"] = worker(files);
const folder = process.argv[2] ?? PAGES;
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  writeFileSync(join(folder, name), text);
  process.stdout.write(`${sha256(text).digest("hex")}  ${name}\n`);
}
