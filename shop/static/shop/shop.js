// Small comforts. Every page is complete without this file; nothing here decides or sends anything of its own.
(function () {
  "use strict";

  var THEMES = ["system", "light", "dark"];
  var root = document.documentElement;

  // Runs while the head is read, so that a chosen theme is there before the first paint.
  function chosenTheme() {
    try {
      var theme = window.localStorage.getItem("theme");
      return THEMES.indexOf(theme) > 0 ? theme : "system";
    } catch (refused) {
      return "system"; // storage may be forbidden; the system's own setting still holds
    }
  }

  function showTheme(theme) {
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
  }

  showTheme(chosenTheme());

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  // On a phone the room's pages stand in a row that is wider than it: the one that is open is brought into sight.
  function showCurrent(item) {
    var row = item.closest("ul");
    var away = item.getBoundingClientRect().left - row.getBoundingClientRect().left;
    row.scrollLeft += away - (row.clientWidth - item.offsetWidth) / 2;
  }

  function startThemeSwitch(button) {
    function label() {
      button.textContent = button.getAttribute("data-label-" + chosenTheme());
    }
    button.hidden = false;
    label();
    button.addEventListener("click", function () {
      var next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length];
      try {
        window.localStorage.setItem("theme", next);
      } catch (refused) {
        return;
      }
      showTheme(next);
      label();
    });
  }

  function startQuantity(box) {
    var input = box.querySelector("input");
    var buttons = box.querySelectorAll("button[data-step]");
    function refresh() {
      Array.prototype.forEach.call(buttons, function (button) {
        var end = button.getAttribute("data-step") === "1" ? input.max : input.min;
        button.disabled = end !== "" && Number(input.value) === Number(end);
      });
    }
    Array.prototype.forEach.call(buttons, function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        if (button.getAttribute("data-step") === "1") input.stepUp();
        else input.stepDown();
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
    input.addEventListener("change", refresh);
    input.addEventListener("input", refresh);
    refresh();
  }

  function startTable(room) {
    var scroll = room.querySelector(".table-room__scroll");
    function measure() {
      var over = scroll.scrollWidth > scroll.clientWidth + 1;
      room.setAttribute("data-overflow", over ? "yes" : "no");
      if (over) scroll.setAttribute("tabindex", "0");
      else scroll.removeAttribute("tabindex");
    }
    measure();
    window.addEventListener("resize", measure);
  }

  // A scanner types fast and ends with Enter: the field must hold the focus and be empty of the last code.
  function startScan(form) {
    var input = form.querySelector("[data-scan-input]");
    input.focus();
    input.select();
  }

  // A second click while the first is on its way is not sent; coming back by the back button opens the form again.
  function startOnce(form) {
    var sent = false;
    form.addEventListener("submit", function (event) {
      if (sent) event.preventDefault();
      sent = true;
    });
    window.addEventListener("pageshow", function () {
      sent = false;
    });
  }

  // A combobox after WAI-ARIA's pattern: the field keeps the focus, arrows walk the list, Enter follows what is chosen,
  // Escape closes. Without a network, or before anything is typed, it is the plain field it was.
  function startSuggestions(input) {
    var list = document.getElementById(input.getAttribute("aria-controls"));
    var said = document.getElementById(list.id + "-said");
    var chosen = -1;
    var waiting = 0;
    var asked = "";

    function options() {
      return list.querySelectorAll("[role=option]");
    }

    function choose(place) {
      var all = options();
      chosen = place < -1 ? all.length - 1 : place >= all.length ? -1 : place;
      Array.prototype.forEach.call(all, function (option, at) {
        option.setAttribute("aria-selected", at === chosen ? "true" : "false");
      });
      if (chosen < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", all[chosen].id);
      all[chosen].scrollIntoView({ block: "nearest" });
    }

    function show(open) {
      choose(-1);
      list.hidden = !open;
      input.setAttribute("aria-expanded", open ? "true" : "false");
    }

    function ask() {
      var typed = input.value.trim();
      if (typed === asked) return;
      asked = typed;
      if (!typed) return show(false);
      fetch(input.getAttribute("data-suggestions") + "?query=" + encodeURIComponent(typed), { credentials: "omit" })
        .then(function (answer) {
          return answer.ok ? answer.text() : Promise.reject(answer.status);
        })
        .then(function (html) {
          if (typed !== asked) return; // something else was typed meanwhile
          list.innerHTML = html; // our own page's part, with every name escaped there
          show(options().length > 0 && document.activeElement === input);
          said.textContent = list.firstElementChild.getAttribute("data-said");
        })
        .catch(function () {
          if (typed === asked) show(false);
        });
    }

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    show(false);
    input.addEventListener("input", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 120);
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return; // the keys belong to the input method
      if (event.key === "Escape" && !list.hidden) show(false);
      else if (event.key === "Enter" && chosen >= 0) options()[chosen].click();
      else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options().length) {
        var step = event.key === "ArrowDown" ? 1 : -1;
        var from = chosen;
        if (list.hidden) show(true);
        choose(from + step);
      } else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", function (event) {
      event.preventDefault(); // the focus stays in the field, so that the list is still there for the click
    });
    input.addEventListener("blur", function () {
      window.clearTimeout(waiting);
      asked = "";
      show(false);
    });
  }

  // htmx asks for the part that a choice changes. Without a network the part says so, and what was typed stays.
  function sayOffline(event) {
    var place = event.detail.target;
    if (place && place.hasAttribute("data-offline")) place.textContent = place.getAttribute("data-offline");
    if (place && place.id === "basket") each("[data-offline-words]", sayBesideBasket);
  }

  function sayBesideBasket(notice) {
    notice.hidden = false;
    notice.textContent = notice.getAttribute("data-offline-words"); // written when it is there, so that it is read out
  }

  // Files on their way: how much of them has gone, and whether the network broke off.
  function sendingPart(event, part) {
    var form = event.target.closest && event.target.closest("form[data-sending]");
    return form && form.querySelector(part);
  }

  function showSending(event) {
    var bar = sendingPart(event, "[data-sending-bar]");
    if (!bar) return;
    bar.hidden = false;
    sendingPart(event, "[data-sending-lost]").hidden = true;
    if (event.detail.lengthComputable) bar.querySelector("progress").value = (100 * event.detail.loaded) / event.detail.total;
  }

  function sayUnsent(event) {
    var lost = sendingPart(event, "[data-sending-lost]");
    if (!lost) return;
    sendingPart(event, "[data-sending-bar]").hidden = true;
    lost.hidden = false;
    lost.textContent = lost.getAttribute("data-words");
  }

  // Files that are too large are told of before they are sent.
  function measureFiles(event) {
    var most = Number(event.target.getAttribute("data-most-mib"));
    if (!most) return;
    var bytes = Array.prototype.reduce.call(event.target.files, function (sum, file) {
      return sum + file.size;
    }, 0);
    event.target.setCustomValidity(bytes > most * 1048576 ? event.target.getAttribute("data-most-words") : "");
    event.target.reportValidity();
  }

  // The basket has changed: the number in the page's head with it.
  function basketSettled(event) {
    if (event.target.id !== "basket") return;
    each("[data-offline-words]", function (notice) {
      notice.hidden = true;
      notice.textContent = "";
    });
    startVisitor();
  }

  // What a shared page cannot know: how many packs lie in this visitor's basket, their name, and what was said to them.
  function startVisitor() {
    var address = document.body.getAttribute("data-visitor");
    if (!address) return;
    var wish = document.querySelector("form[data-wish]");
    if (wish) address += "?wished=" + wish.getAttribute("data-wish");
    fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.ok ? answer.json() : Promise.reject(answer.status);
      })
      .then(function (visitor) {
        each("[data-visitor-basket]", function (place) {
          place.textContent = visitor.basket;
          place.hidden = !visitor.basket;
          place.setAttribute("title", visitor.basket + " " + place.getAttribute("data-words"));
        });
        each("[data-visitor-name]", function (place) {
          if (visitor.name) place.textContent = visitor.name;
        });
        if (wish && visitor.wished) {
          wish.action = wish.getAttribute("data-remove");
          wish.querySelector("[data-wish-words]").textContent = wish.getAttribute("data-remove-words");
        }
        each("[data-visitor-messages]", function (place) {
          visitor.messages.forEach(function (said) {
            var notice = document.createElement("div");
            notice.className = "notice notice--" + said.level;
            var words = document.createElement("p");
            words.textContent = said.text;
            notice.appendChild(words);
            place.appendChild(notice);
          });
        });
      })
      .catch(function () {}); // the page is complete without them
  }

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) startVisitor(); // back from another page: the basket may have changed
  });

  document.addEventListener("DOMContentLoaded", function () {
    if (!document.body.hasAttribute("data-visitor-known")) startVisitor();
    document.body.addEventListener("htmx:sendError", sayOffline);
    document.body.addEventListener("htmx:sendError", sayUnsent);
    document.body.addEventListener("htmx:xhr:progress", showSending);
    document.body.addEventListener("change", measureFiles);
    document.body.addEventListener("htmx:afterSettle", basketSettled);
    each("[data-theme-switch]", startThemeSwitch);
    each("[data-quantity]", startQuantity);
    each("[data-table]", startTable);
    each("[data-scan]", startScan);
    each(".room-nav [aria-current]", showCurrent);
    each("[data-suggestions]", startSuggestions);
    each("form[data-once]", startOnce);
    each("[data-print]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        window.print();
      });
    });
  });
})();
