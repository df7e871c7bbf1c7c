"""Suppliers have a state and papers. Those that were there before are approved, and their first step says so."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import catalogue.private
from catalogue.append_only import append_only

KINDS = [("cooperative", "cooperative"), ("enterprise", "enterprise")]
STATES = [("applying", "applying"), ("approved", "approved"), ("suspended", "suspended"), ("closed", "closed down")]
ACTIONS = [
    ("register", "registered"), ("give", "document handed in"), ("submit", "review asked for"),
    ("accept", "document accepted"), ("refuse", "document not accepted"), ("approve", "approved"),
    ("suspend", "suspended"), ("reopen", "opened again"), ("close", "closed down"),
]
BEFORE = """
INSERT INTO partner_partnerstep (partner_id, action, from_state, to_state, at, reason)
    SELECT id, 'approve', 'applying', 'approved', now(), 'sold here before suppliers were registered' FROM partner_partner;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
GUARDS = """
ALTER TABLE partner_partnerstep ADD CONSTRAINT partner_step_moves CHECK (
    (action IN ('register', 'submit') AND from_state = 'applying' AND to_state = 'applying')
    OR (action IN ('give', 'accept', 'refuse') AND from_state = to_state)
    OR (from_state, action, to_state) IN (
        ('applying', 'approve', 'approved'), ('approved', 'suspend', 'suspended'), ('suspended', 'reopen', 'approved'),
        ('applying', 'close', 'closed'), ('approved', 'close', 'closed'), ('suspended', 'close', 'closed'),
        ('closed', 'reopen', 'applying')
    )
);

CREATE FUNCTION partner_step_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text;
BEGIN
    PERFORM 1 FROM partner_partner WHERE id = NEW.partner_id FOR NO KEY UPDATE;
    SELECT to_state INTO before FROM partner_partnerstep WHERE partner_id = NEW.partner_id ORDER BY id DESC LIMIT 1;
    IF NEW.from_state <> coalesce(before, 'applying') THEN
        RAISE EXCEPTION 'Supplier % is %; a step from % cannot follow.', NEW.partner_id, before, NEW.from_state
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.action IN ('accept', 'refuse', 'approve', 'suspend', 'reopen', 'close') AND EXISTS (
        SELECT 1 FROM partner_partner_users WHERE partner_id = NEW.partner_id AND user_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'Person % belongs to supplier % and decides nothing about it.', NEW.by_id, NEW.partner_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_step_follows BEFORE INSERT ON partner_partnerstep
    FOR EACH ROW EXECUTE FUNCTION partner_step_follows();

CREATE FUNCTION partner_state_is_stepped(which bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE said text; stands text;
BEGIN
    SELECT state INTO stands FROM partner_partner WHERE id = which;
    SELECT to_state INTO said FROM partner_partnerstep WHERE partner_id = which ORDER BY id DESC LIMIT 1;
    IF stands <> coalesce(said, 'applying') THEN
        RAISE EXCEPTION 'Supplier % is % by its row and % by its steps; its state moves with a step alone.',
            which, stands, coalesce(said, 'applying') USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION partner_state_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM partner_state_is_stepped(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION partner_state_of_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM partner_state_is_stepped(NEW.partner_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER partner_state_of_row AFTER INSERT OR UPDATE OF state ON partner_partner
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partner_state_of_row();
CREATE CONSTRAINT TRIGGER partner_state_of_step AFTER INSERT ON partner_partnerstep
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partner_state_of_step();

CREATE FUNCTION document_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'given' OR to_jsonb(OLD) - 'state' <> to_jsonb(NEW) - 'state' THEN
        RAISE EXCEPTION 'Document % stays as it was given and is decided once; hand in another one.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_stays BEFORE UPDATE ON partner_document FOR EACH ROW EXECUTE FUNCTION document_stays();
CREATE FUNCTION document_state_is_stepped() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said text; stands text;
BEGIN
    SELECT state INTO stands FROM partner_document WHERE id = NEW.id;
    SELECT action INTO said FROM partner_partnerstep WHERE document_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF (said, stands) NOT IN (('give', 'given'), ('accept', 'accepted'), ('refuse', 'refused')) OR said IS NULL THEN
        RAISE EXCEPTION 'Document % is % and its last step is %; its state moves with a step alone.', NEW.id, stands, said
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER document_state_is_stepped AFTER INSERT OR UPDATE ON partner_document
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION document_state_is_stepped();
"""
BACK = """
DROP TRIGGER document_state_is_stepped ON partner_document; DROP FUNCTION document_state_is_stepped;
DROP TRIGGER document_stays ON partner_document; DROP FUNCTION document_stays;
DROP TRIGGER partner_state_of_step ON partner_partnerstep; DROP FUNCTION partner_state_of_step;
DROP TRIGGER partner_state_of_row ON partner_partner; DROP FUNCTION partner_state_of_row;
DROP FUNCTION partner_state_is_stepped;
DROP TRIGGER partner_step_follows ON partner_partnerstep; DROP FUNCTION partner_step_follows;
ALTER TABLE partner_partnerstep DROP CONSTRAINT partner_step_moves;
"""
BOTH, ENTERPRISE = ["cooperative", "enterprise"], ["enterprise"]
# code, Chinese, English, asked of, required of, always with a last day. A farm's own fresh goods need no food licence
# (Food Safety Law, art. 35), so of a cooperative it is asked and not required. A list of members is not asked for.
ASKED = (
    ("business-licence", "营业执照", "Business licence", BOTH, BOTH, False),
    ("food-licence", "食品生产许可证、食品经营许可证或小作坊登记证", "Food production or trade licence, or registration of a small workshop", BOTH, ENTERPRISE, True),
    ("bank-account", "基本存款账户信息或开户许可证", "Proof of the basic bank account", BOTH, BOTH, False),
    ("product-test", "产品检验报告", "Test report of the products", BOTH, [], True),
    ("animal-epidemic-prevention", "动物防疫条件合格证", "Certificate of animal epidemic prevention", BOTH, [], False),
)


