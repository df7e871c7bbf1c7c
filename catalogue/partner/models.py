"""Who sells: an enterprise or a cooperative registered in a county."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from catalogue.models import in_language


class Partner(AbstractPartner):
    stands_on = ("county", "township")  # catalogue.places.standing

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("cooperative")
        ENTERPRISE = "enterprise", _("enterprise")

    name_en = models.CharField(max_length=128, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COOPERATIVE)
    county = models.ForeignKey("catalogue.Place", models.PROTECT, null=True, related_name="partners")
    township = models.ForeignKey("catalogue.Place", models.PROTECT, null=True, related_name="+")

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


class SkuKey(models.Func):
    """`catalogue.imports.skus.normalised` in PostgreSQL: equal for plain letters, digits and Chinese."""

    template = (
        r"regexp_replace(normalize(%(expressions)s, NFKC),"
        r" '[\s\u00AD\u180E\u200B-\u200F\u2028-\u202F\u205F-\u206F\uFEFF]+', '', 'g')"
    )
    output_field = models.TextField()


class StockRecordQuerySet(models.QuerySet["StockRecord"]):
    def offers(self) -> "StockRecordQuerySet":
        """Records with a price; the first of a product is what it is sold by."""
        return self.filter(price__isnull=False).order_by("id")


class StockRecord(AbstractStockRecord):
    """Price and totals. The totals are kept by logistics.stock and always equal the sum of its rows."""

    objects = StockRecordQuerySet.as_manager()

    class Meta(AbstractStockRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(num_in_stock__isnull=True)
                | models.Q(num_allocated__isnull=True)
                | models.Q(num_in_stock__gte=models.F("num_allocated")),
                name="stockrecord_never_oversold",
            ),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0), name="stockrecord_price_above_zero"
            ),
            models.UniqueConstraint("partner", Lower(SkuKey("partner_sku")), name="stockrecord_sku_once"),
        ]


from oscar.apps.partner.models import *  # noqa: E402, F403  Oscar's own models come after ours
