"""What an import of goods relies on: prices above zero, one SKU once per supplier, barcode numbers that are right."""

import django.db.models.functions.text
from django.db import migrations, models

import catalogue.partner.models

# GS1 General Specifications, section 7.9: from the right, without the check digit, digits weigh 3, 1, 3, 1 and so on.
WEIGHED = " + ".join(
    f"{3 - 2 * (place % 2)} * substr(lpad(upc, 14, '0'), {place + 1}, 1)::integer" for place in range(14)
)
GTIN = f"""
ALTER TABLE catalogue_product ADD CONSTRAINT product_barcode_number_is_right CHECK (
    CASE WHEN upc ~ '^([0-9]{{8}}|[0-9]{{12,14}})$' THEN ({WEIGHED}) % 10 = 0 ELSE true END
)
"""


class Migration(migrations.Migration):
    dependencies = [("partner", "0008_oasis"), ("catalogue", "0034_search")]

    operations = [
        migrations.AddConstraint(
            model_name="stockrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__isnull", True), ("price__gt", 0), _connector="OR"),
                name="stockrecord_price_above_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockrecord",
            constraint=models.UniqueConstraint(
                models.F("partner"),
                django.db.models.functions.text.Lower(catalogue.partner.models.SkuKey("partner_sku")),
                name="stockrecord_sku_once",
            ),
        ),
        migrations.RunSQL(
            GTIN, "ALTER TABLE catalogue_product DROP CONSTRAINT product_barcode_number_is_right"
        ),
    ]
