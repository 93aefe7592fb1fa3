"""People: accounts with their roles, and the sessions of those who are signed in.

`User` is what Piccolo Admin signs in with. It keeps Piccolo's user class (the admin hashes passwords only for
subclasses of it) but stores Argon2id, and derives `active`, `admin` and `superuser` from status and role, so that
there is one truth about who may do what.
"""

from datetime import UTC, datetime
from typing import Any, Self, cast

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import JSONB, BigInt, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.columns.combination import WhereRaw
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.readable import Readable
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.adapters.db.tables.columns import (
    changed,
    choice,
    created,
    moment,
    one_of,
    optional_text,
    refers_to,
    retired,
    secret,
    serial_key,
    text,
)
from app.adapters.identity.passwords import ARGON2, HASHED, Argon2Passwords, hash_now
from app.core.accounts import LONGEST_PASSWORD, Role, UserStatus
from app.core.errors import PasswordTooLong
from app.core.permissions import PermissionType

__all__ = [
    "ARGON2",
    "RefreshToken",
    "Role",
    "User",
    "UserPermission",
    "UserProfile",
    "UserRole",
    "UserSession",
]

PASSWORDS = Argon2Passwords()


class UserRole(Table, tablename="user_role", help_text="Roles: ADMIN, SELLER, CUSTOMER, with fixed ids 1, 2, 3."):
    id = serial_key()
    role_name = text(50, "Name of the role.", unique=True)
    description = text(255, "What the role is for.", required=False)
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    user_role_is_named = Check("role_name <> ''")

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.role_name])


