-- What is long over is found without reading the rest.
CREATE INDEX IF NOT EXISTS refresh_token_end ON refresh_token (expires_at);
CREATE INDEX IF NOT EXISTS user_session_end ON user_session (least(revoked_at, expires_at));
CREATE INDEX IF NOT EXISTS otp_end ON otp (expires_at);
