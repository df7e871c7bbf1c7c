from django.db import migrations

from catalogue.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("households", "0001_oasis")]
    operations = [append_only("households_consentevent", "households_consenttext")]
