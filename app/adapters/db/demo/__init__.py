"""The demo shop: what it sells, who is at home in it and what they said, as plain data, and the seed that writes it."""
