"""A TEST GATEWAY: a small server that speaks the part of Stripe's API this shop uses. It moves no real money.

Its own process, standard library only, bound to 127.0.0.1, state in one SQLite file:

    python -m shop.payments.testgateway --port 12111 --state var/gateway.sqlite3 \\
        --webhook-url http://127.0.0.1:8000/payments/stripe/webhook \\
        --webhook-secret whsec_... --api-key sk_test_...

The official library talks to it unchanged: `StripeClient(key, base_addresses={"api": "http://127.0.0.1:12111"})`.
Tests and the demo start it with `process.running(state=...)`. Its books (GET /test/books) are summed from the
balance rows alone and are the oracle: they say what money "really" moved.

Spoken as Stripe speaks it
- payment intents: create (also with confirm=true), retrieve, confirm, cancel; charges and refunds: retrieve; refunds:
  create and list; balance transactions and events: retrieve and list (limit, starting_after, created[gt|gte|lt|lte]).
- expand[] over payment_intent, latest_charge, charge, balance_transaction, source, and data.* of a list.
- error objects and status codes; Bearer and Basic authentication; Idempotency-Key: the first answer that began to
  execute is stored and replayed (declines and refusals by state too; refused parameters are not), another body or
  path under the same key is an idempotency_error.
- webhooks: payment_intent.created, .succeeded, .payment_failed, .canceled, charge.refunded, refund.created,
  refund.updated; signed as `Stripe-Signature: t=...,v1=...` anew at each attempt, retried with growing pauses until a
  2xx, a bounded number of times. What is not yet delivered stands in the state file and outlives a restart.

Spoken differently, on purpose
- Every wallet, WeChat Pay too, answers a confirm with next_action `redirect_to_url` to our page /test/pay/{intent}
  (Stripe: alipay_handle_redirect and wechat_pay_display_qr_code).
- A card confirm without payment_method but with return_url leads to the same page, with a field for a test card
  number: 4242424242424242 pays, 4000000000000002 is declined. Stripe takes card numbers in its own hosted element.
- "Cancel and go back" on that page fails the attempt with payment_method_customer_decline, "Fail" with
  payment_method_provider_decline; the buyer returns with redirect_status=failed either way.
- `test_created` (unix seconds, not in the future) on creating or confirming an intent and on refunds dates what this
  request makes, so that demo data can lie in the past. Without it the clock is read.
- Two requests under one key at once: the second waits and gets the first one's answer (Stripe may answer 409).
- Wallet charges are `ch_...` with balance rows of type charge and refund (Stripe: payment, payment_refund).
- The fee is the fixed demo rate at the top of charges.py; refunds return no fee. A refund succeeds at once and
  refund.updated follows with its reference. Keys are kept until reset. Any three-letter currency settles in itself.
- No smallest amount; a parameter not spoken here is refused as parameter_unknown rather than silently dropped.

Not spoken: customers, stored payment methods, payment method objects, setup intents, updating or listing intents,
manual capture, 3-D Secure, pending or failed refunds, disputes, payouts, Connect, Checkout, webhook endpoints API.

Made to misbehave: GET and POST /test/behaviour, POST /test/release, /test/redeliver/{event}, /test/reset, GET
/test/deliveries; control.py and behaviour.py say what each takes.
"""
