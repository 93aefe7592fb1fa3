-- What sweeps look for, and what the page about security lists.
CREATE INDEX IF NOT EXISTS email_undo_expiring ON email_undo (expires_at);
CREATE INDEX IF NOT EXISTS failed_sign_in_of_account ON failed_sign_in (user_id, id DESC);
CREATE INDEX IF NOT EXISTS failed_sign_in_by_age ON failed_sign_in (created_at);
CREATE INDEX IF NOT EXISTS users_unproven ON users (created_at) WHERE email_verified_at IS NULL AND deleted_at IS NULL;
