// Words that could not be saved, kept in this browser until they are. In the tab's own storage: it outlives a reload,
// a crash and a session's end, and is gone when the tab is closed, so that it suits a shared computer too. Each entry
// is under its person and page, and all go when somebody signs out.

const MARK = "words:"

export const keyOf = (person, path) => `${MARK}${person}:${path}`

export function keep(key, words) {
  try {
    sessionStorage.setItem(key, JSON.stringify(words))
  } catch {
    // Full or forbidden: the words still stand in the boxes, and the line beside them says that they are not saved.
  }
}

export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}

export function drop(key) {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // Nothing was kept either.
  }
}

export function keys() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(MARK))
  } catch {
    return []
  }
}

// What was sent by a button is safe once any page but an error has come back.
if (!document.querySelector("[data-error-page]")) {
  for (const key of keys()) {
    const words = kept(key)
    if (words?.sent && words.path !== location.pathname) drop(key)
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.action?.endsWith("/accounts/sign-out/")) keys().forEach(drop)
})
