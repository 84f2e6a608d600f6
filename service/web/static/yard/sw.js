// The app without a network: its files are kept, each version whole, and the API is never kept.
// VERSION is a hash over the files below; a test computes it again, so that no change goes unnoticed.

const VERSION = "2a182ec2b2b8";
const CACHE = `yard-${VERSION}`;
const FILES = [
  "./", "app.js", "camera.js", "edge.js", "figures.js", "keys.js", "line.js", "outbox.js", "parts.js", "people.js", "state.js", "store.js", "view.js", "way.js", "words.js", "yard.css",
  "screens/arrival.js", "screens/checks.js", "screens/grade.js", "screens/holds.js", "screens/menu.js", "screens/queue.js", "screens/sign-in.js", "screens/ticket-form.js", "screens/ticket.js", "screens/typed.js", "screens/visit.js", "screens/weigh.js",
  "manifest.webmanifest", "icon-192.png", "icon-512.png", "icon-maskable-512.png",
  "/static/tokens.css", "/static/base.css", "/static/components.css", "/static/pages.css", "/static/theme.js", "/static/icons.svg", "/static/mark.svg",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("yard-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => { if (event.data === "take over") self.skipWaiting(); });

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isFile = event.request.method === "GET" && origin === self.location.origin && !pathname.startsWith("/yard/v1/") && !pathname.startsWith("/yard/tickets/");
  if (isFile) event.respondWith(kept(event.request));
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
