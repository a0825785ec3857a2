/* What a citizen is told while the site is closed: what was sent was sealed for this browser, and says no more than that. */
'use strict';
self.addEventListener('push', function (event) {
  var told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || '您的诉求有新进展', { tag: told.tag, data: told.link || '/mine/messages', lang: 'zh-CN' }));
});
self.addEventListener('notificationclick', function (event) {
  event.notification.close();
  var url = new URL(event.notification.data, self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});
