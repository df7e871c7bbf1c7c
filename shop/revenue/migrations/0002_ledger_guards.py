from django.db import migrations

from catalogue.append_only import append_only

GUARDS = """
CREATE FUNCTION revenue_entry_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction := pg_current_xact_id()::text::bigint;
    IF EXISTS (SELECT 1 FROM reports_monthclose WHERE month = date_trunc('month', NEW.booked_date)::date) THEN
        RAISE EXCEPTION 'Nothing can be booked on %: its month is closed. Book a dated correction in an open month.', NEW.booked_date
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER revenue_entry_begins BEFORE INSERT ON revenue_entry FOR EACH ROW EXECUTE FUNCTION revenue_entry_begins();

CREATE FUNCTION revenue_posting_in_its_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM revenue_entry WHERE id = NEW.entry_id AND transaction = pg_current_xact_id()::text::bigint) THEN
        RAISE EXCEPTION 'Entry % is complete: postings are written only in their entry''s own transaction.', NEW.entry_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER revenue_posting_in_its_transaction BEFORE INSERT ON revenue_posting
    FOR EACH ROW EXECUTE FUNCTION revenue_posting_in_its_transaction();

CREATE FUNCTION revenue_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE rows bigint; total numeric;
BEGIN
    SELECT count(*), coalesce(sum(fen), 0) INTO rows, total FROM revenue_posting WHERE entry_id = NEW.id;
    IF rows = 0 OR total <> 0 THEN
        RAISE EXCEPTION 'Entry "%" has % postings that add up to % fen; an entry has postings and they add up to 0.', NEW.reference, rows, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER revenue_entry_balances AFTER INSERT ON revenue_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION revenue_entry_balances();
"""
BACK = """
DROP TRIGGER revenue_entry_balances ON revenue_entry; DROP FUNCTION revenue_entry_balances;
DROP TRIGGER revenue_posting_in_its_transaction ON revenue_posting; DROP FUNCTION revenue_posting_in_its_transaction;
DROP TRIGGER revenue_entry_begins ON revenue_entry; DROP FUNCTION revenue_entry_begins;
"""


class Migration(migrations.Migration):
    dependencies = [("revenue", "0001_oasis"), ("reports", "0001_oasis")]
    operations = [migrations.RunSQL(GUARDS, BACK), append_only("revenue_entry", "revenue_posting", "revenue_division", "revenue_feerule", "revenue_payoutpart")]
