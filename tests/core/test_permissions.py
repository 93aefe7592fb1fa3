"""What rows of user_permission grant."""

import pytest

from app.core.permissions import SELLER, Permission, PermissionType, granted


@pytest.mark.parametrize(
    ("kind", "permission", "grants"),
    [
        ("Read", "VIEW_ORDERS", True),
        ("Write", "VIEW_ORDERS", True),
        ("Read", "CREATE_PRODUCT", False),
        ("Write", "CREATE_PRODUCT", True),
        ("Write", "CHANGE_ROLE", False),
        ("Admin", "CHANGE_ROLE", True),
        ("Admin", "FLY", False),
    ],
)
def test_a_row_grants_what_its_type_reaches(kind, permission, grants):
    assert ({name.value for name in granted([(permission, kind)])} == {permission}) is grants


def test_each_type_covers_the_ones_before_it():
    assert PermissionType.ADMIN.covers(PermissionType.READ)
    assert not PermissionType.READ.covers(PermissionType.WRITE)


def test_sellers_administrate_nothing():
    assert all(permission.needs is not PermissionType.ADMIN for permission in SELLER)


async def test_the_seed_says_the_same(engine):
    rows = await engine.fetch("SELECT role_id, permission, permission_type FROM user_permission")
    by_role = {
        role: granted((row["permission"], row["permission_type"]) for row in rows if row["role_id"] == role)
        for role in (1, 2, 3)
    }
    assert by_role == {1: frozenset(Permission), 2: SELLER, 3: frozenset()}
