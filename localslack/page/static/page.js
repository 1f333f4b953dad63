// What the page does beyond links and forms: it shows changes as they happen, keeps what is being typed, and sends the
// same forms without loading anew. Everything here may be missing, and the page still works.
"use strict";

document.documentElement.classList.add("js");

const ASKS = { "X-Page": "1" };
const shown = new WeakMap(); // element → the HTML that the server sent for it

// --- taking over what the server sends

function panesIn(root) {
  return [...root.querySelectorAll("[data-pane]")].filter((pane) => {
    const outer = pane.parentElement.closest("[data-pane]");
    return outer === null || outer === root || !root.contains(outer);
  });
}

function remember(root) {
  for (const pane of root.querySelectorAll("[data-pane]")) {
    shown.set(pane, pane.innerHTML);
    if ("keyed" in pane.dataset) for (const item of pane.children) shown.set(item, item.outerHTML);
  }
}

function takeOver(oldRoot, newRoot, answered) {
  const here = new Map(panesIn(oldRoot).map((pane) => [pane.dataset.pane, pane]));
  for (const pane of panesIn(newRoot)) {
    const old = here.get(pane.dataset.pane);
    if (!old) continue;
    if ("answer" in pane.dataset && !answered) continue; // questions and complaints belong to what was sent
    if (old.dataset.id !== pane.dataset.id) replace(old, pane);
    else if ("id" in pane.dataset) takeOver(old, pane, answered);
    else if ("keyed" in pane.dataset) takeOverItems(old, pane);
    else if (shown.get(old) !== pane.innerHTML) replace(old, pane);
    old.className = pane.className;
    here.delete(pane.dataset.pane);
  }
}

function replace(old, pane) {
  const before = stateOf(old);
  const html = pane.innerHTML;
  const status = pane.querySelector(".status")?.textContent.trim();
  if (status && status !== old.querySelector(".status")?.textContent.trim()) say(status);
  old.replaceChildren(...pane.childNodes);
  if (pane.dataset.id !== undefined) old.dataset.id = pane.dataset.id;
  shown.set(old, html);
  remember(old);
  restore(old, before);
}

function takeOverItems(old, pane) {
  const here = new Map([...old.children].map((item) => [item.dataset.key, item]));
  let at = old.firstElementChild;
  for (const item of [...pane.children]) {
    const same = here.get(item.dataset.key);
    here.delete(item.dataset.key);
    if (same && shown.get(same) === item.outerHTML) {
      if (same === at) at = at.nextElementSibling;
      else old.insertBefore(same, at);
      continue;
    }
    shown.set(item, item.outerHTML);
    if (same) {
      const before = stateOf(same);
      if (same === at) at = at.nextElementSibling;
      same.replaceWith(item);
      restore(item, before);
    } else {
      old.insertBefore(item, at);
      announce(item);
    }
  }
  for (const gone of here.values()) gone.remove();
}

// What a person has done to a part of the page and the server does not know: fields, what is open, where they are.
function stateOf(root) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  return {
    open: new Map([...root.querySelectorAll("details[id]")].map((one) => [one.id, one.open])),
    modal: root.querySelector("[data-modal]")?.dataset.key,
    cameFrom: root.querySelector("[data-modal]")?.cameFrom,
    values: "values" in root.dataset ? [...root.querySelectorAll("input, textarea, select")].filter(touched) : [],
    focus: focused && (focused.id ? `#${CSS.escape(focused.id)}` : nameOf(focused)),
    caret: focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null,
  };
}

function nameOf(control) {
  if (!control.name) return null;
  const value = control.type === "submit" ? `[value="${CSS.escape(control.value)}"]` : "";
  return `[name="${CSS.escape(control.name)}"]${value}`;
}

function touched(control) {
  if (control.type === "hidden" || control.type === "submit" || !control.name) return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.type === "file") return control.files.length > 0;
  if (control.tagName === "SELECT") return [...control.options].some((one) => one.selected !== one.defaultSelected);
  return control.value !== control.defaultValue;
}

function restore(root, before) {
  const modal = root.querySelector("[data-modal]");
  for (const old of before.values) {
    const same = [...root.querySelectorAll(nameOf(old))].find(
      (one) => one.type === old.type && (!["checkbox", "radio"].includes(old.type) || one.value === old.value),
    );
    if (!same || before.modal !== modal?.dataset.key) continue;
    if (old.type === "checkbox" || old.type === "radio") same.checked = old.checked;
    else if (old.type === "file") same.files = old.files;
    else same.value = old.value;
  }
  for (const [id, open] of before.open) {
    const same = root.querySelector(`details#${CSS.escape(id)}`);
    if (same) same.open = open;
  }
  showModals(root, before.cameFrom);
  if (before.cameFrom && !modal) before.cameFrom.focus({ preventScroll: true });
  const focus = before.focus && root.querySelector(before.focus);
  const wrong = root.querySelector("[data-modal] [aria-invalid]");
  if (wrong && before.modal === modal?.dataset.key) wrong.focus();
  else if (focus) {
    focus.focus({ preventScroll: true });
    if (before.caret && before.caret[0] !== null && "setSelectionRange" in focus) focus.setSelectionRange(...before.caret);
  }
}

