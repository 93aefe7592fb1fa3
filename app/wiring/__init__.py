"""The services and what they are made of, a file for each part of the shop; `app.bootstrap` puts them together."""
