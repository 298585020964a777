// The one script: the govuk-frontend behaviours our templates use, then the house's own. Every page works without it.
import { Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, createAll } from "govuk-frontend"
import "./autosave.js"
import "./house.js"
import "./closing.js"
import "./keeping.js"
import "./session.js"
import "./budget.js"
import "./shares.js"
import "./picking.js"
import "./scoring.js"
import "./following.js"

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation]) {
  createAll(component)
}
