"""From a filled cart to an order: the quote that is shown, and the placement that must match it."""
