"""Authenticator codes by pyotp."""

import pyotp

from app.core.two_factor import DIGITS, STEP_SECONDS


class PyotpAuthenticator:
    def new_secret(self) -> str:
        return pyotp.random_base32()

    def code(self, secret: str, step: int) -> str:
        return _totp(secret).generate_otp(step)

    def address(self, secret: str, *, account: str, issuer: str) -> str:
        return _totp(secret).provisioning_uri(name=account, issuer_name=issuer)


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
