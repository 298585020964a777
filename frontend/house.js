// Our own behaviours, each an improvement to a page that works without it.
