// Who is here: names, then a PIN. Enrolment, once, with the password.

import { Refused, Unreachable } from "../edge.js";
import { enrol, PinRefused, signIn } from "../people.js";
import { button, icon, keypad, note, textField } from "../parts.js";
import { app, go, refresh } from "../state.js";
import { people } from "../store.js";
import { h } from "../view.js";
import { w } from "../words.js";

const SHORTEST_PIN = 4;
const LONGEST_PIN = 8;

/** What a PIN that was not taken means, in words. */
export function pinWords(error) {
  if (error instanceof PinRefused) return w(`pin_${error.code}`, { n: error.left });
  if (error instanceof Unreachable) return w("needsUp");
  if (error instanceof Refused) return error.message;
  throw error;
}

export function signInScreen({ signedIn }) {
  let chosen = people().length === 1 ? people()[0].user_id : null;
  let pin = "";
  let error = "";
  let busy = false;

  const person = () => people().find((each) => each.user_id === chosen);
  async function enter() {
    if (pin.length < SHORTEST_PIN || busy) return;
    busy = true;
    refresh();
    try {
      const opened = await signIn(chosen, pin);
      await signedIn(opened);
    } catch (reason) {
      error = pinWords(reason);
      if (navigator.vibrate) navigator.vibrate(80);
    }
    [pin, busy] = ["", false];
    refresh();
  }

  const names = () => h("ul", { class: "names" }, people().map((each) => h("li", { key: each.user_id }, button(each.name, () => { [chosen, pin, error] = [each.user_id, "", ""]; refresh(); }, { small: w(`role_${each.role}`), name: "user", kind: `tall ${each.user_id === chosen ? "chosen" : ""}`, id: `person:${each.user_id}` }))));
  const empty = () => h("div", { class: "empty" }, icon("user"), h("h1", null, w("nobody")), h("p", null, w("nobodyHint")), button(w("enrol"), () => go("/enrol"), { kind: "primary", id: "enrol" }));
  return {
    title: () => w("signIn"),
    body: () => (people().length ? h("div", { class: "page sign-in" },
      h("section", { class: "part" }, h("header", null, h("h1", null, w("who"))), names(), h("p", null, button(w("enrol"), () => go("/enrol"), { name: "plus", id: "enrol" }))),
      h("section", { class: "part" },
        person() ? keypad({ id: "pin", label: w("pinOf", { name: person().name }), text: pin, secret: true, most: LONGEST_PIN, onenter: enter, onchange: (next) => { [pin, error] = [next, ""]; refresh(); } }) : null,
        error && note("bad", error),
        !app.up && note("warn", w("offlineSignIn")))) : empty()),
    actions: () => (person() ? [button(w("signIn"), enter, { kind: `main ${pin.length >= SHORTEST_PIN ? "primary" : ""}`, off: pin.length < SHORTEST_PIN, busy, id: "sign-in" })] : null),
  };
}

export function enrolScreen() {
  const fields = { email: "", password: "", pin: "", name: w("tabletDefault") };
  let error = "";
  let busy = false;
  const set = (name) => (value) => { fields[name] = value; error = ""; refresh(); };
  const ready = () => fields.email && fields.password && fields.pin.length >= SHORTEST_PIN && fields.name;
  async function send() {
    busy = true;
    refresh();
    try {
      await enrol(fields);
      go("/sign-in");
    } catch (reason) {
      if (!(reason instanceof Refused || reason instanceof Unreachable)) throw reason;
      error = reason instanceof Refused ? reason.message : w("needsUp");
    }
    busy = false;
    refresh();
  }
  return {
    title: () => w("enrol"),
    body: () => h("div", { class: "page sign-in" },
      h("section", { class: "part" }, h("header", null, h("h1", null, w("enrolTitle"))), h("p", { class: "muted" }, w("enrolHint")),
        textField("email", w("email"), fields.email, set("email"), { autocomplete: "username" }), textField("password", w("password"), fields.password, set("password"), { type: "password", autocomplete: "current-password" }), textField("tablet-name", w("tabletName"), fields.name, set("name")),
        error && note("bad", error)),
      h("section", { class: "part" }, keypad({ id: "new-pin", label: w("newPin"), text: fields.pin, secret: true, most: LONGEST_PIN, onchange: set("pin") }))),
    actions: () => [button(w("back"), () => go("/sign-in"), { name: "back", id: "back" }), button(w("enrol"), send, { kind: `main ${ready() ? "primary" : ""}`, off: !ready(), busy, id: "send" })],
  };
}
