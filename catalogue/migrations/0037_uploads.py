"""Uploads of tables and photographs by pages, with what came of each."""

import catalogue.private
import catalogue.uploads.files
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0036_listings"),
        ("partner", "0009_goods_by_file"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("table", "table"), ("photos", "photographs")], max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("reading", "is being looked at"),
                            ("ready", "looked at"),
                            ("writing", "is being taken in"),
                            ("done", "done"),
                            ("failed", "not taken"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("language", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=255)),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=catalogue.private.PrivateStorage(),
                        upload_to=catalogue.uploads.files.any_name,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("outcome", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uploads", to="partner.partner"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="UploadLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("problem", "Problem"),
                            ("change", "Change"),
                            ("taken", "Taken"),
                            ("refused", "Refused"),
                        ],
                        max_length=7,
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("row", models.PositiveIntegerField(default=0)),
                ("column", models.CharField(blank=True, max_length=200)),
                ("said", models.JSONField()),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="catalogue.upload"
                    ),
                ),
            ],
            options={
                "ordering": ["upload", "kind", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["supplier", "-at", "-id"], name="upload_history"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["table", "photos"])), name="upload_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "reading", "ready", "writing", "done", "failed"])),
                name="upload_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="upload_file_is_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("total", 0), ("done__lte", models.F("total")), _connector="OR"),
                name="upload_done_within_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadline",
            constraint=models.UniqueConstraint(fields=("upload", "kind", "position"), name="upload_line_once"),
        ),
    ]
