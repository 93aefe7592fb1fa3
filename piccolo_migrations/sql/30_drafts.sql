-- What was typed into the checkout is looked for only where it is old enough to go.
CREATE INDEX IF NOT EXISTS cart_drafted ON cart (drafted_at) WHERE drafted_at IS NOT NULL;
