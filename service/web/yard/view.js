// What is on the screen, said anew each time; only what changed is touched. Focus, scroll and video stay.
// No style attribute and no inline handler is ever written, so the strictest content policy holds.

const SVG = "http://www.w3.org/2000/svg";

/** One element to be shown: tag, properties (attributes; `onclick` and the like; `key`, `ref`), children. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "") };
}

/** Show `children` inside `parent`, in place of what was shown there before. */
export function render(parent, ...children) {
  patchChildren(parent, parent.shown ?? [], (parent.shown = h("", null, children).children), false);
}

const isText = (vnode) => typeof vnode !== "object";
const keyOf = (vnode) => (isText(vnode) ? undefined : vnode.props.key);
const alike = (a, b) => (isText(a) || isText(b) ? isText(a) && isText(b) : a.tag === b.tag && a.props.key === b.props.key);

function create(vnode, svg) {
  if (isText(vnode)) return document.createTextNode(vnode);
  const inSvg = svg || vnode.tag === "svg";
  const node = inSvg ? document.createElementNS(SVG, vnode.tag) : document.createElement(vnode.tag);
  patchProps(node, {}, vnode.props);
  patchChildren(node, [], vnode.children, inSvg);
  setValue(node, vnode.props);
  vnode.props.ref?.(node);
  return node;
}

function patch(node, before, after, svg) {
  if (before === after) return;
  if (isText(after)) {
    if (String(before) !== String(after)) node.data = after;
    return;
  }
  const inSvg = svg || after.tag === "svg";
  patchProps(node, before.props, after.props);
  patchChildren(node, before.children, after.children, inSvg);
  setValue(node, after.props);
}

function patchChildren(parent, before, after, svg) {
  const nodes = [...parent.childNodes].slice(0, before.length);
  const byKey = new Map();
  const free = [];
  before.forEach((vnode, at) => {
    const key = keyOf(vnode);
    if (key === undefined) free.push(at);
    else byKey.set(key, at);
  });
  const used = new Set();
  let place = parent.firstChild;
  for (const vnode of after) {
    const key = keyOf(vnode);
    let at = key === undefined ? free.find((each) => !used.has(each) && alike(before[each], vnode)) : byKey.get(key);
    if (at !== undefined && !alike(before[at], vnode)) at = undefined;
    if (at === undefined) {
      parent.insertBefore(create(vnode, svg), place);
      continue;
    }
    used.add(at);
    if (key === undefined) free.splice(free.indexOf(at), 1);
    const node = nodes[at];
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    patch(node, before[at], vnode, svg);
  }
  nodes.forEach((node, at) => { if (!used.has(at)) node.remove(); });
}

function patchProps(node, before, after) {
  for (const name of Object.keys(before)) if (!(name in after)) setProp(node, name, null);
  for (const [name, value] of Object.entries(after)) if (before[name] !== value) setProp(node, name, value);
}

function setProp(node, name, value) {
  if (name === "key" || name === "ref" || name === "value" || name === "checked") return;
  if (name.startsWith("on")) node[name] = value;
  else if (name === "srcObject") node.srcObject = value;
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}

// The live value of a field is not its attribute; it is set last, when a select has its options.
function setValue(node, props) {
  if ("value" in props && node.tagName !== "LI" && node.value !== String(props.value ?? "")) node.value = props.value ?? "";
  if ("checked" in props) node.checked = Boolean(props.checked);
}
