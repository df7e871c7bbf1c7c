"""People of a supplier have a role; those there were before are managers. The table and its rows stay as they are."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from catalogue.append_only import append_only

ROLES = [("manager", "manager"), ("clerk", "clerk"), ("accountant", "accountant")]
# The supplier's row is locked first: two managers who remove each other at one moment are looked at one after the other.
GUARDS = """
CREATE FUNCTION partner_has_a_manager() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE which bigint; people bigint; managers bigint;
BEGIN
    FOR which IN SELECT DISTINCT unnest(ARRAY[OLD.partner_id, NEW.partner_id]) LOOP
        PERFORM 1 FROM partner_partner WHERE id = which FOR NO KEY UPDATE;
        SELECT count(*), count(*) FILTER (WHERE role = 'manager') INTO people, managers
            FROM partner_partner_users WHERE partner_id = which;
        IF people > 0 AND managers = 0 THEN
            RAISE EXCEPTION 'Supplier % would have % people and no manager; make one of them a manager first.', which, people
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER partner_has_a_manager AFTER INSERT OR UPDATE OR DELETE ON partner_partner_users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION partner_has_a_manager();
"""
BACK = "DROP TRIGGER partner_has_a_manager ON partner_partner_users; DROP FUNCTION partner_has_a_manager;"
USERS = models.ManyToManyField(
    blank=True,
    related_name="partners",
    through="partner.Membership",
    through_fields=("partner", "user"),
    to=settings.AUTH_USER_MODEL,
)


def key(to, related, **options):
    """A foreign key, deleted with what it points at where `cascade` says so."""
    on_delete = django.db.models.deletion.CASCADE if options.pop("cascade", False) else django.db.models.deletion.PROTECT
    return models.ForeignKey(on_delete=on_delete, related_name=related, to=to, **options)


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("partner", "0009_goods_by_file"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        ("id", number()),
                        ("partner", key("partner.partner", "memberships", cascade=True)),
                        ("user", key(settings.AUTH_USER_MODEL, "supplier_memberships", cascade=True)),
                    ],
                    options={
                        "db_table": "partner_partner_users",
                        "unique_together": {("partner", "user")},
                        "ordering": ["pk"],
                    },
                ),
                migrations.AlterField(model_name="partner", name="users", field=USERS),
            ],
        ),
        migrations.AddField(
            model_name="membership",
            name="role",
            field=models.CharField(choices=ROLES, default="manager", max_length=10),
        ),
        migrations.AddField(  # when those before us joined is not known
            model_name="membership", name="joined_at", field=models.DateTimeField(null=True)
        ),
        migrations.AlterField(
            model_name="membership",
            name="joined_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True),
        ),
        migrations.AddField(
            model_name="membership", name="added_by", field=key(settings.AUTH_USER_MODEL, "+", null=True)
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", number()),
                ("email", models.EmailField(max_length=254)),
                ("role", models.CharField(choices=ROLES, max_length=10)),
                ("language", models.CharField(max_length=10)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("invited_by", key(settings.AUTH_USER_MODEL, "+")),
                ("partner", key("partner.partner", "invitations", cascade=True)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=~models.Q(token_hash=""), fields=("token_hash",), name="invitation_hash"
                    ),
                    models.UniqueConstraint(
                        models.F("partner"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(used_at=None, withdrawn_at=None),
                        name="invitation_once_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(used_at=None) | models.Q(withdrawn_at=None),
                        name="invitation_used_or_withdrawn",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffStep",
            fields=[
                ("id", number()),
                ("action", models.CharField(choices=[
                    ("invite", "invited"), ("withdraw", "invitation withdrawn"), ("join", "joined"),
                    ("change", "has another role"), ("remove", "removed"), ("leave", "left"),
                ], max_length=10)),
                ("role", models.CharField(choices=ROLES, max_length=10)),
                ("at", models.DateTimeField()),
                ("by", key(settings.AUTH_USER_MODEL, "+")),
                ("invitation", key("partner.invitation", "+", null=True)),
                ("partner", key("partner.partner", "staff_steps")),
                ("person", key(settings.AUTH_USER_MODEL, "+", null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(person=None) ^ models.Q(invitation=None), name="staff_step_is_about_one"
                    )
                ],
            },
        ),
        append_only("partner_staffstep"),
        migrations.RunSQL(GUARDS, BACK),
    ]
