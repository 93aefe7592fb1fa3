-- The three roles have fixed ids; code refers to them as Role.ADMIN, Role.SELLER and Role.CUSTOMER.

INSERT INTO user_role (id, role_name, description) VALUES
    (1, 'ADMIN', 'Runs the shop and may change everything.'),
    (2, 'SELLER', 'Sells own products and sees what concerns them.'),
    (3, 'CUSTOMER', 'Buys.')
ON CONFLICT (id) DO NOTHING;

SELECT setval(pg_get_serial_sequence('user_role', 'id'), greatest((SELECT max(id) FROM user_role), 100));
