from django.db import migrations

from catalogue.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("provenance", "0001_oasis")]
    operations = [append_only("provenance_intakeslip", "provenance_lotinput")]
