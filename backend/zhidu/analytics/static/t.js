/*! Zhidu: counts visits. No cookie, no visitor without consent, silent under Do Not Track and Global Privacy Control. */
(function (w, d, n) {
  var names = ["zl", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"];
  var off = n.doNotTrack == 1 || w.doNotTrack == 1 || n.globalPrivacyControl === true;
  var door = new URL("/collect", d.currentScript.src).href;
  var queue = [], timer, page, address;

  // Storage may be forbidden: then a session lasts as long as its page.
  function kept(where, key, value) {
    try {
      if (value === null) w[where].removeItem(key);
      else if (value) w[where].setItem(key, value);
      return w[where].getItem(key);
    } catch (_) {}
  }
  function random() {
    return Array.from(w.crypto.getRandomValues(new Uint8Array(16)), function (b) {
      return (b + 256).toString(16).slice(1);
    }).join("");
  }

  // What the address says of the campaign holds until another address says otherwise.
  var came = {}, query = new URLSearchParams(w.location.search), session, visitor;
  names.forEach(function (name) {
    var value = query.get(name);
    if (value) came[name] = value.slice(0, name == "zl" ? 64 : 100);
  });
  if (!off) {
    session = kept("sessionStorage", "zhidu.s") || random();
    kept("sessionStorage", "zhidu.s", session);
    visitor = kept("localStorage", "zhidu.v");
    if (Object.keys(came).length) kept("sessionStorage", "zhidu.c", JSON.stringify(came));
    else came = JSON.parse(kept("sessionStorage", "zhidu.c") || "{}");
  }

  function here() {
    return (w.location.origin + w.location.pathname).slice(0, 2000);
  }
  function note(kind, title) {
    if (off) return;
    queue.push({
      t: Date.now(), kind: kind, session: session, visitor: visitor || null, consent: !!visitor, url: page || here(),
      title: (title || "").slice(0, 200) || null, referrer: from || null, came: came
    });
    if (queue.length > 19) send();
    else timer = timer || setTimeout(send, 500);
  }
  function send() {
    clearTimeout(timer);
    timer = 0;
    if (!queue.length) return;
    var events = queue.splice(0, 99).map(function (e) {
      var sent = Object.assign({ ago: Math.min(Math.max(Date.now() - e.t, 0), 864e5) }, e, e.came);
      delete sent.t;
      delete sent.came;
      return sent;
    });
    var body = JSON.stringify({ events: events });
    // Text needs no preflight; nobody's cookies go along.
    if (w.Request && "keepalive" in w.Request.prototype)
      w.fetch(door, { method: "POST", body: body, keepalive: true, credentials: "omit" }).catch(function () {});
    else n.sendBeacon(door, body);
  }

  var from = "";
  try {
    from = new URL(d.referrer).hostname;
    if (from == w.location.hostname) from = "";
  } catch (_) {}
  function view() {
    if (address == w.location.pathname) return;
    if (page) note("leave"), (from = "");
    address = w.location.pathname;
    page = here();
    note("pageview", d.title);
  }
  ["pushState", "replaceState"].forEach(function (name) {
    var own = w.history[name];
    w.history[name] = function () {
      var result = own.apply(this, arguments);
      view();
      return result;
    };
  });
  w.addEventListener("popstate", view);
  w.addEventListener("pagehide", function () {
    note("leave");
    send();
  });
  d.addEventListener("visibilitychange", function () {
    if (d.visibilityState == "hidden") send();
  });

  function fill(form) {
    form.setAttribute("data-zhidu-form", form.getAttribute("data-zhidu-form") || "");
    var known = Object.assign({ visitor: visitor, session: session, page: here() }, came);
    Object.keys(known).forEach(function (name) {
      if (!known[name]) return;
      var input = form.querySelector('input[name="' + name + '"]');
      if (!input) {
        input = form.appendChild(d.createElement("input"));
        input.type = "hidden";
        input.name = name;
      }
      input.value = known[name];
    });
  }
  function start() {
    d.querySelectorAll("form[data-zhidu-form]").forEach(fill);
  }
  d.addEventListener("submit", function (e) {
    if (!e.target.hasAttribute("data-zhidu-form")) return;
    fill(e.target);
    note("form", e.target.getAttribute("action"));
    send();
  }, true);
  d.addEventListener("click", function (e) {
    var named = e.target.closest && e.target.closest("[data-zhidu-click]");
    if (named) note("click", named.getAttribute("data-zhidu-click"));
  }, true);

  function zhidu(what, value) {
    if (what == "form") fill(value);
    if (what == "event") note("click", value);
    if (what == "consent" && !off) {
      visitor = value ? visitor || random() : null;
      kept("localStorage", "zhidu.v", visitor);
      start();
    }
  }
  var asked = (w.zhidu && w.zhidu.q) || [];
  w.zhidu = zhidu;
  if (d.readyState == "loading") d.addEventListener("DOMContentLoaded", start);
  else start();
  view();
  asked.forEach(function (call) {
    zhidu.apply(null, call);
  });
})(window, document, navigator);
