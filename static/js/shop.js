// Small comforts on top of pages that work without them. Nothing here knows prices, stock or totals.
(() => {
  "use strict";
  const on = (name, handle, target = document) => target.addEventListener(name, handle);
  const one = (selector) => document.querySelector(selector);
  const TOAST_MS = 8000;
  const PAUSE_MS = 350;

  // Toasts leave by themselves, but not while somebody reads or is about to press something in them.
  const watch = (toast) => {
    let timer;
    const start = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), TOAST_MS); };
    const stop = () => clearTimeout(timer);
    for (const name of ["pointerenter", "focusin"]) on(name, stop, toast);
    for (const name of ["pointerleave", "focusout"]) on(name, start, toast);
    start();
  };
  const toasts = one("#toasts");
  if (toasts) {
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) {
          if (!node.matches(".error")) one(".flash")?.remove();
          watch(node);
        }
      while (toasts.querySelectorAll("[data-toast]").length > 3) toasts.querySelector("[data-toast]").remove();
    }).observe(toasts, { childList: true });
  }
  const sayFailed = () => toasts?.append(one("#failure").content.cloneNode(true));

  // Quantity: the buttons step the field, and a field of the cart sends its form when it has come to rest.
  const waiting = new WeakMap();
  const submitSoon = (form) => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => form.isConnected && form.requestSubmit(), PAUSE_MS));
  };
  on("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.step) {
      const input = document.getElementById(button.getAttribute("aria-controls"));
      const wanted = (parseInt(input.value, 10) || 0) + Number(button.dataset.step);
      input.value = Math.min(Math.max(wanted, 1), Math.max(Number(input.dataset.highest), 1));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (button.dataset.shows) {
      const input = document.getElementById(button.getAttribute("aria-controls"));
      const shown = input.type === "text";
      event.preventDefault();
      input.type = shown ? "password" : "text";
      button.textContent = shown ? button.dataset.shows : button.dataset.hides;
    } else if ("dismiss" in button.dataset) {
      button.closest("[data-toast]").remove();
    } else if ("print" in button.dataset) {
      window.print();
    }
  });
  on("change", (event) => {
    if ("submits" in event.target.dataset) submitSoon(event.target.form);
  });

  // One click, one request, also where a form is sent the old way. htmx guards its own forms with hx-sync.
  on("submit", (event) => {
    const form = event.target;
    clearTimeout(waiting.get(form));
    if ("dismisses" in form.dataset) setTimeout(() => form.closest("[data-toast]")?.remove());
    if (event.defaultPrevented || form.method !== "post") return;
    if ("busy" in form.dataset) event.preventDefault();
    form.dataset.busy = "";
  });

  // A request that fails leaves the page as it is and says so; an answer that brings its own toast is enough.
  on("htmx:before:request", (event) => event.target.setAttribute("aria-busy", "true"));
  on("htmx:finally:request", (event) => event.target.removeAttribute?.("aria-busy"));
  on("htmx:error", (event) => event.detail.ctx && sayFailed());
  on("htmx:response:error", (event) => {
    const { status, text } = { status: event.detail.ctx.response.status, text: event.detail.ctx.text || "" };
    if (status >= 500 && !text.includes("#toasts")) sayFailed();
  });

  // When a swap took away what had the focus, the heading of its part takes it, so that nobody starts from the top.
  let held = false;
  on("htmx:before:swap", () => { held = document.activeElement !== document.body; });
  on("htmx:after:swap", () => {
    const summary = one("[data-takes-focus]");
    summary?.removeAttribute("data-takes-focus");
    summary?.focus();
    if (held && document.activeElement === document.body) one("[data-focus-home]")?.focus();
  });

  // Back from the browser's own memory: the forms are free again and the cart shows what is in it now.
  on("pageshow", async (event) => {
    for (const form of document.querySelectorAll("[data-busy]")) delete form.dataset.busy;
    if (!event.persisted) return;
    if (one("#cart") || one("#checkout")) return location.reload();
    try {
      const answer = await fetch(one("#cart-link").href, { headers: { Accept: "text/html" } });
      const link = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("cart-link");
      if (link) one("#cart-link")?.replaceWith(link);
    } catch { /* the next page shows it */ }
  }, window);

  // What is left until a sale begins or ends. One that ends while it is looked at asks for its part anew, a little later
  // for some than for others; one that had ended before does not.
  const tick = () => {
    for (const count of document.querySelectorAll("[data-until]")) {
      let left = Math.max(0, Math.ceil((Date.parse(count.dataset.until) - Date.now()) / 1000));
      if (left) count.dataset.runs = "";
      else if ("runs" in count.dataset) {
        delete count.dataset.runs;
        setTimeout(() => count.dispatchEvent(new Event("over")), 500 + Math.random() * 1500);
      }
      for (const place of count.querySelectorAll("b")) {
        const text = String(Math.floor(left / place.dataset.unit)).padStart(2, "0");
        left %= place.dataset.unit;
        if (place.textContent !== text) place.textContent = text;
      }
    }
  };
  tick();
  setInterval(tick, 1000);

  // A picture of the gallery, large; without this the link opens its file.
  on("click", (event) => {
    const zoom = one("#zoom");
    const link = event.target.closest("[data-zoom]");
    if (event.target === zoom || event.target.closest("[data-large]")) zoom.close();
    if (!link || !zoom?.showModal) return;
    event.preventDefault();
    const large = link.querySelector("img").cloneNode();
    large.sizes = "100vmin";
    zoom.querySelector("[data-large]").replaceChildren(large);
    zoom.showModal();
  });

  // The gallery scrolls by its own links; here they move the pictures only, not the page.
  on("click", (event) => {
    const link = event.target.closest("[data-view]");
    if (!link) return;
    const view = one(link.getAttribute("href"));
    event.preventDefault();
    view.parentNode.scrollTo({ left: view.offsetLeft - view.parentNode.offsetLeft });
    for (const other of document.querySelectorAll("[data-view]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
  });

  // Menus and suggestions close on Escape and on a click elsewhere.
  const suggest = one("#suggest");
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("[data-closes][open]")) if (!menu.contains(except)) menu.open = false;
    if (suggest && !suggest.parentNode.contains(except)) suggest.replaceChildren();
  };
  for (const name of ["click", "focusin"]) on(name, (event) => closeMenus(event.target));
  on("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = one("[data-closes][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    if (suggest?.firstElementChild) { suggest.replaceChildren(); one("#q").focus(); event.preventDefault(); }
  });
})();
