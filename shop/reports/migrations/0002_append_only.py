from django.db import migrations

from catalogue.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_oasis")]
    operations = [append_only("reports_monthclose")]
