"""PostgreSQL tells the web processes what shared pages show no longer."""

from django.db import migrations

from shop.pagecache.triggers import DROP_FUNCTIONS, FUNCTIONS, watch, watch_stock

# Rarely changed and shown everywhere.
EVERYWHERE = (
    "catalogue_place",
    "catalogue_pairing",
    "catalogue_commodity",
    "catalogue_category",
    "catalogue_productclass",
    "partner_partner",
    "certification_scheme",
    "households_agreement",
    "revenue_feerule",
    "django_site",
    "wagtailcore_site",
    "wagtailcore_locale",
)
PUBLISHED = (
    "wagtailcore_page",
    "wagtailcore_pageviewrestriction",
    "wagtailredirects_redirect",
    "wagtailimages_image",
    "wagtailimages_rendition",
    "pages_homepage",
    "pages_textpage",
    "pages_indexpage",
    "pages_countypage",
    "pages_storypage",
    "pages_campaignpage",
    "reports_monthclose",
)
COUNTED = ("num_in_stock", "num_allocated", "date_updated")


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0034_search"),
        ("partner", "0008_oasis"),
        ("reviews", "0005_productreview_code"),
        ("certification", "0002_append_only"),
        ("households", "0002_append_only"),
        ("provenance", "0002_append_only"),
        ("logistics", "0003_network_stamp"),
        ("revenue", "0002_ledger_guards"),
        ("pages", "0005_roles"),
        ("reports", "0002_append_only"),
        ("sites", "0002_alter_domain_unique"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(watch(table, "all") for table in EVERYWHERE),
        *(watch(table, "pages") for table in PUBLISHED),
        watch("catalogue_product", "assortment", "shelf", "product:{id}", but=("date_updated",)),
        watch("partner_stockrecord", "assortment", "shelf", "product:{product_id}", but=COUNTED),
        watch("catalogue_productcategory", "assortment", "shelf", "product:{product_id}"),
        watch("catalogue_searchtext", "assortment", "shelf"),
        watch("catalogue_productimage", "shelf", "product:{product_id}"),
        watch("reviews_productreview", "product:{product_id}"),
        watch("provenance_lot", "product:{product_id}"),
        watch_stock("logistics_lotstock"),
        watch("certification_certificate", "register", "product:{product_id}", but=("taken_g",)),
        watch("certification_certificate", "certificate:{number}", name="pagecache_own"),
        watch("certification_certificatemove", "register"),
        watch("certification_application", "register"),
        watch("certification_applicationmove", "register"),
    ]
