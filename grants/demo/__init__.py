"""An invented story, told through the same actions a person uses."""
