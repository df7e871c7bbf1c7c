// Wagtail's admin under a policy that allows no inline script and no style element. Loaded after Wagtail's own scripts
// and before the page they work on; shop/dashboard/wagtail_hooks.py says what it replaces.
(function () {
  "use strict";

  // What a page may start, and nothing else: a name in the page's data never reaches any other function.
  var MADE = ["Chooser", "PageChooser", "ImageChooser", "DocumentChooser", "SnippetChooser"];
  var CALLED = ["initDateChooser", "initTimeChooser", "initDateTimeChooser", "createTaskChooser"];
  var PANELS = ["InlinePanel", "MultipleChooserPanel"];

  function start(mark) {
    var name = mark.getAttribute("data-start");
    var options = JSON.parse(mark.getAttribute("data-options"));
    mark.removeAttribute("data-start"); // once
    if (MADE.indexOf(name) >= 0) new window[name](mark.getAttribute("data-for"), options);
    else if (CALLED.indexOf(name) >= 0) window[name](mark.getAttribute("data-for"), options);
    else if (PANELS.indexOf(name) >= 0) new window[name](options);
  }

  function startIn(node) {
    if (!(node instanceof Element)) return;
    if (node.matches("template[data-start]")) start(node);
    else Array.prototype.forEach.call(node.querySelectorAll("template[data-start]"), start);
  }

  document.addEventListener("DOMContentLoaded", function () {
    startIn(document.documentElement);
    // What arrives later: a new row of a list of panels, a window to choose in, a dialog.
    new MutationObserver(function (changes) {
      changes.forEach(function (change) {
        Array.prototype.forEach.call(change.addedNodes, startIn);
      });
    }).observe(document.documentElement, { childList: true, subtree: true });
  });

  // The rich text editor draws its placeholders and list numbers with style elements made by script, with a text that
  // changes with every block, so that no hash could allow them. In their place stands an element that gives the same
  // text to the document as a style sheet object, which the policy permits to scripts of ours.
  class AdoptedStyle extends HTMLElement {
    constructor() {
      super();
      this.sheet = new CSSStyleSheet();
      this.watch = new MutationObserver(this.read.bind(this));
    }

    read() {
      this.sheet.replaceSync(this.textContent);
    }

    connectedCallback() {
      this.hidden = true;
      this.read();
      this.watch.observe(this, { childList: true, characterData: true, subtree: true });
      document.adoptedStyleSheets = document.adoptedStyleSheets.concat(this.sheet);
    }

    disconnectedCallback() {
      var gone = this.sheet;
      this.watch.disconnect();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(function (sheet) {
        return sheet !== gone;
      });
    }
  }

  customElements.define("adopted-style", AdoptedStyle);
  var create = document.createElement;
  document.createElement = function (name, options) {
    return create.call(document, String(name).toLowerCase() === "style" ? "adopted-style" : name, options);
  };
})();
