"""An invented story of forty partnerships, told through the same actions that people use."""