function showModals(root, cameFrom) {
  for (const dialog of root.querySelectorAll("dialog[data-modal][open]")) {
    dialog.cameFrom = cameFrom || document.activeElement; // where to go on when the window is closed
    dialog.open = false;
    dialog.showModal();
    const first = dialog.querySelector("[data-focus], .modal-body :is(input, textarea, select):not([type=hidden])");
    (first || dialog.querySelector(".modal-body")).focus();
  }
}

function announce(item) {
  if (item.dataset.said && !("mine" in item.dataset)) say(item.dataset.said);
}

// To those who listen to the page.
function say(words) {
  const line = document.createElement("p");
  line.textContent = words;
  document.getElementById("announcer").append(line);
  setTimeout(() => line.remove(), 10_000);
}

function apply(html, answered) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const lists = [...document.querySelectorAll("[data-bottom]")].filter(atBottom);
  const focused = document.activeElement;
  takeOver(document.body, fresh.body, answered);
  document.title = fresh.title;
  for (const list of document.querySelectorAll("[data-bottom]")) {
    if (lists.includes(list) || !("met" in list.dataset)) toBottom(list);
  }
  if (focused && !focused.isConnected && document.activeElement === document.body) {
    document.querySelector("#reply-text, #composer-text, #home")?.focus({ preventScroll: true });
  }
}

function atBottom(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 80;
}

// To the last message, and to its first line where it is longer than there is room for.
function toBottom(list) {
  list.dataset.met = "";
  list.scrollTop = list.scrollHeight;
  const last = list.querySelector(".messages")?.lastElementChild;
  if (last && last.offsetHeight > list.clientHeight) last.scrollIntoView({ block: "start" });
}

// --- live changes

let fetching = false;
let again = false;

async function refresh() {
  again = fetching;
  if (fetching) return;
  fetching = true;
  const asked = location.href;
  try {
    const response = await fetch(asked, { headers: ASKS });
    const html = await response.text();
    if (asked !== location.href) again = true; // the person has gone on meanwhile
    else if (response.ok) apply(html, false);
  } catch {
    // The server is away for now; EventSource tries again by itself and calls this.
  } finally {
    fetching = false;
  }
  if (again) refresh();
}

// --- forms and links

async function send(form, button, extra) {
  const data = new FormData(form, button);
  data.set("back", location.pathname + location.search); // a thread may have been opened since the form was drawn
  for (const [name, value] of Object.entries(extra || {})) data.set(name, value);
  form.setAttribute("aria-busy", "true");
  try {
    const action = button?.getAttribute("formaction") || form.getAttribute("action");
    const response = await fetch(action, { method: "POST", body: data, headers: ASKS, keepalive: Boolean(extra) });
    const html = await response.text();
    if (!response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error(html);
    if (response.ok && "composer" in form.dataset && action.endsWith("/say")) clear(form);
    moveTo(response.redirected ? response.url : location.href);
    apply(html, true);
  } catch (error) {
    complain(error instanceof TypeError ? "The server does not answer. Is it still running?" : error.message);
  } finally {
    form.removeAttribute("aria-busy");
    refresh(); // what was answered may be older than what was told meanwhile
  }
}

function complain(sentence) {
  const said = document.createElement("p");
  said.textContent = sentence;
  const box = document.createElement("div");
  box.className = "flash";
  box.append(said);
  document.querySelector("[data-pane=flash]").replaceChildren(box);
}

function moveTo(address) {
  const url = new URL(address, location.href);
  url.hash = "";
  if (url.href !== location.href.split("#")[0]) history.pushState(null, "", url);
}

async function go(address, focus) {
  const response = await fetch(address, { headers: ASKS });
  moveTo(address);
  apply(await response.text(), true);
  const target = focus && document.querySelector(focus);
  if (target) target.focus();
  refresh();
}

function clear(form) {
  form.reset();
  form.querySelector(".attached-names").textContent = "";
  for (const box of form.querySelectorAll("textarea")) grow(box);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (event.submitter?.closest("[data-menu]")) closeMenus();
  if ("composer" in form.dataset && event.submitter?.name !== "do" && isEmpty(form)) return;
  send(form, event.submitter);
});

function isEmpty(form) {
  return !form.elements.text.value.trim() && !form.elements.files.files.length;
}

document.addEventListener("click", (event) => {
  const told = event.target.closest("a[data-press]");
  if (told) send(told.form || told.closest("form"), null, { press: told.dataset.press, do: "" });
  const link = event.target.closest("a[data-soft]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    closeMenus();
    const focus = new URL(link.href).hash || (link.closest("[data-modal]") ? "" : "[data-focus], #composer-text");
    go(link.getAttribute("href").split("#")[0], focus === "#thread" ? "#reply-text" : focus);
  }
  if (!event.target.closest("[data-menu]")) closeMenus();
});

