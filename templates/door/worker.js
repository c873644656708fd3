{% load static %}// Shows the page of the door without network: a shell that knows nobody, and what it looks
// like. Nothing of bookings or people is ever kept here.
const SHELL = "{% url 'door_shell' %}";
const DOOR = "{% url 'door' %}";
const STATIC = "{% get_static_prefix %}";
const PARTS = [
  "{% static 'css/house.css' %}",
  "{% static 'css/pages/door.css' %}",
  "{% static 'js/door.js' %}",
  "{% static 'js/door-camera.js' %}",
  "{% static 'jsqr/jsQR.js' %}",
  "{% static 'img/favicon.svg' %}",
  "{% static 'img/sign-success.svg' %}",
  "{% static 'img/sign-info.svg' %}",
  "{% static 'img/sign-warning.svg' %}",
  "{% static 'img/sign-error.svg' %}",
];
// Files have their contents in their names: others are in another store.
const STORE = `door ${PARTS.join(" ")}`;
const PATIENCE = 6_000;

self.addEventListener("install", (event) => {
  event.waitUntil(prepare());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== "GET") {
    return;
  }
  if (request.mode === "navigate" && pathname === DOOR) {
    event.respondWith(page(event));
  } else if (pathname.startsWith(STATIC)) {
    event.respondWith(part(event));
  }
});

async function prepare() {
  const store = await caches.open(STORE);
  await Promise.all([store.addAll(PARTS), keepShell()]);
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// Anew with each page, so that it is in the language last chosen.
async function keepShell() {
  const answer = await fetch(SHELL, { cache: "no-store" });
  if (answer.ok && !answer.redirected) {
    await (await caches.open(STORE)).put(SHELL, answer);
  }
}

async function page(event) {
  try {
    const answer = await fetch(event.request, { signal: AbortSignal.timeout(PATIENCE) });
    if (![502, 503, 504].includes(answer.status)) {
      event.waitUntil(keepShell().catch(() => {}));
      return answer;
    }
  } catch {
    // no network, or none that answers in time
  }
  return (await caches.match(SHELL, { ignoreVary: true })) ?? Response.error();
}

async function part(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const copy = answer.clone();
      event.waitUntil(caches.open(STORE).then((store) => store.put(request, copy)));
    }
    return answer;
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}
