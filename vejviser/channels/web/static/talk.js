// What htmx does not do: keys, printing, copying, and saying so when a message was not sent.
(function () {
  "use strict";
  var say = document.getElementById("say"), log = document.getElementById("log");
  var message = document.getElementById("message"), status = document.getElementById("status");
  var submitting = false, typed = null;

  function offer_tools(root) {
    root.querySelectorAll(".print, .copy").forEach(function (button) { button.hidden = false; });
  }

  function scroll_to(node) {
    if (node) node.scrollIntoView({ block: "start" });
  }

  message.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say.requestSubmit(document.getElementById("send"));
    }
  });

  message.addEventListener("input", function () {
    message.rows = Math.min(5, message.value.split("\n").length + Math.floor(message.value.length / 60));
  });

  say.addEventListener("submit", function () { submitting = !window.htmx; });

  function submitter(config) {
    return config && config.triggeringEvent && config.triggeringEvent.submitter;
  }

  // htmx overlooks buttons that stand outside their form.
  document.addEventListener("htmx:configRequest", function (event) {
    var button = submitter(event.detail);
    if (button && button.name && !event.detail.elt.contains(button)) {
      event.detail.formData.set(button.name, button.value);
    }
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt === say) {
      var button = submitter(event.detail.requestConfig);
      typed = button && button.name ? null : message.value;
      log.querySelectorAll(".problem").forEach(function (old) { old.remove(); });
    }
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    var button = submitter(event.detail.requestConfig);
    if (button && button.value === "delete" && event.detail.xhr.status === 200) log.textContent = "";
  });

  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt !== say) return;
    if (event.detail.successful) {
      if (message.value === typed) { message.value = ""; message.rows = 1; }
      return;
    }
    if (!event.detail.xhr || !event.detail.xhr.status) {
      log.append(document.getElementById("not-sent").content.cloneNode(true));
      scroll_to(log.lastElementChild);
    }
    message.focus();
  });

  document.addEventListener("htmx:load", function (event) {
    var fresh = event.detail.elt;
    if (!log.contains(fresh)) return;
    offer_tools(fresh);
    var said = log.querySelectorAll(".said");
    scroll_to(said.length ? said[said.length - 1] : fresh);
    message.focus({ preventScroll: true });
  });

  log.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    var answer = button.closest("article");
    if (button.classList.contains("print")) print_one(answer);
    if (button.classList.contains("copy")) copy(answer.querySelector(".plain"), button);
  });

  function print_one(answer) {
    answer.classList.add("printed");
    document.body.classList.add("printing");
    window.print();
  }

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) {
      if (!part.open) { part.open = true; part.dataset.shut = "1"; }
    });
  });

  window.addEventListener("afterprint", function () {
    document.body.classList.remove("printing");
    document.querySelectorAll(".printed").forEach(function (part) { part.classList.remove("printed"); });
    document.querySelectorAll("details[data-shut]").forEach(function (part) {
      part.open = false;
      delete part.dataset.shut;
    });
  });

  function copy(plain, button) {
    function tell(name) { status.textContent = ""; status.textContent = button.dataset[name]; }
    if (!navigator.clipboard) { tell("failed"); return; }
    navigator.clipboard.writeText(plain.textContent).then(
      function () { tell("done"); button.dataset.copied = "1"; },
      function () { tell("failed"); }
    );
  }

  // Leaving by any way deletes the conversation on the server.
  window.addEventListener("pagehide", function () {
    if (!submitting && window.vejviser) window.vejviser.forget();
  });

  offer_tools(document);
})();
