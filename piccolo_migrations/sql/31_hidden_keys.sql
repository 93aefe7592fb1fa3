-- Links in mails open something for whoever has them, so what is stored of a mail has no key in it (core/emails.py).
-- What was sent keeps its text with the key hidden; what has yet to leave is rendered anew.
UPDATE email SET
    data = data - 'unsubscribe',
    subject = CASE WHEN status IN ('sent', 'failed') THEN subject END,
    body = CASE WHEN status IN ('sent', 'failed') THEN regexp_replace(body, 'key=[0-9a-f]{40}', 'key=⟦1⟧', 'g') END,
    html_body = CASE WHEN status IN ('sent', 'failed')
        THEN regexp_replace(html_body, 'key=[0-9a-f]{40}', 'key=⟦1⟧', 'g') END
WHERE kind IN ('order_confirmation', 'newsletter_confirmation', 'back_in_stock')
    AND (data ? 'unsubscribe' OR body ~ 'key=[0-9a-f]{40}');
