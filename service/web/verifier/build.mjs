// Builds the verifier: `node build.mjs [folder]`, by default into ../static/verifier/. The same sources give the same
// bytes.
//
// verify.html has everything in itself. It is written exactly as a browser writes its own tree out again, so that the
// open page can tell the SHA-256 of the file it came from.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "..", "static");
const STYLES = ["tokens.css", "base.css", "components.css"].map((name) => join(STATIC, name));
const TARGET = "es2022";

async function script(entry, format) {
  const built = await build({
    entryPoints: [join(HERE, "src", entry)],
    bundle: true,
    write: false,
    ...format,
    minify: true,
    charset: "utf8",
    target: TARGET,
    legalComments: "none",
  });
  return built.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
}

async function style() {
  const text = [...STYLES, join(HERE, "src", "page.css")].map((path) => readFileSync(path, "utf8")).join("\n");
  const { code } = await transform(text, { loader: "css", minify: true, charset: "utf8" });
  return code.trim();
}

async function page() {
  const parts = {
    style: await style(),
    core: await script("core.mjs", { format: "iife", globalName: "Ferrotrace" }),
    page: await script("page.mjs", { format: "iife" }),
  };
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const values = { ...parts, scripts: `${hash(parts.core)} ${hash(parts.page)}`, styles: hash(parts.style) };
  const template = readFileSync(join(HERE, "src", "page.html"), "utf8");
  return template.replace(/\{\{([a-z]+)\}\}/g, (_, name) => values[name]);
}

const folder = process.argv[2] ?? join(STATIC, "verifier");
const files = { "verify.html": await page(), "log-check.js": `${await script("log_check.mjs", { format: "esm" })}\n` };
mkdirSync(folder, { recursive: true });
const sums = Object.entries(files).map(([name, text]) => {
  writeFileSync(join(folder, name), text);
  return `${createHash("sha256").update(text).digest("hex")}  ${name}\n`;
});
writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
process.stdout.write(sums.join(""));
