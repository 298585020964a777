// A form that saves itself while its person types. The same form goes to the same address as by its buttons, with a
// header that says nobody pressed one, and is answered in JSON. Without this script the buttons do it all.
import { drop, keep, kept, keyOf } from "./keeping.js"

const AFTER_TYPING = 2000
const BEAT = 60_000
const PATIENCE = 20_000
const NOBODY_THERE = 15 * 60_000
const WAITS = [5_000, 10_000, 20_000, 40_000, 60_000]
const MOST_ON_LEAVING = 60_000 // browsers send no more than 64 kB for a page that is gone
const HEADER = "X-Sent-By-Itself"
const NOT_WORDS = new Set(["csrf_token", "version", "opening", "other"])
const FAILING = new Set(["offline", "away", "signed_out", "stranger", "refused"])

const box = document.querySelector("[data-autosave]")
if (box && window.fetch && window.AbortController) saveByItself(box, box.closest("form"))

function saveByItself(box, form) {
  const words = JSON.parse(box.dataset.words)
  const line = box.querySelector("[data-line]")
  const said = box.querySelector("[data-said]")
  const people = document.querySelector("[data-people]")
  const { person, tokenAt } = document.body.dataset
  const path = location.pathname
  const key = keyOf(person, path)
  const token = form.elements.namedItem("csrf_token")
  const version = form.elements.namedItem("version")
  let saved = snapshot()
  let state = ""
  let announced = ""
  let busy = null
  let timer = 0
  let failures = 0
  let typedAt = 0
  // A browser's Back puts into the page what its fields held then, which may not be what is saved now, and would be
  // saved as if it were typed. A page that can be asked for at its own address is asked for again; words that were not
  // saved are kept here and offered.
  const cameBack =
    performance.getEntriesByType("navigation")[0]?.type === "back_forward" && !form.hasAttribute("action")
  let leaving = cameBack

  form.append(hidden("opening", random()))
  offerKept()
  if (cameBack) addEventListener("pageshow", () => location.replace(location.href))
  form.addEventListener("input", typed)
  form.addEventListener("change", typed)
  form.addEventListener("focusout", (event) => event.relatedTarget?.type !== "submit" && unsaved() && save())
  form.addEventListener("submit", beforeSending)
  addEventListener("online", () => (unsaved() ? save() : undefined))
  addEventListener("focus", comeBack)
  addEventListener("pageshow", (event) => event.persisted && comeBack())
  addEventListener("pagehide", flush)
  addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved() && FAILING.has(state)) event.preventDefault()
  })
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") unsaved() && save()
    else comeBack()
  })
  setInterval(beat, BEAT)
  beat()

  function pairs() {
    return [...new FormData(form)].filter(([, value]) => typeof value === "string")
  }

  function snapshot() {
    return JSON.stringify(pairs().filter(([name]) => !NOT_WORDS.has(name)))
  }

  // An empty row that was sent is gone when the page comes back: nothing was lost with it.
  function wordsOf(given) {
    return JSON.stringify(given.filter(([name, value]) => !NOT_WORDS.has(name) && value.trim()))
  }

  function unsaved() {
    return snapshot() !== saved
  }

  function typed() {
    typedAt = Date.now()
    if (!unsaved()) return
    if (FAILING.has(state)) keepHere()
    else show("typing")
    if (state !== "signed_out" && state !== "stranger") later(AFTER_TYPING)
  }

  function later(wait) {
    clearTimeout(timer)
    timer = setTimeout(save, wait)
  }

  // One request at a time; what is typed meanwhile goes with the next.
  function save() {
    clearTimeout(timer)
    if (busy) return busy
    if (!unsaved() || leaving) return Promise.resolve()
    busy = send().finally(() => {
      busy = null
    })
    return busy
  }

  async function send(again = false) {
    const sending = snapshot()
    let answer
    try {
      answer = await ask(form.getAttribute("action") || path, new URLSearchParams(pairs()), "save")
    } catch {
      return failed(navigator.onLine === false ? "offline" : "away")
    }
    failures = 0
    if (answer.state === "old_token" && !again) return (await renew()) ? send(true) : undefined
    if (answer.state === "busy" || !(answer.state in words)) return failed("away")
    if (answer.state === "signed_out") return failed("signed_out")
    if (answer.people) tell(answer.people)
    if (answer.state === "refused") return failed("refused", answer)
    if (answer.version) version.value = answer.version
    if (answer.total) document.dispatchEvent(new CustomEvent("total", { detail: answer.total }))
    for (const [name, value] of Object.entries(answer.fields || {})) {
      const field = form.elements.namedItem(name)
      if (field) field.value = value
    }
    // The new hidden numbers belong to what was saved; words typed meanwhile do not.
    const meanwhile = snapshot()
    saved = answer.fields && Object.keys(answer.fields).length ? withFields(sending, answer.fields) : sending
    drop(key)
    show(answer.state, answer)
    if (meanwhile !== saved) later(AFTER_TYPING)
  }

  function withFields(sent, fields) {
    return JSON.stringify(JSON.parse(sent).map(([name, value]) => [name, name in fields ? fields[name] : value]))
  }

  function failed(kind, answer) {
    keepHere()
    show(kind, answer)
    if (kind === "offline" || kind === "away") later(WAITS[Math.min(failures++, WAITS.length - 1)])
    if (kind === "signed_out" || kind === "stranger") setTimeout(comeBack, WAITS[1])
  }

  // Somebody signed out may have signed in again in another tab: a new token, and the words go on their way.
  async function comeBack() {
    if (document.visibilityState === "hidden" || leaving) return
    if (state === "signed_out" || state === "stranger") {
      if (await renew()) save()
    } else if (unsaved() && state !== "refused") save()
    beat()
  }

  async function renew() {
    try {
      const found = await ask(tokenAt, null, "look")
      if (String(found.person) === person) {
        token.value = found.token
        return true
      }
      failed(found.person === null ? "signed_out" : "stranger")
    } catch {
      failed(navigator.onLine === false ? "offline" : "away")
    }
    return false
  }

  async function ask(address, body, why, more = {}) {
    const patience = new AbortController()
    const stop = setTimeout(() => patience.abort(), PATIENCE)
    try {
      const answer = await fetch(address, {
        method: body ? "POST" : "GET",
        headers: { [HEADER]: why, Accept: "application/json" },
        body,
        redirect: "error",
        signal: more.keepalive ? undefined : patience.signal,
        ...more,
      })
      return await answer.json()
    } finally {
      clearTimeout(stop)
    }
  }

  // A button waits for a save that is on its way, so that it is never stale by it. Offline nothing would come back.
  function beforeSending(event) {
    const button = event.submitter
    if (busy) {
      event.preventDefault()
      event.stopPropagation()
      Promise.race([busy, new Promise((done) => setTimeout(done, 4000))]).then(() => {
        busy = null
        if (form.requestSubmit) form.requestSubmit(button)
        else form.submit()
      })
      return
    }
    if (navigator.onLine === false) {
      event.preventDefault()
      event.stopPropagation()
      failed("offline")
      return
    }
    keepHere(true)
    leaving = true
    clearTimeout(timer)
    setTimeout(() => (leaving = false), 8000)
  }

  function flush() {
    if (!leaving && unsaved()) {
      keepHere()
      const body = new URLSearchParams(pairs())
      if (body.toString().length < MOST_ON_LEAVING && !FAILING.has(state)) {
        ask(form.getAttribute("action") || path, body, "save", { keepalive: true }).catch(() => {})
      }
    }
    visit({ leaving: "1" }, { keepalive: true }).catch(() => {})
  }

  function keepHere(sent = false) {
    const clock = { hour: "numeric", minute: "2-digit", hour12: true, timeZone: "Europe/London" }
    const at = new Date().toLocaleTimeString("en-GB", clock).replace(/\s/g, "")
    keep(key, { at, path, sent, version: version?.value ?? "", pairs: pairs() })
  }

  function offerKept() {
    const found = kept(key)
    if (!found) return
    const answered = found.sent && found.version !== (version?.value ?? "")
    const same = wordsOf(found.pairs) === wordsOf(pairs())
    if (answered || same) return drop(key)
    const offer = element("div", "govuk-inset-text")
    offer.append(element("p", "govuk-body", words.found.replace("{time}", found.at)))
    const back = element("button", "govuk-button", words.put_back)
    const away = element("button", "govuk-button govuk-button--secondary", words.throw_away)
    const buttons = element("div", "govuk-button-group govuk-!-margin-bottom-0", "")
    back.type = away.type = "button"
    back.addEventListener("click", () => {
      offer.remove()
      putBack(found.pairs)
    })
    away.addEventListener("click", () => {
      offer.remove()
      drop(key)
    })
    buttons.append(back, away)
    offer.append(buttons)
    form.prepend(offer)
  }

  function putBack(given) {
    const left = given.filter(([name]) => !NOT_WORDS.has(name))
    const known = new Set([...form.elements].map((field) => field.name))
    if (left.some(([name]) => !known.has(name))) return sendWhole(given)
    for (const field of form.elements) {
      if (!field.name || NOT_WORDS.has(field.name) || field.type === "submit") continue
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = left.some(([name, value]) => name === field.name && value === field.value)
      } else {
        const at = left.findIndex(([name]) => name === field.name)
        field.value = at < 0 ? "" : left.splice(at, 1)[0][1]
      }
    }
    form.dispatchEvent(new Event("input"))
  }

  // Rows that the page does not show: the service makes them, and knows whether somebody else saved meanwhile.
  function sendWhole(given) {
    const whole = document.createElement("form")
    whole.method = "post"
    whole.action = path
    for (const [name, value] of given) whole.append(hidden(name, name === "csrf_token" ? token.value : value))
    document.body.append(whole)
    leaving = true
    whole.submit()
  }

  function beat() {
    if (document.visibilityState === "hidden") return
    if (typedAt && Date.now() - typedAt > NOBODY_THERE) return
    const quiet = typedAt ? { quiet: String(Math.round((Date.now() - typedAt) / 1000)) } : {}
    visit(quiet)
      .then((answer) => answer.people && tell(answer.people))
      .catch(() => {})
  }

  // Pages of one person only do not say where to ask who else is there.
  function visit(facts, more = {}) {
    if (!box.dataset.presenceAt) return Promise.resolve({})
    const body = new URLSearchParams({ csrf_token: token.value, key: box.dataset.key, ...facts })
    return ask(box.dataset.presenceAt, body, "look", more)
  }

  function tell(sentences) {
    if (!people) return
    const now = [...people.children].map((child) => child.textContent)
    if (JSON.stringify(now) === JSON.stringify(sentences)) return
    people.replaceChildren(...sentences.map((sentence) => element("p", "govuk-body-s", sentence)))
  }

  // Everybody can see each save; a screen reader hears only when things turn out otherwise than before.
  function show(kind, answer = {}) {
    const text = words[kind].replace("{time}", answer.at || "").replace("{text}", answer.text || "")
    line.textContent = text
    box.dataset.state = kind
    if (kind === "changed") line.append(" ", link(words.compare, answer.href))
    if (kind === "signed_out") line.append(" ", link(words.sign_in, "/accounts/sign-in/", "_blank"))
    if (kind !== "typing" && kind !== announced) {
      said.textContent = text
      announced = kind
    }
    state = kind
  }
}

function hidden(name, value) {
  const field = document.createElement("input")
  field.type = "hidden"
  field.name = name
  field.value = value
  return field
}

function element(name, classes, text = "") {
  const made = document.createElement(name)
  made.className = classes
  made.textContent = text
  return made
}

function link(text, href, target = "") {
  const made = element("a", "govuk-link", text)
  made.href = href
  if (target) {
    made.target = target
    made.rel = "noopener"
  }
  return made
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