def ask(apps, schema_editor):
    kinds = apps.get_model("partner", "DocumentKind")
    kinds.objects.bulk_create(
        kinds(code=code, name=name, name_en=english, asked_of=asked, required_of=required, expires=expires, position=place)
        for place, (code, name, english, asked, required, expires) in enumerate(ASKED, start=1)
    )


def array():
    base = models.CharField(choices=KINDS, max_length=12)
    return django.contrib.postgres.fields.ArrayField(base_field=base, blank=True, default=list, size=None)


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def key(to, related, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, **options)


def one_of(choices, **options):
    return models.CharField(choices=choices, max_length=10, **options)


OF_A_DOCUMENT = models.Q(action__in=["give", "accept", "refuse"])


class Migration(migrations.Migration):
    dependencies = [("partner", "0010_staff")]

    operations = [
        migrations.AddField(model_name="partner", name="state", field=one_of(STATES, default="approved")),
        migrations.AlterField(model_name="partner", name="state", field=one_of(STATES, default="applying")),
        migrations.CreateModel(
            name="DocumentKind",
            fields=[
                ("code", models.SlugField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("name_en", models.CharField(max_length=100)),
                ("asked_of", array()),
                ("required_of", array()),
                ("expires", models.BooleanField(default=False)),
                ("position", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(required_of__contained_by=models.F("asked_of")),
                        name="document_kind_required_is_asked",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", number()),
                ("number", models.CharField(max_length=60)),
                ("issuer", models.CharField(max_length=120)),
                ("issued_date", models.DateField()),
                ("expires_date", models.DateField(null=True)),
                ("file", models.FileField(max_length=200, storage=catalogue.private.PrivateStorage(), upload_to="")),
                ("digest", models.CharField(max_length=64)),
                ("state", models.CharField(
                    choices=[("given", "to be looked at"), ("accepted", "accepted"), ("refused", "not accepted")],
                    default="given", max_length=8,
                )),
                ("partner", key("partner.partner", "documents")),
                ("kind", key("partner.documentkind", "documents")),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state", "expires_date"], name="document_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(expires_date=None) | models.Q(expires_date__gte=models.F("issued_date")),
                        name="document_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerStep",
            fields=[
                ("id", number()),
                ("action", one_of(ACTIONS)),
                ("from_state", one_of(STATES)),
                ("to_state", one_of(STATES)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("by", key(settings.AUTH_USER_MODEL, "+", null=True)),
                ("document", key("partner.document", "steps", null=True)),
                ("partner", key("partner.partner", "steps")),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(action__in=["refuse", "suspend", "reopen", "close"]) | ~models.Q(reason=""),
                        name="partner_step_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(OF_A_DOCUMENT, document__isnull=False) | models.Q(~OF_A_DOCUMENT, document=None),
                        name="partner_step_names_its_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentAlert",
            fields=[
                ("id", number()),
                ("days", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("document", key("partner.document", "alerts")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("document", "days"), name="document_alert_once")]
            },
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        append_only("partner_partnerstep", "partner_documentalert"),
        migrations.RunSQL(GUARDS, BACK),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
