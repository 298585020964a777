// Before a session ends, its person is told and can stay. Without this script the words are kept all the same.

const SOON = 600
const LOOK_EVERY = 15_000
const { person, seconds, tokenAt } = document.body.dataset
const template = document.getElementById("session-ends")

if (template && window.fetch) watch(Number(seconds))

function watch(left) {
  let ends = Date.now() + left * 1000
  let shown = null
  setInterval(look, LOOK_EVERY)
  document.addEventListener("visibilitychange", look)
  look()

  async function look() {
    if (document.visibilityState === "hidden" || ends - Date.now() > SOON * 1000) return
    if (!shown) await ask("look")
    const soon = ends - Date.now() <= SOON * 1000
    if (!soon || shown) return
    shown = document.body.insertBefore(template.content.firstElementChild.cloneNode(true), document.body.firstChild)
    const time = new Date(ends).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" })
    shown.querySelector("[data-text]").textContent = shown.dataset.soon.replace("{time}", time)
    shown.querySelector("button").addEventListener("click", stay)
  }

  async function stay() {
    await ask("save")
    if (ends - Date.now() > SOON * 1000) {
      shown.remove()
      shown = null
    } else {
      shown.querySelector("[data-text]").textContent = shown.dataset.last
      shown.querySelector("button").remove()
    }
  }

  // Only "save" counts as a sign of life.
  async function ask(why) {
    try {
      const answer = await fetch(tokenAt, { headers: { "X-Sent-By-Itself": why, Accept: "application/json" } })
      const found = await answer.json()
      if (String(found.person) === person) ends = Date.now() + found.seconds * 1000
    } catch {
      // Away: what the page said when it was opened still holds.
    }
  }
}
