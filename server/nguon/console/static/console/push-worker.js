// Shows what the server tells this browser, also with no page open; a press leads to the page.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* an empty one: the browser asks for a word all the same */ }
  const more = { body: said.body ?? "", tag: said.tag || "nguon", renotify: true, lang: "vi", data: { url: said.url ?? "/" } };
  event.waitUntil(self.registration.showNotification(said.title || "Nguồn", more));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