class UserPermission(Table, tablename="user_permission", help_text="What each role may do."):
    id = serial_key()
    role_id = refers_to(UserRole)
    permission = text(100, "For example CREATE_PRODUCT.")
    permission_type = choice(50, PermissionType, PermissionType.READ, "Read, Write or Admin.")
    effective_date = Timestamptz(default=TimestamptzNow(), help_text="From when the permission holds.")
    description = Text(default="", help_text="What it allows.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    user_permission_once_per_role = Unique(["role_id", "permission"])
    user_permission_is_named = Check("permission <> ''")
    user_permission_type_is_known = one_of("permission_type", PermissionType)


class User(BaseUser, tablename="users", help_text="Customers, sellers and staff."):
    """An account. `login` takes the e-mail address or the user name."""

    id = serial_key()
    first_name = optional_text(50, "First name.")
    last_name = optional_text(50, "Last name.")
    role_id = refers_to(UserRole, help_text="1 ADMIN, 2 SELLER, 3 CUSTOMER.")
    address = optional_text(255, "Address.")
    phone_number = optional_text(20, "Phone number.")
    email = Varchar(length=254, default="", required=True, help_text="E-mail address; unique among live accounts.")
    email_verified_at = moment("When the owner proved the address by a code; null until then.")
    username = Varchar(length=50, null=True, default=None, help_text="User name; unique among live accounts.")
    password = secret(255, "Argon2id; null for accounts without a password. Only its owner sets one.", null=True)
    status = choice(20, UserStatus, UserStatus.ACTIVE, "Active, Inactive or Suspended.")
    last_login = moment("When the user last signed in.")
    two_factor_enabled = Boolean(default=False, help_text="Whether sign-in asks for a second factor.")
    two_factor_secret = secret(512, "Secret of the second factor, encrypted.", null=True)
    two_factor_pending = secret(512, "The same of an unfinished set-up, encrypted; it opens nothing.", null=True)
    two_factor_step = BigInt(null=True, default=None, help_text="Time step of the last code taken; each works once.")
    created_by = refers_to("self", null=True, help_text="Who created the account; null for those who registered.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    users_status_is_known = one_of("status", UserStatus)
    users_email_has_a_domain = Check("email ~ '^[^@ ]+@[^@ ]+$'")
    users_username_is_no_email = Check("username <> '' AND position('@' in username) = 0")
    users_second_factor_has_a_secret = Check("NOT two_factor_enabled OR two_factor_secret IS NOT NULL")
    users_password_is_hashed = Check("password LIKE '$argon2id$%'")

    _min_password_length = 10
    _max_password_length = LONGEST_PASSWORD

    def __init__(self, **values: Any) -> None:
        if password := values.get("password"):
            values["password"] = self._hashed(password)
        Table.__init__(self, **values)  # BaseUser's own would hash the stored hash again at every load

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "password" and isinstance(value, str):
            value = self._hashed(value)
        object.__setattr__(self, name, value)

    # These three take the places of columns of BaseUser.
    @property
    def active(self) -> bool:  # type: ignore[override]
        return self.status == UserStatus.ACTIVE and self.deleted_at is None

    @property
    def admin(self) -> bool:  # type: ignore[override]
        """Whether this account may open Piccolo Admin."""
        return self.active and self.role_id == Role.ADMIN

    @property
    def superuser(self) -> bool:  # type: ignore[override]
        """Whether this account may manage other people's accounts there."""
        return self.admin

    @classmethod
    def get_readable(cls) -> Readable:
        return Readable(template="%s", columns=[cls.email])

    @classmethod
    async def login(cls, username: str, password: str) -> int | None:
        """The id of the active account with this name (or address) and password, else None.

        Hashes off the event loop and takes as long for an unknown name as for a wrong password.
        """
        if len(username) > 254 or len(password) > cls._max_password_length:
            return None
        row = await (
            cls.select(cls.id, cls.password)
            .where(cls._named(username), cls.deleted_at.is_null(), cls.status == UserStatus.ACTIVE.value)
            .first()
        )
        stored = cast("str | None", row["password"]) if row else None
        if not await PASSWORDS.verify(stored, password) or not row or not stored:
            return None
        values: dict[Any, Any] = {cls.last_login: datetime.now(UTC)}
        if PASSWORDS.needs_rehash(stored):
            values[cls.password] = await PASSWORDS.hash(password)
        async with cls._meta.db.transaction():
            await cls.update(values).where(cls.id == row["id"])
        return cast(int, row["id"])

    @classmethod
    async def create_user(cls, username: str | None, password: str | None = None, **values: Any) -> Self:
        """Store a new account. Raises ValueError where the password is too short, too long or a hash."""
        hashed = None
        if password is not None:
            cls._validate_password(password)
            hashed = await PASSWORDS.hash(password)
        given = {name: value for name, value in values.items() if value is not None}  # the admin sends null for unsaid
        user = cls(username=username or None, password=hashed, **given)
        async with cls._meta.db.transaction():
            await user.save()
        return user

    @classmethod
    async def update_password(cls, user: str | int, password: str) -> None:
        """Store a new password for a user id or name. Raises ValueError where it is too short, long or a hash."""
        cls._validate_password(password)
        hashed = await PASSWORDS.hash(password)
        who = cls.id == user if isinstance(user, int) else cls._named(user)
        async with cls._meta.db.transaction():
            await cls.update({cls.password: hashed}).where(who, cls.deleted_at.is_null())

    @classmethod
    def hash_password(cls, password: str, salt: str = "", iterations: int | None = None) -> str:
        """Argon2id of `password`; the salt is chosen inside. Takes tens of milliseconds."""
        try:
            return hash_now(password)
        except PasswordTooLong:
            raise ValueError("The password is too long.") from None

    @classmethod
    def _validate_password(cls, password: str) -> None:
        super()._validate_password(password)
        if password.startswith(HASHED):
            raise ValueError("Do not pass a hashed password.")

    @classmethod
    def _hashed(cls, password: str) -> str:
        return password if password.startswith(HASHED) else cls.hash_password(password)

    @classmethod
    def _named(cls, name: str) -> Any:
        """Matches the unique indexes on lower(email) and lower(username); an @ tells which is meant."""
        column = cls.email if "@" in name else cls.username
        return WhereRaw(f"lower({column._meta.db_column_name}) = lower({{}})", name)


class UserProfile(Table, tablename="user_profile", help_text="More about a user."):
    id = serial_key()
    user_id = refers_to(User)
    profile_picture = optional_text(255, "Address or path of the picture.")
    preferences = JSONB(default="{}", help_text="Settings of the user.")
    date_of_birth = Date(null=True, default=None, help_text="Date of birth.")
    social_media_links = JSONB(default="{}", help_text="Name of the network to address.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    user_profile_one_per_user = Unique(["user_id"])


class UserSession(Table, tablename="user_session", help_text="Browsers that people are signed in with."):
    """A family of refresh tokens: it begins at a sign-in and ends as one."""

    id = serial_key()
    user_id = refers_to(User, index=True)
    device = text(255, "What the browser calls itself, in words.", required=False)
    place = text(100, "Network address of the last renewal.", required=False)
    amr = text(50, "How the owner signed in: pwd, otp, mfa and so on, with spaces between (RFC 8176).", required=False)
    auth_time = Timestamptz(default=TimestamptzNow(), help_text="When the owner last proved who they are.")
    last_seen_at = Timestamptz(default=TimestamptzNow(), help_text="When it was last renewed.")
    expires_at = Timestamptz(default=None, required=True, help_text="When it ends in any case.")
    version = Integer(default=1, help_text="Access tokens of an earlier version have ended.")
    revoked_at = moment("When it was ended before its time.")
    revoked_reason = optional_text(50, "Why: sign_out, reuse, password, and so on.")
    created_at = created()
    updated_at = changed()

    user_session_says_why = Check("(revoked_at IS NULL) = (revoked_reason IS NULL)")
    user_session_version_counts_up = Check("version >= 1")


class RefreshToken(Table, tablename="refresh_token", help_text="Refresh tokens of signed-in users."):
    id = serial_key()
    user_id = refers_to(User, index=True)
    session_id = refers_to(UserSession, index=True, help_text="The family it belongs to.")
    token = secret(255, "SHA-256 of the JWT's id; the token itself is never stored.", unique=True)
    expires_at = Timestamptz(default=None, required=True, help_text="When the token stops working.")
    used = Boolean(default=False, help_text="Whether it has been exchanged for a new one.")
    used_at = moment("When it was exchanged.")
    created_at = created()
    updated_at = changed()
    deleted_at = retired()

    refresh_token_is_given = Check("token <> ''")
    refresh_token_used_has_time = Check("NOT used OR used_at IS NOT NULL")
