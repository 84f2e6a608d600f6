// The state of the page, and what changes it: what was handed in, what is believed, what is shown.
import { h, icon } from "./dom.mjs";
import { sorted } from "./intake.mjs";
import { keepLanguage, keepService, keepTheme, keepTrust, languageOf, serviceOf, trustKept } from "./kept.mjs";
import { openedFile } from "./opened.mjs";
import { entriesOfSite } from "./record.mjs";
import { judgeAll } from "./run.mjs";
import { fileView } from "./view_file.mjs";
import { manyView } from "./view_many.mjs";
import { promiseView } from "./view_promise.mjs";
import { startView } from "./view_start.mjs";
import { wordOf } from "./words.mjs";

const { readPromises, readTrust, rpcAt, verifyPromise } = globalThis.Ferrotrace;
const IS_ON_SITE = location.protocol.startsWith("http");
const MEGABYTE = 1024 * 1024;
const MOST_LOOKED_AT = 50; // files in which simulated data are looked for

export class App {
  isOnSite = IS_ON_SITE;
  #run = 0;
  ready = Promise.resolve(); // settled when the site has given its trust file
  state = {
    language: languageOf(),
    files: [],
    verdicts: null,
    opened: null,
    promises: null,
    trust: null,
    serviceUrl: serviceOf(),
    audience: null,
    filter: { text: "", status: "" },
  };

  /** `pageHash` is the SHA-256 of the page's file. */
  constructor(pageHash) {
    this.pageHash = pageHash;
    const kept = trustKept();
    if (kept) this.#believe(...kept);
  }

  t = (name, values) => wordOf(this.language, name, values);

  get language() {
    return this.state.language;
  }

  /** Change the state and draw the page anew. */
  set(change) {
    Object.assign(this.state, change);
    this.draw();
  }

  /** Choices that the page shows already. */
  choose(change) {
    Object.assign(this.state, change);
  }

  async take(files) {
    this.set({ note: null });
    const { bundles, trust, tooLarge } = await sorted(files);
    if (trust) this.takeTrust(...trust);
    if (tooLarge) {
      const [file, { size }] = tooLarge;
      return this.set({ note: this.t("too_large", { file, size: Math.ceil(size / MEGABYTE) }) });
    }
    if (bundles.length === 0) return trust ? undefined : this.set({ note: this.t("no_files") });
    this.state.files = bundles;
    return this.judge();
  }

  takeTrust(file, bytes) {
    if (this.#believe(file, bytes)) {
      keepTrust(file, bytes);
      this.draw();
      this.#judgeAgain();
    } else {
      this.draw();
    }
  }

  forgetTrust() {
    keepTrust(null);
    this.set({ trust: null, trustProblem: null });
    this.#judgeAgain();
  }

