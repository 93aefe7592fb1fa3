-- Providers people sign in with: what Piccolo's tables cannot say, and the three that most shops want.

SELECT shop_keep_touched('oauth_identity');

-- The change log says that tokens came and went. It says nothing of their renewal each hour, and of no secret.
DO $$ BEGIN
    EXECUTE replace(
        pg_get_functiondef('shop_audit'::regproc), ',client_secret,binding,sealed_code}',
        ',client_secret,binding,sealed_code,state,sealed_answer}');
END $$;
SELECT shop_watch('oauth_provider', 'OAuthProvider', true, VARIADIC '{}');
SELECT shop_watch('oauth_identity', 'OAuthIdentity', true, 'last_used_at');
SELECT shop_watch('oauth_access_token', 'OAuthAccessToken', true, 'access_token', 'expires_in', 'expires_at', 'attempts',
                  'next_attempt_at');
SELECT shop_watch('oauth_refresh_token', 'OAuthRefreshToken', true, 'refresh_token');

-- One live token of each kind for an account at a provider.
CREATE UNIQUE INDEX IF NOT EXISTS oauth_access_token_one_live ON oauth_access_token (user_id, provider_id)
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS oauth_refresh_token_one_live ON oauth_refresh_token (user_id, provider_id)
    WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS oauth_access_token_due ON oauth_access_token (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS oauth_attempt_of_browser ON oauth_attempt (binding, id DESC);
CREATE INDEX IF NOT EXISTS oauth_attempt_over ON oauth_attempt (expires_at);

-- One more purpose of a code.
ALTER TABLE otp DROP CONSTRAINT IF EXISTS otp_purpose_is_known;
ALTER TABLE otp ADD CONSTRAINT otp_purpose_is_known CHECK (purpose IN (
    'verify_email', 'sign_in', 'step_up', 'reset', 'reset_link', 'change_email_old', 'change_email_new',
    'link_provider'));

-- Switched off until somebody has registered the shop there and typed what they got for it.
CREATE OR REPLACE FUNCTION shop_first_providers() RETURNS void LANGUAGE sql AS $$
    INSERT INTO oauth_provider (provider_name, slug, kind, issuer, scopes, trusts_email) VALUES
        ('Google', 'google', 'oidc', 'https://accounts.google.com', 'openid email profile', true),
        ('GitHub', 'github', 'github', 'https://github.com', 'read:user user:email', true),
        ('Facebook', 'facebook', 'facebook', 'https://www.facebook.com', 'public_profile email', false)
    ON CONFLICT DO NOTHING
$$;
SELECT shop_first_providers();

-- Subjects of one issuer mean nothing at another: with people linked to it, a provider stays the provider it is.
CREATE OR REPLACE FUNCTION shop_keep_provider() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.oauth_identity WHERE provider_id = NEW.id) THEN
        RAISE EXCEPTION 'violates check constraint "a_provider_that_people_are_linked_to_stays_the_same"' USING
            ERRCODE = 'check_violation', TABLE = 'oauth_provider',
            CONSTRAINT = 'a_provider_that_people_are_linked_to_stays_the_same';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER oauth_provider_stays BEFORE UPDATE OF issuer, kind ON oauth_provider FOR EACH ROW
    WHEN (NEW.issuer <> OLD.issuer OR NEW.kind <> OLD.kind) EXECUTE FUNCTION shop_keep_provider();