document.addEventListener("change", (event) => {
  const control = event.target;
  if (control.type === "file") showFiles(control);
  if ("tells" in control.dataset && control.type !== "text" && control.tagName !== "TEXTAREA") tell(control);
});

function tell(control) {
  const button = control.closest(".control, .accessory, .input, .b")?.querySelector("button.plain-only");
  if (button) control.form.requestSubmit(button);
}

function showFiles(control) {
  const names = control.closest("form").querySelector(".attached-names");
  if (names && control.name === "files") names.textContent = [...control.files].map((file) => file.name).join(", ");
}

document.addEventListener("cancel", (event) => {
  if (!event.target.matches("[data-modal]")) return;
  event.preventDefault();
  event.target.querySelector("[data-close]")?.click();
}, true);

// A second Escape closes the window without asking.
document.addEventListener("close", (event) => {
  if (event.target.matches("[data-modal]")) event.target.querySelector("[data-close]")?.click();
}, true);

addEventListener("popstate", refresh);

// --- menus

function closeMenus(except) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (menu !== except) menu.open = false;
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("[data-menu]") || !menu.open) return;
  closeMenus(menu);
  const items = menu.querySelector(".menu-items");
  menu.classList.toggle("up", items.getBoundingClientRect().bottom > innerHeight || menu.matches(".composer .menu"));
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu][open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const items = [...menu.querySelectorAll("summary, .menu-items a, .menu-items button")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    event.preventDefault();
  }
});

// --- the message box

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, innerHeight * 0.4)}px`;
}

const offers = JSON.parse(document.getElementById("completions").textContent);

function wordBefore(box) {
  const before = box.value.slice(0, box.selectionStart);
  const found = before.match(/(?:^|\s)([@#][^\s@#]*(?: [^\s@#]*)?)$/) || before.match(/^(\/\S*)$/);
  return found ? found[1] : "";
}

function complete(box) {
  const word = wordBefore(box).toLowerCase();
  const list = document.getElementById(`${box.form.id}-list`);
  const fitting = word
    ? offers.filter((one) => `${one.label} `.toLowerCase().startsWith(word) || one.write.toLowerCase().startsWith(word))
    : [];
  list.replaceChildren(...fitting.slice(0, 8).map((one, at) => offer(box, list, one, at)));
  list.hidden = fitting.length === 0;
  choose(box, list, list.hidden ? -1 : 0);
}

function offer(box, list, one, at) {
  const item = document.createElement("li");
  item.id = `${list.id}-${at}`;
  item.setAttribute("role", "option");
  item.dataset.write = one.write;
  item.append(Object.assign(document.createElement("b"), { textContent: one.label }));
  if (one.note) item.append(Object.assign(document.createElement("span"), { textContent: one.note }));
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose(box, list, at);
    take(box, list);
  });
  return item;
}

function choose(box, list, at) {
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  list.dataset.at = at;
  if (at >= 0) box.setAttribute("aria-activedescendant", list.children[at].id);
  else box.removeAttribute("aria-activedescendant");
}

function take(box, list) {
  const chosen = list.children[Number(list.dataset.at)];
  const start = box.selectionStart - wordBefore(box).length;
  box.setRangeText(chosen.dataset.write, start, box.selectionStart, "end");
  list.hidden = true;
  choose(box, list, -1);
  grow(box);
}

document.addEventListener("input", (event) => {
  if (event.target.tagName === "TEXTAREA") grow(event.target);
  if ("complete" in event.target.dataset) complete(event.target);
});

document.addEventListener("focusout", (event) => {
  if (!("complete" in (event.target.dataset || {}))) return;
  document.getElementById(`${event.target.form.id}-list`).hidden = true;
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.isComposing) return;
  if (box.matches("input[type=text][data-tells]") && event.key === "Enter") {
    event.preventDefault();
    tell(box);
  }
  if (box.matches(".editing textarea") && event.key === "Escape") box.form.querySelector("a[data-soft]").click();
  if (!("complete" in box.dataset)) return;
  const list = document.getElementById(`${box.form.id}-list`);
  if (!list.hidden && completionKey(event, box, list)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    box.form.requestSubmit();
  }
});

function completionKey(event, box, list) {
  const at = Number(list.dataset.at);
  const whole = list.children[at]?.dataset.write.trim() === wordBefore(box);
  if (event.key === "ArrowDown") choose(box, list, (at + 1) % list.children.length);
  else if (event.key === "ArrowUp") choose(box, list, (at - 1 + list.children.length) % list.children.length);
  else if (event.key === "Tab" || (event.key === "Enter" && !whole)) take(box, list);
  else if (event.key === "Escape") list.hidden = true;
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

// --- beginning

remember(document.body);
for (const list of document.querySelectorAll("[data-bottom]")) toBottom(list);
showModals(document.body);
document.querySelector("[data-focus], #reply-text, #composer-text")?.focus({ preventScroll: true });
const changes = new EventSource(document.body.dataset.changes);
changes.onmessage = refresh;
addEventListener("pagehide", () => changes.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