  /** Whether `bytes` are a trust file, which is then believed. */
  #believe(file, bytes) {
    try {
      Object.assign(this.state, { trust: { file, believed: readTrust(bytes) }, trustProblem: null });
    } catch (error) {
      this.state.trustProblem = this.t("trust_bad", { file, why: error.message });
    }
    return !this.state.trustProblem;
  }

  chooseService(text) {
    const url = text.trim();
    const isUrl = url === "" || (/^https?:\/\//.test(url) && URL.canParse(url));
    if (isUrl) keepService(url);
    this.set({ serviceUrl: url, serviceProblem: !isUrl });
    if (isUrl) this.#judgeAgain();
  }

  /** Judge all files anew; a later run, begun by another choice, takes the place of an earlier one. */
  async judge() {
    const run = ++this.#run;
    const { files } = this.state;
    this.set({ verdicts: null, opened: null, progress: { done: 0, all: files.length } });
    await this.ready;
    await new Promise((drawn) => setTimeout(drawn));
    const { trust, serviceUrl, serviceProblem, audience } = this.state;
    const { verdicts, service } = await judgeAll(files, {
      trust: trust?.believed,
      serviceUrl: serviceProblem ? "" : serviceUrl,
      audience,
      progress: (done) => run === this.#run && this.set({ progress: { done, all: files.length } }),
    });
    if (run !== this.#run) return;
    const checkedAt = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const opened = files.length === 1 ? files[0][0] : null;
    this.set({ verdicts, service, checkedAt, progress: null, rows: null, opened });
    this.toAnswer();
  }

  /** Read the promises of a ticket's code, and see what became of them. */
  takePromises(text) {
    try {
      this.set({
        promises: { list: readPromises(text), verdicts: null, entries: null, progress: { done: 0, all: 0 } },
      });
    } catch (error) {
      this.set({ note: this.t("promise_bad", { why: error.message }) });
      return;
    }
    this.checkPromises({});
  }

  /** Hold the promises against `entries`, or against those of the site. */
  async checkPromises({ entries = null }) {
    const { promises } = this.state;
    await this.ready;
    promises.entries = entries ?? (await this.#entriesOfSite()) ?? promises.entries;
    const { serviceUrl, serviceProblem, trust } = this.state;
    const rpc = serviceUrl && !serviceProblem ? rpcAt(serviceUrl) : null;
    const sources = { trust: trust?.believed, entries: promises.entries, rpc };
    const verdicts = await Promise.all(promises.list.map((promise) => verifyPromise(promise, sources)));
    this.set({ promises: { ...promises, verdicts } });
  }

  async #entriesOfSite() {
    if (!IS_ON_SITE) return null;
    const { promises } = this.state;
    try {
      return await entriesOfSite((done, all) => this.set({ promises: { ...promises, progress: { done, all } } }));
    } catch {
      return null;
    }
  }

  #judgeAgain() {
    if (this.state.files.length > 0) this.judge();
    else if (this.state.promises) this.checkPromises({ entries: this.state.promises.entries });
  }

  open(name) {
    this.set({ opened: name });
    this.toAnswer();
  }

  startAgain() {
    this.#run += 1; // what is still running has no reader any more
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    this.set({ files: [], verdicts: null, opened: null, promises: null, note: null, filter: { text: "", status: "" } });
    scrollTo(0, 0);
    document.querySelector("#bundles")?.focus();
  }

  lookUp(text) {
    const number = text.trim();
    if (number.includes("FT1.")) this.takePromises(number);
    else if (number && IS_ON_SITE) location.assign(`/t/${encodeURIComponent(number)}`);
  }

  download(name, text) {
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1_000);
  }

  toAnswer() {
    scrollTo(0, 0);
    document.querySelector("#answer")?.focus({ preventScroll: true });
  }

  switchLanguage() {
    const language = this.language === "zh" ? "en" : "zh";
    keepLanguage(language);
    this.set({ language, rows: null, trustProblem: null, note: null });
  }

  draw() {
    const { language, verdicts } = this.state;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = `${this.t("verify")} · Ferrotrace`;
    const main = h(
      verdicts || this.state.promises ? "main.page.medium" : "main.page.narrow",
      { id: "main" },
      this.#view(),
    );
    document
      .querySelector("#app")
      .replaceChildren(
        h("a.skip-link", { href: "#main" }, this.t("to_content")),
        this.#bar(),
        ...(this.#isDemo()
          ? [
              h(
                "aside.demo-band",
                h("span", { lang: "en" }, "SIMULATED DATA"),
                h("span", { lang: "zh-CN" }, "演示数据"),
              ),
            ]
          : []),
        main,
      );
  }

  #view() {
    const { verdicts, opened, files, promises, progress } = this.state;
    if (promises && !verdicts && !progress) return promiseView(this);
    if (!verdicts) return startView(this);
    if (opened === null) return manyView(this);
    const [name, bytes] = files.find(([each]) => each === opened);
    return fileView(this, name, bytes, verdicts.get(name));
  }

  #bar() {
    const [other, tag] = this.language === "zh" ? ["EN", "en"] : ["中文", "zh-CN"];
    return h(
      "header.bar.no-print",
      IS_ON_SITE ? h("a.mark", { href: "/" }, "Ferrotrace") : h("span.mark", "Ferrotrace"),
      h("span.where", this.t("verify")),
      h(
        "div.end",
        h("button.tool", { type: "button", lang: tag, id: "language", onclick: () => this.switchLanguage() }, other),
        h("button.tool", { type: "button", "aria-label": this.t("light_or_dark"), onclick: switchTheme }, icon("moon")),
      ),
    );
  }

  /** Whether a file that is shown says that its data are simulated. */
  #isDemo() {
    const { verdicts, files, opened } = this.state;
    const shown = verdicts ? files.filter(([name]) => opened === null || name === opened).slice(0, MOST_LOOKED_AT) : [];
    return shown.some(([, bytes]) => openedFile(bytes).data?.get("demo") === true);
  }
}

function switchTheme() {
  const root = document.documentElement;
  const isDark =
    (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
  keepTheme(root.dataset.theme);
}
