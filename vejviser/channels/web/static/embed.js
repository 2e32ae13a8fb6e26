// Puts a button on a host page that opens Vejviser in a frame. One line on the host page:
//   <script src="https://vejviser.example/embed.js" data-label="Chat" data-door="young" defer></script>
// data-label: the button's text. data-door: "young", "professional" or left out (both doors).
// data-language: "da" or "en". No dependency, no cookie, no storage.
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script) return;
  var origin = new URL(script.src).origin;
  var english = script.dataset.language === "en";
  var words = english
    ? { open: "Chat", close: "Close", frame: "Chat" }
    : { open: "Chat", close: "Luk", frame: "Chat" };
  var door = { young: "/a", professional: "/b" }[script.dataset.door] || "";
  var address = origin + (english ? "/en" : "") + (door || (english ? "" : "/"));

  var host = document.createElement("div");
  var root = host.attachShadow({ mode: "open" });
  var sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ":host{all:initial;position:fixed;right:1rem;bottom:1rem;z-index:2147483000;font:600 1rem system-ui,sans-serif}" +
    "button{font:inherit;min-height:48px;padding:.6rem 1.2rem;border:2px solid #fff;border-radius:999px;background:#0b4f56;color:#fff;cursor:pointer;box-shadow:0 2px 10px rgb(0 0 0/.3)}" +
    "button:focus-visible{outline:3px solid #ffbf47;outline-offset:3px}" +
    ".panel{position:fixed;right:1rem;bottom:1rem;width:min(26rem,calc(100vw - 2rem));height:min(44rem,calc(100vh - 2rem));display:flex;flex-direction:column;background:#fff;border:1px solid #0b4f56;border-radius:14px;overflow:hidden;box-shadow:0 8px 40px rgb(0 0 0/.35)}" +
    ".panel[hidden],button[hidden]{display:none}" +
    ".panel button{border-radius:0;border:0;box-shadow:none;align-self:stretch}" +
    ".panel button:focus-visible{outline-offset:-5px}" +
    "iframe{border:0;flex:1;width:100%}" +
    "@media (max-width:30rem){.panel{inset:0;width:auto;height:auto;border-radius:0}}"
  );
  root.adoptedStyleSheets = [sheet];

  var open = document.createElement("button");
  open.type = "button";
  open.textContent = script.dataset.label || words.open;
  open.setAttribute("aria-expanded", "false");
  var panel = document.createElement("div");
  panel.className = "panel";
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", words.frame);
  panel.hidden = true;
  var close = document.createElement("button");
  close.type = "button";
  close.textContent = words.close;
  panel.append(close);
  root.append(open, panel);

  function show() {
    var frame = document.createElement("iframe");
    frame.title = words.frame;
    frame.referrerPolicy = "no-referrer";
    frame.allow = "clipboard-write";
    frame.src = address;
    panel.append(frame);
    panel.hidden = false;
    open.hidden = true;
    open.setAttribute("aria-expanded", "true");
    close.focus();
  }

  function hide() {
    panel.querySelector("iframe").remove(); // the page deletes its conversation as it goes
    panel.hidden = true;
    open.hidden = false;
    open.setAttribute("aria-expanded", "false");
    open.focus();
  }

  open.addEventListener("click", show);
  close.addEventListener("click", hide);
  panel.addEventListener("keydown", function (event) {
    if (event.key === "Escape") hide();
  });
  document.body.append(host);
})();
