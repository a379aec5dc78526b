/// <reference lib="webworker" />
// Opens a page without network: its files are kept from the first visit on. Answers of the API
// are never kept here; what a page needs of them without network it keeps itself.

/** The files of each page that opens without network, by its address; the build fills them in (vite.config.ts). */
const FILES: Readonly<Record<string, readonly string[]>> = JSON.parse("__FILES__");

const worker = self as unknown as ServiceWorkerGlobalScope;
const page = new URL(worker.registration.scope).pathname;
const files = FILES[page] ?? [];
// Files carry a hash in their names, so a new build is a new cache, filled before it is used.
const prefix = `teiki ${page} `;
const cacheName = prefix + "__BUILD__";

worker.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldBuilds().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate" && url.pathname === page) event.respondWith(kept(page, request));
  else if (files.includes(url.pathname)) event.respondWith(kept(url.pathname, request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(cacheName);
  // Past the browser's own cache, which may still hold the page of the build before.
  await cache.addAll([page, ...files].map((path) => new Request(path, { cache: "reload" })));
}

async function forgetOldBuilds(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** The kept file: at once, whatever the network is like. */
async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(path)) ?? fetch(request);
}
