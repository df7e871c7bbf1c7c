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

  // A chosen place or way brings the next list and the price; without this the form's own button does. Only the lists
  // and the price are exchanged: what somebody is typing or has chosen meanwhile stays, and late answers are ignored.
  function startPlaces(form) {
    var turn = 0;

    function list(root, name) {
      return root.querySelector('select[name="' + name + '"]');
    }

    function codes(select) {
      return Array.prototype.map.call(select.options, function (option) {
        return option.value;
      }).join();
    }

    function exchangeList(fresh, name) {
      if (codes(list(form, name)) !== codes(list(fresh, name))) list(form, name).innerHTML = list(fresh, name).innerHTML;
    }

    form.addEventListener("change", function (event) {
      var names = ["province", "city", "county", "choice"];
      var changed = names.indexOf(event.target.name);
      if (changed < 0) return;
      var mine = (turn += 1);
      var quote = form.querySelector("[data-quote]");
      if (changed < 2) list(form, "county").value = "";
      if (changed < 1) list(form, "city").value = "";
      var answers = new FormData(form);
      answers.set("step", "places");
      quote.setAttribute("aria-busy", "true");
      fetch(form.action, { method: "POST", body: answers, credentials: "same-origin" })
        .then(function (answer) {
          return answer.text();
        })
        .then(function (text) {
          if (mine !== turn) return;
          var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-places]");
          if (!fresh) return window.location.reload();
          exchangeList(fresh, "city");
          exchangeList(fresh, "county");
          quote.innerHTML = fresh.querySelector("[data-quote]").innerHTML;
          quote.removeAttribute("aria-busy");
        })
        .catch(function () {
          if (mine !== turn) return;
          quote.textContent = quote.getAttribute("data-offline");
          quote.removeAttribute("aria-busy");
        });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    each("[data-theme-switch]", startThemeSwitch);
    each("[data-quantity]", startQuantity);
    each("[data-table]", startTable);
    each("[data-scan]", startScan);
    each("form[data-places]", startPlaces);
    each("form[data-once]", startOnce);
    each("[data-print]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        window.print();
      });
    });
  });
})();
