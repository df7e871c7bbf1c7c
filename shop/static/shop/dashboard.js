// Starts Oscar's own dashboard scripts by what stands on the page, since no page carries a script of its own; and
// replaces what a strict content policy refuses: the editor of rich text, handlers in attributes.
(function ($) {
  "use strict";

  var dashboard = window.oscar.dashboard;

  // Oscar's texts are plain HTML in a plain field: its editor writes style elements and style attributes.
  dashboard.initWYSIWYG = function () {};

  function has(selector) {
    return document.querySelector(selector) !== null;
  }

  function startPage() {
    if (has(".bulk-actions .action-counter")) dashboard.bulk_actions.init();
    if (has("#product-image-modal")) dashboard.product_lists.init();
    if (has("#id_report_type")) dashboard.reports.init();
    if (has("#create_update_offer_step_form #id_value")) dashboard.offers.init();
    if (has("select[id$=option_group]")) dashboard.product_attributes.init();
    if (has(".select-all-standalones-toggle, .select-all-parents-toggle, .select-all-children-global")) {
      dashboard.product_bulk_action.init({ formBound: has(".alert-danger, .error-block") });
    }
    if (has("#SearchModal .error-block")) $("#SearchModal").modal("show");
    if (has("#update_products_range_form, #remove_excluded_products_range_form")) startRange();
  }

  function startRange() {
    dashboard.ranges.init();
    dashboard.reordering.init({
      wrapper: ".product_list",
      submit_url: window.location.pathname.replace(/products\/$/, "reorder/")
    });
  }

  // An e-mail's HTML is shown as its source: as a page it would bring styles of its own.
  function startMailPreview() {
    $("#preview_box").each(function () {
      $(this).replaceWith($("<pre>").text(this.textContent));
    });
  }

  // A tab named in the address is opened, and an opened tab is named there.
  function startTabs() {
    var wanted = decodeURIComponent(window.location.hash.slice(1));
    $('[data-toggle="tab"]').each(function () {
      if (wanted && this.getAttribute("href") === "#" + wanted) $(this).tab("show");
    });
  }

  function startLinks() {
    $(document).on("click", "[data-back]", function (event) {
      event.preventDefault();
      window.history.back();
    });
    $(document).on("select2:open", startNames);
    $(document).on("click", "[data-close-window]", function (event) {
      event.preventDefault();
      window.close();
    });
  }

  // What was chosen as a picture is shown before it is sent; a file that is none is said to be none.
  function startPictures() {
    function say(hidden) {
      return function (event) {
        var box = event.target.closest && event.target.closest(".image-input");
        if (box && event.target.getAttribute("src")) box.querySelector("[data-no-picture]").hidden = hidden;
      };
    }
    document.addEventListener("error", say(false), true);
    document.addEventListener("load", say(true), true);
  }

  // Tables scroll in a box of their own that the keyboard reaches, whatever the width of the window.
  function startTables() {
    $(".content table").each(function () {
      if ($(this).closest(".table-container, .table-responsive, .datetimepicker").length === 0) {
        $(this).wrap($("<div>").addClass("table-container"));
      }
    });
    function measure() {
      $(".table-container, .table-responsive").each(function () {
        if (this.scrollWidth > this.clientWidth + 1) this.setAttribute("tabindex", "0");
        else this.removeAttribute("tabindex");
      });
    }
    measure();
    $(window).on("resize", measure);
  }

  // On a narrow screen the menu is opened by whoever wants it; on a wide one it stands open, at the group of this page.
  function startMenu() {
    var menu = document.querySelector(".desk-menu");
    if (!menu) return;
    var group = null;
    var longest = 0;
    Array.prototype.forEach.call(menu.querySelectorAll("details[name] a"), function (link) {
      if (window.location.pathname.indexOf(link.pathname) === 0 && link.pathname.length > longest) {
        longest = link.pathname.length;
        group = link.closest("details[name]");
      }
    });
    if (group) group.open = true;
    menu.open = window.matchMedia("(min-width: 60rem)").matches;
  }

  // What Oscar leaves without a name: ticks of rows, search boxes of lists, headings that sort by nothing.
  function startNames() {
    var select = document.body.getAttribute("data-select");
    $("td input[type=checkbox], th input[type=checkbox]").not("[id], [aria-label]").each(function () {
      var row = $(this).closest("tr").find("td a").filter(function () {
        return this.textContent.trim();
      });
      this.setAttribute("aria-label", (select + " " + row.first().text().trim()).trim());
    });
    $("th a").each(function () {
      if (!this.textContent.trim()) $(this).remove();
    });
    $("[role=tablist] > li").attr("role", "presentation");
    $("[role=tablist] > li > a").attr("role", "tab");
    $(".select2-search__field").attr("aria-label", document.body.getAttribute("data-search"));
  }

  startMenu();

  $(function () {
    dashboard.init({ languageCode: document.documentElement.lang });
    startTabs();
    startPage();
    startMailPreview();
    startLinks();
    startPictures();
    startTables();
    startNames();
  });
})(window.jQuery);
