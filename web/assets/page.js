// What a browser with scripts adds: the behaviour of the NHS.UK components (focus on the error summary, a button that is
// pressed twice), and a warning before a page with answers that were not saved is left. All pages work without it.
import { initAll } from "./nhsuk-frontend.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

const form = document.querySelector("form[data-answers]");
let unsaved = false;
form?.addEventListener("input", () => { unsaved = true; });
form?.addEventListener("submit", () => { unsaved = false; });
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
