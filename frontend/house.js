// Our own behaviours, each an improvement to a page that works without it.
// Focus of the error summary, word counts and double clicks are govuk-frontend's. This adds one thing: a form that
// is on its way is not sent a second time, however slow the answer.

const WAIT = 8000 // then let it go: an answer that is a download leaves the page where it is

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.method !== "post" || event.defaultPrevented) return
  if (form.dataset.sent) {
    event.preventDefault()
    return
  }
  form.dataset.sent = "yes"
  setTimeout(() => delete form.dataset.sent, WAIT)
})

// A page brought back by the browser's Back button is fresh.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent
})
