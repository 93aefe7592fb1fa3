-- A second factor without a secret let nobody in and kept nobody out. Off, staff are led to its set-up at their next
-- sign-in; on, it would fail the rule that comes with this migration.
UPDATE users SET two_factor_enabled = false WHERE two_factor_enabled AND two_factor_secret IS NULL;
