// The app without a network: its files are kept, each version whole, and the API is never kept.
// VERSION is a hash over the files below; build.mjs states both.

const VERSION = "4b8dc03846af";
const CACHE = `yard-${VERSION}`;
const FILES = [
  "./", "app.css", "app.js", "commissioning.css", "commissioning.html", "commissioning.js", "core.js", "icon-192.png", "icon-512.png", "icon-maskable-512.png", "manifest.webmanifest", "rest.js", "/static/icons.svg", "/static/mark.svg",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })))));
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
