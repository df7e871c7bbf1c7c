from django.db import migrations

from catalogue.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("logistics", "0001_oasis")]
    operations = [append_only("logistics_stockmove")]
