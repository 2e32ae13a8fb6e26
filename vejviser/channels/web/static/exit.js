// Quick exit, on every page: the button, or Shift three times within five seconds
// (after GOV.UK's "Exit this page"). Nothing here keeps anything.
(function () {
  "use strict";
  // Nothing on these pages may store anything: htmx would note the address in sessionStorage.
  ["localStorage", "sessionStorage"].forEach(function (name) {
    Object.defineProperty(window, name, {
      get: function () { throw new DOMException("off", "SecurityError"); }
    });
  });

  var form = document.getElementById("exit");
  if (!form) return;
  var body = document.body, status = document.getElementById("exit-status");
  var presses = 0, mixed = false, timer = null;

  function top_window() {
    try { return window.top || window; } catch (error) { return window; }
  }

  function forget() {
    var key = document.getElementById("key");
    if (!key || !navigator.sendBeacon) return;
    navigator.sendBeacon(form.action, new URLSearchParams({ key: key.value }));
    key.remove();
  }

  function leave() {
    document.documentElement.classList.add("gone");
    forget();
    document.querySelectorAll("main, .dock").forEach(function (part) { part.remove(); });
    top_window().location.replace(body.dataset.exit);
  }

  function show() {
    form.dataset.presses = String(presses);
    status.textContent = presses ? body.dataset["progress-" + presses] || body.getAttribute("data-progress-" + presses) || "" : "";
  }

  function reset() {
    presses = 0;
    clearTimeout(timer);
    show();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    leave();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Shift") return;
    mixed = event.shiftKey;
    if (presses) reset();
  });

  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") return;
    if (mixed) { mixed = false; return; }
    presses += 1;
    if (presses === 1) timer = setTimeout(reset, 5000);
    if (presses >= 3) { leave(); return; }
    show();
  });

  // Doors and inner links replace the page, so that the history has one entry only.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a.door, a.inner, a.mark, nav a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    location.replace(link.href);
  });

  // A page that comes back out of the browser's memory would show the conversation.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });

  window.vejviser = { forget: forget };
})();
